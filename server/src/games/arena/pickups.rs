//! Pickups are taken by who walks over them, and come back.
//!
//! Invariant: of several who reach one in the same tick it goes to the first, of equals to the one with the lowest entity id.
//! Health is left to those who need it. How long what was taken lasts is in `boosts`.

use bevy_ecs::prelude::{Entity, Query, Res, ResMut};
use glam::Vec2;
use skirmish_sim::{Clock, EntityId, Outgoing};

use super::components::{ArenaEvent, Body, Boosts, Fighter, Pickup, PickupKind};
use super::config::ArenaConfig;
use super::geometry::point_meets_circle;

pub(super) fn come_back(clock: Res<Clock>, mut pickups: Query<&mut Pickup>) {
    for mut pickup in pickups.iter_mut().filter(|pickup| !pickup.ready) {
        pickup.ready_in_s -= clock.dt_s;
        pickup.ready = pickup.ready_in_s <= 0.0;
    }
}

pub(super) fn collect(
    config: Res<ArenaConfig>,
    mut events: ResMut<Outgoing<ArenaEvent>>,
    mut pickups: Query<(&EntityId, &mut Pickup)>,
    mut fighters: Query<(Entity, &EntityId, &mut Fighter, &mut Boosts, &Body)>,
) {
    let reach = config.pickups.radius + config.fighter.radius;
    let mut pickups: Vec<_> = pickups.iter_mut().filter(|(_, pickup)| pickup.ready).collect();
    pickups.sort_by_key(|(id, _)| **id);
    for (_, mut pickup) in pickups {
        let at = pickup.at();
        let takers = fighters.iter().filter(|(_, _, fighter, ..)| fighter.alive && wants(&config, fighter, pickup.is));
        let met = takers.filter_map(|(entity, &id, _, _, body)| Some((reaches(body, at, reach)?, id, entity)));
        let first = met.min_by(|(a_time, a, _), (b_time, b, _)| a_time.total_cmp(b_time).then(a.cmp(b)));
        let Some((_, _, mut fighter, mut boosts, _)) = first.and_then(|(.., entity)| fighters.get_mut(entity).ok())
        else {
            continue;
        };
        give(&config, pickup.is, &mut fighter, &mut boosts);
        pickup.ready = false;
        pickup.ready_in_s = config.pickups.respawn_s;
        events.to_all(ArenaEvent::Taken { seat: fighter.seat, kind: pickup.is as u32, x: at.x, y: at.y });
    }
}

/// When on its way through the tick a fighter comes so near.
fn reaches(body: &Body, at: Vec2, reach: f32) -> Option<f32> {
    point_meets_circle(body.came_from, body.at() - body.came_from, at, reach)
}

fn wants(config: &ArenaConfig, fighter: &Fighter, kind: PickupKind) -> bool {
    kind != PickupKind::Health || fighter.hp < config.fighter.health
}

fn give(config: &ArenaConfig, kind: PickupKind, fighter: &mut Fighter, boosts: &mut Boosts) {
    match kind {
        PickupKind::Health => fighter.hp = (fighter.hp + config.pickups.health).min(config.fighter.health),
        PickupKind::Haste => boosts.haste_s = config.pickups.haste_s,
        PickupKind::Rapid => boosts.rapid_s = config.pickups.rapid_s,
    }
}
