//! Every number of a running match that may be turned: the engine's own, and the game's as it describes them.
//!
//! Invariant: a number is called the same everywhere: in changes, in presets, in the audit list and to players. What is asked for is
//! checked here, by name and range, before anything is told to the match. Not here: who asks, what is kept of it (`tune`), the game's numbers
//! themselves (`skirmish_sim::Number`).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use skirmish_sim::{Arrival, Number, NumberKind, Pace, RoomLimits, Tuning};

use super::admin::AdminError;
use super::engine_numbers::{Engine, NUMBERS, exact};
use crate::channels::MatchReport;
use crate::directory::Hosted;

/// Values by key.
pub(super) type Values = BTreeMap<String, f64>;

const ENGINE: &str = "engine";
const SEATS_FIXED: &str = "every seat has its place from the first tick on: open another match with other seats";

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
