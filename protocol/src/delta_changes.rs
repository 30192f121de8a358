//! The `changes` of one table: which rows each column speaks of, and what is added to them.
//!
//! A row whose entry is 0 is named all the same where that is shorter: because then every row is, or the rows of the column
//! before. Each of these choices is made by writing both ways and keeping the shorter one, or the first tried if they are equally
//! long; where the zeros alone would cost what they save, it is not tried.
//! What the entries are is found in [`crate::delta`].

use std::mem::swap;

use crate::fixed::{fraction, quanta};
use crate::layout::ColumnLayout;
use crate::pack::Packer;
use crate::wire;

/// Buffers for the changes of a table, kept from one to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sets {
    /// The rows that the column at hand speaks of.
    named: Vec<u32>,
    /// The rows that the columns of the group at hand speak of.
    group: Vec<u32>,
    /// A larger set that is tried.
    larger: Vec<u32>,
}

/// Writes the changes of one table.
pub(crate) struct ChangeWriter<'a> {
    pub(crate) out: &'a mut Vec<u8>,
    pub(crate) columns: &'a [ColumnLayout],
    pub(crate) rows: usize,
    /// What is to be added, in fixed point: column after column, one for each row.
    pub(crate) entries: &'a [i64],
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
        if self.entries.iter().all(|&entry| entry == 0) {
            wire::nil(self.out);
            return false;
        }
        wire::array(self.out, self.columns.len());
        let mut group = None;
        for column in 0..self.columns.len() {
            self.find_changed(column, &mut sets.named);
            if sets.named.is_empty() {
                wire::nil(self.out);
            } else {
                group = Some(self.column(column, group, sets));
            }
        }
        true
    }

    fn entries_of(&self, column: usize) -> &[i64] {
        &self.entries[column * self.rows..][..self.rows]
    }

    fn find_changed(&self, column: usize, named: &mut Vec<u32>) {
        named.clear();
        let rows = (0..).zip(self.entries_of(column));
        named.extend(rows.filter(|(_, entry)| **entry != 0).map(|(row, _)| row));
    }

    /// Writes a column in which something changed, and gives the group that it belongs to then.
    fn column(&mut self, column: usize, group: Option<Group>, sets: &mut Sets) -> Group {
        let start = self.out.len();
        let mut presence_bytes = self.change(column, &sets.named);
        if is_worthwhile(self.rows - sets.named.len(), presence_bytes) {
            let again = self.out.len();
            sets.larger.clear();
            sets.larger.extend((0..).take(self.rows));
            let all_bytes = self.change(column, &sets.larger);
            if self.keep_shorter(start, again) {
                presence_bytes = all_bytes;
                swap(&mut sets.named, &mut sets.larger);
            }
        }
        let joined = group.and_then(|group| self.joined(column, group, start, presence_bytes, sets));
        joined.unwrap_or_else(|| {
            swap(&mut sets.group, &mut sets.named);
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
        unite(&sets.group, &sets.named, &mut sets.larger);
        let widened = sets.larger.len() - sets.group.len();
        let zeros = widened * group.members + sets.larger.len() - sets.named.len();
        if !is_worthwhile(zeros, presence_bytes) {
            return None;
        }
        let again = self.out.len();
        let (first, from) = if widened == 0 { (column, start) } else { (group.column, group.start) };
        for member in first..=column {
            if self.entries_of(member).iter().all(|&entry| entry == 0) {
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
    fn change(&mut self, column: usize, named: &[u32]) -> usize {
        self.change_header(column);
        let start = self.out.len();
        if named.len() == self.rows {
            wire::nil(self.out);
        } else {
            self.packer.presence(self.out, named, self.rows);
        }
        let presence_bytes = self.out.len() - start;
        self.change_entries(column, named);
        presence_bytes
    }

    /// Writes what is added to these rows of a column, which the column before spoke of.
    fn change_in_same_rows(&mut self, column: usize, named: &[u32]) {
        self.change_header(column);
        wire::bool(self.out, true);
        self.change_entries(column, named);
    }

    fn change_header(&mut self, column: usize) {
        wire::array(self.out, if self.columns[column].motion.is_some() { 3 } else { 2 });
    }

    fn change_entries(&mut self, column: usize, named: &[u32]) {
        let entries = &self.entries[column * self.rows..][..self.rows];
        let entries = named.iter().map(|&row| entries[row as usize]);
        self.packer.ints(self.out, entries.clone().map(quanta));
        if self.columns[column].motion.is_some() {
            self.packer.fractions(self.out, entries.map(fraction));
        }
    }
}

/// Whether as many entries of 0, of a bit at least, may cost less than naming the rows in one byte saves.
fn is_worthwhile(zeros: usize, presence_bytes: usize) -> bool {
    zeros < (presence_bytes - 1) * 8
}

/// The rows of two ascending lists, ascending.
fn unite(one: &[u32], other: &[u32], both: &mut Vec<u32>) {
    both.clear();
    let mut others = other.iter().copied().peekable();
    for &row in one {
        while let Some(before) = others.next_if(|&other| other < row) {
            both.push(before);
        }
        others.next_if_eq(&row);
        both.push(row);
    }
    both.extend(others);
}
