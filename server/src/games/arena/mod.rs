//! Arena: a top-down shooter for 2 to 200 seats, people and bots.
//!
//! A tick goes through the systems in the order of [`Game::rules`] below, each in a file of its own. Invariant: rules
//! are stated in seconds and units, so how the game plays does not depend on the tick rate; whatever depends on an
//! order goes by entity ids. The numbers are in `assets/config/arena.toml`.

#![expect(elided_lifetimes_in_paths, reason = "systems read better without")]
#![expect(clippy::needless_pass_by_value, reason = "systems are given their parameters by value")]

mod bots;
mod components;
mod config;
mod fly;
mod geometry;
mod motion;
mod orders;
mod paths;
mod round;
mod shoot;
mod spawn;
mod strike;
mod terrain;
mod walk;
mod weapon;

use bevy_ecs::world::World;
use serde_json::Value;
use skirmish_sim::{Game, GameError, Ids, RoundRules, Rules};

pub use components::{ArenaEvent, ArenaInput};

use components::{Aim, Body, Facts, Fighter, Shot, Wall};
use config::ArenaConfig;
use paths::Paths;
use strike::Impacts;
use terrain::Terrain;
use weapon::Weapon;

/// The game. Its configuration has the shape of `assets/config/arena.toml`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Arena;

impl Game for Arena {
    fn name(&self) -> &str {
        "arena"
    }

    fn resolve(&self, given: &Value) -> Result<Value, GameError> {
        config::whole(given)
    }

    fn rules(&self, config: &Value) -> Result<Rules, GameError> {
        let config = ArenaConfig::resolve(config)?;
        let terrain = Terrain::new(&config.map);
        let paths = Paths::new(&config, &terrain);
        if paths.places().is_empty() {
            let radius = config.fighter.radius;
            return Err(GameError(format!("map.walls: they leave no room for a fighter of radius {radius}")));
        }
        let (play, round) = (&config.play, &config.round);
        Ok(Rules::new::<ArenaInput>()
            .seats_max(play.seats)
            .tick_hz(play.tick_hz)
            .snapshot_interval(play.snapshot_interval)
            .interp_delay_ms(play.interp_delay_ms)
            .rounds(RoundRules { seats_min: round.seats_min, round_s: round.length_s, results_s: round.results_s })
            .replicate::<Body>()
            .replicate::<Aim>()
            .replicate::<Fighter>()
            .replicate::<Shot>()
            .replicate::<Wall>()
            .replicate::<Weapon>()
            .replicate::<Facts>()
            .events::<ArenaEvent>()
            .place::<Body>(Body::place)
            .interest_radius(play.interest_radius)
            .setup(move |world| set_up(world, config, terrain, paths))
            .bots(bots::think)
            .systems((round::end, round::clear, spawn::follow_seats, round::begin, spawn::return_the_dead))
            .systems((orders::listen, walk::walk, shoot::shoot, fly::fly, strike::strike, round::decide)))
    }
}

fn set_up(world: &mut World, config: ArenaConfig, terrain: Terrain, paths: Paths) {
    let facts = Facts {
        width: config.map.width,
        height: config.map.height,
        fighter_radius: config.fighter.radius,
        shot_radius: config.weapon.shot_radius,
        health: config.fighter.health,
        magazine: config.weapon.magazine,
        score_to_win: config.round.score_to_win,
    };
    let id = world.resource_mut::<Ids>().next();
    world.spawn((id, facts));
    for wall in terrain.walls() {
        let (at, size) = (wall.min, wall.max - wall.min);
        let id = world.resource_mut::<Ids>().next();
        world.spawn((id, Wall { x: at.x, y: at.y, w: size.x, h: size.y }));
    }
    world.insert_resource(config);
    world.insert_resource(terrain);
    world.insert_resource(paths);
    world.init_resource::<Impacts>();
}
