//! Who is near a place: a uniform grid over one tick's subjects, filled anew at each.
//!
//! Invariant: its cells are as wide as the leave radius, so whatever is within that lies in the nine cells around.
//! The bodies stand sorted by row and column, so that each row's three cells are one run. Whoever may be seen from a cell is gathered once
//! for all who ask from there one after the other. Who sees what follows from it in `interest.rs`.

use skirmish_protocol::ones;

use crate::index_set::IndexSet;
use crate::subject::{LEAVE_FACTOR, Subject};

/// Row and column in one number, which ascends with the row, and within a row with the column.
pub(crate) type Cell = u64;

fn cell_at(row: i32, column: i32) -> Cell {
    let ascending = |number: i32| number.cast_unsigned() ^ (1 << 31);
    u64::from(ascending(row)) << 32 | u64::from(ascending(column))
}

/// One tick's subjects, by where they are. Its memory serves the next tick's.
#[derive(Debug, Default)]
pub(crate) struct Grid {
    cell_units: f32,
    enter_squared: f32,
    leave_squared: f32,
    /// Indices of the subjects that are near everybody.
    everywhere: Vec<u32>,
    /// The cell and index of each body, ascending.
    cells: Vec<(Cell, u32)>,
    /// The cell whose candidates are at hand.
    around: Option<Cell>,
    /// Who may be seen from there, ascending in index and id.
    candidates: Vec<Found>,
    /// Their indices while they are put in order.
    indices: IndexSet,
    /// Where each of them is, whoever is near everybody at no number. Both are filled up with zeros.
    xs: Vec<f32>,
    ys: Vec<f32>,
}

/// A subject that is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    pub(crate) index: u32,
    pub(crate) id: u32,
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
        self.around = None;
        self.indices.make_room(subjects.len());
        for (index, subject) in (0..).zip(subjects) {
            match subject.body_place() {
                None => self.everywhere.push(index),
                Some(place) => self.cells.push((self.cell(place), index)),
            }
        }
        self.cells.sort_unstable();
    }

    /// In which cell a place is.
    pub(crate) fn cell(&self, place: [f32; 2]) -> Cell {
        let (row, column) = self.row_and_column(place);
        cell_at(row, column)
    }

    /// Row and column; places too far out for an `i32` share the outermost cells.
    #[expect(clippy::cast_possible_truncation, reason = "the cast saturates, as intended")]
    fn row_and_column(&self, [x, y]: [f32; 2]) -> (i32, i32) {
        ((y / self.cell_units).floor() as i32, (x / self.cell_units).floor() as i32)
    }

    /// Appends the subjects that are near everybody.
    pub(crate) fn find_everywhere(&self, subjects: &[Subject], found: &mut Vec<Found>) {
        found.extend(self.everywhere.iter().map(|&index| Found { index, id: subjects[index as usize].id }));
    }

    /// Appends, ascending, the subjects that are near everybody, those within the enter radius of `from`, and of those with
    /// the ids in `held`, which ascend, those within the leave radius.
    pub(crate) fn find(&mut self, subjects: &[Subject], from: [f32; 2], held: &[u32], found: &mut Vec<Found>) {
        self.gather(subjects, from);
        let places = self.xs.as_chunks().0.iter().zip(self.ys.as_chunks().0);
        for (candidates, (xs, ys)) in self.candidates.chunks(TOGETHER).zip(places) {
            let [mut seen, in_reach] = within(xs, ys, from, [self.enter_squared, self.leave_squared]);
            for place in ones(u64::from(in_reach & !seen)).take_while(|&place| place < candidates.len()) {
                seen |= u32::from(held.binary_search(&candidates[place].id).is_ok()) << place;
            }
            let seen = ones(seen.into()).take_while(|&place| place < candidates.len());
            found.extend(seen.map(|place| candidates[place]));
        }
    }

    /// Has the candidates for a place at hand.
    fn gather(&mut self, subjects: &[Subject], from: [f32; 2]) {
        let (row, column) = self.row_and_column(from);
        if self.around.replace(cell_at(row, column)) == Some(cell_at(row, column)) {
            return;
        }
        let Self { everywhere, cells, indices, candidates, xs, ys, .. } = self;
        everywhere.iter().for_each(|&index| indices.insert(index as usize));
        let (left, right) = (column.saturating_sub(1), column.saturating_add(1));
        for row in row.saturating_sub(1)..=row.saturating_add(1) {
            let start = cells.partition_point(|&(cell, _)| cell < cell_at(row, left));
            let bodies = cells[start..].iter().take_while(|&&(cell, _)| cell <= cell_at(row, right));
            bodies.for_each(|&(_, index)| indices.insert(index as usize));
        }
        candidates.clear();
        [&mut *xs, ys].into_iter().for_each(Vec::clear);
        indices.drain(|index| {
            let [x, y] = subjects[index].body_place().unwrap_or([f32::NAN; 2]);
            candidates.push(Found { index: index as u32, id: subjects[index].id });
            xs.push(x);
            ys.push(y);
        });
        let room = candidates.len().next_multiple_of(TOGETHER);
        [xs, ys].into_iter().for_each(|axis| axis.resize(room, 0.0));
    }
}

/// How many candidates are looked at together.
const TOGETHER: usize = u32::BITS as usize;

/// For each reach, given as its square, a bit for each place that is no farther from there than that, or no number. All at once and without a
/// branch, since nobody can foresee which of them will be near.
fn within(xs: &[f32; TOGETHER], ys: &[f32; TOGETHER], from: [f32; 2], reaches_squared: [f32; 2]) -> [u32; 2] {
    let mut bits = [0; 2];
    for place in 0..TOGETHER {
        let (dx, dy) = (xs[place] - from[0], ys[place] - from[1]);
        let distance_squared = dx * dx + dy * dy;
        for (bits, reach_squared) in bits.iter_mut().zip(reaches_squared) {
            let is_beyond = distance_squared > reach_squared;
            *bits |= u32::from(!is_beyond) << place;
        }
    }
    bits
}
