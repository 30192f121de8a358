//! Who is near a place: a uniform grid over one tick's subjects, filled anew at each.
//!
//! Invariant: its cells are as wide as the leave radius, so whatever is within that lies in the nine cells around.
//! The bodies stand sorted by row and column, so that each row's three cells are one run. Who sees what follows from
//! it in `interest.rs`.

use crate::subject::{LEAVE_FACTOR, Subject};

/// One tick's subjects, by where they are. Its memory serves the next tick's.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    cell_units: f32,
    pub(crate) enter_squared: f32,
    pub(crate) leave_squared: f32,
    /// Indices of the subjects that are near everybody, ascending.
    pub(crate) everywhere: Vec<usize>,
    /// Row, column and index of each body, ascending.
    cells: Vec<(i32, i32, usize)>,
    /// Where each of them is.
    places: Vec<[f32; 2]>,
}

impl Grid {
    /// Replaces all subjects.
    pub(crate) fn fill(&mut self, subjects: &[Subject], radius: f32) {
        let leave = radius * LEAVE_FACTOR;
        self.cell_units = leave.max(f32::MIN_POSITIVE);
        self.enter_squared = radius * radius;
        self.leave_squared = leave * leave;
        self.everywhere.clear();
        self.cells.clear();
        for (index, subject) in subjects.iter().enumerate() {
            match subject.finite_place().filter(|_| !subject.is_always_relevant) {
                None => self.everywhere.push(index),
                Some(place) => {
                    let (row, column) = self.cell(place);
                    self.cells.push((row, column, index));
                }
            }
        }
        self.cells.sort_unstable();
        let places = self.cells.iter().filter_map(|&(_, _, index)| subjects[index].place);
        self.places.clear();
        self.places.extend(places);
    }

    /// Row and column; places too far out for an `i32` share the outermost cells.
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, as intended")]
    fn cell(&self, [x, y]: [f32; 2]) -> (i32, i32) {
        ((y / self.cell_units).floor() as i32, (x / self.cell_units).floor() as i32)
    }

    /// Calls `found` with index and squared distance of every body in the nine cells around `from`.
    pub(crate) fn near(&self, from: [f32; 2], mut found: impl FnMut(usize, f32)) {
        let (row, column) = self.cell(from);
        let (left, right) = (column.saturating_sub(1), column.saturating_add(1));
        for row in row.saturating_sub(1)..=row.saturating_add(1) {
            let start = self.cells.partition_point(|&cell| cell < (row, left, 0));
            let end = start + self.cells[start..].partition_point(|&cell| cell <= (row, right, usize::MAX));
            for (&(_, _, index), &[x, y]) in self.cells[start..end].iter().zip(&self.places[start..end]) {
                let (dx, dy) = (x - from[0], y - from[1]);
                found(index, dx * dx + dy * dy);
            }
        }
    }
}
