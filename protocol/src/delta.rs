//! Stage 5: the table changes that turn what a seat saw at its baseline into what it sees now.
//!
//! Invariant: a client that holds the baseline's view and applies the changes ([`crate::delta_apply`]) holds now's view, to the bit.
//! What nobody needs is not written: a table, column or fraction in which nothing changed beyond the prediction.
//! The frame around the tables is [`crate::snapshot`]; section 4.1 of `docs/protocol.md` has the shapes. Which rows a column
//! speaks of is decided in [`crate::delta_changes`], the form of each list in [`crate::pack`].

use crate::delta_changes::{ChangeWriter, Sets};
use crate::fixed::{fixed, fraction, quanta};
use crate::layout::{ColumnLayout, TableLayout};
use crate::motion::{Predictor, Span};
use crate::pack::Packer;
use crate::plan::Plan;
use crate::rows::{Met, meet};
use crate::visible::Side;
use crate::wire;
use crate::wire_state::{Column, Table};

/// Buffers of the encoder. Whoever encodes often keeps one: once it has grown to the largest state, encoding allocates nothing.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    leaves: Vec<u32>,
    enters: Vec<usize>,
    entering_ids: Vec<u32>,
    kept: Vec<(usize, usize)>,
    entries: Vec<i64>,
    sets: Sets,
    packer: Packer,
}

/// Writes the `tables` element of a snapshot: the public tables' changes since the baseline, or all rows if there is none.
/// `tick_hz` is the tick rate in force since the baseline. The scratch has no say in what is written.
pub fn encode_tables(
    out: &mut Vec<u8>,
    scratch: &mut Scratch,
    plan: &Plan,
    baseline: Option<&Side<'_>>,
    now: &Side<'_>,
    tick_hz: u32,
) {
    Encoder::new(scratch, baseline, now, None, tick_hz).encode(out, plan);
}

/// Writes the `own_tables` element of a snapshot: as [`encode_tables`], for the private tables of `seat`.
pub fn encode_own_tables(
    out: &mut Vec<u8>,
    scratch: &mut Scratch,
    plan: &Plan,
    seat: u32,
    baseline: Option<&Side<'_>>,
    now: &Side<'_>,
    tick_hz: u32,
) {
    Encoder::new(scratch, baseline, now, Some(seat), tick_hz).encode(out, plan);
}

struct Encoder<'a> {
    baseline: Option<&'a Side<'a>>,
    now: &'a Side<'a>,
    owner: Option<u32>,
    span: Span,
    scratch: &'a mut Scratch,
}

impl<'a> Encoder<'a> {
    fn new(
        scratch: &'a mut Scratch,
        baseline: Option<&'a Side<'a>>,
        now: &'a Side<'a>,
        owner: Option<u32>,
        tick_hz: u32,
    ) -> Self {
        let ticks = baseline.map_or(0, |side| now.state.tick - side.state.tick);
        Self { baseline, now, owner, span: Span { ticks, tick_hz }, scratch }
    }

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
            Some(side) if !self.scratch.kept.is_empty() => self.changes(out, layout, &side.state.tables[index], now),
            _ => {
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
        let Scratch { leaves, enters, kept, .. } = &mut *self.scratch;
        leaves.clear();
        enters.clear();
        kept.clear();
        let now = &self.now.state.tables[index].ids;
        let now_rows = self.now.rows(index, self.owner);
        let Some(side) = self.baseline else {
            enters.extend(now_rows);
            return;
        };
        let before = &side.state.tables[index].ids;
        meet(before, side.rows(index, self.owner), now, now_rows, |met| match met {
            Met::Left(row) => leaves.push(before[row]),
            Met::Both(was, is) => kept.push((was, is)),
            Met::Entered(row) => enters.push(row),
        });
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
        entering_ids.extend(enters.iter().map(|&row| now.ids[row]));
        packer.ids(out, entering_ids);
        let rows = enters.iter();
        for column in &now.columns {
            match column {
                Column::Plain(values) => packer.ints(out, rows.clone().map(|&row| values[row])),
                Column::Motion(positions) => {
                    wire::array(out, 2);
                    packer.ints(out, rows.clone().map(|&row| quanta(positions[row])));
                    packer.fractions(out, rows.clone().map(|&row| fraction(positions[row])));
                }
            }
        }
    }

    /// Writes the changes of the kept rows, or nil if there are none. Tells whether there are any.
    fn changes(&mut self, out: &mut Vec<u8>, layout: &TableLayout, before: &Table, now: &Table) -> bool {
        self.scratch.entries.clear();
        for (index, column) in layout.columns.iter().enumerate() {
            self.differences(index, column, before, now);
        }
        let Scratch { kept, entries, sets, packer, .. } = &mut *self.scratch;
        ChangeWriter { out, columns: &layout.columns, rows: kept.len(), entries, packer }.write(sets)
    }

    /// Adds to `entries` what must be added to each kept row of a column, in fixed point.
    fn differences(&mut self, index: usize, column: &ColumnLayout, before: &Table, now: &Table) {
        let Scratch { kept, entries, .. } = &mut *self.scratch;
        let kept = kept.iter();
        match (&before.columns[index], &now.columns[index], &column.motion) {
            (Column::Plain(old), Column::Plain(new), None) => {
                entries.extend(kept.map(|&(was, is)| fixed(difference(column.wrap, old[was], new[is]))));
            }
            (Column::Motion(old), Column::Motion(new), Some(motion)) => {
                let predictor = Predictor::new(column, motion, self.span);
                let velocities = now.plain(motion.velocity_column);
                entries.extend(kept.map(|&(was, is)| new[is] - predictor.advance(old[was], velocities[is])));
            }
            _ => unreachable!("both states were made for this plan"),
        }
    }
}

/// What must be added to `old` to give `new`: round the circle the short way, or in 32-bit numbers that wrap around.
fn difference(wrap: Option<u32>, old: i32, new: i32) -> i32 {
    let difference = new.wrapping_sub(old);
    let Some(modulus) = wrap.map(u32::cast_signed) else {
        return difference;
    };
    let forward = difference.rem_euclid(modulus);
    if forward > modulus / 2 { forward - modulus } else { forward }
}
