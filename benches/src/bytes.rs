//! Where the bytes of snapshots go, and how few they could be.
//!
//! The workload is run in memory, each tick's delta encoded as a server would, and its bytes counted by column. Beside that stands the order-0
//! entropy of what must be told: of each field the differences from tick to tick, of motion fields those from the prediction.
//!
//! Invariant: the parts add up to the whole frames.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use skirmish_protocol::{Column, ColumnLayout, Plan, Table, TableLayout, motion};

use crate::element::elements;
use crate::record::Record;

/// Ticks that are looked at: 20 s at the workload's rate.
const TICKS: usize = 400;

/// Bytes of snapshots, each figure per player and tick.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Bytes {
    /// Players in the match.
    pub players: u32,
    /// Whole messages.
    pub total: f64,
    /// What is in the message besides tables.
    pub head: f64,
    /// What is in tables besides columns.
    pub framing: f64,
    /// Each field's column.
    pub fields: Vec<FieldBytes>,
    /// Order-0 entropy of the residuals, all fields.
    pub entropy: f64,
}

/// Bytes of one field, per player and tick.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct FieldBytes {
    /// Component and field.
    pub name: String,
    /// As encoded.
    pub bytes: f64,
    /// Order-0 entropy of the residuals.
    pub entropy: f64,
}

impl Bytes {
    /// Of a match in which everybody sees all `players`.
    pub fn new(players: u32) -> Self {
        let record = Record::new(players, TICKS + 1);
        let mut bytes = Self { players, fields: fields(&record), ..Self::default() };
        bytes.entropy = bytes.fields.iter().map(|field| field.entropy).sum();
        for (before, now) in record.pairs() {
            bytes.count(&record.plan, &record.frame(Some(before), now));
        }
        let updates = f64::from(players) * TICKS as f64;
        let Self { total, head, framing, fields, .. } = &mut bytes;
        let figures = [total, head, framing].into_iter().chain(fields.iter_mut().map(|field| &mut field.bytes));
        figures.for_each(|figure| *figure /= updates);
        bytes
    }

    fn count(&mut self, plan: &Plan, frame: &[u8]) {
        let elements_of_frame = elements(frame);
        let [.., own_tables, _events, tables] = &elements_of_frame[..] else {
            panic!("a snapshot has nine elements");
        };
        self.total += frame.len() as f64;
        self.head += (frame.len() - own_tables.len() - tables.len()) as f64;
        self.count_tables(plan, own_tables);
        self.count_tables(plan, tables);
    }

    fn count_tables(&mut self, plan: &Plan, tables: &[u8]) {
        let mut in_columns = 0;
        for table in elements(tables) {
            let elements_of_table = elements(table);
            let [id, _leaves, _enters, changes] = &elements_of_table[..] else {
                panic!("a table change has four elements");
            };
            let layout = plan.layouts().iter().position(|layout| id == &number(layout.table));
            let first = first_field(plan, layout.expect("the table is in the plan"));
            if changes[0] != NIL {
                for (field, change) in elements(changes).into_iter().enumerate() {
                    self.fields[first + field].bytes += change.len() as f64;
                    in_columns += change.len();
                }
            }
        }
        self.framing += (tables.len() - in_columns) as f64;
    }
}

const NIL: u8 = 0xC0;

fn number(value: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    skirmish_protocol::wire::u32(&mut bytes, value.into());
    bytes
}

/// The place among all fields of the first one of a table.
fn first_field(plan: &Plan, table: usize) -> usize {
    plan.layouts()[..table].iter().map(|layout| layout.columns.len()).sum()
}

/// All fields, in the order of tables and columns, with their entropies.
fn fields(record: &Record) -> Vec<FieldBytes> {
    let mut fields = Vec::new();
    for (table, layout) in record.plan.layouts().iter().enumerate() {
        let component = &record.plan.schema().components[layout.component];
        for column in 0..layout.columns.len() {
            let name = format!("{}.{}", component.name, record.plan.field(layout, column).name);
            let mut counts = BTreeMap::new();
            for (before, now) in record.pairs() {
                let residuals = residuals(record, layout, column, &before.tables[table], &now.tables[table]);
                residuals.into_iter().for_each(|residual| *counts.entry(residual).or_insert(0) += 1);
            }
            fields.push(FieldBytes { name, bytes: 0.0, entropy: entropy_bits(&counts) / 8.0 });
        }
    }
    fields
}

/// What each row's prediction misses.
fn residuals(record: &Record, layout: &TableLayout, column: usize, before: &Table, now: &Table) -> Vec<i64> {
    assert_eq!(before.ids, now.ids, "walkers neither come nor go");
    let ColumnLayout { min, max, wrap, motion, .. } = layout.columns[column];
    match (&before.columns[column], &now.columns[column], motion) {
        (Column::Motion(old), Column::Motion(new), Some(motion)) => {
            let Column::Plain(velocities) = &now.columns[motion.velocity_column] else {
                panic!("a velocity is a plain column");
            };
            let step = motion::step(&motion, record.settings.tick_hz);
            let rows = old.iter().zip(new).zip(velocities);
            rows.map(|((&old, &new), &velocity)| new - motion::advance(old, 1, velocity, step, min, max)).collect()
        }
        (Column::Plain(old), Column::Plain(new), _) => {
            old.iter().zip(new).map(|(&old, &new)| difference(old, new, wrap)).collect()
        }
        _ => panic!("both states are of one plan"),
    }
}

fn difference(old: i32, new: i32, wrap: Option<u32>) -> i64 {
    let difference = i64::from(new) - i64::from(old);
    wrap.map_or(difference, |modulus| {
        let modulus = i64::from(modulus);
        (difference + modulus / 2).rem_euclid(modulus) - modulus / 2
    })
}

fn entropy_bits(counts: &BTreeMap<i64, u64>) -> f64 {
    let total = counts.values().sum::<u64>() as f64;
    counts.values().map(|&count| count as f64 / total).map(|share| -share * share.log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_add_up_to_the_whole() {
        let bytes = Bytes::new(20);
        let columns: f64 = bytes.fields.iter().map(|field| field.bytes).sum();
        assert!((bytes.head + bytes.framing + columns - bytes.total).abs() < 1e-9, "{bytes:?}");
        assert!(bytes.entropy > 0.0 && bytes.entropy < bytes.total, "{bytes:?}");
    }

    #[test]
    fn the_entropy_of_four_equal_values_is_two_bits() {
        assert_eq!(entropy_bits(&(0..4).map(|value| (value, 5)).collect()), 2.0);
        assert_eq!(entropy_bits(&BTreeMap::from([(0, 9)])), 0.0);
    }

    #[test]
    fn a_cyclic_field_changes_the_short_way() {
        assert_eq!(difference(10, 990, Some(1000)), -20);
        assert_eq!(difference(990, 10, Some(1000)), 20);
        assert_eq!(difference(5, -5, None), -10);
    }
}
