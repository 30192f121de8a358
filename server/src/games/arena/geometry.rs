//! Plane geometry: when a moving point or circle first meets a resting shape.
//!
//! Invariant: times are fractions 0 to 1 of the motion given, and whatever overlaps at the start is met at 0, so
//! nothing tunnels, however long the motion. What stands where is in `terrain`.

use glam::Vec2;

/// An axis-aligned rectangle, in units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rect {
    pub(super) min: Vec2,
    pub(super) max: Vec2,
}

impl Rect {
    /// The rectangle with its corner of least coordinates at `(x, y)`.
    pub(super) fn new(x: f32, y: f32, width: f32, height: f32) -> Self {
        Self { min: Vec2::new(x, y), max: Vec2::new(x + width, y + height) }
    }

    /// The smallest rectangle around the way of a circle.
    pub(super) fn around(from: Vec2, motion: Vec2, radius: f32) -> Self {
        let to = from + motion;
        Self { min: from.min(to) - radius, max: from.max(to) + radius }
    }

    /// The point of the rectangle nearest to `point`: `point` itself where it lies inside.
    pub(super) fn nearest(&self, point: Vec2) -> Vec2 {
        point.clamp(self.min, self.max)
    }

    /// Whether the two have a point in common.
    pub(super) fn touches(&self, other: &Rect) -> bool {
        self.min.cmple(other.max).all() && other.min.cmple(self.max).all()
    }

    fn grown(&self, by: Vec2) -> Self {
        Self { min: self.min - by, max: self.max + by }
    }

    fn corners(&self) -> [Vec2; 4] {
        [self.min, Vec2::new(self.max.x, self.min.y), Vec2::new(self.min.x, self.max.y), self.max]
    }
}

/// When a point that moves from `from` by `motion` first is within `radius` of `centre`.
pub(super) fn point_meets_circle(from: Vec2, motion: Vec2, centre: Vec2, radius: f32) -> Option<f32> {
    let gap = from - centre;
    let outside = gap.length_squared() - radius * radius;
    if outside <= 0.0 {
        return Some(0.0);
    }
    let closing = -gap.dot(motion);
    let discriminant = closing * closing - motion.length_squared() * outside;
    if closing <= 0.0 || discriminant < 0.0 {
        return None;
    }
    // The nearer root in the form that does not cancel.
    let time = outside / (closing + libm::sqrtf(discriminant));
    (time <= 1.0).then_some(time)
}

/// When a circle that moves from `from` by `motion` first touches `rect`.
///
/// The rectangle grown by the circle is two rectangles and a circle at each corner.
pub(super) fn circle_meets_rect(from: Vec2, motion: Vec2, radius: f32, rect: &Rect) -> Option<f32> {
    if !rect.touches(&Rect::around(from, motion, radius)) {
        return None;
    }
    let sides = [Vec2::new(radius, 0.0), Vec2::new(0.0, radius)];
    let sides = sides.into_iter().filter_map(|by| point_meets_rect(from, motion, &rect.grown(by)));
    let corners = rect.corners();
    let corners = corners.into_iter().filter_map(|corner| point_meets_circle(from, motion, corner, radius));
    sides.chain(corners).min_by(f32::total_cmp)
}

fn point_meets_rect(from: Vec2, motion: Vec2, rect: &Rect) -> Option<f32> {
    let (mut enter, mut leave) = (0.0_f32, 1.0_f32);
    for axis in 0..2 {
        let (low, high) = (rect.min[axis] - from[axis], rect.max[axis] - from[axis]);
        if motion[axis] == 0.0 {
            if low > 0.0 || high < 0.0 {
                return None;
            }
            continue;
        }
        let (a, b) = (low / motion[axis], high / motion[axis]);
        enter = enter.max(a.min(b));
        leave = leave.min(a.max(b));
    }
    (enter <= leave).then_some(enter)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WALL: Rect = Rect { min: Vec2::new(100.0, -50.0), max: Vec2::new(110.0, 50.0) };

    fn near(time: Option<f32>, expected: f32) -> bool {
        time.is_some_and(|time| (time - expected).abs() < 1e-4)
    }

    #[test]
    fn a_point_meets_a_circle_at_its_rim() {
        let time = point_meets_circle(Vec2::ZERO, Vec2::new(200.0, 0.0), Vec2::new(100.0, 0.0), 20.0);
        assert!(near(time, 0.4), "{time:?}");
    }

    #[test]
    fn a_point_that_stops_short_or_flies_past_or_away_meets_nothing() {
        let centre = Vec2::new(100.0, 0.0);
        assert_eq!(point_meets_circle(Vec2::ZERO, Vec2::new(70.0, 0.0), centre, 20.0), None);
        assert_eq!(point_meets_circle(Vec2::ZERO, Vec2::new(200.0, 50.0), centre, 20.0), None);
        assert_eq!(point_meets_circle(Vec2::ZERO, Vec2::new(-200.0, 0.0), centre, 20.0), None);
        assert_eq!(point_meets_circle(Vec2::ZERO, Vec2::ZERO, centre, 20.0), None);
    }

    #[test]
    fn a_circle_touches_a_wall_one_radius_before_its_face() {
        let time = circle_meets_rect(Vec2::ZERO, Vec2::new(200.0, 0.0), 10.0, &WALL);
        assert!(near(time, 0.45), "{time:?}");
    }

    #[test]
    fn a_circle_rounds_a_corner_instead_of_hitting_a_box_around_it() {
        // Past the wall's end, and past its corner where a box grown by the radius would still be met.
        let beside = Vec2::new(105.0 - 200.0, 50.0 + 10.5);
        assert_eq!(circle_meets_rect(beside, Vec2::new(400.0, 0.0), 10.0, &WALL), None);
        let diagonal = Vec2::new(118.0, 58.0);
        assert_eq!(circle_meets_rect(diagonal, Vec2::ZERO, 10.0, &WALL), None);
        assert_eq!(circle_meets_rect(Vec2::new(116.0, 56.0), Vec2::ZERO, 10.0, &WALL), Some(0.0));
    }

    #[test]
    fn a_long_step_does_not_tunnel_through_a_thin_wall() {
        let time = circle_meets_rect(Vec2::ZERO, Vec2::new(10_000.0, 0.0), 0.0, &WALL);
        assert!(near(time, 0.01), "{time:?}");
    }
}
