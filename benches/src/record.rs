//! The workload run in memory and recorded: what the stages' benches and the analyses of bytes are fed with.
//!
//! Invariant: the same numbers give the same record, to the bit.

use std::sync::Arc;

use bevy_ecs::prelude::QueryState;
use skirmish_protocol::{
    Baseline, Differences, Plan, Replicate, Scratch, Settings, Side, SnapshotHead, Truth, TruthTable, Visible,
    WireState, encode_events, encode_head, encode_own_tables, encode_tables,
};
use skirmish_sim::{EntityId, Game, LOG_FORMAT, Match, MatchHeader, Tuning};

use crate::workload::{Body, Workload};

/// Ticks before a record begins: three seconds at the workload's rate, as for the clients' warm-up.
const WARM_UP_TICKS: u32 = 60;

/// Successive ticks of a world full of walkers.
#[derive(Debug)]
pub struct Record {
    /// The match's plan.
    pub plan: Arc<Plan>,
    /// The match's settings.
    pub settings: Settings,
    /// The wire state of each tick.
    pub states: Vec<Arc<WireState>>,
    /// What the world really was at each tick.
    pub truths: Vec<Truth>,
}

/// A match of `game` at tick 0, always the same.
///
/// # Panics
/// If the game refuses its own defaults.
pub fn open(game: &dyn Game) -> Match {
    Match::new(game, header(game)).expect("the game's defaults are valid")
}

/// The header of a match of `game`, always the same.
pub fn header(game: &dyn Game) -> MatchHeader {
    MatchHeader {
        format: LOG_FORMAT,
        match_id: "bench".to_owned(),
        game: game.name().to_owned(),
        seed: 1,
        config: serde_json::json!({}),
        tuning: Tuning::default(),
    }
}

/// One tick, with the log handed out as a server would.
pub fn step(sim: &mut Match) {
    sim.step();
    sim.take_log(&mut Vec::new());
}

impl Record {
    /// `ticks` successive ticks of a match with `walkers` bodies.
    pub fn new(walkers: u32, ticks: usize) -> Self {
        let mut sim = open(&Workload { walkers, ..Workload::default() });
        (0..WARM_UP_TICKS).for_each(|_| step(&mut sim));
        let mut bodies = sim.world_mut().query::<(&EntityId, &Body)>();
        let (mut states, mut truths) = (Vec::new(), Vec::new());
        for _ in 0..ticks {
            step(&mut sim);
            states.push(Arc::clone(sim.wire_state()));
            truths.push(truth(&sim, &mut bodies));
        }
        Self { plan: Arc::clone(sim.plan()), settings: sim.settings(), states, truths }
    }

    /// Each state but the last, with the one that follows it.
    pub fn pairs(&self) -> impl Iterator<Item = (&WireState, &WireState)> {
        self.states.windows(2).map(|pair| (&*pair[0], &*pair[1]))
    }

    /// Appends the shared tables of a snapshot of `now`: the delta from `before`, or a keyframe.
    pub fn encode_tables(&self, encoder: &mut Encoder, before: Option<&WireState>, now: &WireState, out: &mut Vec<u8>) {
        let Encoder { scratch, differences } = encoder;
        let baseline = self.baseline(differences, before, now);
        encode_tables(out, scratch, &self.plan, baseline.as_ref(), &all(now));
    }

    /// A whole snapshot message for a seat that owns nothing: the delta from `before`, or a keyframe.
    pub fn frame(&self, before: Option<&WireState>, now: &WireState) -> Vec<u8> {
        let head = SnapshotHead {
            tick: now.tick,
            baseline: before.map(|state| state.tick),
            input_ack: now.tick,
            checksum: None,
        };
        let mut out = Vec::new();
        let Encoder { mut scratch, mut differences } = Encoder::default();
        let baseline = self.baseline(&mut differences, before, now);
        encode_head(&mut out, &head);
        encode_events(&mut out, [].iter());
        encode_own_tables(&mut out, &mut scratch, &self.plan, 0, baseline.as_ref(), &all(now));
        encode_events(&mut out, [].iter());
        encode_tables(&mut out, &mut scratch, &self.plan, baseline.as_ref(), &all(now));
        out
    }

    fn baseline<'a>(
        &self,
        differences: &'a mut Differences,
        before: Option<&'a WireState>,
        now: &WireState,
    ) -> Option<Baseline<'a>> {
        let before = before?;
        differences.compare(&self.plan, before, now, self.settings.tick_hz);
        Some(Baseline { side: all(before), differences })
    }
}

/// Buffers of the encoder.
#[derive(Debug, Default)]
pub struct Encoder {
    scratch: Scratch,
    differences: Differences,
}

fn all(state: &WireState) -> Side<'_> {
    Side { state, visible: Visible::All }
}

fn truth(sim: &Match, bodies: &mut QueryState<(&EntityId, &Body)>) -> Truth {
    let mut rows: Vec<_> = bodies.iter(sim.world()).collect();
    rows.sort_unstable_by_key(|(id, _)| **id);
    let width = Body::schema().fields.len();
    let mut table = TruthTable {
        ids: rows.iter().map(|(id, _)| id.0).collect(),
        owners: vec![None; rows.len()],
        values: vec![0.0; rows.len() * width],
    };
    let places = table.values.chunks_exact_mut(width);
    rows.iter().zip(places).for_each(|((_, body), row)| body.measure(row));
    Truth { tables: vec![table] }
}
