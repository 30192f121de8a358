//! A client that is told snapshots as JSON text holds what one holds that is told them in MessagePack.

use proptest::prelude::*;
use serde_json::Value;
use skirmish_protocol::wire::Reader;
use skirmish_protocol::{JsonWriter, Mirror, Plan, Schema, Side, Visible, WireState, server_message_of_json};

use crate::snapshot_support::history::{Tick, World, histories};
use crate::snapshot_support::{frame_with, mirror_of, plan, settings};

/// Two clients of one session: one reads its frames, the other their texts.
struct Pair {
    reads: Mirror,
    is_told: Mirror,
    writer: JsonWriter,
}

impl Pair {
    fn new(plan: &Plan, tick_hz: u32) -> Self {
        Self { reads: mirror_of(plan, tick_hz), is_told: mirror_of(plan, tick_hz), writer: JsonWriter::default() }
    }

    /// Both apply a frame, and must hold the same; gives the text.
    fn apply(&mut self, frame: &[u8]) -> String {
        let text = self.writer.text(frame).expect("a sound frame");
        let told = server_message_of_json(&text).expect("a text of our own");
        let applied = self.reads.apply(frame).expect("a sound frame");
        assert_eq!(self.is_told.apply(&told).expect("a sound text"), applied);
        assert_eq!(self.is_told.state(), self.reads.state());
        text
    }
}

fn run(history: &[Tick]) {
    let mut world = World::new();
    let plan = plan();
    let mut pair = Pair::new(&plan, world.tick_hz);
    let mut state = WireState::empty(&plan, 0);
    let mut baseline: Option<(WireState, Option<Vec<u32>>)> = None;
    for (tick, Tick { acts, sent, forgotten }) in (1..).zip(history) {
        if world.act(acts) {
            pair.reads.settings(&settings(tick, world.tick_hz));
            pair.is_told.settings(&settings(tick, world.tick_hz));
            baseline = None;
        }
        world.fly();
        state = state.next(&plan, &world.truth(), tick, world.tick_hz);
        if !sent {
            continue;
        }
        let now = (state.clone(), world.visible());
        let known = baseline.as_ref().filter(|_| !forgotten).map(side);
        pair.apply(&frame_with(&plan, known.as_ref(), &side(&now), world.tick_hz, None, &[], &[]));
        baseline = Some(now);
    }
}

fn side(view: &(WireState, Option<Vec<u32>>)) -> Side<'_> {
    Side { state: &view.0, visible: view.1.as_deref().map_or(Visible::All, Visible::Only) }
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().expect("hex is a string");
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex digits")).collect()
}

#[test]
fn a_second_of_a_crowd_of_200_is_the_same_and_readable() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/workload.json"));
    let second: Value = serde_json::from_str(&file.expect("the vectors are there")).expect("they are JSON");
    let schema = Schema::decode(&mut Reader::new(&bytes(&second["schema"]))).expect("a sound schema");
    let plan = Plan::new(&schema).expect("a sound schema");
    let mut pair = Pair::new(&plan, second["tick_hz"].as_u64().expect("a number") as u32);
    for frame in second["frames"].as_array().expect("a list") {
        let text = pair.apply(&bytes(frame));
        let readable = |c: char| c.is_ascii_digit() || "[],-".contains(c);
        let body = text.strip_prefix("[\"snapshot\"").expect("a snapshot").replace("null", "").replace("true", "");
        assert!(body.chars().all(readable), "{text}");
    }
}

proptest! {
    #[test]
    fn whatever_happens_both_hold_the_same(history in histories(1..40)) {
        run(&history);
    }
}
