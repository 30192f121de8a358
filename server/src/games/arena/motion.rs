//! Movement in closed form: the result of a span of time does not depend on how many ticks it is cut into.
//!
//! Walls are not here but in `terrain`.

use glam::Vec2;

/// Velocity after `span_s` seconds of approaching `wanted` at a constant `acceleration` (units/s²), and the way
/// covered meanwhile.
pub(super) fn approach(velocity: Vec2, wanted: Vec2, acceleration: f32, span_s: f32) -> (Vec2, Vec2) {
    let change = wanted - velocity;
    let size = change.length();
    let reach_s = size / acceleration;
    if span_s < reach_s {
        let push = change * (acceleration / size);
        (velocity + push * span_s, velocity * span_s + push * (span_s * span_s * 0.5))
    } else {
        (wanted, (velocity + wanted) * (reach_s * 0.5) + wanted * (span_s - reach_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_is_the_same_however_the_time_is_cut() {
        let (start, wanted) = (Vec2::new(-120.0, 40.0), Vec2::new(184.0, -184.0));
        let (velocity, way) = approach(start, wanted, 700.0, 0.9);
        for pieces in [2, 3, 10, 128] {
            let (mut v, mut covered) = (start, Vec2::ZERO);
            for _ in 0..pieces {
                let (next, step) = approach(v, wanted, 700.0, 0.9 / pieces as f32);
                (v, covered) = (next, covered + step);
            }
            assert!((v - velocity).length() < 0.01, "{pieces} pieces: {v} instead of {velocity}");
            assert!((covered - way).length() < 0.01, "{pieces} pieces: {covered} instead of {way}");
        }
    }

    #[test]
    fn the_wanted_velocity_is_reached_exactly_and_kept() {
        let wanted = Vec2::new(260.0, 0.0);
        let (velocity, way) = approach(Vec2::ZERO, wanted, 520.0, 2.0);
        assert_eq!(velocity, wanted);
        assert!((way.x - (65.0 + 390.0)).abs() < 1e-3, "{way}");
        assert_eq!(approach(wanted, wanted, 520.0, 1.0), (wanted, wanted));
    }
}
