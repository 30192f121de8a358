//! Shots that fly: bodies that come and go quickly, as projectiles do.
//!
//! A shot starts where its shooter is, in the direction in which it aims, flies straight on, off the walls too, and is gone after a stated number
//! of ticks. It hits nobody. Not here: who fires (`workload`).

#![expect(elided_lifetimes_in_paths, reason = "systems read better without")]
#![expect(clippy::needless_pass_by_value, reason = "systems are given their parameters by value")]

use bevy_ecs::prelude::*;
use skirmish_sim::{Clock, Ids};

use crate::workload::{Body, Mind, run};

/// How fast a shot flies, in units per second in each of its two directions.
const SPEED: f64 = 140.0;

/// A body that flies, and for how many more ticks.
#[derive(Component, Debug)]
pub(crate) struct Shot {
    ticks_left: u32,
}

/// For how many ticks shots fly.
#[derive(Clone, Copy, Debug, Resource)]
pub(crate) struct Range {
    pub(crate) ticks: u32,
}

/// Every body that fires has a new shot.
pub(crate) fn fire(range: Res<Range>, mut ids: ResMut<Ids>, mut commands: Commands, shooters: Query<(&Body, &Mind)>) {
    for (shooter, _) in shooters.iter().filter(|(_, mind)| mind.fires()) {
        let (vy, vx) = shooter.aim.sin_cos();
        let body = Body { x: shooter.x, y: shooter.y, vx: SPEED * vx, vy: SPEED * vy, ..Body::default() };
        commands.spawn((ids.next(), body, Shot { ticks_left: range.ticks }));
    }
}

/// Shots fly on, and end.
pub(crate) fn fly(clock: Res<Clock>, mut commands: Commands, mut shots: Query<(Entity, &mut Body, &mut Shot)>) {
    let dt_s = 1.0 / f64::from(clock.tick_hz);
    for (entity, mut body, mut shot) in &mut shots {
        (body.x, body.vx) = run(body.x, body.vx, dt_s);
        (body.y, body.vy) = run(body.y, body.vy, dt_s);
        shot.ticks_left -= 1;
        if shot.ticks_left == 0 {
            commands.entity(entity).despawn();
        }
    }
}
