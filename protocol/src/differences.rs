//! All that changed from one wire state to a later one, row by row.
//!
//! Made once for a baseline tick and now, and then used for every view of the two: what a delta says of a row is the same for
//! whoever sees it. Which rows a delta speaks of is decided in [`crate::delta`].

use crate::fixed::{fraction, quanta};
use crate::layout::{ColumnLayout, TableLayout};
use crate::motion::{Predictor, Span};
use crate::plan::Plan;
use crate::row_index::RowIndex;
use crate::rows::{Met, NOWHERE, meet};
use crate::wire_state::{Column, Table, WireState};

/// The differences between two states of one plan. Its memory serves the next two.
#[derive(Clone, Debug, Default)]
pub struct Differences {
    tables: Vec<TableDifferences>,
}

/// The differences between two tables of one layout. Rows are those of the later one.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableDifferences {
    /// The rows whose entities were there before.
    pub(crate) kept: Vec<u32>,
    /// The rows whose entities were not.
    pub(crate) entered: Vec<u32>,
    /// The ids of the entities that are there no more.
    pub(crate) left: Vec<u32>,
    /// For each row a bit for each column: whether something must be added there.
    pub(crate) changed: Vec<u32>,
    /// What must be added, by column.
    pub(crate) columns: Vec<Entries>,
    /// For each row, which it was before, or [`NOWHERE`].
    was: Vec<u32>,
    index: RowIndex,
}

/// What must be added to one column, for each row; 0 where there was none before.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entries {
    pub(crate) ints: Vec<i32>,
    /// Of a motion column only.
    pub(crate) fractions: Vec<u32>,
}

impl Differences {
    /// Makes these the differences from `before` to `now`. `tick_hz` is the tick rate in force since then.
    pub fn compare(&mut self, plan: &Plan, before: &WireState, now: &WireState, tick_hz: u32) {
        let span = Span { ticks: now.tick - before.tick, tick_hz };
        self.tables.resize_with(plan.layouts().len(), TableDifferences::default);
        let tables = before.tables.iter().zip(&now.tables).zip(plan.layouts());
        for (differences, ((before, now), layout)) in self.tables.iter_mut().zip(tables) {
            differences.compare(layout, before, now, span);
        }
    }

    pub(crate) fn table(&self, index: usize) -> &TableDifferences {
        &self.tables[index]
    }
}

impl TableDifferences {
    /// The row of an entity, if there is one now.
    #[inline]
    pub(crate) fn row(&self, id: u32) -> Option<usize> {
        self.index.row(id)
    }

    /// Whether the entity of this row was there before.
    #[inline]
    pub(crate) fn is_kept(&self, row: usize) -> bool {
        self.was[row] != NOWHERE
    }

    fn compare(&mut self, layout: &TableLayout, before: &Table, now: &Table, span: Span) {
        self.index.fill(&now.ids);
        self.match_rows(&before.ids, &now.ids);
        self.changed.clear();
        self.changed.resize(now.ids.len(), 0);
        self.columns.resize_with(layout.columns.len(), Entries::default);
        for (number, column) in layout.columns.iter().enumerate() {
            let Self { columns, was, changed, .. } = self;
            columns[number].subtract(column, number, before, now, was, span);
            columns[number].mark(number, changed);
        }
    }

    fn match_rows(&mut self, before: &[u32], now: &[u32]) {
        let Self { kept, entered, left, was, .. } = self;
        [&mut *kept, entered, left, was].into_iter().for_each(Vec::clear);
        for met in meet(before, now) {
            match met {
                Met::Left(row) => left.push(before[row]),
                Met::Both(old, row) => {
                    kept.push(row as u32);
                    was.push(old as u32);
                }
                Met::Entered(row) => {
                    entered.push(row as u32);
                    was.push(NOWHERE);
                }
            }
        }
    }
}

impl Entries {
    /// Finds what must be added to each row of a column.
    fn subtract(&mut self, column: &ColumnLayout, number: usize, before: &Table, now: &Table, was: &[u32], span: Span) {
        self.ints.clear();
        self.fractions.clear();
        match (&before.columns[number], &now.columns[number], &column.motion) {
            (Column::Plain(old), Column::Plain(new), None) => {
                let before = |&row: &u32| old.get(row as usize).copied();
                let rows = was.iter().map(before).zip(new);
                let differences = rows.map(|(old, &new)| old.map_or(0, |old| difference(column.wrap, old, new)));
                self.ints.extend(differences);
            }
            (Column::Motion(old), Column::Motion(new), Some(motion)) => {
                let predictor = Predictor::new(column, motion, span);
                let rows = was.iter().zip(new).zip(now.plain(motion.velocity_column));
                for ((&was, &new), &velocity) in rows {
                    let old = old.get(was as usize);
                    let entry = old.map_or(0, |&old| new - predictor.advance(old, velocity));
                    self.ints.push(quanta(entry));
                    self.fractions.push(fraction(entry));
                }
            }
            _ => unreachable!("both states were made for this plan"),
        }
    }

    /// Sets the column's bit for each row to which something must be added.
    fn mark(&self, number: usize, changed: &mut [u32]) {
        let rows = changed.iter_mut().zip(&self.ints);
        rows.for_each(|(changed, &int)| *changed |= u32::from(int != 0) << number);
        let rows = changed.iter_mut().zip(&self.fractions);
        rows.for_each(|(changed, &fraction)| *changed |= u32::from(fraction != 0) << number);
    }
}

/// What must be added to `old` to give `new`: round the circle the short way, or in 32-bit numbers that wrap around.
fn difference(wrap: Option<u32>, old: i32, new: i32) -> i32 {
    let difference = new.wrapping_sub(old);
    let Some(modulus) = wrap.map(u32::cast_signed) else {
        return difference;
    };
    let forward = if difference < 0 { difference + modulus } else { difference };
    if forward > modulus / 2 { forward - modulus } else { forward }
}
