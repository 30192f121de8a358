//! Stage 5: the table changes that turn what a seat saw at its baseline into what it sees now.
//!
//! Invariant: a client that holds the baseline's view and applies the changes ([`crate::delta_apply`]) holds now's view, to the bit.
//! What nobody needs is not written: a table, column or fraction in which nothing changed beyond the prediction.
//! The frame around the tables is [`crate::snapshot`]; section 4.1 of `docs/protocol.md` has the shapes.

use crate::fixed::{fixed, fraction, quanta};
use crate::layout::{ColumnLayout, TableLayout};
use crate::motion::{Predictor, Span};
use crate::plan::Plan;
use crate::rows::{Met, meet};
use crate::visible::Side;
use crate::wire;
use crate::wire_state::{Column, Table};

/// Writes the `tables` element of a snapshot: the public tables' changes since the baseline, or all rows if there is none.
/// `tick_hz` is the tick rate in force since the baseline.
pub fn encode_tables(out: &mut Vec<u8>, plan: &Plan, baseline: Option<&Side<'_>>, now: &Side<'_>, tick_hz: u32) {
    Encoder::new(baseline, now, None, tick_hz).encode(out, plan);
}

/// Writes the `own_tables` element of a snapshot: as [`encode_tables`], for the private tables of `seat`.
pub fn encode_own_tables(
    out: &mut Vec<u8>,
    plan: &Plan,
    seat: u32,
    baseline: Option<&Side<'_>>,
    now: &Side<'_>,
    tick_hz: u32,
) {
    Encoder::new(baseline, now, Some(seat), tick_hz).encode(out, plan);
}

struct Encoder<'a> {
    baseline: Option<&'a Side<'a>>,
    now: &'a Side<'a>,
    owner: Option<u32>,
    span: Span,
    leaves: Vec<u32>,
    enters: Vec<usize>,
    kept: Vec<(usize, usize)>,
    entries: Vec<i64>,
    presence: Vec<u8>,
}

impl<'a> Encoder<'a> {
    fn new(baseline: Option<&'a Side<'a>>, now: &'a Side<'a>, owner: Option<u32>, tick_hz: u32) -> Self {
        let ticks = baseline.map_or(0, |side| now.state.tick - side.state.tick);
        Self {
            baseline,
            now,
            owner,
            span: Span { ticks, tick_hz },
            leaves: Vec::new(),
            enters: Vec::new(),
            kept: Vec::new(),
            entries: Vec::new(),
            presence: Vec::new(),
        }
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
            Some(side) if !self.kept.is_empty() => self.changes(out, layout, &side.state.tables[index], now),
            _ => {
                wire::nil(out);
                false
            }
        };
        let needed = changed || !self.leaves.is_empty() || !self.enters.is_empty();
        if !needed {
            out.truncate(start);
        }
        needed
    }

    /// Sorts the rows that the seat saw or sees into leaves, enters and kept ones.
    fn compare(&mut self, index: usize) {
        self.leaves.clear();
        self.enters.clear();
        self.kept.clear();
        let now = &self.now.state.tables[index].ids;
        let now_rows = self.now.rows(index, self.owner);
        let Some(side) = self.baseline else {
            self.enters.extend(now_rows);
            return;
        };
        let before = &side.state.tables[index].ids;
        meet(before, side.rows(index, self.owner), now, now_rows, |met| match met {
            Met::Left(row) => self.leaves.push(before[row]),
            Met::Both(was, is) => self.kept.push((was, is)),
            Met::Entered(row) => self.enters.push(row),
        });
    }

    fn leaves(&self, out: &mut Vec<u8>) {
        if self.leaves.is_empty() {
            wire::nil(out);
        } else {
            write_ids(out, self.leaves.iter().copied());
        }
    }

    fn enters(&self, out: &mut Vec<u8>, now: &Table) {
        if self.enters.is_empty() {
            wire::nil(out);
            return;
        }
        wire::array(out, 1 + now.columns.len());
        write_ids(out, self.enters.iter().map(|&row| now.ids[row]));
        let rows = self.enters.iter();
        for column in &now.columns {
            match column {
                Column::Plain(values) => {
                    write_ints(out, rows.clone().map(|&row| fixed(values[row])));
                }
                Column::Motion(positions) => {
                    wire::array(out, 2);
                    write_ints(out, rows.clone().map(|&row| positions[row]));
                    write_fractions(out, rows.clone().map(|&row| positions[row]));
                }
            }
        }
    }

    /// Writes the changes of the kept rows, or nil if there are none. Tells whether there are any.
    fn changes(&mut self, out: &mut Vec<u8>, layout: &TableLayout, before: &Table, now: &Table) -> bool {
        let start = out.len();
        let mut changed = false;
        wire::array(out, layout.columns.len());
        for (index, column) in layout.columns.iter().enumerate() {
            self.differences(index, column, before, now);
            changed |= self.change(out, column);
        }
        if !changed {
            out.truncate(start);
            wire::nil(out);
        }
        changed
    }

    /// Fills `entries` with what must be added to each kept row of a column, in fixed point.
    fn differences(&mut self, index: usize, column: &ColumnLayout, before: &Table, now: &Table) {
        self.entries.clear();
        let kept = self.kept.iter();
        match (&before.columns[index], &now.columns[index], &column.motion) {
            (Column::Plain(old), Column::Plain(new), None) => {
                self.entries.extend(kept.map(|&(was, is)| fixed(difference(column.wrap, old[was], new[is]))));
            }
            (Column::Motion(old), Column::Motion(new), Some(motion)) => {
                let predictor = Predictor::new(column, motion, self.span);
                let velocities = now.plain(motion.velocity_column);
                self.entries.extend(kept.map(|&(was, is)| new[is] - predictor.advance(old[was], velocities[is])));
            }
            _ => unreachable!("both states were made for this plan"),
        }
    }

    /// Writes the change of a column from `entries`. Tells whether there is any.
    fn change(&mut self, out: &mut Vec<u8>, column: &ColumnLayout) -> bool {
        let present = self.entries.iter().copied().filter(|&entry| entry != 0);
        let count = present.clone().count();
        if count == 0 {
            wire::nil(out);
            return false;
        }
        wire::array(out, if column.motion.is_some() { 3 } else { 2 });
        if count == self.entries.len() {
            wire::nil(out);
        } else {
            self.presence.clear();
            let bits = |rows: &[i64]| rows.iter().rev().fold(0, |byte, &entry| byte << 1 | u8::from(entry != 0));
            self.presence.extend(self.entries.chunks(8).map(bits));
            wire::bin(out, &self.presence);
        }
        write_ints(out, present.clone());
        if column.motion.is_some() {
            write_fractions(out, present);
        }
        true
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

fn write_ids(out: &mut Vec<u8>, ids: impl ExactSizeIterator<Item = u32>) {
    wire::array(out, ids.len());
    let mut previous = 0;
    for id in ids {
        wire::u32(out, id - previous);
        previous = id;
    }
}

/// Writes the whole quanta of values in fixed point.
fn write_ints(out: &mut Vec<u8>, values: impl Iterator<Item = i64> + Clone) {
    wire::array(out, values.clone().count());
    for value in values {
        wire::i32(out, quanta(value));
    }
}

/// Writes the fractions of values in fixed point, or nil if all are zero.
fn write_fractions(out: &mut Vec<u8>, values: impl Iterator<Item = i64> + Clone) {
    if values.clone().all(|value| fraction(value) == 0) {
        wire::nil(out);
        return;
    }
    wire::array(out, values.clone().count());
    for value in values {
        wire::u32(out, fraction(value));
    }
}
