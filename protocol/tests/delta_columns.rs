//! Whatever columns hold: they arrive as they are, in no more bytes than arrays would take, and in the same bytes each time.

use std::ops::Range;

use proptest::prelude::*;
use skirmish_protocol::fixed::{ONE, fraction, quanta};
use skirmish_protocol::{Column, Plan, Scratch, Table, WireState, wire};

use crate::snapshot_support::small::mirror_holding;
use crate::snapshot_support::{all, component, frame, motion, number, plan_of};

const HZ: u32 = 30;
const RANGE: i32 = 1 << 27;

/// Two plain columns before, and two behind, a motion column whose velocity never is other than 0.
fn plan() -> Plan {
    let any = |id, name: &str| number(id, name, 1.0, i32::MIN, i32::MAX);
    let fields = vec![
        any(0, "a"),
        any(1, "b"),
        motion(2, "p", 1.0, RANGE, 5),
        any(3, "c"),
        any(4, "d"),
        number(5, "v", 1.0, 0, 0),
    ];
    plan_of(vec![component(1, "Row", fields)])
}

const MOTION: usize = 2;
const COLUMNS: usize = 6;

/// What is added to a column, or 0, for each of so many rows.
#[derive(Clone, Debug)]
struct Entries {
    ints: Vec<i32>,
    fractions: Vec<u32>,
    /// Whether the entries stand in the rows where those of the column before do, as far as they are none.
    like_before: bool,
}

fn entries(rows: usize) -> impl Strategy<Value = Entries> {
    let stride = prop_oneof![3 => Just(1), 1 => 2..1000_i32];
    let usual = (0..31_u32, -70_000..70_000_i32, stride);
    let presence = prop_oneof![1 => Just(0.0), 2 => Just(1.0), 2 => 0.0..1.0, 3 => 0.0..0.1];
    let far = prop_oneof![2 => Just(0.0), 1 => Just(0.02), 1 => Just(0.3)];
    (usual, presence, far, any::<bool>(), any::<bool>()).prop_flat_map(
        move |((bits, base, stride), presence, far, in_flight, like_before)| {
            let near = (0..1_i32 << bits).prop_map(move |step| base.wrapping_add(step.wrapping_mul(stride)));
            let value = (near, any::<i32>(), prop::bool::weighted(far))
                .prop_map(|(near, any, far)| if far { any } else { near });
            let entry =
                (value, prop::bool::weighted(presence)).prop_map(|(value, present)| if present { value } else { 0 });
            let fraction = (0..ONE as u32).prop_map(move |fraction| if in_flight { fraction } else { 0 });
            (prop::collection::vec(entry, rows), prop::collection::vec(fraction, rows))
                .prop_map(move |(ints, fractions)| Entries { ints, fractions, like_before })
        },
    )
}

/// Ids, and entries for all columns but the last.
fn tables(rows: Range<usize>) -> impl Strategy<Value = (Vec<u32>, Vec<Entries>)> {
    rows.prop_flat_map(|rows| {
        let step = prop_oneof![3 => Just(1..2_u32), 1 => Just(1..40), 1 => Just(1..10_000_000)];
        let ids = step.prop_flat_map(move |step| prop::collection::vec(step, rows)).prop_map(|steps| {
            steps
                .iter()
                .scan(0, |id, step| {
                    *id += step;
                    Some(*id)
                })
                .collect()
        });
        (ids, prop::collection::vec(entries(rows), COLUMNS - 1))
    })
}

/// The state in which these entries have been added to zeros.
fn state(ids: &[u32], columns: &[Entries]) -> WireState {
    let mut before: Option<&Entries> = None;
    let mut table = Table { ids: ids.to_vec(), ..Table::default() };
    for (index, entries) in columns.iter().enumerate() {
        let masked = |row: usize| entries.like_before && before.is_some_and(|it| it.ints[row] == 0);
        let int = |row| if masked(row) { 0 } else { entries.ints[row] };
        table.columns.push(if index == MOTION {
            let fixed = |row| {
                i64::from(int(row) % RANGE) * ONE + i64::from(if int(row) == 0 { 0 } else { entries.fractions[row] })
            };
            Column::Motion((0..ids.len()).map(fixed).collect())
        } else {
            Column::Plain((0..ids.len()).map(int).collect())
        });
        before = Some(entries);
    }
    table.columns.push(Column::Plain(vec![0; ids.len()]));
    WireState { tick: 2, tables: vec![table] }
}

fn zeros(ids: &[u32]) -> WireState {
    let column =
        |index| if index == MOTION { Column::Motion(vec![0; ids.len()]) } else { Column::Plain(vec![0; ids.len()]) };
    let table = Table { ids: ids.to_vec(), columns: (0..COLUMNS).map(column).collect(), ..Table::default() };
    WireState { tick: 1, tables: vec![table] }
}

/// Ints and fractions in arrays.
fn write_arrays(out: &mut Vec<u8>, column: &Column, rows: &[usize]) {
    wire::array(out, rows.len());
    match column {
        Column::Plain(values) => rows.iter().for_each(|&row| wire::i32(out, values[row])),
        Column::Motion(positions) => {
            rows.iter().for_each(|&row| wire::i32(out, quanta(positions[row])));
            if rows.iter().all(|&row| fraction(positions[row]) == 0) {
                wire::nil(out);
            } else {
                wire::array(out, rows.len());
                rows.iter().for_each(|&row| wire::u32(out, fraction(positions[row])));
            }
        }
    }
}

/// The bytes of the tables with every list an array, and every presence a bitmap or nil; as a delta from zeros, or as a keyframe.
fn plain_bytes(state: &WireState, delta: bool) -> usize {
    let table = &state.tables[0];
    let all: Vec<usize> = (0..table.ids.len()).collect();
    let mut out = vec![0x91, 0x94, 2, 0xC0, 0xC0];
    wire::array(&mut out, COLUMNS + usize::from(!delta));
    if !delta {
        wire::array(&mut out, all.len());
        table.ids.iter().fold(0, |previous, &id| {
            wire::u32(&mut out, id - previous);
            id
        });
    }
    for column in &table.columns {
        let is_zero = |row: usize| match column {
            Column::Plain(values) => values[row] == 0,
            Column::Motion(positions) => positions[row] == 0,
        };
        let changed: Vec<usize> = all.iter().copied().filter(|&row| !delta || !is_zero(row)).collect();
        let header = usize::from(delta) + usize::from(delta || matches!(column, Column::Motion(_)));
        out.resize(out.len() + header, 0);
        if changed.is_empty() {
            out.pop();
            continue;
        }
        if changed.len() < all.len() {
            out.pop();
            wire::bin(&mut out, &vec![0; 1 + all.len().div_ceil(8)]);
        }
        write_arrays(&mut out, column, &changed);
    }
    out.len()
}

fn tables_bytes(scratch: &mut Scratch, baseline: Option<&WireState>, now: &WireState) -> Vec<u8> {
    crate::snapshot_support::tables(scratch, &plan(), baseline.map(all).as_ref(), &all(now), HZ)
}

proptest! {
    #[test]
    fn columns_arrive_in_no_more_bytes_than_arrays_and_the_same_each_time((ids, columns) in tables(1..120), (other_ids, others) in tables(1..120)) {
        let plan = plan();
        let (before, now) = (zeros(&ids), state(&ids, &columns));
        let mut used = Scratch::default();
        tables_bytes(&mut used, None, &state(&other_ids, &others));
        for baseline in [Some(&before), None] {
            let bytes = tables_bytes(&mut Scratch::default(), baseline, &now);
            prop_assert!(bytes.len() <= plain_bytes(&now, baseline.is_some()));
            prop_assert_eq!(tables_bytes(&mut used, baseline, &now), bytes);
            let mut mirror = mirror_holding(&plan, &before, HZ);
            mirror.apply(&frame(&plan, baseline.map(all).as_ref(), &all(&now), HZ)).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(mirror.state(), &now);
        }
    }

    #[test]
    fn mutated_columns_never_panic_a_mirror(
        (ids, columns) in tables(1..80), keyframe in any::<bool>(), flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let plan = plan();
        let (before, now) = (zeros(&ids), state(&ids, &columns));
        let baseline = (!keyframe).then_some(&before).map(all);
        let mut bytes = frame(&plan, baseline.as_ref(), &all(&now), HZ);
        for (at, byte) in flips {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        let mut mirror = mirror_holding(&plan, &before, HZ);
        if mirror.apply(&bytes).is_err() {
            prop_assert_eq!(mirror.state(), &WireState::empty(&plan, 0));
        }
    }
}
