//! Stage 3: what every up-to-date client holds after a tick, to the bit.
//!
//! Replicated fields are quantised into columns of integers, one table for a component's public fields and one for its private
//! ones. A motion field follows the prediction that clients make by themselves and leaves it, by whole quanta, only when it is
//! off by more than its tolerance: so a body in straight flight costs nothing to send.
//!
//! Invariant: a wire state is a function of the one before, the truth, and the tick rate; who is watching plays no part.
//! What a seat may see of it is [`crate::visible`], how it is sent [`crate::delta`].

use crate::fixed::{ONE, fixed};
use crate::layout::{ColumnLayout, TableLayout};
use crate::motion::{Predictor, Span};
use crate::plan::Plan;
use crate::rows::{Met, meet};

/// The simulation's replicated fields at a tick, not yet quantised.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Truth {
    /// One table for each component, in schema order.
    pub tables: Vec<TruthTable>,
}

/// The entities that have one component.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TruthTable {
    /// Entity ids, ascending.
    pub ids: Vec<u32>,
    /// The seat that owns each entity and alone sees its private fields.
    pub owners: Vec<Option<u32>>,
    /// Measures in quanta, row after row, one for each field of the component.
    pub values: Vec<f64>,
}

/// Quantised columns at a tick.
#[derive(Clone, Debug, PartialEq)]
pub struct WireState {
    /// What tick this is the state of; 0 before the first.
    pub tick: u32,
    /// One table for each layout of the plan, in its order.
    pub tables: Vec<Table>,
}

/// The rows of one table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// Entity ids, ascending.
    pub ids: Vec<u32>,
    /// The seat that owns each row of a private table. Empty in public tables, and in what a client holds: there, all is its own.
    pub owners: Vec<u32>,
    /// The row numbers of a private table in the order of their owners, those of one owner ascending. As long as `owners`.
    pub by_owner: Vec<u32>,
    /// One column for each of the layout, each as long as `ids`.
    pub columns: Vec<Column>,
}

/// The values of one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// Integers in quanta.
    Plain(Vec<i32>),
    /// Fixed-point positions of a motion field, see [`crate::motion`].
    Motion(Vec<i64>),
}

impl Table {
    fn empty(layout: &TableLayout) -> Self {
        let column = |column: &ColumnLayout| match column.motion {
            None => Column::Plain(Vec::new()),
            Some(_) => Column::Motion(Vec::new()),
        };
        Self { columns: layout.columns.iter().map(column).collect(), ..Self::default() }
    }

    fn clear(&mut self) {
        self.ids.clear();
        self.owners.clear();
        self.by_owner.clear();
        for column in &mut self.columns {
            match column {
                Column::Plain(values) => values.clear(),
                Column::Motion(positions) => positions.clear(),
            }
        }
    }

    /// The numbers of the rows that this seat owns, ascending.
    pub(crate) fn rows_of(&self, seat: u32) -> &[u32] {
        let start = self.by_owner.partition_point(|&row| self.owners[row as usize] < seat);
        let rows = &self.by_owner[start..];
        &rows[..rows.partition_point(|&row| self.owners[row as usize] == seat)]
    }

    /// The values of a plain column.
    pub(crate) fn plain(&self, column: usize) -> &[i32] {
        match &self.columns[column] {
            Column::Plain(values) => values,
            Column::Motion(_) => panic!("a velocity is a plain column: Schema::check sees to it"),
        }
    }

    /// A motion column, to write, and the column of its velocities.
    pub(crate) fn motion_columns(&mut self, position: usize, velocity: usize) -> (&mut Vec<i64>, &[i32]) {
        match self.columns.get_disjoint_mut([position, velocity]) {
            Ok([Column::Motion(positions), Column::Plain(velocities)]) => (positions, velocities),
            _ => panic!("a motion field's velocity is a plain column of the same table: Schema::check sees to it"),
        }
    }
}

impl WireState {
    /// The state that has no rows.
    pub fn empty(plan: &Plan, tick: u32) -> Self {
        Self { tick, tables: plan.layouts().iter().map(Table::empty).collect() }
    }

    /// Removes all rows and goes back to tick 0.
    pub(crate) fn clear(&mut self) {
        self.tick = 0;
        self.tables.iter_mut().for_each(Table::clear);
    }

    /// The state of `tick`, which follows this one: motion fields are predicted from here, with the velocities of `tick`.
    /// Rows that this state does not have are quantised with fraction 0. Rows without an owner have no private fields.
    pub fn next(&self, plan: &Plan, truth: &Truth, tick: u32, tick_hz: u32) -> Self {
        let mut next = Self::empty(plan, tick);
        Quantiser::default().follow(self, plan, truth, tick_hz, &mut next);
        next
    }
}

/// Buffers for making one state after the other. Once they, and the states that are made anew, have grown to the largest state, nothing is
/// allocated.
#[derive(Debug, Default)]
pub struct Quantiser {
    /// The rows of the truth that belong to the table at hand.
    rows: Vec<u32>,
    /// Row numbers, before and now, of the entities in both.
    kept: Vec<(u32, u32)>,
}

impl Quantiser {
    /// Makes `now`, whatever it was but for its tick and the plan it was made for, the state of that tick that follows `before`:
    /// [`WireState::next`] tells how.
    pub fn follow(&mut self, before: &WireState, plan: &Plan, truth: &Truth, tick_hz: u32, now: &mut WireState) {
        let span = Span { ticks: now.tick - before.tick, tick_hz };
        for ((layout, before), now) in plan.layouts().iter().zip(&before.tables).zip(&mut now.tables) {
            let width = plan.schema().components[layout.component].fields.len();
            let truth = &truth.tables[layout.component];
            now.clear();
            self.choose_rows(layout, truth);
            let source = Source { truth, width, rows: &self.rows };
            source.quantise(layout, now);
            if layout.columns.iter().any(|column| column.motion.is_some()) {
                find_kept(&before.ids, &now.ids, &mut self.kept);
                source.predict(layout, before, now, &self.kept, span);
            }
        }
    }

    fn choose_rows(&mut self, layout: &TableLayout, truth: &TruthTable) {
        self.rows.clear();
        let rows = (0..).zip(&truth.owners).filter(|(_, owner)| !layout.private || owner.is_some());
        self.rows.extend(rows.map(|(row, _)| row));
    }
}

/// The rows of a component that belong to one of its tables.
struct Source<'a> {
    truth: &'a TruthTable,
    width: usize,
    rows: &'a [u32],
}

impl Source<'_> {
    fn measure(&self, row: u32, column: &ColumnLayout) -> f64 {
        self.truth.values[row as usize * self.width + column.field]
    }

    /// Fills an empty table; motion fields are where they are measured to be.
    fn quantise(&self, layout: &TableLayout, table: &mut Table) {
        table.ids.extend(self.rows.iter().map(|&row| self.truth.ids[row as usize]));
        if layout.private {
            table.owners.extend(self.rows.iter().filter_map(|&row| self.truth.owners[row as usize]));
            table.by_owner.extend((0..).zip(&table.owners).map(|(row, _)| row));
            table.by_owner.sort_unstable_by_key(|&row| (table.owners[row as usize], row));
        }
        for (column, values) in layout.columns.iter().zip(&mut table.columns) {
            let integers = self.rows.iter().map(|&row| quantised(column, self.measure(row, column)));
            match values {
                Column::Plain(values) => values.extend(integers),
                Column::Motion(positions) => positions.extend(integers.map(fixed)),
            }
        }
    }

    /// Replaces the motion fields of the rows that were there before by their predictions, corrected where they must be.
    fn predict(&self, layout: &TableLayout, before: &Table, table: &mut Table, kept: &[(u32, u32)], span: Span) {
        for (index, column) in layout.columns.iter().enumerate() {
            let (Some(motion), Column::Motion(old)) = (&column.motion, &before.columns[index]) else {
                continue;
            };
            let predictor = Predictor::new(column, motion, span);
            let (positions, velocities) = table.motion_columns(index, motion.velocity_column);
            for &(was, is) in kept {
                let (was, row, is) = (was as usize, self.rows[is as usize], is as usize);
                let predicted = predictor.advance(old[was], velocities[is]);
                positions[is] = corrected(column, predicted, self.measure(row, column));
            }
        }
    }
}

/// Finds the pairs of row numbers, before and now, of the ids in both lists.
fn find_kept(before: &[u32], now: &[u32], kept: &mut Vec<(u32, u32)>) {
    kept.clear();
    meet(before, 0..before.len(), now, 0..now.len(), |met| {
        if let Met::Both(was, is) = met {
            kept.push((was as u32, is as u32));
        }
    });
}

/// The nearest integer in the field's range; what is not a number counts as 0.
fn quantised(column: &ColumnLayout, measure: f64) -> i32 {
    let nearest = measure.round() as i64;
    let bounded = match column.wrap {
        Some(modulus) => nearest.rem_euclid(i64::from(modulus)),
        None => nearest.clamp(i64::from(column.min), i64::from(column.max)),
    };
    bounded as i32
}

/// The prediction, if it is within tolerance of the truth, or else moved by the whole quanta it is off, which keeps its fraction.
fn corrected(column: &ColumnLayout, predicted: i64, measure: f64) -> i64 {
    let truth = measure.clamp(f64::from(column.min), f64::from(column.max));
    let residual = truth - predicted as f64 / ONE as f64;
    if residual.abs() <= column.tolerance {
        return predicted;
    }
    let moved = predicted + residual.round() as i64 * ONE;
    moved.clamp(fixed(column.min), fixed(column.max))
}
