//! Fixed-point prediction: the same to the bit however a stretch is cut, and in double arithmetic.

use proptest::prelude::*;
use skirmish_protocol::fixed::{fixed, fraction, quanta};
use skirmish_protocol::limits::{MOTION_QUANTA_MAX, TICK_HZ_MAX};
use skirmish_protocol::motion::{advance, step};
use skirmish_protocol::{MotionLayout, Schema};

use crate::snapshot_support::{component, motion, number};

/// `docs/protocol.md`, section 5, word for word.
fn advance_in_doubles(position: i64, ticks: u32, velocity: i32, step: i64, min: i32, max: i32) -> i64 {
    let moved = position as f64 + f64::from(ticks) * f64::from(velocity) * step as f64;
    moved.clamp(f64::from(min) * 16_777_216.0, f64::from(max) * 16_777_216.0) as i64
}

#[test]
fn the_step_is_computed_in_the_documented_order() {
    let layout = MotionLayout { velocity_column: 0, position_quantum: 0.0625, velocity_quantum: 0.02 };
    assert_eq!(step(&layout, 30), 178_957);
    assert_eq!(step(&layout, 60), 89_478);
    let third = MotionLayout { velocity_column: 0, position_quantum: 3.0, velocity_quantum: 1.0 };
    assert_eq!(step(&third, 1), 5_592_405);
    let tiny = MotionLayout { velocity_column: 0, position_quantum: 1e9, velocity_quantum: 1.0 };
    assert_eq!(step(&tiny, 60), 0);
}

#[test]
fn whole_quanta_are_rounded_down_and_the_fraction_is_never_negative() {
    assert_eq!((quanta(-1), fraction(-1)), (-1, (1 << 24) - 1));
    assert_eq!((quanta(fixed(-5)), fraction(fixed(-5))), (-5, 0));
    assert_eq!((quanta(fixed(7) + 3), fraction(fixed(7) + 3)), (7, 3));
}

#[test]
fn a_body_stops_at_the_edge_of_its_range_however_far_it_would_fly() {
    assert_eq!(advance(0, u32::MAX, i32::MAX, i64::MAX, -10, 10), fixed(10));
    assert_eq!(advance(0, u32::MAX, i32::MIN, i64::MAX, -10, 10), fixed(-10));
    assert_eq!(advance(fixed(10), 1, 0, 1, -10, 10), fixed(10));
}

/// A motion field that a schema allows, as position and velocity quantum, fastest velocity and range.
fn allowed() -> impl Strategy<Value = (MotionLayout, i32, i32)> {
    let fields = (1e-4_f64..10.0, 1e-4_f64..10.0, 1..=1_000_000_i32, 1..=MOTION_QUANTA_MAX);
    fields.prop_filter_map("too fast", |(position_quantum, velocity_quantum, fastest, range)| {
        let fields =
            vec![motion(0, "x", position_quantum, range, 1), number(1, "v", velocity_quantum, -fastest, fastest)];
        let schema = Schema { components: vec![component(1, "C", fields)], ..Schema::default() };
        schema.check().ok()?;
        Some((MotionLayout { velocity_column: 1, position_quantum, velocity_quantum }, fastest, range))
    })
}

proptest! {
    #[test]
    fn advancing_k_ticks_is_advancing_one_tick_k_times(
        (layout, fastest, range) in allowed(), tick_hz in 1..=TICK_HZ_MAX, ticks in 0..300_u32, place in -1.0..=1.0, pace in -1.0..=1.0,
    ) {
        let (start, velocity) = ((place * (fixed(range) as f64)) as i64, (pace * f64::from(fastest)) as i32);
        let step = step(&layout, tick_hz);
        let one_by_one = (0..ticks).fold(start, |position, _| advance(position, 1, velocity, step, -range, range));
        prop_assert_eq!(advance(start, ticks, velocity, step, -range, range), one_by_one);
    }

    #[test]
    fn double_arithmetic_gives_the_same_position(
        (layout, fastest, range) in allowed(), tick_hz in 1..=TICK_HZ_MAX, ticks in 0..100_000_u32, place in -1.0..=1.0, pace in -1.0..=1.0,
    ) {
        let (start, velocity) = ((place * (fixed(range) as f64)) as i64, (pace * f64::from(fastest)) as i32);
        let step = step(&layout, tick_hz);
        let exact = advance(start, ticks, velocity, step, -range, range);
        prop_assert_eq!(advance_in_doubles(start, ticks, velocity, step, -range, range), exact);
    }
}
