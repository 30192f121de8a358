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
use crate::rows::{Met, NOWHERE, meet};

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
    /// For each row now, which it was before, or [`NOWHERE`].
    was: Vec<u32>,
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
            source.name_rows(layout, now);
            match_rows(&before.ids, &now.ids, &mut self.was);
            source.quantise(layout, now);
            source.predict(layout, before, now, &self.was, span);
        }
    }

    fn choose_rows(&mut self, layout: &TableLayout, truth: &TruthTable) {
        self.rows.clear();
        let rows = (0..).zip(&truth.owners).filter(|(_, owner)| !layout.private || owner.is_some());
        self.rows.extend(rows.map(|(row, _)| row));
    }
}

fn match_rows(before: &[u32], now: &[u32], was: &mut Vec<u32>) {
    was.clear();
    for met in meet(before, now) {
        match met {
            Met::Left(_) => {}
            Met::Both(row, _) => was.push(row as u32),
            Met::Entered(_) => was.push(NOWHERE),
        }
    }
}

/// The rows of a component that belong to one of its tables.
struct Source<'a> {
    truth: &'a TruthTable,
    width: usize,
    rows: &'a [u32],
}

impl Source<'_> {
    /// The measures of a column.
    fn measures(&self, column: &ColumnLayout) -> impl Iterator<Item = f64> {
        let place = column.field;
        self.rows.iter().map(move |&row| self.truth.values[row as usize * self.width + place])
    }

    /// Fills an empty table with ids and owners.
    fn name_rows(&self, layout: &TableLayout, table: &mut Table) {
        table.ids.extend(self.rows.iter().map(|&row| self.truth.ids[row as usize]));
        if layout.private {
            table.owners.extend(self.rows.iter().filter_map(|&row| self.truth.owners[row as usize]));
            table.by_owner.extend((0..).zip(&table.owners).map(|(row, _)| row));
            table.by_owner.sort_unstable_by_key(|&row| (table.owners[row as usize], row));
        }
    }

    /// Fills the plain columns.
    fn quantise(&self, layout: &TableLayout, table: &mut Table) {
        for (column, values) in layout.columns.iter().zip(&mut table.columns) {
            if let Column::Plain(values) = values {
                values.extend(self.measures(column).map(|measure| quantised(column, measure)));
            }
        }
    }

    /// Fills the motion columns: predictions from the rows before, corrected where they must be; new rows are where they are measured to be.
    fn predict(&self, layout: &TableLayout, before: &Table, table: &mut Table, was: &[u32], span: Span) {
        for (index, column) in layout.columns.iter().enumerate() {
            let (Some(motion), Column::Motion(old)) = (&column.motion, &before.columns[index]) else {
                continue;
            };
            let predictor = Predictor::new(column, motion, span);
            let (positions, velocities) = table.motion_columns(index, motion.velocity_column);
            let rows = self.measures(column).zip(was).zip(velocities);
            positions.extend(rows.map(|((measure, &was), &velocity)| match old.get(was as usize) {
                Some(&old) => corrected(column, predictor.advance(old, velocity), measure),
                None => fixed(quantised(column, measure)),
            }));
        }
    }
}

/// The nearest integer, the farther of two from 0; what is not a number counts as 0.
#[inline]
fn rounded(measure: f64) -> i64 {
    let whole = measure as i64;
    let rest = measure - whole as f64;
    whole.saturating_add(i64::from(rest >= 0.5)).saturating_sub(i64::from(rest <= -0.5))
}

/// The nearest integer in the field's range; what is not a number counts as 0.
#[inline]
fn quantised(column: &ColumnLayout, measure: f64) -> i32 {
    let nearest = rounded(measure);
    let bounded = match column.wrap {
        Some(modulus) if !(0..i64::from(modulus)).contains(&nearest) => nearest.rem_euclid(i64::from(modulus)),
        Some(_) => nearest,
        None => nearest.clamp(i64::from(column.min), i64::from(column.max)),
    };
    bounded as i32
}

/// The prediction, if it is within tolerance of the truth, or else moved by the whole quanta it is off, which keeps its fraction.
#[inline]
fn corrected(column: &ColumnLayout, predicted: i64, measure: f64) -> i64 {
    let truth = measure.clamp(f64::from(column.min), f64::from(column.max));
    let residual = truth - predicted as f64 / ONE as f64;
    if residual.abs() <= column.tolerance {
        return predicted;
    }
    let moved = predicted + rounded(residual) * ONE;
    moved.clamp(fixed(column.min), fixed(column.max))
}

#[cfg(test)]
mod tests {
    use super::rounded;

    #[test]
    fn rounding_is_what_the_standard_library_does() {
        let edges = [0.0, 0.5, 1.5, 2.5, 0.499_999_999_999_999_94, 4_503_599_627_370_495.5, 1e18, 1e300, f64::INFINITY];
        let any = (1..10_000_u64).map(|number| f64::from_bits(number.wrapping_mul(0x9E37_79B9_7F4A_7C15)));
        let near = (1..10_000).map(|number| f64::from(number) * 0.037);
        for measure in edges.into_iter().chain(any).chain(near) {
            for measure in [measure, -measure] {
                assert_eq!(rounded(measure), measure.round() as i64, "{measure}");
            }
        }
    }
}
