//! Held triggers let shots go, each at its own time within the tick.
//!
//! A shot starts at the centre of its fighter, so none starts beyond a wall. Its flight is in `fly`.

use bevy_ecs::prelude::{Commands, Entity, Query, Res, ResMut, With};
use glam::Vec2;
use skirmish_sim::{Clock, EntityId, Ids};

use super::components::{Body, Boosts, Fighter, Shot, tellable};
use super::config::ArenaConfig;
use super::orders::Orders;
use super::weapon::Weapon;

/// A shot about to be let go.
struct Launch {
    fighter: EntityId,
    by: u32,
    begins_s: f32,
    from: Vec2,
    aim: f32,
}

pub(super) fn shoot(
    clock: Res<Clock>,
    config: Res<ArenaConfig>,
    mut ids: ResMut<Ids>,
    mut commands: Commands,
    mut fighters: Query<(&EntityId, &Fighter, &Boosts, &Orders, &Body, &mut Weapon)>,
) {
    let mut launches = Vec::new();
    for (&id, fighter, boosts, orders, body, mut weapon) in &mut fighters {
        if !fighter.alive {
            continue;
        }
        let cadence = config.weapon.cadence(if boosts.rapid_s > 0.0 { config.pickups.rapid } else { 1.0 });
        let (orders, span_s) = orders.spans(&clock);
        for (number, order) in orders.iter().enumerate() {
            weapon.pull(&cadence, order.fire, span_s, |at_s| {
                let begins_s = number as f32 * span_s + at_s;
                let from = body.came_from.lerp(body.at(), begins_s / clock.dt_s);
                launches.push(Launch { fighter: id, by: fighter.seat, begins_s, from, aim: order.aim });
            });
        }
    }
    launches.sort_by(|a, b| a.fighter.cmp(&b.fighter).then(a.begins_s.total_cmp(&b.begins_s)));
    for launch in launches {
        let velocity = tellable(Vec2::from_angle(launch.aim) * config.weapon.shot_speed);
        let shot = Shot { by: launch.by, begins_s: launch.begins_s, left_s: config.weapon.shot_life_s };
        commands.spawn((ids.next(), shot, Body::new(launch.from, velocity)));
    }
}

/// Removes every shot in flight that `unwanted` picks.
pub(super) fn remove_shots(
    commands: &mut Commands,
    shots: &Query<(Entity, &Shot), With<Body>>,
    unwanted: impl Fn(&Shot) -> bool,
) {
    for (entity, _) in shots.iter().filter(|(_, shot)| unwanted(shot)) {
        commands.entity(entity).despawn();
    }
}
