//! The rules of arena in numbers, from `assets/config/arena.toml`, and its maps.
//!
//! That file and those of `assets/maps/arena`, as they were when the server was built, are the one source of defaults: what a
//! match's configuration leaves out is taken from them, and what they do not know is refused. Invariant: an [`ArenaConfig`] has
//! every number within its range (`numbers`) and at least one map, each sound (`map`).

use std::collections::BTreeMap;

use bevy_ecs::prelude::Resource;
use serde::Deserialize;
use serde_json::{Map, Value};
use skirmish_sim::{GameError, RoundRules};

use super::map::MapConfig;
use super::numbers;
use super::weapon::Cadence;

pub(super) const DEFAULTS: &str = include_str!("../../../../assets/config/arena.toml");

const MAPS: [(&str, &str); 2] = [
    ("foundry", include_str!("../../../../assets/maps/arena/foundry.toml")),
    ("canal", include_str!("../../../../assets/maps/arena/canal.toml")),
];

/// Maps that a match may play in turn.
const MAPS_MAX: usize = 8;

#[derive(Resource, Clone, Debug, Deserialize)]
pub(super) struct ArenaConfig {
    #[serde(rename = "match")]
    pub(super) play: MatchConfig,
    pub(super) round: RoundConfig,
    pub(super) fighter: FighterConfig,
    pub(super) weapon: WeaponConfig,
    pub(super) pickups: PickupConfig,
    pub(super) bots: BotsConfig,
    /// By name.
    map: BTreeMap<String, MapConfig>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct MatchConfig {
    pub(super) seats: u32,
    pub(super) tick_hz: u32,
    pub(super) snapshot_interval: u32,
    pub(super) interp_delay_ms: u32,
    pub(super) interest_radius: f32,
    maps: Vec<String>,
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
    pub(super) reload_s: f32,
    pub(super) shot_speed: f32,
    pub(super) shot_life_s: f32,
    pub(super) shot_radius: f32,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct PickupConfig {
    pub(super) radius: f32,
    pub(super) respawn_s: f32,
    pub(super) health: u16,
    pub(super) haste: f32,
    pub(super) haste_s: f32,
    pub(super) rapid: f32,
    pub(super) rapid_s: f32,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct BotsConfig {
    pub(super) rookie: SkillConfig,
    pub(super) regular: SkillConfig,
    pub(super) veteran: SkillConfig,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct SkillConfig {
    pub(super) reaction_s: f32,
    pub(super) aim_error_deg: f32,
    pub(super) lead: f32,
    pub(super) distance: f32,
}

impl WeaponConfig {
    /// The rate of fire of a weapon that is so many times as fast as usual.
    pub(super) fn cadence(&self, haste: f32) -> Cadence {
        Cadence {
            shot_interval_s: 1.0 / (self.shots_per_s * haste),
            reload_s: self.reload_s / haste,
            magazine: self.magazine,
        }
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
        for (name, map) in &config.map {
            map.check(name)?;
        }
        Ok(config)
    }

    /// Takes over other numbers, which are within their ranges; the maps stay.
    pub(super) fn follow(&mut self, values: Value) {
        let config: Self = serde_json::from_value(values).expect("numbers within their ranges make a configuration");
        *self = Self { map: std::mem::take(&mut self.map), ..config };
    }

    /// How rounds go.
    pub(super) fn rounds(&self) -> RoundRules {
        let RoundConfig { seats_min, length_s, results_s, .. } = self.round;
        RoundRules { seats_min, round_s: length_s, results_s }
    }

    /// The maps in the order in which rounds play them; at least one.
    pub(super) fn maps(&self) -> impl Iterator<Item = (&str, &MapConfig)> {
        self.play.maps.iter().map(|name| (name.as_str(), &self.map[name]))
    }
}

/// The defaults, with what is given in their place, and only the maps that are played.
pub(super) fn whole(given: &Value) -> Result<Value, GameError> {
    let mut values = defaults();
    if !given.is_null() {
        merge(&mut values, given, "")?;
    }
    let played = played(&values)?;
    let maps = values["map"].as_object_mut().expect("the merge keeps a table a table");
    maps.retain(|name, _| played.contains(name));
    Ok(values)
}

pub(super) fn defaults() -> Value {
    let read = |text| toml::from_str::<Value>(text).expect("a file built into the server is TOML");
    let mut values = read(DEFAULTS);
    values["map"] = MAPS.iter().map(|(name, text)| ((*name).to_owned(), read(text))).collect::<Map<_, _>>().into();
    values
}

/// The names in `match.maps`, each of which is the name of a map.
fn played(values: &Value) -> Result<Vec<String>, GameError> {
    let (given, known) = (&values["match"]["maps"], &values["map"]);
    let known: Vec<_> = known.as_object().into_iter().flat_map(Map::keys).map(String::as_str).collect();
    let names = serde_json::from_value::<Vec<String>>(given.clone()).unwrap_or_default();
    if names.is_empty() || names.len() > MAPS_MAX || names.iter().any(|name| !known.contains(&name.as_str())) {
        let allowed = format!("a list of 1 to {MAPS_MAX} names of maps; there are {}", known.join(", "));
        return refuse("match.maps", given, allowed);
    }
    Ok(names)
}

/// Puts each value of `given` in the place of the one in `values`, which has every key there is, but for maps.
fn merge(values: &mut Value, given: &Value, path: &str) -> Result<(), GameError> {
    match (values, given) {
        (Value::Object(values), Value::Object(given)) => {
            for (name, given) in given {
                let key = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                if path == "map" {
                    values.insert(name.clone(), MapConfig::whole(given, &key)?);
                    continue;
                }
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
        (value, given) => {
            if value.is_number() {
                numbers::check(value, given, path)?;
            }
            *value = given.clone();
            Ok(())
        }
    }
}

pub(super) fn refuse<T>(
    key: &str,
    given: impl std::fmt::Display,
    allowed: impl std::fmt::Display,
) -> Result<T, GameError> {
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
    fn what_is_left_out_comes_from_the_file() {
        let config = ArenaConfig::resolve(&json!({ "fighter": { "speed": 100 } })).unwrap();
        let defaults = ArenaConfig::resolve(&Value::Null).unwrap();
        assert_eq!(config.fighter.speed, 100.0);
        assert_eq!(config.fighter.health, defaults.fighter.health);
        assert_eq!(config.maps().map(|(name, _)| name).collect::<Vec<_>>(), ["foundry", "canal"]);
    }

    #[test]
    fn an_error_names_key_value_and_range() {
        let cases = [
            (json!({"weapon": {"damage": 0}}), "weapon.damage = 0: allowed is a whole number from 1 to 1000 points"),
            (
                json!({"weapon": {"damage": 2.5}}),
                "weapon.damage = 2.5: allowed is a whole number from 1 to 1000 points",
            ),
            (
                json!({"fighter": {"speed": "fast"}}),
                "fighter.speed = \"fast\": allowed is a number from 10 to 1000 units/s",
            ),
            (json!({"match": {"seats": 1}}), "match.seats = 1: allowed is a whole number from 2 to 200"),
            (json!({"fighter": 3}), "fighter = 3: allowed is a table"),
            (json!({"map": 3}), "map = 3: allowed is a table"),
            (json!([]), "the configuration = []: allowed is a table"),
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
        let expected = "bots.rookie.skil: there is no such key; known here: aim_error_deg, distance, lead, reaction_s";
        assert_eq!(error(&json!({ "bots": { "rookie": { "skil": 1 } } })), expected);
        assert!(error(&json!({ "weather": {} })).starts_with("weather: there is no such key"));
    }

    #[test]
    fn a_list_of_maps_is_refused_if_it_is_empty_or_names_one_that_is_not_there() {
        for maps in [json!([]), json!(["foundry", "atlantis"]), json!("foundry"), json!([3])] {
            let message = error(&json!({ "match": { "maps": maps } }));
            assert!(message.contains("1 to 8 names of maps; there are canal, foundry"), "{message}");
        }
    }

    #[test]
    fn a_configuration_keeps_only_the_maps_that_are_played() {
        let given = json!({ "match": { "maps": ["yard"] }, "map": { "yard": { "width": 500, "height": 500 } } });
        let whole = super::whole(&given).unwrap();
        assert_eq!(whole["map"].as_object().unwrap().keys().collect::<Vec<_>>(), ["yard"]);
        assert_eq!(super::whole(&whole).unwrap(), whole, "resolving again changes nothing");
    }
}
