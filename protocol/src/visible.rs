//! What one seat may see of a wire state.
//!
//! Invariant: of a public table a seat sees the visible entities' rows; of a private table those that it also owns.
//! Who is visible to whom is decided by the simulation's interest stage, not here.

use crate::wire_state::{Table, WireState};

/// The entities that a seat may know.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Visible<'a> {
    /// Every one.
    All,
    /// Those with these ids, which ascend.
    Only(&'a [u32]),
}

/// A wire state as one seat sees it.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// The whole state.
    pub state: &'a WireState,
    /// What of it the seat may know.
    pub visible: Visible<'a>,
}

impl<'a> Side<'a> {
    /// The numbers of the rows of a table that this side shows, ascending. `owner` is the seat, for private tables.
    pub(crate) fn rows(&self, table: usize, owner: Option<u32>) -> impl Iterator<Item = usize> + 'a {
        let Table { ids, owners, .. } = &self.state.tables[table];
        let mut only = match self.visible {
            Visible::All => None,
            Visible::Only(visible) => Some(visible.iter().copied().peekable()),
        };
        (0..ids.len()).filter(move |&row| {
            let owned = owner.is_none_or(|seat| owners[row] == seat);
            owned
                && only.as_mut().is_none_or(|visible| {
                    while visible.next_if(|&id| id < ids[row]).is_some() {}
                    visible.next_if_eq(&ids[row]).is_some()
                })
        })
    }
}
