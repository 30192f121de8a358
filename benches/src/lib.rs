//! What the benches share: a match of arena full of bots, and its wire states.
//!
//! The benches measure one stage each: `step` (stages 1 to 4), `delta` (stage 5), `apply` (the client's side).
//! Compare figures within one run only; machines differ, and so do two runs on one machine.

use std::sync::Arc;

use skirmish_protocol::{Plan, SnapshotHead, WireState, encode_events, encode_head, encode_own_tables, encode_tables};
use skirmish_protocol::{Scratch, Side, Visible};
use skirmish_sim::{LOG_FORMAT, Match, MatchEvent, MatchHeader, Tuning};

/// How many players the benches measure.
pub const PLAYERS: [u32; 3] = [10, 50, 200];
/// The seat whose snapshots are encoded.
pub const SEAT: u32 = 0;

/// A match of arena with `players` bots that has run for three seconds of match time, so that shots are in the air.
pub fn arena(players: u32) -> Match {
    let game = skirmish_server::games::games().into_iter().find(|game| game.name() == "arena").expect("arena ships");
    let header = MatchHeader {
        format: LOG_FORMAT,
        match_id: "bench".to_owned(),
        game: "arena".to_owned(),
        seed: 1,
        config: serde_json::json!({ "match": { "seats": 200 } }),
        tuning: Tuning::default(),
    };
    let mut arena = Match::new(&*game, header).expect("arena's defaults are valid");
    for seat in 0..players {
        arena.push(MatchEvent::Join { seat, name: format!("bot-{seat}"), bot: true });
    }
    for _ in 0..3 * arena.settings().tick_hz {
        step(&mut arena);
    }
    arena
}

/// One tick, with the log handed out as a server would.
pub fn step(arena: &mut Match) {
    arena.step();
    drop(arena.take_log());
}

/// Two neighbouring wire states of a match, and what is needed to encode between them.
pub struct Pair {
    /// The match's plan.
    pub plan: Arc<Plan>,
    /// The baseline.
    pub before: Arc<WireState>,
    /// The state one tick later.
    pub now: Arc<WireState>,
    /// The tick rate of both.
    pub tick_hz: u32,
}

impl Pair {
    /// Runs a match of `players` bots to its pair.
    pub fn of(players: u32) -> Self {
        let mut arena = arena(players);
        let before = Arc::clone(arena.wire_state());
        step(&mut arena);
        let now = Arc::clone(arena.wire_state());
        Self { plan: Arc::clone(arena.plan()), before, now, tick_hz: arena.settings().tick_hz }
    }

    /// Appends the two table elements of a snapshot: a keyframe of `before`, or the delta from `before` to `now`.
    pub fn encode(&self, keyframe: bool, scratch: &mut Scratch, out: &mut Vec<u8>) {
        let side = |state| Side { state, visible: Visible::All };
        let (before, now) = (side(&*self.before), side(&*self.now));
        let (baseline, target) = if keyframe { (None, &before) } else { (Some(&before), &now) };
        encode_own_tables(out, scratch, &self.plan, SEAT, baseline, target, self.tick_hz);
        encode_events(out, [].iter());
        encode_tables(out, scratch, &self.plan, baseline, target, self.tick_hz);
    }

    /// A whole snapshot message.
    pub fn frame(&self, keyframe: bool) -> Vec<u8> {
        let (tick, baseline) = if keyframe { (self.before.tick, None) } else { (self.now.tick, Some(self.before.tick)) };
        let mut out = Vec::new();
        encode_head(&mut out, &SnapshotHead { tick, baseline, input_ack: 0, checksum: None });
        encode_events(&mut out, [].iter());
        self.encode(keyframe, &mut Scratch::default(), &mut out);
        out
    }
}
