//! The numbers of arena, from `assets/config/arena.toml`.
//!
//! That file, as it was when the server was built, is the one source of defaults: what a match's configuration leaves
//! out is taken from it, and what it does not know is refused. Invariant: an [`ArenaConfig`] has every number within
//! [`RANGES`] and every wall inside the map. The file's keys are explained in the file.

use bevy_ecs::prelude::Resource;
use glam::Vec2;
use serde::Deserialize;
use serde_json::Value;
use skirmish_sim::GameError;

use super::geometry::Rect;
use super::weapon::Cadence;

const DEFAULTS: &str = include_str!("../../../../assets/config/arena.toml");

const WALLS_MAX: usize = 256;

/// What each number may be, both ends included. A number that is whole in the file must be whole.
const RANGES: [(&str, f64, f64); 28] = [
    ("match.seats", 2.0, 200.0),
    ("match.tick_hz", 1.0, 240.0),
    ("match.snapshot_interval", 1.0, 240.0),
    ("match.interp_delay_ms", 0.0, 2_000.0),
    ("match.interest_radius", 0.0, 10_000.0),
    ("round.seats_min", 1.0, 200.0),
    ("round.length_s", 1.0, 3_600.0),
    ("round.results_s", 0.1, 60.0),
    ("round.score_to_win", 1.0, 9_999.0),
    ("fighter.radius", 4.0, 64.0),
    ("fighter.speed", 10.0, 1_000.0),
    ("fighter.acceleration", 10.0, 100_000.0),
    ("fighter.health", 1.0, 1_000.0),
    ("fighter.respawn_s", 0.0, 60.0),
    ("fighter.input_hold_s", 0.05, 60.0),
    ("weapon.damage", 1.0, 1_000.0),
    ("weapon.shots_per_s", 0.1, 100.0),
    ("weapon.magazine", 1.0, 250.0),
    ("weapon.reload_s", 0.01, 60.0),
    ("weapon.shot_speed", 10.0, 2_000.0),
    ("weapon.shot_life_s", 0.02, 60.0),
    ("weapon.shot_radius", 0.0, 32.0),
    ("bots.reaction_s", 0.02, 10.0),
    ("bots.aim_error_deg", 0.0, 90.0),
    ("bots.lead", 0.0, 1.0),
    ("bots.distance", 0.0, 4_000.0),
    ("map.width", 200.0, 4_000.0),
    ("map.height", 200.0, 4_000.0),
];

#[derive(Resource, Clone, Debug, Deserialize)]
pub(super) struct ArenaConfig {
    #[serde(rename = "match")]
    pub(super) play: MatchConfig,
    pub(super) round: RoundConfig,
    pub(super) fighter: FighterConfig,
    pub(super) weapon: WeaponConfig,
    pub(super) bots: BotConfig,
    pub(super) map: MapConfig,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct MatchConfig {
    pub(super) seats: u32,
    pub(super) tick_hz: u32,
    pub(super) snapshot_interval: u32,
    pub(super) interp_delay_ms: u32,
    pub(super) interest_radius: f32,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct RoundConfig {
    pub(super) seats_min: u32,
    pub(super) length_s: f32,
    pub(super) results_s: f32,
    pub(super) score_to_win: u16,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct FighterConfig {
    pub(super) radius: f32,
    pub(super) speed: f32,
    pub(super) acceleration: f32,
    pub(super) health: u16,
    pub(super) respawn_s: f32,
    pub(super) input_hold_s: f32,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct WeaponConfig {
    pub(super) damage: u16,
    shots_per_s: f32,
    pub(super) magazine: u8,
    reload_s: f32,
    pub(super) shot_speed: f32,
    pub(super) shot_life_s: f32,
    pub(super) shot_radius: f32,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct BotConfig {
    pub(super) reaction_s: f32,
    pub(super) aim_error_deg: f32,
    pub(super) lead: f32,
    pub(super) distance: f32,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct MapConfig {
    pub(super) width: f32,
    pub(super) height: f32,
    walls: Vec<[f32; 4]>,
}

impl WeaponConfig {
    pub(super) fn cadence(&self) -> Cadence {
        Cadence { shot_interval_s: 1.0 / self.shots_per_s, reload_s: self.reload_s, magazine: self.magazine }
    }
}

impl MapConfig {
    pub(super) fn walls(&self) -> impl Iterator<Item = Rect> {
        self.walls.iter().map(|&[x, y, width, height]| Rect::new(x, y, width, height))
    }

    fn check(&self) -> Result<(), GameError> {
        if self.walls.len() > WALLS_MAX {
            let given = self.walls.len();
            return refuse("map.walls", format_args!("{given} walls"), format_args!("at most {WALLS_MAX}"));
        }
        let size = Vec2::new(self.width, self.height);
        for (number, (wall, given)) in self.walls().zip(&self.walls).enumerate() {
            let whole = wall.min.cmplt(wall.max).all();
            if !whole || wall.min.cmplt(Vec2::ZERO).any() || wall.max.cmpgt(size).any() {
                let key = format!("map.walls[{number}]");
                let allowed = format!("inside the map of {} x {} and larger than nothing", size.x, size.y);
                return refuse(&key, format_args!("{given:?}"), allowed);
            }
        }
        Ok(())
    }
}

impl ArenaConfig {
    /// The configuration with everything that `given` leaves out filled in.
    pub(super) fn resolve(given: &Value) -> Result<Self, GameError> {
        let config: Self = serde_json::from_value(whole(given)?).map_err(|error| GameError(error.to_string()))?;
        if config.round.seats_min > config.play.seats {
            let allowed = format!("at most match.seats, which is {}", config.play.seats);
            return refuse("round.seats_min", config.round.seats_min, allowed);
        }
        config.map.check()?;
        Ok(config)
    }
}

/// The defaults, with what is given in their place.
pub(super) fn whole(given: &Value) -> Result<Value, GameError> {
    let mut values = defaults();
    if !given.is_null() {
        merge(&mut values, given, "")?;
    }
    Ok(values)
}

fn defaults() -> Value {
    toml::from_str(DEFAULTS).expect("the file built into the server is TOML")
}

/// Puts each value of `given` in the place of the one in `values`, which has every key there is.
fn merge(values: &mut Value, given: &Value, path: &str) -> Result<(), GameError> {
    match (values, given) {
        (Value::Object(values), Value::Object(given)) => {
            for (name, given) in given {
                let key = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                let Some(value) = values.get_mut(name) else {
                    let known: Vec<_> = values.keys().map(String::as_str).collect();
                    return Err(GameError(format!("{key}: there is no such key; known here: {}", known.join(", "))));
                };
                merge(value, given, &key)?;
            }
            Ok(())
        }
        (Value::Object(_), given) if path.is_empty() => refuse("the configuration", given, "a table"),
        (Value::Object(_), given) => refuse(path, given, "a table"),
        (value @ Value::Array(_), given) => {
            if serde_json::from_value::<Vec<[f32; 4]>>(given.clone()).is_err() {
                return refuse(path, given, "a list of [x, y, width, height]");
            }
            *value = given.clone();
            Ok(())
        }
        (value, given) => {
            check_number(value, given, path)?;
            *value = given.clone();
            Ok(())
        }
    }
}

fn check_number(default: &Value, given: &Value, path: &str) -> Result<(), GameError> {
    let &(_, low, high) = RANGES.iter().find(|(key, ..)| *key == path).expect("every number in the file has a range");
    let kind = if default.is_f64() { "a number" } else { "a whole number" };
    let fits = default.is_f64() || given.is_i64();
    match given.as_f64() {
        Some(number) if fits && (low..=high).contains(&number) => Ok(()),
        _ => refuse(path, given, format_args!("{kind} from {low} to {high}")),
    }
}

fn refuse<T>(key: &str, given: impl std::fmt::Display, allowed: impl std::fmt::Display) -> Result<T, GameError> {
    Err(GameError(format!("{key} = {given}: allowed is {allowed}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn error(given: &Value) -> String {
        ArenaConfig::resolve(given).unwrap_err().0
    }

    #[test]
    fn every_number_in_the_file_has_a_range_and_keeps_to_it() {
        let mut keys = Vec::new();
        for (section, values) in defaults().as_object().unwrap() {
            for (key, value) in values.as_object().unwrap() {
                if !value.is_array() {
                    let path = format!("{section}.{key}");
                    check_number(value, value, &path).unwrap();
                    keys.push(path);
                }
            }
        }
        let mut ranges: Vec<_> = RANGES.iter().map(|(key, ..)| (*key).to_owned()).collect();
        keys.sort();
        ranges.sort();
        assert_eq!(keys, ranges);
    }

    #[test]
    fn what_is_left_out_comes_from_the_file() {
        let config = ArenaConfig::resolve(&json!({ "fighter": { "speed": 100 } })).unwrap();
        let defaults = ArenaConfig::resolve(&Value::Null).unwrap();
        assert_eq!(config.fighter.speed, 100.0);
        assert_eq!(config.fighter.health, defaults.fighter.health);
        assert_eq!(config.map.walls, defaults.map.walls);
    }

    #[test]
    fn an_error_names_key_value_and_range() {
        let cases = [
            (json!({"weapon": {"damage": 0}}), "weapon.damage = 0: allowed is a whole number from 1 to 1000"),
            (json!({"weapon": {"damage": 2.5}}), "weapon.damage = 2.5: allowed is a whole number from 1 to 1000"),
            (json!({"fighter": {"speed": "fast"}}), "fighter.speed = \"fast\": allowed is a number from 10 to 1000"),
            (json!({"fighter": 3}), "fighter = 3: allowed is a table"),
            (json!([]), "the configuration = []: allowed is a table"),
            (
                json!({"map": {"walls": [[1, 2, 3]]}}),
                "map.walls = [[1,2,3]]: allowed is a list of [x, y, width, height]",
            ),
            (
                json!({"match": {"seats": 4}, "round": {"seats_min": 5}}),
                "round.seats_min = 5: allowed is at most match.seats, which is 4",
            ),
        ];
        for (given, expected) in cases {
            assert_eq!(error(&given), expected);
        }
    }

    #[test]
    fn an_unknown_key_is_refused_with_the_known_ones() {
        let expected = "bots.skil: there is no such key; known here: aim_error_deg, distance, lead, reaction_s";
        assert_eq!(error(&json!({ "bots": { "skil": 1 } })), expected);
        assert!(error(&json!({ "weather": {} })).starts_with("weather: there is no such key"));
    }

    #[test]
    fn a_wall_outside_the_map_or_without_a_size_is_refused() {
        for wall in [[-1.0, 0.0, 10.0, 10.0], [2_395.0, 0.0, 10.0, 10.0], [10.0, 10.0, 0.0, 10.0]] {
            let message = error(&json!({ "map": { "walls": [[0, 0, 10, 10], wall] } }));
            assert!(message.starts_with("map.walls[1] = ["), "{message}");
            assert!(message.contains("inside the map of 2400 x 1600"), "{message}");
        }
        let many = vec![[0.0, 0.0, 10.0, 10.0]; WALLS_MAX + 1];
        assert_eq!(error(&json!({ "map": { "walls": many } })), "map.walls = 257 walls: allowed is at most 256");
    }
}
