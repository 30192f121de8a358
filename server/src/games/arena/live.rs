//! Numbers that a designer turns while a match is played.
//!
//! Invariant: after a change everything is as if the rules had said so from here on; what was computed from a number beforehand
//! follows: the facts that pages know, and how rounds go. What can't follow is fixed and says why. The numbers' ranges are in `numbers`.

use bevy_ecs::prelude::{Resource, World};
use serde_json::{Value, json};
use skirmish_sim::{Number, RoundState, Rules};

use super::components::Facts;
use super::config::{ArenaConfig, DEFAULTS};
use super::numbers::{self, NUMBERS};
use super::stage::Stages;

/// The engine has these as its own.
const ENGINES: [&str; 5] =
    ["match.seats", "match.tick_hz", "match.snapshot_interval", "match.interp_delay_ms", "match.interest_radius"];
const RADIUS: &str = "fighter.radius";
const RADIUS_FIXED: &str = "where fighters enter and the ways of bots are found for it when the match is opened";

/// The configuration as it is now, by tables and keys, without its maps.
#[derive(Resource)]
struct Values(Value);

/// Adds every number of the configuration that is the game's own.
pub(super) fn add(mut rules: Rules, config: &Value) -> Rules {
    let defaults: Value = toml::from_str(DEFAULTS).expect("a file built into the server is TOML");
    let mut values = config.clone();
    values["map"] = json!({});
    for number in NUMBERS.iter().filter(|number| !ENGINES.contains(&number.key)) {
        let path = pointer(number.key);
        let is_whole = defaults.pointer(&path).is_some_and(Value::is_i64);
        let described = describe(number, is_whole, &values);
        let get = {
            let path = path.clone();
            move |world: &mut World| {
                world.resource::<Values>().0.pointer(&path).and_then(Value::as_f64).unwrap_or(f64::NAN)
            }
        };
        let set = move |world: &mut World, given: f64| {
            let given = if is_whole { json!(given as i64) } else { json!(given) };
            turn(world, &path, given);
        };
        rules = rules.number_by(described, get, set);
    }
    rules.setup(|world| world.insert_resource(Values(values)))
}

fn describe(number: &numbers::Number, is_whole: bool, values: &Value) -> Number {
    // A round can't wait for more than there are seats.
    let seats = values["match"]["seats"].as_f64();
    let high = seats.filter(|_| number.key == "round.seats_min").unwrap_or(number.high);
    let described = Number::new(number.key, number.low, high).unit(number.unit).help(number.help);
    let described = if is_whole { described.whole() } else { described };
    if number.key == RADIUS { described.fixed(RADIUS_FIXED) } else { described }
}

fn turn(world: &mut World, path: &str, given: Value) {
    let mut values = world.resource_mut::<Values>();
    *values.0.pointer_mut(path).expect("every number of the table is in the configuration") = given;
    let values = values.0.clone();
    let mut config = world.resource_mut::<ArenaConfig>();
    config.follow(values);
    let round = config.rounds();
    world.resource_mut::<RoundState>().set_rules(round);
    let facts = world.resource::<Stages>().facts(world.resource::<ArenaConfig>());
    for mut shown in world.query::<&mut Facts>().iter_mut(world) {
        *shown = facts.clone();
    }
}

fn pointer(key: &str) -> String {
    format!("/{}", key.replace('.', "/"))
}
