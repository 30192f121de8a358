//! The table changes of a snapshot, read and applied to the state of its baseline: the other side of [`crate::delta`].
//!
//! Reading is strict: whatever breaks a rule of section 4.1 of `docs/protocol.md`, or takes a value out of its field's range, is
//! an error. The state is then half changed and must be thrown away, which [`crate::mirror`] does.

use crate::delta_read::{Lists, next_table};
use crate::fixed::{ONE, fixed, quanta};
use crate::layout::{ColumnLayout, TableLayout};
use crate::mirror_error::MirrorError;
use crate::motion::{Predictor, Span};
use crate::plan::Plan;
use crate::rows::{insert_rows, remove_rows};
use crate::wire::Reader;
use crate::wire_state::{Column, Table, WireState};

type Result<T> = std::result::Result<T, MirrorError>;

/// Applies lists of table changes; keeps its buffers from one to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applier {
    /// The lists read last.
    lists: Lists,
    /// Where the rows that leave are, or before which rows those that enter are to be put.
    rows: Vec<usize>,
    /// The ids of entering rows.
    ids: Vec<u32>,
    /// Their values, column after column, in fixed point.
    entering: Vec<i64>,
    /// Corrections of motion columns, which wait until all velocities are known.
    corrections: Vec<Correction>,
}

#[derive(Clone, Copy, Debug)]
struct Correction {
    column: usize,
    row: usize,
    entry: i64,
}

impl Applier {
    /// Takes the `own_tables` (`private`) or the `tables` element and brings all tables of that kind, listed or not, to the end of the span.
    pub(crate) fn apply(
        &mut self,
        reader: &mut Reader<'_>,
        plan: &Plan,
        state: &mut WireState,
        private: bool,
        span: Span,
    ) -> Result<()> {
        let mut left = reader.array_len(plan.layouts().len())?;
        let mut listed = next_table(reader, &mut left)?;
        for (layout, table) in plan.layouts().iter().zip(&mut state.tables) {
            if layout.private != private {
                continue;
            }
            if listed == Some(u32::from(layout.table)) {
                self.table_change(reader, layout, table, span)?;
                listed = next_table(reader, &mut left)?;
            } else {
                predict(layout, table, span);
            }
        }
        match listed {
            Some(given) => Err(MirrorError::Table { given }),
            None => Ok(()),
        }
    }

    fn table_change(
        &mut self,
        reader: &mut Reader<'_>,
        layout: &TableLayout,
        table: &mut Table,
        span: Span,
    ) -> Result<()> {
        self.lists.begin(layout.table);
        self.leaves(reader, layout, table)?;
        self.enters(reader, layout, table)?;
        self.changes(reader, layout, table)?;
        predict(layout, table, span);
        self.correct(layout, table)?;
        self.insert(table);
        Ok(())
    }

    /// Takes `leaves` and removes the rows.
    fn leaves(&mut self, reader: &mut Reader<'_>, layout: &TableLayout, table: &mut Table) -> Result<()> {
        if reader.try_nil() {
            return Ok(());
        }
        self.lists.read_ids(reader)?;
        self.rows.clear();
        for &id in &self.lists.ids {
            let row = table.ids.binary_search(&id);
            let table = layout.table;
            self.rows.push(row.ok().ok_or(MirrorError::RowMissing { table, id })?);
        }
        remove_rows(&mut table.ids, &self.rows);
        for column in &mut table.columns {
            match column {
                Column::Plain(values) => remove_rows(values, &self.rows),
                Column::Motion(positions) => remove_rows(positions, &self.rows),
            }
        }
        Ok(())
    }

    /// Takes `enters` and keeps them until [`Self::insert`].
    fn enters(&mut self, reader: &mut Reader<'_>, layout: &TableLayout, table: &Table) -> Result<()> {
        self.ids.clear();
        self.rows.clear();
        self.entering.clear();
        if reader.try_nil() {
            return Ok(());
        }
        reader.array(1 + layout.columns.len())?;
        self.lists.read_ids(reader)?;
        std::mem::swap(&mut self.ids, &mut self.lists.ids);
        for &id in &self.ids {
            let row = table.ids.binary_search(&id);
            let table = layout.table;
            self.rows.push(row.err().ok_or(MirrorError::RowPresent { table, id })?);
        }
        (0..layout.columns.len()).try_for_each(|number| self.entering_column(reader, layout, number))
    }

    fn entering_column(&mut self, reader: &mut Reader<'_>, layout: &TableLayout, number: usize) -> Result<()> {
        let motion = layout.columns[number].motion.is_some();
        if motion {
            reader.array(2)?;
        }
        self.lists.read_ints(reader, self.ids.len())?;
        let start = self.entering.len();
        self.entering.extend(self.lists.ints.iter().map(|&value| fixed(value)));
        let values = &mut self.entering[start..];
        if motion {
            self.lists.read_fractions(reader, values.iter_mut())?;
        }
        self.ids.iter().zip(values).try_for_each(|(&id, value)| check(layout, number, id, *value))
    }

    /// Takes `changes`: adds the entries of plain columns, keeps those of motion columns until [`Self::correct`].
    fn changes(&mut self, reader: &mut Reader<'_>, layout: &TableLayout, table: &mut Table) -> Result<()> {
        self.corrections.clear();
        if reader.try_nil() {
            return Ok(());
        }
        reader.array(layout.columns.len())?;
        for number in 0..layout.columns.len() {
            if !reader.try_nil() {
                self.change(reader, layout, table, number)?;
            }
        }
        Ok(())
    }

    fn change(
        &mut self,
        reader: &mut Reader<'_>,
        layout: &TableLayout,
        table: &mut Table,
        number: usize,
    ) -> Result<()> {
        let column = &layout.columns[number];
        reader.array(if column.motion.is_some() { 3 } else { 2 })?;
        self.lists.read_presence(reader, table.ids.len())?;
        self.lists.read_ints(reader, self.lists.present.len())?;
        let entries = self.lists.present.iter().zip(&self.lists.ints);
        match &mut table.columns[number] {
            Column::Plain(values) => {
                for (&row, &entry) in entries {
                    let sum = add(column.wrap, values[row], entry);
                    check(layout, number, table.ids[row], fixed(sum))?;
                    values[row] = sum;
                }
            }
            Column::Motion(_) => {
                let start = self.corrections.len();
                let correction =
                    |(&row, &entry): (&usize, &i32)| Correction { column: number, row, entry: fixed(entry) };
                self.corrections.extend(entries.map(correction));
                let entries = self.corrections[start..].iter_mut().map(|it| &mut it.entry);
                self.lists.read_fractions(reader, entries)?;
            }
        }
        Ok(())
    }

    /// Adds the entries of motion columns, whose rows have been predicted.
    fn correct(&mut self, layout: &TableLayout, table: &mut Table) -> Result<()> {
        for &Correction { column, row, entry } in &self.corrections {
            if let Column::Motion(positions) = &mut table.columns[column] {
                let sum = positions[row] + entry;
                check(layout, column, table.ids[row], sum)?;
                positions[row] = sum;
            }
        }
        Ok(())
    }

    /// Puts the rows of `enters` in.
    fn insert(&self, table: &mut Table) {
        let count = self.rows.len();
        insert_rows(&mut table.ids, &self.rows, |i| self.ids[i]);
        for (number, column) in table.columns.iter_mut().enumerate() {
            let entering = &self.entering[number * count..][..count];
            match column {
                Column::Plain(values) => insert_rows(values, &self.rows, |i| quanta(entering[i])),
                Column::Motion(positions) => insert_rows(positions, &self.rows, |i| entering[i]),
            }
        }
    }
}

/// Advances the motion columns of a table over the span.
fn predict(layout: &TableLayout, table: &mut Table, span: Span) {
    for (number, column) in layout.columns.iter().enumerate() {
        let Some(motion) = &column.motion else {
            continue;
        };
        let predictor = Predictor::new(column, motion, span);
        let (positions, velocities) = table.motion_columns(number, motion.velocity_column);
        for (position, &velocity) in positions.iter_mut().zip(velocities) {
            *position = predictor.advance(*position, velocity);
        }
    }
}

fn add(wrap: Option<u32>, old: i32, entry: i32) -> i32 {
    match wrap {
        Some(modulus) => (i64::from(old) + i64::from(entry)).rem_euclid(i64::from(modulus)) as i32,
        None => old.wrapping_add(entry),
    }
}

/// Checks that a value, in fixed point, is within its column's range.
fn check(layout: &TableLayout, column: usize, id: u32, value: i64) -> Result<()> {
    let &ColumnLayout { min, max, .. } = &layout.columns[column];
    if (fixed(min)..=fixed(max)).contains(&value) {
        return Ok(());
    }
    let given = value as f64 / ONE as f64;
    Err(MirrorError::Value { table: layout.table, column, id, given, min, max })
}
