//! A view: what one seat may know at one tick.
//!
//! Invariant: the ids of [`View::Only`] ascend and none comes twice. Who gets which view is decided in
//! `interest.rs`; restricting a wire state to one is the delta's work, in `skirmish_protocol`.

use skirmish_protocol::Visible;

/// The entities a seat may know at a tick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// Every entity there is.
    All,
    /// These entity ids, ascending.
    Only(Vec<u32>),
}

impl View {
    /// The view as the delta encoder takes it.
    #[must_use]
    pub fn as_visible(&self) -> Visible<'_> {
        match self {
            View::All => Visible::All,
            View::Only(ids) => Visible::Only(ids),
        }
    }

    /// Whether the entity with this id is in the view.
    #[must_use]
    pub fn contains(&self, id: u32) -> bool {
        match self {
            View::All => true,
            View::Only(ids) => ids.binary_search(&id).is_ok(),
        }
    }
}
