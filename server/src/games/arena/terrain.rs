//! The map: what stands in the way of fighters and shots.
//!
//! Invariant: a fighter that `slide` moves never overlaps a wall, whatever the length of its step. The border is four
//! walls.

use glam::Vec2;

use super::geometry::{Rect, circle_meets_rect};
use super::map::MapConfig;

/// The gap kept between a fighter and a wall, so that rounding doesn't make it touch, in units.
const SKIN: f32 = 0.01;

/// Thickness of the border, in units.
const BORDER: f32 = 100.0;

/// Walls that a fighter may meet within one step: beyond that it stops.
const CONTACTS_MAX: usize = 4;

#[derive(Clone, Debug)]
pub(super) struct Terrain {
    walls: Vec<Rect>,
}

/// A circle's first touch of a wall.
struct Contact {
    time: f32,
    at: Vec2,
    normal: Vec2,
}

impl Terrain {
    pub(super) fn new(map: &MapConfig) -> Self {
        let (width, height) = (map.width, map.height);
        let border = [
            Rect::new(-BORDER, -BORDER, width + 2.0 * BORDER, BORDER),
            Rect::new(-BORDER, height, width + 2.0 * BORDER, BORDER),
            Rect::new(-BORDER, 0.0, BORDER, height),
            Rect::new(width, 0.0, BORDER, height),
        ];
        Self { walls: border.into_iter().chain(map.walls()).collect() }
    }

    pub(super) fn walls(&self) -> &[Rect] {
        &self.walls
    }

    /// When a circle that moves from `from` by `motion` first touches a wall, as a fraction of the motion.
    pub(super) fn sweep(&self, from: Vec2, motion: Vec2, radius: f32) -> Option<f32> {
        let times = self.walls.iter().filter_map(|wall| circle_meets_rect(from, motion, radius, wall));
        times.min_by(f32::total_cmp)
    }

    /// Whether a circle can move straight from `from` to `to` without touching a wall.
    pub(super) fn clear(&self, from: Vec2, to: Vec2, radius: f32) -> bool {
        self.walls.iter().all(|wall| circle_meets_rect(from, to - from, radius, wall).is_none())
    }

    /// Moves a circle by `motion`, along the walls it meets. Returns where it is then and what is left of `velocity`.
    pub(super) fn slide(&self, from: Vec2, motion: Vec2, velocity: Vec2, radius: f32) -> (Vec2, Vec2) {
        let (mut at, mut motion, mut velocity) = (from, motion, velocity);
        for _ in 0..CONTACTS_MAX {
            let Some(contact) = self.first_contact(at, motion, radius) else {
                return (at + motion, velocity);
            };
            at = contact.at;
            motion = along(motion * (1.0 - contact.time), contact.normal);
            velocity = along(velocity, contact.normal);
        }
        (at, velocity)
    }

    fn first_contact(&self, from: Vec2, motion: Vec2, radius: f32) -> Option<Contact> {
        let contacts = self.walls.iter().filter_map(|wall| contact(from, motion, radius, wall));
        contacts.min_by(|a, b| a.time.total_cmp(&b.time))
    }
}

fn contact(from: Vec2, motion: Vec2, radius: f32, wall: &Rect) -> Option<Contact> {
    let time = circle_meets_rect(from, motion, radius, wall)?;
    let centre = from + motion * time;
    let nearest = wall.nearest(centre);
    let normal = (centre - nearest).try_normalize()?;
    // Already on its way out: leaving must not be held up.
    (motion.dot(normal) < 0.0).then(|| Contact { time, at: nearest + normal * (radius + SKIN), normal })
}

/// `vector` without the part that points into the wall.
fn along(vector: Vec2, normal: Vec2) -> Vec2 {
    vector - normal * vector.dot(normal).min(0.0)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::config::ArenaConfig;
    use super::*;

    fn terrain(walls: &serde_json::Value) -> Terrain {
        let map = json!({ "width": 1000, "height": 1000, "walls": walls });
        Terrain::new(&serde_json::from_value(map).unwrap())
    }

    #[test]
    fn a_fighter_stops_in_front_of_a_wall_and_loses_its_speed_into_it() {
        let terrain = terrain(&json!([[500, 0, 10, 1000]]));
        let velocity = Vec2::new(10_000.0, 0.0);
        let (at, left) = terrain.slide(Vec2::new(100.0, 300.0), velocity, velocity, 16.0);
        assert!((at.x - (484.0 - SKIN)).abs() < 0.01, "{at}");
        assert_eq!((at.y, left), (300.0, Vec2::ZERO));
    }

    #[test]
    fn a_fighter_slides_along_a_wall() {
        let terrain = terrain(&json!([[500, 0, 10, 1000]]));
        let velocity = Vec2::new(200.0, 200.0);
        let (at, left) = terrain.slide(Vec2::new(400.0, 300.0), velocity, velocity, 16.0);
        assert!((at - Vec2::new(484.0, 500.0)).length() < 0.1, "{at}");
        assert_eq!(left, Vec2::new(0.0, 200.0));
    }

    #[test]
    fn a_fighter_in_a_corner_stays_there() {
        let terrain = terrain(&json!([]));
        let velocity = Vec2::new(-500.0, -300.0);
        let (at, left) = terrain.slide(Vec2::new(20.0, 20.0), velocity, velocity, 16.0);
        assert!((at - Vec2::splat(16.0)).length() < 0.1, "{at}");
        assert_eq!(left, Vec2::ZERO);
        let (free, _) = terrain.slide(at, Vec2::splat(50.0), Vec2::splat(50.0), 16.0);
        assert!((free - at - Vec2::splat(50.0)).length() < 0.1, "and can leave it: {free}");
    }

    #[test]
    fn no_sequence_of_steps_brings_a_fighter_into_a_wall() {
        let config = ArenaConfig::resolve(&serde_json::Value::Null).unwrap();
        let (_, map) = config.maps().next().unwrap();
        let terrain = Terrain::new(map);
        let mut at = Vec2::new(1_600.0, 700.0);
        for step in 0..20_000 {
            let angle = step as f32 * 2.399 + (step / 7) as f32;
            let motion = Vec2::from_angle(angle) * (step % 97) as f32 * 3.0;
            at = terrain.slide(at, motion, motion, 16.0).0;
            let overlapping = terrain.walls.iter().find(|wall| (wall.nearest(at) - at).length() < 16.0);
            assert_eq!(overlapping, None, "step {step} at {at}");
        }
    }
}
