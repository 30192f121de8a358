//! Who is near a place: a uniform grid over one tick's subjects, filled anew at each.
//!
//! Invariant: its cells are as wide as the leave radius, so whatever is within that lies in the nine cells around.
//! The bodies stand sorted by row and column, so that each row's three cells are one run. Who sees what follows from
//! it in `interest.rs`.

use crate::subject::{LEAVE_FACTOR, Subject};

/// Row and column in one number, which ascends with the row, and within a row with the column.
type Cell = u64;

fn cell_at(row: i32, column: i32) -> Cell {
    let ascending = |number: i32| number.cast_unsigned() ^ (1 << 31);
    u64::from(ascending(row)) << 32 | u64::from(ascending(column))
}

/// One tick's subjects, by where they are. Its memory serves the next tick's.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    cell_units: f32,
    pub(crate) enter_squared: f32,
    leave_squared: f32,
    /// Indices of the subjects that are near everybody, ascending.
    pub(crate) everywhere: Vec<usize>,
    /// The cell and index of each body, ascending.
    cells: Vec<(Cell, u32)>,
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
                    let (row, column) = self.row_and_column(place);
                    self.cells.push((cell_at(row, column), index as u32));
                }
            }
        }
        self.cells.sort_unstable();
        let places = self.cells.iter().filter_map(|&(_, index)| subjects[index as usize].place);
        self.places.clear();
        self.places.extend(places);
    }

    /// Row and column; places too far out for an `i32` share the outermost cells.
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, as intended")]
    fn row_and_column(&self, [x, y]: [f32; 2]) -> (i32, i32) {
        ((y / self.cell_units).floor() as i32, (x / self.cell_units).floor() as i32)
    }

    /// Calls `found` with index and squared distance of every body within the leave radius of `from`.
    pub(crate) fn near(&self, from: [f32; 2], mut found: impl FnMut(usize, f32)) {
        let (row, column) = self.row_and_column(from);
        let (left, right) = (column.saturating_sub(1), column.saturating_add(1));
        for row in row.saturating_sub(1)..=row.saturating_add(1) {
            let start = self.cells.partition_point(|&(cell, _)| cell < cell_at(row, left));
            let end = start + self.cells[start..].partition_point(|&(cell, _)| cell <= cell_at(row, right));
            for (&(_, index), &[x, y]) in self.cells[start..end].iter().zip(&self.places[start..end]) {
                let (dx, dy) = (x - from[0], y - from[1]);
                let distance_squared = dx * dx + dy * dy;
                if distance_squared <= self.leave_squared {
                    found(index as usize, distance_squared);
                }
            }
        }
    }
}
