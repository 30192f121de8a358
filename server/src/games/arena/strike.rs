//! What impacts do: health, deaths, scores.
//!
//! Invariant: impacts count in the order of their times within the tick, those of the same time in order of the
//! shots' ids. A shot that strikes a fighter which fell earlier in the same tick is spent on it.

use bevy_ecs::prelude::{Entity, Query, Res, ResMut, Resource};
use glam::Vec2;
use skirmish_sim::{Clock, EntityId, Outgoing};

use super::components::{ArenaEvent, Body, Boosts, Fighter, Standing};
use super::config::ArenaConfig;

/// A shot that met a fighter in this tick.
pub(super) struct Impact {
    /// When, in seconds since the tick began.
    pub(super) at_s: f32,
    pub(super) shot: EntityId,
    pub(super) by: u32,
    pub(super) target: Entity,
    pub(super) at: Vec2,
}

/// The impacts of this tick, in any order.
#[derive(Resource, Default)]
pub(super) struct Impacts(pub(super) Vec<Impact>);

pub(super) fn strike(
    clock: Res<Clock>,
    config: Res<ArenaConfig>,
    mut impacts: ResMut<Impacts>,
    mut events: ResMut<Outgoing<ArenaEvent>>,
    mut fighters: Query<(&mut Fighter, &mut Body, &mut Boosts)>,
    mut standings: Query<&mut Standing>,
) {
    impacts.0.sort_by(|a, b| a.at_s.total_cmp(&b.at_s).then(a.shot.cmp(&b.shot)));
    for impact in impacts.0.drain(..) {
        let Ok((mut fighter, mut body, mut boosts)) = fighters.get_mut(impact.target) else {
            continue;
        };
        if !fighter.alive {
            continue;
        }
        let (by, target) = (impact.by, fighter.seat);
        let damage = config.weapon.damage.min(fighter.hp);
        let Vec2 { x, y } = impact.at;
        events.to_all(ArenaEvent::Hit { by, target, damage: u32::from(damage), x, y });
        fighter.hp -= damage;
        if fighter.hp > 0 {
            continue;
        }
        fighter.alive = false;
        fighter.respawn_in_s = config.fighter.respawn_s - (clock.dt_s - impact.at_s);
        let at = body.at();
        body.put(at, Vec2::ZERO);
        *boosts = Boosts::default();
        events.to_all(ArenaEvent::Kill { by, target });
        for mut standing in &mut standings {
            let (killed, died) = (standing.seat == by, standing.seat == target);
            standing.score = standing.score.saturating_add(u16::from(killed));
            standing.deaths = standing.deaths.saturating_add(u16::from(died));
        }
    }
}
