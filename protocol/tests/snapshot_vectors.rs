//! The golden history in `protocol/vectors/snapshots.json`: frames, and what a client holds after each.
//! With `SKIRMISH_BLESS=1` the file is written anew.

use serde_json::{Value, json};
use skirmish_protocol::{JsonWriter, Mirror, Plan, ServerMessage, Side, Visible, WireState, view_checksum};

use crate::snapshot_support::history::World;
use crate::snapshot_support::script::{Step, script};
use crate::snapshot_support::{SEAT, frame_with, mirror_of, plan, restricted, settings};
use crate::vector_support::{after_json, check_file, file_text, hex};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/snapshots.json");
const TICK_HZ: u32 = 30;

/// Plays the script, and gives the `frames` of the file.
struct Recorder {
    plan: Plan,
    world: World,
    mirror: Mirror,
    state: WireState,
    baseline: Option<(WireState, Option<Vec<u32>>)>,
    writer: JsonWriter,
    frames: Vec<Value>,
}

fn side(view: &(WireState, Option<Vec<u32>>)) -> Side<'_> {
    Side { state: &view.0, visible: view.1.as_deref().map_or(Visible::All, Visible::Only) }
}

impl Recorder {
    fn new() -> Self {
        let plan = plan();
        Self {
            world: World::new(),
            mirror: mirror_of(&plan, TICK_HZ),
            state: WireState::empty(&plan, 0),
            plan,
            baseline: None,
            writer: JsonWriter::default(),
            frames: Vec::new(),
        }
    }

    fn play(&mut self, step: &Step) {
        for acts in &step.ticks {
            let tick = self.state.tick + 1;
            if self.world.act(acts) {
                self.change_settings(tick);
            }
            self.world.fly();
            self.state = self.state.next(&self.plan, &self.world.truth(), tick, self.world.tick_hz);
        }
        self.snapshot(step);
    }

    fn change_settings(&mut self, effective_tick: u32) {
        let settings = settings(effective_tick, self.world.tick_hz);
        let mut frame = Vec::new();
        ServerMessage::Settings(settings).encode(&mut frame);
        self.record("settings", &frame, &Value::Null);
        self.mirror.settings(&settings);
        self.baseline = None;
    }

    fn snapshot(&mut self, step: &Step) {
        let now = (self.state.clone(), self.world.visible());
        let checksum = view_checksum(&self.plan, SEAT, &side(&now));
        let baseline = self.baseline.as_ref().map(side);
        let carried = step.checksum.then_some(checksum);
        let frame = frame_with(
            &self.plan,
            baseline.as_ref(),
            &side(&now),
            self.world.tick_hz,
            carried,
            &step.own_events,
            &step.events,
        );
        let held = restricted(&self.plan, &side(&now));
        let applied = self.mirror.apply(&frame).expect("a sound snapshot");
        assert_eq!(self.mirror.state(), &held, "{}", step.name);
        assert_eq!(self.mirror.checksum(), checksum, "{}", step.name);
        let after = after_json(&self.plan, &held, &applied.own_events, &applied.events);
        self.record(step.name, &frame, &after);
        self.baseline = Some(now);
    }

    fn record(&mut self, name: &str, frame: &[u8], after: &Value) {
        let text = self.writer.text(frame).expect("a sound frame");
        let text: Value = serde_json::from_str(&text).expect("a text is JSON");
        self.frames.push(json!({"name": name, "hex": hex(frame), "json": text, "after": after}));
    }
}

#[test]
fn the_golden_history_is_what_we_write() {
    let mut recorder = Recorder::new();
    for step in script() {
        recorder.play(&step);
    }
    check_file(FILE, &file_text(&recorder.plan, TICK_HZ, &recorder.frames, &[]));
}
