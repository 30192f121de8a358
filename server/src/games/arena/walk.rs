//! Fighters move and look as they are told.
//!
//! Invariant: the way covered in a time depends on the tick rate only by rounding, and where walls are touched.

use bevy_ecs::prelude::{Query, Res};
use skirmish_sim::Clock;

use super::components::{Aim, Body, Boosts, Fighter, tellable};
use super::config::ArenaConfig;
use super::motion::approach;
use super::orders::Orders;
use super::stage::Stages;

pub(super) fn walk(
    clock: Res<Clock>,
    config: Res<ArenaConfig>,
    stages: Res<Stages>,
    mut fighters: Query<(&Fighter, &Boosts, &Orders, &mut Body, &mut Aim)>,
) {
    let (rules, terrain) = (&config.fighter, &stages.here().terrain);
    for (fighter, boosts, orders, mut body, mut aim) in &mut fighters {
        body.came_from = body.at();
        if !fighter.alive {
            continue;
        }
        let haste = if boosts.haste_s > 0.0 { config.pickups.haste } else { 1.0 };
        let (orders, span_s) = orders.spans(&clock);
        for order in orders {
            let wanted = tellable(order.direction() * (rules.speed * haste));
            let (velocity, way) = approach(body.velocity(), wanted, rules.acceleration, span_s);
            let (at, velocity) = terrain.slide(body.at(), way, velocity, rules.radius);
            body.put(at, velocity);
            aim.aim = order.aim;
        }
    }
}
