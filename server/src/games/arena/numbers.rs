//! Every number a designer may turn: its meaning, unit and range.
//!
//! Invariant: the table has exactly the numbers of `assets/config/arena.toml`, whose comments say the same; a test holds the
//! two together. Which of them are whole follows from the file. What a number is by default is in the file, too.

use super::config::refuse;
use serde_json::Value;
use skirmish_sim::GameError;

/// One number of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// Its path, for example `fighter.speed`.
    pub key: &'static str,
    /// What it means.
    pub help: &'static str,
    /// Its unit; empty for a plain number.
    pub unit: &'static str,
    /// The least it may be.
    pub low: f64,
    /// The most it may be.
    pub high: f64,
}

const REACTION: &str = "how often a bot looks around and decides";
const AIM_ERROR: &str = "how far its aim is off at worst";
const LEAD: &str = "how well it leads a moving target, 0 (aims at where it is) to 1 (where it will be)";
const DISTANCE: &str = "how close it comes before it circles";

/// All numbers, in the order of the file.
pub const NUMBERS: &[Number] = &[
    number("match.seats", "places for players and bots together", "", 2.0, 200.0),
    number("match.tick_hz", "simulation steps a second", "Hz", 1.0, 240.0),
    number("match.snapshot_interval", "from one snapshot to the next", "ticks", 1.0, 240.0),
    number("match.interp_delay_ms", "how far in the past the page draws the others", "ms", 0.0, 2_000.0),
    number("match.interest_radius", "how far a player is told about others (0: any distance)", "units", 0.0, 10_000.0),
    number("round.seats_min", "players and bots needed for a round, no more than seats", "", 1.0, 200.0),
    number("round.length_s", "a round", "s", 1.0, 3_600.0),
    number("round.results_s", "the pause after it", "s", 0.1, 60.0),
    number("round.score_to_win", "kills that end a round early", "", 1.0, 9_999.0),
    number("fighter.radius", "size of a fighter", "units", 4.0, 64.0),
    number("fighter.speed", "at full run", "units/s", 10.0, 1_000.0),
    number("fighter.acceleration", "towards the wanted velocity", "units/s2", 10.0, 100_000.0),
    number("fighter.health", "of a fighter that enters", "points", 1.0, 1_000.0),
    number("fighter.respawn_s", "from death to return", "s", 0.0, 60.0),
    number("fighter.input_hold_s", "how long the newest input stays in force when none follows", "s", 0.05, 60.0),
    number("weapon.damage", "what a hit takes", "points", 1.0, 1_000.0),
    number("weapon.shots_per_s", "rate of fire", "1/s", 0.1, 100.0),
    number("weapon.magazine", "shots before reloading", "", 1.0, 250.0),
    number("weapon.reload_s", "from the last shot to the next", "s", 0.01, 60.0),
    number("weapon.shot_speed", "of a shot", "units/s", 10.0, 2_000.0),
    number("weapon.shot_life_s", "of a shot that strikes nothing", "s", 0.02, 60.0),
    number("weapon.shot_radius", "of a shot", "units", 0.0, 32.0),
    number("pickups.radius", "size of what lies there to be taken", "units", 4.0, 64.0),
    number("pickups.respawn_s", "from being taken to being there again", "s", 0.1, 600.0),
    number("pickups.health", "what one gives", "points", 1.0, 1_000.0),
    number("pickups.haste", "how many times as fast haste makes a fighter", "", 1.0, 4.0),
    number("pickups.haste_s", "how long haste lasts", "s", 0.1, 60.0),
    number("pickups.rapid", "how many times as fast rapid fire makes a weapon", "", 1.0, 10.0),
    number("pickups.rapid_s", "how long rapid fire lasts", "s", 0.1, 60.0),
    number("bots.rookie.reaction_s", REACTION, "s", 0.02, 10.0),
    number("bots.rookie.aim_error_deg", AIM_ERROR, "degrees", 0.0, 90.0),
    number("bots.rookie.lead", LEAD, "", 0.0, 1.0),
    number("bots.rookie.distance", DISTANCE, "units", 0.0, 4_000.0),
    number("bots.regular.reaction_s", REACTION, "s", 0.02, 10.0),
    number("bots.regular.aim_error_deg", AIM_ERROR, "degrees", 0.0, 90.0),
    number("bots.regular.lead", LEAD, "", 0.0, 1.0),
    number("bots.regular.distance", DISTANCE, "units", 0.0, 4_000.0),
    number("bots.veteran.reaction_s", REACTION, "s", 0.02, 10.0),
    number("bots.veteran.aim_error_deg", AIM_ERROR, "degrees", 0.0, 90.0),
    number("bots.veteran.lead", LEAD, "", 0.0, 1.0),
    number("bots.veteran.distance", DISTANCE, "units", 0.0, 4_000.0),
];

const fn number(key: &'static str, help: &'static str, unit: &'static str, low: f64, high: f64) -> Number {
    Number { key, help, unit, low, high }
}

/// Checks a number that is given in place of `default`, which tells whether it must be whole.
pub(super) fn check(default: &Value, given: &Value, path: &str) -> Result<(), GameError> {
    let number = NUMBERS.iter().find(|number| number.key == path).expect("every number in the file is in the table");
    let kind = if default.is_f64() { "a number" } else { "a whole number" };
    let fits = default.is_f64() || given.is_i64();
    match given.as_f64() {
        Some(value) if fits && (number.low..=number.high).contains(&value) => Ok(()),
        _ => {
            let (low, high, unit) = (number.low, number.high, number.unit);
            let space = if unit.is_empty() { "" } else { " " };
            refuse(path, given, format_args!("{kind} from {low} to {high}{space}{unit}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::{DEFAULTS, defaults};
    use super::*;

    fn numbers(values: &Value, path: &str, found: &mut Vec<(String, Value)>) {
        for (key, value) in values.as_object().into_iter().flatten() {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match value {
                Value::Number(_) => found.push((path, value.clone())),
                _ if path == "map" => {}
                _ => numbers(value, &path, found),
            }
        }
    }

    #[test]
    fn the_table_has_every_number_of_the_file_and_each_keeps_to_its_range() {
        let mut found = Vec::new();
        numbers(&defaults(), "", &mut found);
        for (key, value) in &found {
            check(value, value, key).unwrap();
        }
        assert_eq!(found.len(), NUMBERS.len());
    }

    #[test]
    fn the_files_comments_say_what_the_table_says() {
        let mut section = "";
        let mut numbers = NUMBERS.iter();
        for line in DEFAULTS.lines() {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = name;
            }
            let Some((key, rest)) = line.split_once(" = ").filter(|(key, _)| !key.starts_with('#') && *key != "maps")
            else {
                continue;
            };
            let comment = rest.split_once("# ").map_or("", |(_, comment)| comment);
            let number = numbers.next().expect("the table goes on");
            assert_eq!(number.key, format!("{section}.{}", key.trim()));
            let unit = if number.unit.is_empty() { String::new() } else { format!(", {}", number.unit) };
            assert_eq!(comment, format!("{}{unit}: {} to {}", number.help, number.low, number.high), "{}", number.key);
        }
        assert!(numbers.next().is_none());
    }
}
