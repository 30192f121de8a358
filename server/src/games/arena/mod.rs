//! Arena: a top-down shooter for 2 to 200 seats, people and bots.
//!
//! A tick goes through the systems in the order of [`Game::rules`] below, each in a file of its own. Invariant: rules
//! are stated in seconds and units, so how the game plays does not depend on the tick rate; whatever depends on an
//! order goes by entity ids. The numbers are in `assets/config/arena.toml`, the maps in `assets/maps/arena`.

#![expect(elided_lifetimes_in_paths, reason = "systems read better without")]
#![expect(clippy::needless_pass_by_value, reason = "systems are given their parameters by value")]

mod boosts;
mod bots;
mod components;
mod config;
mod fly;
mod geometry;
mod live;
mod map;
mod motion;
mod numbers;
mod orders;
mod paths;
mod pickups;
mod round;
mod shoot;
mod spawn;
mod stage;
mod strike;
mod terrain;
mod walk;
mod weapon;

use serde_json::Value;
use skirmish_sim::{Boxes, Game, GameError, Measure, Rules, Scene};

pub use components::{ArenaEvent, ArenaInput};
pub use numbers::{NUMBERS, Number};

use components::{Aim, Body, Boosts, Facts, Fighter, Pickup, Shot, Standing, Wall};
use config::ArenaConfig;
use stage::Stages;
use strike::Impacts;
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
        let values = config::whole(config)?;
        let config = ArenaConfig::resolve(config)?;
        let stages = Stages::new(&config)?;
        let play = &config.play;
        let rules = Rules::new::<ArenaInput>()
            .seats_max(play.seats)
            .tick_hz(play.tick_hz)
            .snapshot_interval(play.snapshot_interval)
            .interp_delay_ms(play.interp_delay_ms)
            .rounds(config.rounds())
            .replicate::<Body>()
            .replicate::<Aim>()
            .replicate::<Fighter>()
            .replicate::<Shot>()
            .replicate::<Wall>()
            .replicate::<Weapon>()
            .replicate::<Facts>()
            .replicate::<Standing>()
            .replicate::<Boosts>()
            .replicate::<Pickup>()
            .events::<ArenaEvent>()
            .place::<Body>(Body::place)
            .interest_radius(play.interest_radius)
            .scene(scene())
            .setup(move |world| {
                stage::set_up(world, config, stages);
                world.init_resource::<Impacts>();
            })
            .bots(bots::think)
            .systems((round::end, round::clear, stage::change, spawn::follow_seats, round::begin))
            .systems((spawn::return_the_dead, pickups::come_back, boosts::fade, orders::listen, walk::walk))
            .systems((pickups::collect, shoot::shoot, fly::fly, strike::strike, round::decide));
        Ok(live::add(rules, &values))
    }
}

/// How a match looks from above. Map and sizes are those of the round.
fn scene() -> Scene {
    let fact = |field: &str| Measure::of("Facts", field);
    let touched = |component: &str, radius: &str| skirmish_sim::Body::new(component).radius(fact(radius));
    Scene {
        bounds: Some([Measure::Units(0.0), Measure::Units(0.0), fact("width"), fact("height")]),
        bodies: vec![
            touched("Fighter", "fighter_radius").placed_by("Body").seat("seat").when("alive"),
            touched("Shot", "shot_radius").placed_by("Body"),
            touched("Pickup", "pickup_radius").when("ready"),
        ],
        boxes: vec![Boxes::new("Wall")],
    }
}
