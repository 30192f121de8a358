//! Stage 5: the table changes that turn what a seat saw at its baseline into what it sees now.
//!
//! Invariant: a client that holds the baseline's view and applies the changes ([`crate::delta_apply`]) holds now's view, to the bit.
//! What nobody needs is not written: a table, column or fraction in which nothing changed beyond the prediction.
//! What changed in each row is found in [`crate::differences`], once for all views; here it takes time for what is visible only.
//! The frame around the tables is [`crate::snapshot`]; section 4.1 of `docs/protocol.md` has the shapes. Which rows a column
//! speaks of is decided in [`crate::delta_changes`], the form of each list in [`crate::pack`].

use crate::delta_changes::{ChangeWriter, Sets};
use crate::differences::{Differences, TableDifferences};
use crate::fixed::{fraction, quanta};
use crate::layout::TableLayout;
use crate::pack::Packer;
use crate::plan::Plan;
use crate::rows::{Met, meet};
use crate::visible::{Side, Visible};
use crate::wire;
use crate::wire_state::{Column, Table};

/// Buffers of the encoder. Whoever encodes often keeps one: once it has grown to the largest state, encoding allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    /// Ids that leave.
    leaves: Vec<u32>,
    /// Rows that enter.
    enters: Vec<u32>,
    entering_ids: Vec<u32>,
    /// Rows that stay.
    kept: Vec<u32>,
    /// The ids of a seat's own rows, before and now.
    own_before: Vec<u32>,
    own_now: Vec<u32>,
    sets: Sets,
    packer: Packer,
}

/// What a delta starts from.
#[derive(Clone, Copy, Debug)]
pub struct Baseline<'a> {
    /// What the seat saw.
    pub side: Side<'a>,
    /// The differences from that state to the one that is encoded.
    pub differences: &'a Differences,
}

/// Writes the `tables` element of a snapshot: the public tables' changes since the baseline, or all rows if there is none.
/// The scratch has no say in what is written.
pub fn encode_tables(
    out: &mut Vec<u8>,
    scratch: &mut Scratch,
    plan: &Plan,
    baseline: Option<&Baseline<'_>>,
    now: &Side<'_>,
) {
    Encoder { scratch, baseline, now, owner: None }.encode(out, plan);
}

/// Writes the `own_tables` element of a snapshot: as [`encode_tables`], for the private tables of `seat`.
pub fn encode_own_tables(
    out: &mut Vec<u8>,
    scratch: &mut Scratch,
    plan: &Plan,
    seat: u32,
    baseline: Option<&Baseline<'_>>,
    now: &Side<'_>,
) {
    Encoder { scratch, baseline, now, owner: Some(seat) }.encode(out, plan);
}

struct Encoder<'a> {
    scratch: &'a mut Scratch,
    baseline: Option<&'a Baseline<'a>>,
    now: &'a Side<'a>,
    owner: Option<u32>,
}

impl Encoder<'_> {
    fn encode(&mut self, out: &mut Vec<u8>, plan: &Plan) {
        let private = self.owner.is_some();
        let layouts = plan.layouts().iter().enumerate().filter(|(_, layout)| layout.private == private);
        let start = out.len();
        let mut tables = 0;
        for (index, layout) in layouts {
            tables += usize::from(self.table(out, index, layout));
        }
        let end = out.len();
        wire::array(out, tables);
        let header_bytes = out.len() - end;
        out[start..].rotate_right(header_bytes);
    }

    /// Writes one table change, unless there is nothing to say. Tells whether it did.
    fn table(&mut self, out: &mut Vec<u8>, index: usize, layout: &TableLayout) -> bool {
        self.compare(index);
        let now = &self.now.state.tables[index];
        let start = out.len();
        wire::array(out, 4);
        wire::u32(out, layout.table.into());
        self.leaves(out);
        self.enters(out, now);
        let changed = match self.baseline {
            Some(baseline) => self.changes(out, layout, baseline.differences.table(index)),
            None => {
                wire::nil(out);
                false
            }
        };
        let needed = changed || !self.scratch.leaves.is_empty() || !self.scratch.enters.is_empty();
        if !needed {
            out.truncate(start);
        }
        needed
    }

    /// Sorts the rows that the seat saw or sees into leaves, enters and kept ones.
    fn compare(&mut self, index: usize) {
        let Scratch { leaves, enters, kept, own_before, own_now, .. } = &mut *self.scratch;
        [&mut *leaves, enters, kept].into_iter().for_each(Vec::clear);
        let now = &self.now.state.tables[index];
        let Some(Baseline { side, differences }) = self.baseline else {
            enters.extend(self.now.rows(index, self.owner).map(|row| row as u32));
            return;
        };
        let (before, table) = (&side.state.tables[index], differences.table(index));
        if (self.owner, side.visible, self.now.visible) == (None, Visible::All, Visible::All) {
            leaves.extend_from_slice(&table.left);
            enters.extend_from_slice(&table.entered);
            kept.extend_from_slice(&table.kept);
            return;
        }
        let saw = ids(side, before, index, self.owner, own_before);
        let sees = ids(self.now, now, index, self.owner, own_now);
        let was_there = |id| {
            let row = table.row(id);
            row.is_some_and(|row| table.is_kept(row)) || table.left.binary_search(&id).is_ok()
        };
        for met in meet(saw, sees) {
            match met {
                Met::Left(place) if was_there(saw[place]) => leaves.push(saw[place]),
                Met::Left(_) => {}
                Met::Both(_, place) => match table.row(sees[place]) {
                    Some(row) if table.is_kept(row) => kept.push(row as u32),
                    Some(row) => enters.push(row as u32),
                    None if table.left.binary_search(&sees[place]).is_ok() => leaves.push(sees[place]),
                    None => {}
                },
                Met::Entered(place) => enters.extend(table.row(sees[place]).map(|row| row as u32)),
            }
        }
    }

    fn leaves(&mut self, out: &mut Vec<u8>) {
        let Scratch { leaves, packer, .. } = &mut *self.scratch;
        if leaves.is_empty() {
            wire::nil(out);
        } else {
            packer.ids(out, leaves);
        }
    }

    fn enters(&mut self, out: &mut Vec<u8>, now: &Table) {
        let Scratch { enters, entering_ids, packer, .. } = &mut *self.scratch;
        if enters.is_empty() {
            wire::nil(out);
            return;
        }
        wire::array(out, 1 + now.columns.len());
        entering_ids.clear();
        entering_ids.extend(enters.iter().map(|&row| now.ids[row as usize]));
        packer.ids(out, entering_ids);
        let rows = enters.iter().map(|&row| row as usize);
        for column in &now.columns {
            match column {
                Column::Plain(values) => packer.ints(out, rows.clone().map(|row| values[row])),
                Column::Motion(positions) => {
                    wire::array(out, 2);
                    packer.ints(out, rows.clone().map(|row| quanta(positions[row])));
                    packer.fractions(out, rows.clone().map(|row| fraction(positions[row])));
                }
            }
        }
    }

    /// Writes the changes of the kept rows, or nil if there are none. Tells whether there are any.
    fn changes(&mut self, out: &mut Vec<u8>, layout: &TableLayout, table: &TableDifferences) -> bool {
        let Scratch { kept, sets, packer, .. } = &mut *self.scratch;
        ChangeWriter { out, columns: &layout.columns, table, rows: kept, packer }.write(sets)
    }
}

/// The ids, ascending, whose rows this side may show. Of a private table they are put into `own`, of a public one they may be more than it has.
fn ids<'a>(side: &Side<'a>, table: &'a Table, index: usize, owner: Option<u32>, own: &'a mut Vec<u32>) -> &'a [u32] {
    match (owner, side.visible) {
        (None, Visible::Only(ids)) => ids,
        (None, Visible::All) => &table.ids,
        (Some(_), _) => {
            own.clear();
            own.extend(side.rows(index, owner).map(|row| table.ids[row]));
            own
        }
    }
}
