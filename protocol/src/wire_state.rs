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
        for table in &mut self.tables {
            table.ids.clear();
            table.owners.clear();
            for column in &mut table.columns {
                match column {
                    Column::Plain(values) => values.clear(),
                    Column::Motion(positions) => positions.clear(),
                }
            }
        }
    }

    /// The state of `tick`, which follows this one: motion fields are predicted from here, with the velocities of `tick`.
    /// Rows that this state does not have are quantised with fraction 0. Rows without an owner have no private fields.
    pub fn next(&self, plan: &Plan, truth: &Truth, tick: u32, tick_hz: u32) -> Self {
        let ticks = tick - self.tick;
        let span = Span { ticks, tick_hz };
        let tables = plan.layouts().iter().zip(&self.tables).map(|(layout, before)| {
            let width = plan.schema().components[layout.component].fields.len();
            let source = Source::new(layout, &truth.tables[layout.component], width);
            source.follow(layout, before, span)
        });
        Self { tick, tables: tables.collect() }
    }
}

/// The rows of a component that belong to one of its tables.
struct Source<'a> {
    truth: &'a TruthTable,
    width: usize,
    rows: Vec<usize>,
}

impl<'a> Source<'a> {
    fn new(layout: &TableLayout, truth: &'a TruthTable, width: usize) -> Self {
        let rows = (0..truth.ids.len()).filter(|&row| !layout.private || truth.owners[row].is_some());
        Self { truth, width, rows: rows.collect() }
    }

    /// The table that follows `before`.
    fn follow(&self, layout: &TableLayout, before: &Table, span: Span) -> Table {
        let mut table = Table {
            ids: self.rows.iter().map(|&row| self.truth.ids[row]).collect(),
            owners: if layout.private {
                self.rows.iter().filter_map(|&row| self.truth.owners[row]).collect()
            } else {
                Vec::new()
            },
            columns: layout.columns.iter().map(|column| self.quantise(column)).collect(),
        };
        if layout.columns.iter().any(|column| column.motion.is_some()) {
            self.predict(layout, before, &mut table, span);
        }
        table
    }

    fn measures(&self, column: &ColumnLayout) -> impl Iterator<Item = f64> {
        self.rows.iter().map(|row| self.truth.values[row * self.width + column.field])
    }

    fn quantise(&self, column: &ColumnLayout) -> Column {
        let integers = self.measures(column).map(|measure| quantised(column, measure));
        match column.motion {
            None => Column::Plain(integers.collect()),
            Some(_) => Column::Motion(integers.map(fixed).collect()),
        }
    }

    /// Replaces the motion fields of the rows that were there before by their predictions, corrected where they must be.
    fn predict(&self, layout: &TableLayout, before: &Table, table: &mut Table, span: Span) {
        let kept = kept_rows(&before.ids, &table.ids);
        for (index, column) in layout.columns.iter().enumerate() {
            let (Some(motion), Column::Motion(old)) = (&column.motion, &before.columns[index]) else {
                continue;
            };
            let predictor = Predictor::new(column, motion, span);
            let (positions, velocities) = table.motion_columns(index, motion.velocity_column);
            for &(was, is) in &kept {
                let predicted = predictor.advance(old[was], velocities[is]);
                let measure = self.truth.values[self.rows[is] * self.width + column.field];
                positions[is] = corrected(column, predicted, measure);
            }
        }
    }
}

/// Pairs of row numbers, before and now, of the ids in both lists.
fn kept_rows(before: &[u32], now: &[u32]) -> Vec<(usize, usize)> {
    let mut kept = Vec::with_capacity(now.len());
    meet(before, 0..before.len(), now, 0..now.len(), |met| {
        if let Met::Both(was, is) = met {
            kept.push((was, is));
        }
    });
    kept
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
