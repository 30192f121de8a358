//! Every number of a running match that may be turned: the engine's own, and the game's as it describes them.
//!
//! Invariant: a number is called the same everywhere: in changes, in presets, in the audit list and to players. What is asked for is
//! checked here, by name and range, before anything is told to the match. Not here: who asks, what is kept of it (`tune`), the game's numbers
//! themselves (`skirmish_sim::Number`).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use skirmish_protocol::limits::{
    DILATION_PERMILLE_MAX, DILATION_PERMILLE_MIN, INTERP_DELAY_MS_MAX, SNAPSHOT_INTERVAL_MAX, TICK_HZ_MAX, TICK_HZ_MIN,
};
use skirmish_sim::{Arrival, Number, NumberKind, Pace, RoomLimits, Tuning};

use super::admin::AdminError;
use crate::channels::MatchReport;
use crate::directory::Hosted;

/// Values by key.
pub(super) type Values = BTreeMap<String, f64>;

const ENGINE: &str = "engine";
/// Set like a number of the engine's, and shown as the match's state.
pub(super) const PAUSED: &str = "paused";
const SEATS_FIXED: &str = "every seat has its place from the first tick on: open another match with other seats";
const DAY_S: f64 = 86_400.0;

/// What the engine knows of a match besides the game's numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Engine {
    tick_hz: u32,
    snapshot_interval: u32,
    interp_delay_ms: u32,
    interest_radius: f32,
    pace: Pace,
    limits: RoomLimits,
}

/// A number of the engine's.
struct EngineNumber {
    key: &'static str,
    unit: &'static str,
    kind: NumberKind,
    min: f64,
    max: f64,
    step: f64,
    help: &'static str,
    get: fn(&Engine) -> f64,
    set: fn(&mut Engine, f64),
}

const NUMBERS: [EngineNumber; 10] = [
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
        max: 1e6,
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
        min: 10.0,
        max: 10_000.0,
        step: 10.0,
        help: "how much time, beyond a round trip, may be unacknowledged before snapshots to a player stop",
        get: |engine| f64::from(engine.limits.window_ms),
        set: |engine, given| engine.limits.window_ms = given as u32,
    },
    EngineNumber {
        key: "history_ticks",
        unit: "ticks",
        kind: NumberKind::Whole,
        min: 2.0,
        max: 4_096.0,
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
        max: DAY_S,
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
        max: DAY_S,
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
    fn described(&self) -> Number {
        let number = Number::new(self.key, self.min, self.max).unit(self.unit).help(self.help);
        Number { kind: self.kind, ..number }
    }
}

/// A number as it was or is to be, with what it means.
pub(super) struct Setting {
    pub(super) number: Number,
    /// Of the engine, or of the game.
    pub(super) of_engine: bool,
    step: f64,
    pub(super) value: f64,
    pub(super) default: f64,
}

impl Setting {
    /// As a JSON value of its kind.
    pub(super) fn json(&self, value: f64) -> Value {
        json_of(self.number.kind, value)
    }

    fn group(&self) -> &str {
        if self.of_engine { ENGINE } else { self.number.key.rsplit_once('.').map_or("game", |(group, _)| group) }
    }

    /// As `GET …/settings` shows it.
    pub(super) fn shown(&self) -> Value {
        let Number { key, help, unit, kind, min, max, fixed } = &self.number;
        let kind = match kind {
            NumberKind::Real => "number",
            NumberKind::Whole => "integer",
            NumberKind::Switch => "boolean",
        };
        let mut shown = json!({
            "key": key,
            "group": self.group(),
            "type": kind,
            "unit": unit,
            "min": min,
            "max": max,
            "step": self.step,
            "help": help,
            "value": self.json(self.value),
            "default": self.json(self.default),
            "live": fixed.is_none(),
        });
        if let Some(why) = fixed {
            shown["why_not_live"] = json!(why);
        }
        shown
    }
}

/// All settings of a match: the engine's first, each with what it is once everything that was asked for is in force.
pub(super) fn settings(report: &MatchReport, game: &Hosted, usual: &Usual) -> Vec<Setting> {
    let (now, default) = (Engine::of(report), usual.engine(game));
    let engine = NUMBERS.iter().map(|number| Setting {
        number: number.described(),
        of_engine: true,
        step: number.step,
        value: (number.get)(&now),
        default: (number.get)(&default),
    });
    let seats = Setting {
        number: Number::new("seats_max", 1.0, f64::from(report.seats_max))
            .help("places for players and bots together")
            .whole()
            .fixed(SEATS_FIXED),
        of_engine: true,
        step: 1.0,
        value: f64::from(report.seats_max),
        default: f64::from(report.seats_max),
    };
    let numbers = report.numbers.iter().zip(game.numbers()).map(|(value, (number, default))| Setting {
        number: number.clone(),
        of_engine: false,
        step: step_of(number),
        value: *value,
        default: *default,
    });
    engine.chain([seats]).chain(numbers).collect()
}

/// What matches begin with, unless their game says otherwise.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usual {
    pub(super) tuning: Tuning,
    pub(super) limits: RoomLimits,
}

impl Usual {
    fn engine(&self, game: &Hosted) -> Engine {
        Engine::new(&game.tuning_with(&self.tuning), Pace::default(), self.limits)
    }
}

impl Engine {
    fn of(report: &MatchReport) -> Self {
        Self::new(&report.tuning_asked, report.pace, report.limits)
    }

    fn new(tuning: &Tuning, pace: Pace, limits: RoomLimits) -> Self {
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
    fn tuning_since(&self, before: &Self) -> Tuning {
        Tuning {
            tick_hz: (self.tick_hz != before.tick_hz).then_some(self.tick_hz),
            snapshot_interval: (self.snapshot_interval != before.snapshot_interval).then_some(self.snapshot_interval),
            interp_delay_ms: (self.interp_delay_ms != before.interp_delay_ms).then_some(self.interp_delay_ms),
            interest_radius: (self.interest_radius != before.interest_radius).then_some(self.interest_radius),
        }
    }
}

/// What a body of `PATCH …/matches/{id}` asks for: the engine's numbers by their keys, the game's under `numbers`.
pub(super) fn read_change(body: &Map<String, Value>, settings: &[Setting]) -> Result<Values, AdminError> {
    let mut values = Values::new();
    for (key, given) in body {
        if key != "numbers" {
            values.insert(key.clone(), read_value(key, given, settings, true)?);
            continue;
        }
        let numbers = given.as_object().ok_or_else(|| {
            AdminError::BadRequest(format!(
                "numbers = {given}: allowed is an object of the game's numbers by their keys"
            ))
        })?;
        for (key, given) in numbers {
            values.insert(key.clone(), read_value(key, given, settings, false)?);
        }
    }
    Ok(values)
}

/// The value that is given for a number, if it is one that it may have.
pub(super) fn read_value(key: &str, given: &Value, settings: &[Setting], of_engine: bool) -> Result<f64, AdminError> {
    let found = settings.iter().find(|setting| setting.of_engine == of_engine && setting.number.key == key);
    let Some(Setting { number, .. }) = found else {
        let known = settings.iter().filter(|setting| setting.of_engine == of_engine);
        let known: Vec<_> = known.map(|setting| &*setting.number.key).collect();
        return Err(AdminError::BadRequest(format!(
            "{key}: there is no such number; known here: {}",
            known.join(", ")
        )));
    };
    let value = match given {
        Value::Bool(given) if number.kind == NumberKind::Switch => Some(f64::from(u8::from(*given))),
        Value::Number(given) if number.kind != NumberKind::Switch => given.as_f64(),
        _ => None,
    };
    let value =
        value.ok_or_else(|| AdminError::BadRequest(format!("{key} = {given}: allowed is {}", number.allowed())))?;
    number.check(value).map_err(|error| AdminError::BadRequest(error.to_string()))?;
    // The engine keeps its numbers in 32 bits: what it will say they are is what was given.
    Ok(if of_engine { exact(value as f32) } else { value })
}

/// What to tell a match so that it has these values, all of them checked; nothing for what it has already.
pub(super) fn arrivals(report: &MatchReport, values: &Values, settings: &[Setting]) -> Vec<Arrival> {
    let before = Engine::of(report);
    let mut after = before;
    let mut arrivals = Vec::new();
    for Setting { number, of_engine, value: now, .. } in settings {
        let Some(value) = values.get(&*number.key).filter(|value| *value != now) else {
            continue;
        };
        if !of_engine {
            arrivals.push(Arrival::Number { key: number.key.clone().into_owned(), value: *value });
        } else if let Some(known) = NUMBERS.iter().find(|known| known.key == number.key) {
            (known.set)(&mut after, *value);
        }
    }
    let tuning = after.tuning_since(&before);
    if tuning != Tuning::default() {
        arrivals.push(Arrival::Tune(tuning));
    }
    if after.limits != before.limits {
        arrivals.push(Arrival::Limits(after.limits));
    }
    if after.pace != before.pace {
        arrivals.push(Arrival::Pace(after.pace));
    }
    arrivals
}

/// A number in JSON, by what it may be.
pub(super) fn json_of(kind: NumberKind, value: f64) -> Value {
    match kind {
        NumberKind::Real => json!(value),
        NumberKind::Whole => json!(value as i64),
        NumberKind::Switch => json!(value != 0.0),
    }
}

/// The number that a person would write for it.
fn exact(value: f32) -> f64 {
    value.to_string().parse().expect("a number's own text is a number")
}

/// A step for a slider: some hundreds of them fit into the range, and its least value is a multiple of it.
fn step_of(number: &Number) -> f64 {
    if number.kind != NumberKind::Real {
        return 1.0;
    }
    let mut step = 10f64.powf(((number.max - number.min) / 500.0).log10().floor());
    while number.min != 0.0 && (number.min / step - (number.min / step).round()).abs() > 1e-6 && step > 1e-6 {
        step /= 10.0;
    }
    // What ten to a power is not to the last digit.
    format!("{step:.6}").parse().unwrap_or(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sliders_step_is_round_and_fits_the_ends_of_its_range() {
        let step = |min, max| step_of(&Number::new("speed", min, max));
        assert_eq!([step(10.0, 1_000.0), step(0.0, 1.0), step(0.01, 60.0), step(0.05, 60.0)], [1.0, 0.001, 0.01, 0.01]);
        assert_eq!([step(0.0, 90.0), step(10.0, 100_000.0)], [0.1, 10.0]);
        assert_eq!(step_of(&Number::new("magazine", 1.0, 250.0).whole()), 1.0);
    }
}
