//! The `changes` of one table: which rows each column speaks of, and what is added to them.
//!
//! A row whose entry is 0 is named all the same where that is shorter: because then every row is, or the rows of the column
//! before. Each of these choices is made by writing both ways and keeping the shorter one, or the first tried if they are equally
//! long; where the zeros alone would cost what they save, it is not tried.
//! What the entries are is found in [`crate::differences`], the rows in [`crate::delta`].

use std::mem::swap;

use crate::bits::ones;
use crate::differences::{Entries, TableDifferences};
use crate::layout::ColumnLayout;
use crate::pack::Packer;
use crate::row_set::RowSet;
use crate::wire;

/// Buffers for the changes of a table, kept from one to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sets {
    /// A bit for each column in which something changed.
    columns: u32,
    /// By column that is not yet written: the rows in which something changed, and then those that the column speaks of.
    named: Vec<RowSet>,
    /// The rows that the columns of the group at hand speak of.
    group: RowSet,
    /// A larger set that is tried.
    larger: RowSet,
}

impl Sets {
    fn find_changed(&mut self, columns: usize, rows: &[u32], changed: &[u32]) {
        self.named.resize_with(columns.max(self.named.len()), RowSet::default);
        self.named[..columns].iter_mut().for_each(|named| named.clear(rows.len()));
        self.columns = 0;
        for (place, &row) in rows.iter().enumerate() {
            let changed = changed[row as usize];
            self.columns |= changed;
            ones(changed.into()).for_each(|column| self.named[column].insert(place));
        }
    }

    fn has_changed(&self, column: usize) -> bool {
        self.columns >> column & 1 == 1
    }
}

/// Writes the changes of one table.
pub(crate) struct ChangeWriter<'a> {
    pub(crate) out: &'a mut Vec<u8>,
    pub(crate) columns: &'a [ColumnLayout],
    /// What has changed in the whole table.
    pub(crate) table: &'a TableDifferences,
    /// The rows of the table that the changes speak of.
    pub(crate) rows: &'a [u32],
    pub(crate) packer: &'a mut Packer,
}

/// Columns that speak of the same rows; whatever is between them did not change.
#[derive(Clone, Copy)]
struct Group {
    /// The first of them.
    column: usize,
    /// Where it begins.
    start: usize,
    /// How many they are.
    members: usize,
}

impl ChangeWriter<'_> {
    /// Writes the changes, or nil if there are none. Tells whether there are any.
    pub(crate) fn write(&mut self, sets: &mut Sets) -> bool {
        sets.find_changed(self.columns.len(), self.rows, &self.table.changed);
        if sets.columns == 0 {
            wire::nil(self.out);
            return false;
        }
        wire::array(self.out, self.columns.len());
        let mut group = None;
        for column in 0..self.columns.len() {
            if sets.has_changed(column) {
                group = Some(self.column(column, group, sets));
            } else {
                wire::nil(self.out);
            }
        }
        true
    }

    /// Writes a column in which something changed, and gives the group that it belongs to then.
    fn column(&mut self, column: usize, group: Option<Group>, sets: &mut Sets) -> Group {
        if let Some(group) = group.filter(|_| sets.group == sets.named[column]) {
            // Nothing is shorter than the rows that need no name.
            self.change_in_same_rows(column, &sets.group);
            return Group { members: group.members + 1, ..group };
        }
        let start = self.out.len();
        let mut presence_bytes = self.change(column, &sets.named[column]);
        if is_worthwhile(self.rows.len() - sets.named[column].len(), presence_bytes) {
            let again = self.out.len();
            sets.larger.fill(self.rows.len());
            let all_bytes = self.change(column, &sets.larger);
            if self.keep_shorter(start, again) {
                presence_bytes = all_bytes;
                swap(&mut sets.named[column], &mut sets.larger);
            }
        }
        let joined = group.and_then(|group| self.joined(column, group, start, presence_bytes, sets));
        joined.unwrap_or_else(|| {
            swap(&mut sets.group, &mut sets.named[column]);
            Group { column, start, members: 1 }
        })
    }

    /// Tries to have a column, which begins at `start`, speak of the same rows as the group before it.
    fn joined(
        &mut self,
        column: usize,
        group: Group,
        start: usize,
        presence_bytes: usize,
        sets: &mut Sets,
    ) -> Option<Group> {
        sets.larger.unite(&sets.group, &sets.named[column]);
        let widened = sets.larger.len() - sets.group.len();
        let zeros = widened * group.members + sets.larger.len() - sets.named[column].len();
        if !is_worthwhile(zeros, presence_bytes) {
            return None;
        }
        let again = self.out.len();
        let (first, from) = if widened == 0 { (column, start) } else { (group.column, group.start) };
        for member in first..=column {
            if !sets.has_changed(member) {
                wire::nil(self.out);
            } else if member == group.column {
                self.change(member, &sets.larger);
            } else {
                self.change_in_same_rows(member, &sets.larger);
            }
        }
        if !self.keep_shorter(from, again) {
            return None;
        }
        swap(&mut sets.group, &mut sets.larger);
        Some(Group { members: group.members + 1, ..group })
    }

    /// Of what was written from `first` and what was written again from `second`, keeps the shorter. Tells whether that is the second.
    fn keep_shorter(&mut self, first: usize, second: usize) -> bool {
        let shorter = self.out.len() - second < second - first;
        if shorter {
            self.out.drain(first..second);
        } else {
            self.out.truncate(second);
        }
        shorter
    }

    /// Writes what is added to these rows of a column. Gives the bytes that it took to name them.
    fn change(&mut self, column: usize, named: &RowSet) -> usize {
        self.change_header(column);
        let start = self.out.len();
        if named.len() == self.rows.len() {
            wire::nil(self.out);
        } else {
            self.packer.presence(self.out, named, self.rows.len());
        }
        let presence_bytes = self.out.len() - start;
        self.change_entries(column, named);
        presence_bytes
    }

    /// Writes what is added to these rows of a column, which the column before spoke of.
    fn change_in_same_rows(&mut self, column: usize, named: &RowSet) {
        self.change_header(column);
        wire::bool(self.out, true);
        self.change_entries(column, named);
    }

    fn change_header(&mut self, column: usize) {
        wire::array(self.out, if self.columns[column].motion.is_some() { 3 } else { 2 });
    }

    fn change_entries(&mut self, column: usize, named: &RowSet) {
        let Entries { ints, fractions } = &self.table.columns[column];
        let rows = named.iter().map(|place| self.rows[place] as usize);
        self.packer.ints(self.out, rows.clone().map(|row| ints[row]));
        if self.columns[column].motion.is_some() {
            self.packer.fractions(self.out, rows.map(|row| fractions[row]));
        }
    }
}

/// Whether as many entries of 0, of a bit at least, may cost less than naming the rows in one byte saves.
fn is_worthwhile(zeros: usize, presence_bytes: usize) -> bool {
    zeros < (presence_bytes - 1) * 8
}
