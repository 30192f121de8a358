//! How motion fields advance.
//!
//! Invariant: everything after [`step`] is integer arithmetic, so the server and every client agree to the bit, and advancing
//! by `k` ticks at one velocity is the same as advancing `k` times by one.
//! The fixed point is in [`crate::fixed`]; which fields are motion fields is in the schema; when to predict and when to correct is decided in
//! [`WireState::next`](crate::WireState::next).

use crate::fixed::{ONE, fixed};
use crate::layout::{ColumnLayout, MotionLayout};

/// Fixed-point motion in one tick for each unit of velocity, at `tick_hz` ticks a second.
pub fn step(motion: &MotionLayout, tick_hz: u32) -> i64 {
    let per_second = motion.velocity_quantum / motion.position_quantum * ONE as f64;
    (per_second / f64::from(tick_hz) + 0.5).floor() as i64
}

/// Moves `position` on by `ticks` steps at one velocity, and stops at the range `min..=max`, given in quanta.
///
/// Saturation stands for "beyond any range": what saturates is clamped just as the exact value would be.
pub fn advance(position: i64, ticks: u32, velocity: i32, step: i64, min: i32, max: i32) -> i64 {
    let way = (i64::from(ticks) * i64::from(velocity)).saturating_mul(step);
    position.saturating_add(way).clamp(fixed(min), fixed(max))
}

/// Some ticks at one tick rate.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    pub(crate) ticks: u32,
    pub(crate) tick_hz: u32,
}

/// How the positions of one motion column advance over a span.
pub(crate) struct Predictor {
    ticks: u32,
    step: i64,
    min: i32,
    max: i32,
}

impl Predictor {
    pub(crate) fn new(column: &ColumnLayout, motion: &MotionLayout, span: Span) -> Self {
        Self { ticks: span.ticks, step: step(motion, span.tick_hz), min: column.min, max: column.max }
    }

    pub(crate) fn advance(&self, position: i64, velocity: i32) -> i64 {
        advance(position, self.ticks, velocity, self.step, self.min, self.max)
    }
}
