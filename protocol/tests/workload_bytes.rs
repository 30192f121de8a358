//! How many bytes a player costs in each snapshot of a crowd that is all in sight, and how far that is from what no code of single
//! values can go below: the entropy of what the prediction misses. `--no-capture` shows what is made of what.

use std::collections::BTreeMap;

use skirmish_protocol::{
    Column, DecodeError, Plan, Reader, Scratch, SnapshotHead, WireState, encode_events, encode_head,
};

use crate::snapshot_support::{all, mirror_of, own_tables, tables};
use crate::vector_support::{check_file, hex};
use crate::workload_support::{COLUMNS, Crowd, TICK_HZ, plan};

/// Ticks before anything is counted, so that everybody runs and ticks are numbers of three bytes.
const WARM_UP_TICKS: u32 = 300;
const TICKS: u32 = 400;

/// What the snapshots of a run were made of.
struct Tally {
    players: u32,
    /// Bytes of everything, of which those of the tables' frame and of each column.
    bytes: usize,
    presence: [usize; COLUMNS.len()],
    values: [usize; COLUMNS.len()],
    /// How often each residual came.
    residuals: [BTreeMap<i64, u32>; COLUMNS.len()],
}

impl Tally {
    fn per_update(&self, count: usize) -> f64 {
        count as f64 / f64::from(TICKS * self.players)
    }

    /// Bits of a residual of a column at best, if each is coded by itself.
    fn entropy_bits(&self, column: usize) -> f64 {
        let total = f64::from(TICKS * self.players);
        let bits = |&count: &u32| -f64::from(count) / total * (f64::from(count) / total).log2();
        self.residuals[column].values().map(bits).sum()
    }

    fn print(&self, name: &str) {
        println!("{name}: {:.3} bytes per update", self.per_update(self.bytes));
        let mut rest = self.bytes;
        let mut entropy = 0.0;
        for (column, field) in COLUMNS.iter().enumerate() {
            let (presence, values) = (self.presence[column], self.values[column]);
            rest -= presence + values;
            entropy += self.entropy_bits(column) / 8.0;
            let [presence, values] = [presence, values].map(|count| self.per_update(count));
            let best = self.entropy_bits(column) / 8.0;
            println!("  {field:6} {presence:.3} + {values:.3} = {:.3}, entropy {best:.3}", presence + values);
        }
        println!("  frames {:.3}; entropy of all {entropy:.3}", self.per_update(rest));
    }
}

/// Plays a crowd of so many, of whose inputs this part comes late, with a snapshot at each tick.
fn play(players: u32, lateness: f64) -> Tally {
    let plan = plan();
    let mut crowd = Crowd::new(players, lateness);
    let mut tally = Tally { players, bytes: 0, presence: [0; 7], values: [0; 7], residuals: Default::default() };
    let mut scratch = Scratch::default();
    let mut mirror = mirror_of(&plan, TICK_HZ);
    let mut state = WireState::empty(&plan, 0);
    for tick in 1..=WARM_UP_TICKS + TICKS {
        crowd.step();
        let now = state.next(&plan, &crowd.truth(), tick, TICK_HZ);
        let baseline = (tick > 1).then_some(&state);
        let (frame, tables_at) = frame(&plan, &mut scratch, baseline, &now);
        if tick > WARM_UP_TICKS {
            tally.bytes += frame.len();
            weigh(&mut tally, &frame[tables_at..]).expect("tables of our own");
            count_residuals(&mut tally, &plan, &state, &now);
        }
        mirror.apply(&frame).expect("a sound snapshot");
        state = now;
    }
    assert_eq!(mirror.state(), &state);
    tally
}

/// A whole snapshot message, and where its tables begin.
fn frame(plan: &Plan, scratch: &mut Scratch, baseline: Option<&WireState>, now: &WireState) -> (Vec<u8>, usize) {
    let mut out = Vec::new();
    let (baseline, now) = (baseline.map(all), all(now));
    let head = SnapshotHead {
        tick: now.state.tick,
        baseline: baseline.map(|side| side.state.tick),
        input_ack: now.state.tick,
        checksum: (baseline.is_some() && now.state.tick.is_multiple_of(TICK_HZ)).then(|| now.state.checksum(plan)),
    };
    encode_head(&mut out, &head);
    encode_events(&mut out, [].iter());
    out.extend(own_tables(scratch, plan, baseline.as_ref(), &now, TICK_HZ));
    encode_events(&mut out, [].iter());
    let tables_at = out.len();
    out.extend(tables(scratch, plan, baseline.as_ref(), &now, TICK_HZ));
    (out, tables_at)
}

/// Adds up the bytes of the columns of the one table.
fn weigh(tally: &mut Tally, tables: &[u8]) -> Result<(), DecodeError> {
    let mut reader = Reader::new(tables);
    reader.array(1)?;
    reader.array(4)?;
    reader.u32()?;
    assert!(reader.try_nil() && reader.try_nil(), "nobody leaves or enters");
    reader.array(COLUMNS.len())?;
    for column in 0..COLUMNS.len() {
        let start = reader.position();
        if reader.try_nil() {
            tally.presence[column] += 1;
            continue;
        }
        let parts = reader.array_len(3)?;
        skip(&mut reader)?;
        let values = reader.position();
        (1..parts).try_for_each(|_| skip(&mut reader))?;
        tally.presence[column] += values - start;
        tally.values[column] += reader.position() - values;
    }
    reader.end()
}

/// Skips presence, ints or fractions.
fn skip(reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    if reader.try_nil() || reader.try_true() || reader.try_bin()?.is_some() {
        return Ok(());
    }
    (0..reader.array_len(usize::MAX)?).try_for_each(|_| reader.int(i64::MIN, i64::MAX).map(drop))
}

fn count_residuals(tally: &mut Tally, plan: &Plan, before: &WireState, now: &WireState) {
    let layout = &plan.layouts()[0];
    let (before, now) = (&before.tables[0], &now.tables[0]);
    for (index, column) in layout.columns.iter().enumerate() {
        let counts = &mut tally.residuals[index];
        let mut count = |residual: i64| *counts.entry(residual).or_default() += 1;
        match (&before.columns[index], &now.columns[index]) {
            (Column::Plain(old), Column::Plain(new)) => {
                let turn = column.wrap.map_or(1 << 40, i64::from);
                let short = |way: i64| (way + turn / 2).rem_euclid(turn) - turn / 2;
                old.iter().zip(new).for_each(|(&old, &new)| count(short(i64::from(new) - i64::from(old))));
            }
            (Column::Motion(old), Column::Motion(new)) => {
                let motion = column.motion.as_ref().expect("a motion column");
                let step = skirmish_protocol::motion::step(motion, TICK_HZ);
                let Column::Plain(velocities) = &now.columns[motion.velocity_column] else { panic!("a plain column") };
                for ((&old, &new), &velocity) in old.iter().zip(new).zip(velocities) {
                    count(new - skirmish_protocol::motion::advance(old, 1, velocity, step, column.min, column.max));
                }
            }
            _ => panic!("both states were made for this plan"),
        }
    }
}

#[test]
fn a_player_among_200_costs_at_most_2_2_bytes_a_snapshot() {
    let tally = play(200, 0.0);
    tally.print("200 players");
    assert!(tally.per_update(tally.bytes) <= 2.2);
}

#[test]
fn inputs_that_miss_their_tick_cost_little() {
    let tally = play(200, 0.05);
    tally.print("200 players, one input of 20 late");
    assert!(tally.per_update(tally.bytes) <= 2.3);
}

#[test]
fn a_player_in_a_larger_crowd_costs_no_more() {
    let [small, large] = [50, 400].map(|players| {
        let tally = play(players, 0.0);
        tally.print(&format!("{players} players"));
        tally.per_update(tally.bytes)
    });
    assert!(large <= small);
}

/// A keyframe of a crowd and the snapshots of the second after it, the last of them with its checksum.
#[test]
fn the_golden_second_is_what_we_write() {
    let plan = plan();
    let mut crowd = Crowd::new(200, 0.0);
    let mut scratch = Scratch::default();
    let mut mirror = mirror_of(&plan, TICK_HZ);
    let mut state = WireState::empty(&plan, 0);
    let mut frames = Vec::new();
    for tick in 1..=WARM_UP_TICKS + TICK_HZ {
        crowd.step();
        let now = state.next(&plan, &crowd.truth(), tick, TICK_HZ);
        if tick >= WARM_UP_TICKS {
            let (frame, _) = frame(&plan, &mut scratch, (tick > WARM_UP_TICKS).then_some(&state), &now);
            mirror.apply(&frame).expect("a sound snapshot");
            frames.push(hex(&frame));
        }
        state = now;
    }
    let mut schema = Vec::new();
    plan.schema().encode(&mut schema);
    let (schema, checksum) = (hex(&schema), mirror.checksum());
    let text = format!(
        "{{\n  \"schema\": \"{schema}\",\n  \"tick_hz\": {TICK_HZ},\n  \"frames\": [\n    \"{}\"\n  ],\n  \"checksum\": {checksum}\n}}\n",
        frames.join("\",\n    \""),
    );
    check_file(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/workload.json"), &text);
}
