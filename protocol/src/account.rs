//! What the bytes of snapshots are spent on, found by reading what was encoded: each component's fields, who comes and goes, events, and what frames it all.
//!
//! Invariant: every byte counts once, so the sums are the length of the snapshots. It reads our own snapshots only. Not here: how they are encoded
//! ([`crate::delta`], [`crate::snapshot`]).

use rmp::Marker;

use crate::plan::Plan;
use crate::snapshot::ELEMENTS;
use crate::wire::{DecodeError, Reader};

/// How many elements there are before a seat's own events: kind, tick, baseline, input ack, checksum.
const HEAD_ELEMENTS: usize = 5;

/// Bytes by what they are spent on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The message's own frame and its first elements.
    pub heads: u64,
    /// Events, public and private.
    pub events: u64,
    /// By table.
    tables: Vec<TableAccount>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct TableAccount {
    /// Which rows leave and enter, and the table's frame.
    rows: u64,
    columns: Vec<u64>,
}

/// What one component's field, or its rows, took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent<'a> {
    /// The component.
    pub component: &'a str,
    /// The field; none: which entities come and go.
    pub field: Option<&'a str>,
    /// The bytes.
    pub bytes: u64,
}

impl Account {
    /// Counts a snapshot of this plan, whose shared part begins with the public events.
    ///
    /// # Panics
    /// If it is none.
    pub fn add(&mut self, plan: &Plan, [own, shared]: [&[u8]; 2]) {
        let mut count = || -> Result<(), DecodeError> {
            let mut reader = Reader::new(own);
            // Its last elements are in the other part.
            reader.array(ELEMENTS)?;
            (0..HEAD_ELEMENTS).try_for_each(|_| skip(&mut reader))?;
            self.heads += reader.position() as u64;
            self.events_and_tables(plan, reader)?;
            self.events_and_tables(plan, Reader::new(shared))
        };
        count().expect("a snapshot of our own");
    }

    /// What each component took that took anything.
    pub fn spent<'a>(&'a self, plan: &'a Plan) -> impl Iterator<Item = Spent<'a>> {
        let tables = plan.layouts().iter().zip(&self.tables);
        let spent = tables.flat_map(move |(layout, table)| {
            let component = plan.schema().components[layout.component].name.as_str();
            let fields =
                (0..).zip(&table.columns).map(move |(column, bytes)| (Some(plan.field(layout, column)), *bytes));
            std::iter::once((None, table.rows)).chain(fields).map(move |(field, bytes)| Spent {
                component,
                field: field.map(|field| field.name.as_str()),
                bytes,
            })
        });
        spent.filter(|spent| spent.bytes > 0)
    }

    fn events_and_tables(&mut self, plan: &Plan, mut reader: Reader<'_>) -> Result<(), DecodeError> {
        let from = reader.position();
        skip(&mut reader)?;
        let events_end = reader.position();
        self.events += (events_end - from) as u64;
        let tables = reader.array_len(usize::MAX)?;
        self.heads += (reader.position() - events_end) as u64;
        (0..tables).try_for_each(|_| self.table(plan, &mut reader))?;
        reader.end()
    }

    fn table(&mut self, plan: &Plan, reader: &mut Reader<'_>) -> Result<(), DecodeError> {
        let from = reader.position();
        reader.array_len(usize::MAX)?;
        let id = reader.u32()?;
        let place =
            plan.layouts().iter().position(|layout| u32::from(layout.table) == id).expect("a table of the plan");
        self.tables.resize_with(plan.layouts().len().max(self.tables.len()), TableAccount::default);
        let table = &mut self.tables[place];
        table.columns.resize(plan.layouts()[place].columns.len(), 0);
        skip(reader)?;
        let mut in_columns = 0;
        if !reader.try_nil() {
            reader.array_len(usize::MAX)?;
            skip(reader)?;
            in_columns += columns(&mut table.columns, reader)?;
        }
        if !reader.try_nil() {
            reader.array_len(usize::MAX)?;
            in_columns += columns(&mut table.columns, reader)?;
        }
        table.rows += (reader.position() - from) as u64 - in_columns;
        Ok(())
    }
}

/// Counts one element for each column. How many bytes they are.
fn columns(columns: &mut [u64], reader: &mut Reader<'_>) -> Result<u64, DecodeError> {
    let from = reader.position();
    for bytes in columns {
        let start = reader.position();
        skip(reader)?;
        *bytes += (reader.position() - start) as u64;
    }
    Ok((reader.position() - from) as u64)
}

/// Takes one element, of the kinds that snapshots have.
fn skip(reader: &mut Reader<'_>) -> Result<(), DecodeError> {
    match reader.peek() {
        Some(Marker::Null) => {
            reader.try_nil();
        }
        Some(Marker::True | Marker::False) => drop(reader.bool()?),
        Some(Marker::Bin8 | Marker::Bin16 | Marker::Bin32) => drop(reader.try_bin()?),
        Some(Marker::FixArray(_) | Marker::Array16 | Marker::Array32) => {
            // Lists of lists of numbers are the deepest there are.
            let elements = reader.array_len(usize::MAX)?;
            (0..elements).try_for_each(|_| skip(reader))?;
        }
        _ => drop(reader.int(i64::MIN, i64::MAX)?),
    }
    Ok(())
}
