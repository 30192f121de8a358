//! Shots fly until they meet a wall or a fighter, or their life ends.
//!
//! Both a shot and the fighters it passes move straight through a tick; the test is on their relative motion, so
//! nothing is missed at any speed and tick rate. Invariant: each shot's flight depends only on what the tick began
//! with, not on the other shots. What an impact does is in `strike`.

use bevy_ecs::prelude::{Commands, Entity, Query, Res, ResMut, Without};
use glam::Vec2;
use skirmish_sim::{Clock, EntityId};

use super::components::{Body, Fighter, Shot};
use super::config::ArenaConfig;
use super::geometry::point_meets_circle;
use super::stage::Stages;
use super::strike::{Impact, Impacts};

/// A fighter's way through the tick.
struct Target {
    entity: Entity,
    id: EntityId,
    seat: u32,
    from: Vec2,
    motion: Vec2,
}

/// A shot's way through what is left of the tick for it.
struct Flight {
    by: u32,
    begins_s: f32,
    span_s: f32,
    from: Vec2,
    motion: Vec2,
}

/// Living fighters by where they began the tick, so that a shot looks only at those in its reach.
struct Targets {
    by_x: Vec<Target>,
    reach: f32,
    touch: f32,
    dt_s: f32,
}

pub(super) fn fly(
    clock: Res<Clock>,
    config: Res<ArenaConfig>,
    stages: Res<Stages>,
    mut impacts: ResMut<Impacts>,
    mut commands: Commands,
    fighters: Query<(Entity, &EntityId, &Fighter, &Body)>,
    mut shots: Query<(Entity, &EntityId, &mut Shot, &mut Body), Without<Fighter>>,
) {
    let targets = Targets::new(&clock, &config, &fighters);
    for (entity, &id, mut shot, mut body) in &mut shots {
        let flight = Flight::new(&clock, &shot, &body);
        let wall = stages.here().terrain.sweep(flight.from, flight.motion, config.weapon.shot_radius);
        let struck = targets.first_struck(&flight).filter(|(time, _)| wall.is_none_or(|wall| *time < wall));
        if let Some((time, target)) = struck {
            impacts.0.push(flight.impact(id, time, target));
        }
        shot.begins_s = 0.0;
        shot.left_s -= flight.span_s;
        if struck.is_some() || wall.is_some() || shot.left_s <= 0.0 {
            commands.entity(entity).despawn();
        } else {
            let velocity = body.velocity();
            body.put(flight.from + flight.motion, velocity);
        }
    }
}

impl Flight {
    fn new(clock: &Clock, shot: &Shot, body: &Body) -> Self {
        let span_s = (clock.dt_s - shot.begins_s).min(shot.left_s);
        let (from, motion) = (body.at(), body.velocity() * span_s);
        Self { by: shot.by, begins_s: shot.begins_s, span_s, from, motion }
    }

    fn impact(&self, shot: EntityId, time: f32, target: &Target) -> Impact {
        let at_s = self.begins_s + time * self.span_s;
        let at = self.from + self.motion * time;
        Impact { at_s, shot, by: self.by, target: target.entity, at }
    }
}

impl Targets {
    fn new(clock: &Clock, config: &ArenaConfig, fighters: &Query<(Entity, &EntityId, &Fighter, &Body)>) -> Self {
        let target = |(entity, &id, fighter, body): (Entity, &EntityId, &Fighter, &Body)| Target {
            entity,
            id,
            seat: fighter.seat,
            from: body.came_from,
            motion: body.at() - body.came_from,
        };
        let mut by_x: Vec<_> = fighters.iter().filter(|(_, _, fighter, _)| fighter.alive).map(target).collect();
        by_x.sort_by(|a, b| a.from.x.total_cmp(&b.from.x));
        let farthest = by_x.iter().map(|target| target.motion.x.abs()).fold(0.0, f32::max);
        let touch = config.fighter.radius + config.weapon.shot_radius;
        Self { by_x, reach: farthest + touch, touch, dt_s: clock.dt_s }
    }

    /// Whom the flight meets first, and when, as a fraction of the flight.
    fn first_struck(&self, flight: &Flight) -> Option<(f32, &Target)> {
        let (here, there) = (flight.from.x, flight.from.x + flight.motion.x);
        let (low, high) = (here.min(there) - self.reach, here.max(there) + self.reach);
        let first = self.by_x.partition_point(|target| target.from.x < low);
        let near = self.by_x[first..].iter().take_while(|target| target.from.x <= high);
        let met = near.filter(|target| target.seat != flight.by).filter_map(|target| {
            let begins_at = target.from + target.motion * (flight.begins_s / self.dt_s);
            let motion = target.motion * (flight.span_s / self.dt_s);
            let time = point_meets_circle(flight.from, flight.motion - motion, begins_at, self.touch)?;
            Some((time, target))
        });
        met.min_by(|(a_time, a), (b_time, b)| a_time.total_cmp(b_time).then(a.id.cmp(&b.id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DT_S: f32 = 0.1;

    fn targets(ways: &[(Vec2, Vec2)]) -> Targets {
        let target = |(number, &(from, to)): (usize, &(Vec2, Vec2))| Target {
            entity: Entity::PLACEHOLDER,
            id: EntityId(number as u32),
            seat: number as u32,
            from,
            motion: to - from,
        };
        Targets { by_x: ways.iter().enumerate().map(target).collect(), reach: 500.0, touch: 20.0, dt_s: DT_S }
    }

    fn flight(begins_s: f32) -> Flight {
        let span_s = DT_S - begins_s;
        Flight { by: 9, begins_s, span_s, from: Vec2::ZERO, motion: Vec2::new(2_000.0 * span_s, 0.0) }
    }

    #[test]
    fn a_fighter_that_crosses_a_shots_way_within_one_tick_is_struck() {
        let across = (Vec2::new(100.0, -200.0), Vec2::new(100.0, 200.0));
        let targets = targets(&[across]);
        let (time, _) = targets.first_struck(&flight(0.0)).expect("both are at 100, 0 in the middle of the tick");
        assert!((0.4..0.5).contains(&time), "{time}");
    }

    #[test]
    fn a_shot_let_go_late_in_the_tick_meets_fighters_where_they_are_by_then() {
        let away = (Vec2::new(30.0, 0.0), Vec2::new(30.0, 100.0));
        assert!(targets(&[away]).first_struck(&flight(0.0)).is_some());
        assert!(targets(&[away]).first_struck(&flight(0.08)).is_none());
    }

    #[test]
    fn the_nearest_is_struck_and_never_the_shooter() {
        let still = |x: f32| (Vec2::new(x, 0.0), Vec2::new(x, 0.0));
        let targets = targets(&[still(60.0), still(120.0), still(180.0)]);
        assert_eq!(targets.first_struck(&flight(0.0)).map(|(_, target)| target.seat), Some(0));
        let own = Flight { by: 0, ..flight(0.0) };
        assert_eq!(targets.first_struck(&own).map(|(_, target)| target.seat), Some(1));
    }
}
