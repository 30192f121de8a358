//! What interest knows of one replicated entity.
//!
//! Which subjects are near a place is `grid.rs`, who sees which `interest.rs`; reading them from the world is `extract.rs`.

/// An entity leaves a view beyond this many enter radii.
pub(crate) const LEAVE_FACTOR: f32 = 1.1;

/// One replicated entity, as interest sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Subject {
    /// Entity id.
    pub(crate) id: u32,
    /// Seat that owns it.
    pub(crate) owner: Option<u32>,
    /// Where it is, in units; none (or not finite): it is near everybody.
    pub(crate) place: Option<[f32; 2]>,
    /// It is near everybody all the same.
    pub(crate) is_always_relevant: bool,
}

impl Subject {
    pub(crate) fn finite_place(&self) -> Option<[f32; 2]> {
        self.place.filter(|[x, y]| x.is_finite() && y.is_finite())
    }

    /// The place of one that is not near everybody.
    pub(crate) fn body_place(&self) -> Option<[f32; 2]> {
        self.finite_place().filter(|_| !self.is_always_relevant)
    }
}
