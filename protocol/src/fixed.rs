//! Positions of motion fields in fixed point: whole quanta and 24 fractional bits in one integer.
//!
//! Invariant: whole quanta are rounded down, so that a fraction is never negative. How positions advance is in [`crate::motion`].

/// Fractional bits of a fixed-point position.
pub const FRACTION_BITS: u32 = 24;

/// One whole quantum in fixed point.
pub const ONE: i64 = 1 << FRACTION_BITS;

/// Whole quanta as a fixed-point position.
pub fn fixed(quanta: i32) -> i64 {
    i64::from(quanta) << FRACTION_BITS
}

/// The whole quanta of a fixed-point position, rounded down.
pub fn quanta(position: i64) -> i32 {
    (position >> FRACTION_BITS) as i32
}

/// The fraction of a fixed-point position, `0..ONE`; with [`quanta`] it is the whole of it.
pub fn fraction(position: i64) -> u32 {
    (position & (ONE - 1)) as u32
}
