//! The engine's own numbers of a match: those of its tuning, of its pace, and of the bounds of its sessions.
//!
//! Not here: what becomes of a change of each (`skirmish_sim`), the game's numbers (`settings`).

use skirmish_protocol::limits::{
    DILATION_PERMILLE_MAX, DILATION_PERMILLE_MIN, INTERP_DELAY_MS_MAX, SNAPSHOT_INTERVAL_MAX, TICK_HZ_MAX, TICK_HZ_MIN,
};
use skirmish_sim::ranges::{
    HISTORY_TICKS_MAX, HISTORY_TICKS_MIN, INTEREST_RADIUS_MAX, SECONDS_MAX, WINDOW_MS_MAX, WINDOW_MS_MIN,
};
use skirmish_sim::{Number, NumberKind, Pace, RoomLimits, Tuning};

use crate::channels::MatchReport;

/// Set like a number, and shown as the match's state.
pub(super) const PAUSED: &str = "paused";

/// What the engine knows of a match besides the game's numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Engine {
    pub(super) tick_hz: u32,
    pub(super) snapshot_interval: u32,
    pub(super) interp_delay_ms: u32,
    pub(super) interest_radius: f32,
    pub(super) pace: Pace,
    pub(super) limits: RoomLimits,
}

/// A number of the engine's.
pub(super) struct EngineNumber {
    pub(super) key: &'static str,
    unit: &'static str,
    kind: NumberKind,
    min: f64,
    max: f64,
    pub(super) step: f64,
    help: &'static str,
    pub(super) get: fn(&Engine) -> f64,
    pub(super) set: fn(&mut Engine, f64),
}

pub(super) const NUMBERS: [EngineNumber; 10] = [
    EngineNumber {
        key: "tick_hz",
        unit: "Hz",
        kind: NumberKind::Whole,
        min: TICK_HZ_MIN as f64,
        max: TICK_HZ_MAX as f64,
        step: 1.0,
        help: "simulation steps a second: more are finer and quicker to answer, and cost CPU and bandwidth",
        get: |engine| f64::from(engine.tick_hz),
        set: |engine, given| engine.tick_hz = given as u32,
    },
    EngineNumber {
        key: "snapshot_interval",
        unit: "ticks",
        kind: NumberKind::Whole,
        min: 1.0,
        max: SNAPSHOT_INTERVAL_MAX as f64,
        step: 1.0,
        help: "from one snapshot to the next: more save bandwidth, and players see what happens later",
        get: |engine| f64::from(engine.snapshot_interval),
        set: |engine, given| engine.snapshot_interval = given as u32,
    },
    EngineNumber {
        key: "interp_delay_ms",
        unit: "ms",
        kind: NumberKind::Whole,
        min: 0.0,
        max: INTERP_DELAY_MS_MAX as f64,
        step: 1.0,
        help: "how far in the past players see the others: more is smoother on a bad network, and later",
        get: |engine| f64::from(engine.interp_delay_ms),
        set: |engine, given| engine.interp_delay_ms = given as u32,
    },
    EngineNumber {
        key: "interest_radius",
        unit: "units",
        kind: NumberKind::Real,
        min: 0.0,
        max: INTEREST_RADIUS_MAX as f64,
        step: 10.0,
        help: "how far a player is told about others (0: any distance)",
        get: |engine| exact(engine.interest_radius),
        set: |engine, given| engine.interest_radius = given as f32,
    },
    EngineNumber {
        key: "dilation_permille",
        unit: "permille",
        kind: NumberKind::Whole,
        min: DILATION_PERMILLE_MIN as f64,
        max: DILATION_PERMILLE_MAX as f64,
        step: 10.0,
        help: "match time per real time: 500 is half speed, 1000 normal",
        get: |engine| f64::from(engine.pace.dilation_permille),
        set: |engine, given| engine.pace.dilation_permille = given as u32,
    },
    EngineNumber {
        key: "window_ms",
        unit: "ms",
        kind: NumberKind::Whole,
        min: WINDOW_MS_MIN as f64,
        max: WINDOW_MS_MAX as f64,
        step: 10.0,
        help: "how much time, beyond a round trip, may be unacknowledged before snapshots to a player stop",
        get: |engine| f64::from(engine.limits.window_ms),
        set: |engine, given| engine.limits.window_ms = given as u32,
    },
    EngineNumber {
        key: "history_ticks",
        unit: "ticks",
        kind: NumberKind::Whole,
        min: HISTORY_TICKS_MIN as f64,
        max: HISTORY_TICKS_MAX as f64,
        step: 1.0,
        help: "past states kept to send differences from; a player further behind gets a keyframe",
        get: |engine| f64::from(engine.limits.history_ticks),
        set: |engine, given| engine.limits.history_ticks = given as u32,
    },
    EngineNumber {
        key: "checksum_interval_s",
        unit: "s",
        kind: NumberKind::Real,
        min: 0.0,
        max: SECONDS_MAX as f64,
        step: 0.1,
        help: "how often players get a checksum of what they should hold (0: with every snapshot)",
        get: |engine| exact(engine.limits.checksum_interval_s),
        set: |engine, given| engine.limits.checksum_interval_s = given as f32,
    },
    EngineNumber {
        key: "seat_timeout_s",
        unit: "s",
        kind: NumberKind::Real,
        min: 0.0,
        max: SECONDS_MAX as f64,
        step: 1.0,
        help: "how long a seat waits for a player whose connection was lost, in real time",
        get: |engine| exact(engine.limits.seat_timeout_s),
        set: |engine, given| engine.limits.seat_timeout_s = given as f32,
    },
    EngineNumber {
        key: PAUSED,
        unit: "",
        kind: NumberKind::Switch,
        min: 0.0,
        max: 1.0,
        step: 1.0,
        help: "whether match time stands still",
        get: |engine| f64::from(u8::from(engine.pace.paused)),
        set: |engine, given| engine.pace.paused = given != 0.0,
    },
];

impl EngineNumber {
    pub(super) fn described(&self) -> Number {
        let number = Number::new(self.key, self.min, self.max).unit(self.unit).help(self.help);
        Number { kind: self.kind, ..number }
    }
}

impl Engine {
    pub(super) fn of(report: &MatchReport) -> Self {
        Self::new(&report.tuning_asked, report.pace, report.limits)
    }

    pub(super) fn new(tuning: &Tuning, pace: Pace, limits: RoomLimits) -> Self {
        Self {
            tick_hz: tuning.tick_hz.unwrap_or_default(),
            snapshot_interval: tuning.snapshot_interval.unwrap_or_default(),
            interp_delay_ms: tuning.interp_delay_ms.unwrap_or_default(),
            interest_radius: tuning.interest_radius.unwrap_or_default(),
            pace,
            limits,
        }
    }

    /// What is tuned otherwise here than there.
    pub(super) fn tuning_since(&self, before: &Self) -> Tuning {
        Tuning {
            tick_hz: (self.tick_hz != before.tick_hz).then_some(self.tick_hz),
            snapshot_interval: (self.snapshot_interval != before.snapshot_interval).then_some(self.snapshot_interval),
            interp_delay_ms: (self.interp_delay_ms != before.interp_delay_ms).then_some(self.interp_delay_ms),
            interest_radius: (self.interest_radius != before.interest_radius).then_some(self.interest_radius),
        }
    }
}

/// The number that a person would write for it.
pub(super) fn exact(value: f32) -> f64 {
    value.to_string().parse().expect("a number's own text is a number")
}
