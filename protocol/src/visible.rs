//! What one seat may see of a wire state.
//!
//! Invariant: of a public table a seat sees the visible entities' rows; of a private table those that it also owns.
//! Who is visible to whom is decided by the simulation's interest stage, not here.

use std::cmp::Ordering;
use std::ops::Range;

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
    /// Finding them takes time for what is visible and owned, not for what there is.
    pub(crate) fn rows(&self, table: usize, owner: Option<u32>) -> Rows<'a> {
        let table: &'a Table = &self.state.tables[table];
        let ids = table.ids.as_slice();
        match (owner, self.visible) {
            (None, Visible::All) => Rows::All(0..ids.len()),
            (None, Visible::Only(visible)) => Rows::Seen(Common { ids, row: 0, visible }),
            (Some(seat), visible) => Rows::Owned { rows: table.rows_of(seat).iter(), ids, visible },
        }
    }
}

/// See [`Side::rows`].
pub(crate) enum Rows<'a> {
    /// Every row.
    All(Range<usize>),
    /// The visible ones.
    Seen(Common<'a>),
    /// The visible ones of these.
    Owned { rows: std::slice::Iter<'a, u32>, ids: &'a [u32], visible: Visible<'a> },
}

impl Iterator for Rows<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        match self {
            Rows::All(rows) => rows.next(),
            Rows::Seen(rows) => rows.next(),
            Rows::Owned { rows, ids, visible } => {
                let row = rows.by_ref().find(|&&row| match visible {
                    Visible::All => true,
                    Visible::Only(visible) => visible.binary_search(&ids[row as usize]).is_ok(),
                });
                row.map(|&row| row as usize)
            }
        }
    }
}

/// The rows whose ids are visible, found by leaps in both lists: whichever is behind moves up to the other.
pub(crate) struct Common<'a> {
    ids: &'a [u32],
    row: usize,
    /// What of the visible ids has not been passed yet.
    visible: &'a [u32],
}

impl Iterator for Common<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        loop {
            let (&id, &sought) = (self.ids.get(self.row)?, self.visible.first()?);
            match id.cmp(&sought) {
                Ordering::Less => self.row += leap(&self.ids[self.row..], sought),
                Ordering::Greater => self.visible = &self.visible[leap(self.visible, id)..],
                Ordering::Equal => {
                    self.row += 1;
                    self.visible = &self.visible[1..];
                    return Some(self.row - 1);
                }
            }
        }
    }
}

/// How many ids, which ascend, are less than `sought`; in steps that double.
fn leap(ids: &[u32], sought: u32) -> usize {
    let mut end = 1;
    while end < ids.len() && ids[end] < sought {
        end *= 2;
    }
    let start = end / 2;
    let end = end.min(ids.len());
    start + ids[start..end].partition_point(|&id| id < sought)
}

#[cfg(test)]
mod tests {
    use super::{Common, leap};

    #[test]
    fn a_leap_ends_at_the_first_id_that_is_not_less() {
        let ids: Vec<u32> = (0..40).map(|number| number * 2).collect();
        for len in 0..ids.len() {
            for sought in 0..90 {
                let ids = &ids[..len];
                assert_eq!(leap(ids, sought), ids.iter().filter(|&&id| id < sought).count(), "{sought} in {len} ids");
            }
        }
    }

    #[test]
    fn the_common_rows_are_those_that_comparing_every_pair_finds() {
        for case in 0..1024_u32 {
            let of = |bits: u32| (0..5).filter(|bit| bits >> bit & 1 == 1).map(|bit| bit * 3 + 1).collect::<Vec<u32>>();
            let (ids, visible) = (of(case & 31), of(case >> 5));
            let found: Vec<usize> = Common { ids: &ids, row: 0, visible: &visible }.collect();
            let expected: Vec<usize> = (0..ids.len()).filter(|&row| visible.contains(&ids[row])).collect();
            assert_eq!(found, expected, "{visible:?} in {ids:?}");
        }
    }
}
