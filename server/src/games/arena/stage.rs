//! The maps of a match, and the one that is played: each round takes the next.
//!
//! Invariant: what can be computed from a map is computed once, when the match is opened; walls and pickups are there as
//! entities exactly for the map that is played. Who enters where is in `spawn`.

use bevy_ecs::prelude::{Commands, Entity, Or, Query, Res, ResMut, Resource, With, World};
use glam::Vec2;
use skirmish_sim::{EntityId, GameError, Ids, RoundState};

use super::components::{Facts, Pickup, Wall};
use super::config::{ArenaConfig, refuse};
use super::map::MapConfig;
use super::paths::Paths;
use super::terrain::Terrain;

/// One map, ready to be played.
#[derive(Debug)]
pub(super) struct Stage {
    map: MapConfig,
    pub(super) terrain: Terrain,
    pub(super) paths: Paths,
    /// Where fighters may enter. Empty: anywhere.
    pub(super) spawns: Vec<Vec2>,
}

/// The maps, in the order in which rounds play them; at least one.
#[derive(Resource, Debug)]
pub(super) struct Stages {
    stages: Vec<Stage>,
    current: usize,
}

impl Stage {
    fn new(name: &str, map: &MapConfig, fighter_radius: f32) -> Result<Self, GameError> {
        let terrain = Terrain::new(map);
        let paths = Paths::new(map.size(), fighter_radius, &terrain);
        if paths.places().is_empty() {
            let allowed = format!("any that leave room for a fighter of radius {fighter_radius}");
            return refuse(&format!("map.{name}.walls"), format_args!("{} walls", map.walls().count()), allowed);
        }
        let blocked = |at: &Vec2| !terrain.clear(*at, *at, fighter_radius);
        if let Some(at) = map.spawns().chain(map.pickups().map(|(_, at)| at)).find(blocked) {
            return Err(GameError(format!("map.{name}: a fighter of radius {fighter_radius} touches a wall at {at}")));
        }
        Ok(Self { map: map.clone(), spawns: map.spawns().collect(), terrain, paths })
    }
}

impl Stages {
    pub(super) fn new(config: &ArenaConfig) -> Result<Self, GameError> {
        let stages = config.maps().map(|(name, map)| Stage::new(name, map, config.fighter.radius));
        Ok(Self { stages: stages.collect::<Result<_, _>>()?, current: 0 })
    }

    /// The map that is played.
    pub(super) fn here(&self) -> &Stage {
        &self.stages[self.current]
    }

    pub(super) fn facts(&self, config: &ArenaConfig) -> Facts {
        let size = self.here().map.size();
        Facts {
            width: size.x,
            height: size.y,
            fighter_radius: config.fighter.radius,
            shot_radius: config.weapon.shot_radius,
            health: config.fighter.health,
            magazine: config.weapon.magazine,
            score_to_win: config.round.score_to_win,
            map: self.current as u8,
            speed: config.fighter.speed,
            acceleration: config.fighter.acceleration,
            haste: config.pickups.haste,
            reload_s: config.weapon.reload_s,
            respawn_s: config.fighter.respawn_s,
            pickup_radius: config.pickups.radius,
            rapid: config.pickups.rapid,
        }
    }

    fn walls(&self) -> impl Iterator<Item = Wall> {
        self.here().terrain.walls().iter().map(|wall| {
            let (at, size) = (wall.min, wall.max - wall.min);
            Wall { x: at.x, y: at.y, w: size.x, h: size.y }
        })
    }

    fn pickups(&self) -> impl Iterator<Item = Pickup> {
        self.here().map.pickups().map(|(kind, at)| Pickup::new(kind, at))
    }
}

/// Puts the first map into the world of a new match.
pub(super) fn set_up(world: &mut World, config: ArenaConfig, stages: Stages) {
    let next_id = |world: &mut World| -> EntityId { world.resource_mut::<Ids>().next() };
    let id = next_id(world);
    world.spawn((id, stages.facts(&config)));
    for wall in stages.walls() {
        let id = next_id(world);
        world.spawn((id, wall));
    }
    for pickup in stages.pickups() {
        let id = next_id(world);
        world.spawn((id, pickup));
    }
    world.insert_resource(config);
    world.insert_resource(stages);
}

/// What belongs to a map.
type Scenery = Or<(With<Wall>, With<Pickup>)>;

/// A round's first tick: its map takes the place of the one before, with every pickup there.
pub(super) fn change(
    round: Res<RoundState>,
    config: Res<ArenaConfig>,
    mut stages: ResMut<Stages>,
    mut ids: ResMut<Ids>,
    mut commands: Commands,
    mut facts: Query<&mut Facts>,
    scenery: Query<Entity, Scenery>,
) {
    if !round.just_started() {
        return;
    }
    stages.current = (round.number as usize - 1) % stages.stages.len();
    for mut facts in &mut facts {
        *facts = stages.facts(&config);
    }
    for entity in &scenery {
        commands.entity(entity).despawn();
    }
    for wall in stages.walls() {
        commands.spawn((ids.next(), wall));
    }
    for pickup in stages.pickups() {
        commands.spawn((ids.next(), pickup));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn stages(config: &Value) -> Result<Stages, GameError> {
        Stages::new(&ArenaConfig::resolve(config)?)
    }

    #[test]
    fn on_the_maps_that_ship_every_spawn_and_pickup_can_be_reached_from_every_spawn() {
        let stages = stages(&Value::Null).unwrap();
        for stage in &stages.stages {
            let Stage { map, terrain, paths, spawns } = stage;
            assert!(spawns.len() >= 16 && map.pickups().count() >= 8);
            let goals: Vec<_> = map.pickups().map(|(_, at)| at).chain(spawns.iter().copied()).collect();
            for &from in spawns {
                let unreached = goals.iter().find(|&&to| paths.towards(terrain, 16.0, from, to).is_none());
                assert_eq!(unreached, None, "from {from}");
            }
        }
    }

    #[test]
    fn the_maps_that_ship_are_larger_than_a_screen() {
        for stage in &stages(&Value::Null).unwrap().stages {
            assert!(stage.map.size().cmpge(Vec2::new(1_920.0, 1_080.0)).all());
        }
    }

    #[test]
    fn a_map_without_room_or_with_a_spawn_in_a_wall_is_refused() {
        let yard = |map: Value| json!({ "match": { "maps": ["yard"] }, "map": { "yard": map } });
        let full = yard(json!({ "width": 400, "height": 300, "walls": [[0, 0, 400, 300]] }));
        let expected = "map.yard.walls = 1 walls: allowed is any that leave room for a fighter of radius 16";
        assert_eq!(stages(&full).unwrap_err().0, expected);
        let walled = yard(json!({ "width": 400, "height": 300, "walls": [[0, 0, 50, 50]], "spawns": [[60, 25]] }));
        let message = stages(&walled).unwrap_err().0;
        assert!(message.contains("touches a wall at [60, 25]"), "{message}");
    }
}
