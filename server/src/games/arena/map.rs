//! A map as its file has it: size, walls, pickups and where fighters enter.
//!
//! Invariant: a checked map has all its walls inside it, and its pickups and spawns too. Whether those are clear of walls
//! depends on the size of a fighter: see `stage`.

use glam::Vec2;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skirmish_sim::GameError;

use super::components::PickupKind;
use super::config::refuse;
use super::geometry::Rect;

const SIZE_MIN: f32 = 200.0;
const SIZE_MAX: f32 = 4_000.0;
const WALLS_MAX: usize = 256;
const PICKUPS_MAX: usize = 64;
const SPAWNS_MAX: usize = 200;

/// Lengths are in units; x grows to the right, y downwards, and 0, 0 is the upper left corner.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MapConfig {
    pub(super) width: f32,
    pub(super) height: f32,
    /// Each x, y, width and height.
    #[serde(default)]
    walls: Vec<[f32; 4]>,
    #[serde(default)]
    pickups: Vec<(PickupKind, f32, f32)>,
    /// None: fighters enter anywhere.
    #[serde(default)]
    spawns: Vec<[f32; 2]>,
}

impl MapConfig {
    /// The map that `given` stands for, with what it leaves out filled in.
    pub(super) fn whole(given: &Value, key: &str) -> Result<Value, GameError> {
        let map: Result<Self, _> = serde_json::from_value(given.clone());
        let map = map.map_err(|error| GameError(format!("{key}: not a map: {error}")))?;
        Ok(serde_json::to_value(map).expect("numbers and words are JSON"))
    }

    pub(super) fn size(&self) -> Vec2 {
        Vec2::new(self.width, self.height)
    }

    pub(super) fn walls(&self) -> impl Iterator<Item = Rect> {
        self.walls.iter().map(|&[x, y, width, height]| Rect::new(x, y, width, height))
    }

    pub(super) fn pickups(&self) -> impl Iterator<Item = (PickupKind, Vec2)> {
        self.pickups.iter().map(|&(kind, x, y)| (kind, Vec2::new(x, y)))
    }

    pub(super) fn spawns(&self) -> impl Iterator<Item = Vec2> {
        self.spawns.iter().map(|&[x, y]| Vec2::new(x, y))
    }

    pub(super) fn check(&self, name: &str) -> Result<(), GameError> {
        for (side, given) in [("width", self.width), ("height", self.height)] {
            if !(SIZE_MIN..=SIZE_MAX).contains(&given) {
                let allowed = format!("a number from {SIZE_MIN} to {SIZE_MAX} units");
                return refuse(&format!("map.{name}.{side}"), given, allowed);
            }
        }
        let lists = [
            ("walls", self.walls.len(), WALLS_MAX),
            ("pickups", self.pickups.len(), PICKUPS_MAX),
            ("spawns", self.spawns.len(), SPAWNS_MAX),
        ];
        for (list, given, max) in lists {
            if given > max {
                return refuse(&format!("map.{name}.{list}"), format_args!("{given} {list}"), format!("at most {max}"));
            }
        }
        self.check_walls(name)?;
        self.check_points(name, "pickups", self.pickups().map(|(_, at)| at))?;
        self.check_points(name, "spawns", self.spawns())
    }

    fn check_walls(&self, name: &str) -> Result<(), GameError> {
        let size = self.size();
        for (number, (wall, given)) in self.walls().zip(&self.walls).enumerate() {
            let whole = wall.min.cmplt(wall.max).all();
            if !whole || wall.min.cmplt(Vec2::ZERO).any() || wall.max.cmpgt(size).any() {
                let allowed = format!("inside the map of {} x {} and larger than nothing", size.x, size.y);
                return refuse(&format!("map.{name}.walls[{number}]"), format_args!("{given:?}"), allowed);
            }
        }
        Ok(())
    }

    fn check_points(&self, name: &str, list: &str, points: impl Iterator<Item = Vec2>) -> Result<(), GameError> {
        let size = self.size();
        for (number, at) in points.enumerate() {
            if at.cmplt(Vec2::ZERO).any() || at.cmpgt(size).any() {
                let allowed = format!("inside the map of {} x {}", size.x, size.y);
                return refuse(&format!("map.{name}.{list}[{number}]"), at, allowed);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::config::ArenaConfig;
    use super::*;

    fn error(map: &Value) -> String {
        let given = json!({ "match": { "maps": ["yard"] }, "map": { "yard": map } });
        ArenaConfig::resolve(&given).unwrap_err().0
    }

    #[test]
    fn a_wall_outside_the_map_or_without_a_size_is_refused() {
        for wall in [[-1.0, 0.0, 10.0, 10.0], [595.0, 0.0, 10.0, 10.0], [10.0, 10.0, 0.0, 10.0]] {
            let message = error(&json!({ "width": 600, "height": 400, "walls": [[0, 0, 10, 10], wall] }));
            assert!(message.starts_with("map.yard.walls[1] = ["), "{message}");
            assert!(message.contains("inside the map of 600 x 400"), "{message}");
        }
    }

    #[test]
    fn what_lies_outside_the_map_or_is_too_much_is_refused() {
        let many = vec![[0.0, 0.0, 10.0, 10.0]; WALLS_MAX + 1];
        let cases = [
            (
                json!({ "width": 600, "height": 400, "walls": many }),
                "map.yard.walls = 257 walls: allowed is at most 256",
            ),
            (
                json!({ "width": 600, "height": 400, "spawns": [[1, 401]] }),
                "map.yard.spawns[0] = [1, 401]: allowed is inside the map of 600 x 400",
            ),
            (
                json!({ "width": 600, "height": 400, "pickups": [["haste", 601, 1]] }),
                "map.yard.pickups[0] = [601, 1]: allowed is inside the map of 600 x 400",
            ),
            (json!({ "width": 60, "height": 400 }), "map.yard.width = 60: allowed is a number from 200 to 4000 units"),
        ];
        for (map, expected) in cases {
            assert_eq!(error(&map), expected);
        }
    }

    #[test]
    fn a_table_that_is_no_map_is_refused_with_what_is_wrong() {
        let cases = [
            (json!({ "width": 600 }), "missing field `height`"),
            (json!({ "width": 600, "height": 400, "wals": [] }), "unknown field `wals`"),
            (json!({ "width": 600, "height": 400, "pickups": [["gold", 1, 1]] }), "unknown variant `gold`"),
        ];
        for (map, expected) in cases {
            let message = error(&map);
            assert!(message.starts_with("map.yard: not a map: ") && message.contains(expected), "{message}");
        }
    }
}
