//! Frames as JSON text: what [`crate::json`] reads.
//!
//! A `bin` has no place in JSON, and would not be readable: the list that it packs is written as an array, which the protocol
//! allows in every place. How long a packed list is depends on how many rows the client holds, so the writer follows a session's frames
//! and counts them. It knows no schema.

use std::collections::BTreeMap;
use std::fmt::{Display, Write};

use rmp::Marker;

use crate::delta_read::Lists;
use crate::json::DEPTH_MAX;
use crate::message::{CLIENT_KINDS, Head, SERVER_KINDS, kind};
use crate::mirror_error::MirrorError;
use crate::wire::{DecodeError, Reader};

type Result<T> = std::result::Result<T, MirrorError>;

/// Places of elements in a snapshot.
const BASELINE: usize = 2;
const OWN_TABLES: usize = 6;
const TABLES: usize = 8;

/// Writes the messages of one session as text. It must be given all of them, in order.
#[derive(Clone, Debug, Default)]
pub struct JsonWriter {
    /// How many rows the client holds of each table.
    rows: BTreeMap<u16, usize>,
    /// The lists read last.
    lists: Lists,
}

impl JsonWriter {
    /// The text of a message.
    ///
    /// # Errors
    /// Bytes that are no message, or a snapshot that does not follow the one before.
    pub fn text(&mut self, frame: &[u8]) -> Result<String> {
        let mut reader = Reader::new(frame);
        let head = Head::decode(&mut reader)?;
        let mut known = CLIENT_KINDS.iter().chain(&SERVER_KINDS);
        let (name, _) = known.find(|(_, kind)| *kind == head.kind).ok_or(MirrorError::Kind { given: head.kind })?;
        let mut out = format!("[\"{name}\"");
        for place in 1..head.elements {
            out.push(',');
            match place {
                OWN_TABLES | TABLES if head.kind == kind::SNAPSHOT => self.tables(&mut reader, &mut out)?,
                _ => {
                    let start = out.len();
                    element(&mut reader, &mut out, DEPTH_MAX)?;
                    if head.kind == kind::SNAPSHOT && place == BASELINE && &out[start..] == "null" {
                        self.rows.clear();
                    }
                }
            }
        }
        reader.end()?;
        out.push(']');
        Ok(out)
    }

    fn tables(&mut self, reader: &mut Reader<'_>, out: &mut String) -> Result<()> {
        let count = reader.array_len(usize::MAX)?;
        array(out, 0..count, |out, _| self.table_change(reader, out))
    }

    fn table_change(&mut self, reader: &mut Reader<'_>, out: &mut String) -> Result<()> {
        reader.array(4)?;
        let given = reader.u32()?;
        let table = u16::try_from(given).map_err(|_| MirrorError::Table { given })?;
        self.lists.begin(table);
        let held = self.rows.get(&table).copied().unwrap_or(0);
        put(out, format_args!("[{table},"));
        let leaving = if reader.try_nil() { null(out) } else { self.ids(reader, out)? };
        let remaining = held.checked_sub(leaving).ok_or(MirrorError::Presence { table, rows: held })?;
        out.push(',');
        let entering = if reader.try_nil() { null(out) } else { self.enters(reader, out)? };
        self.rows.insert(table, remaining + entering);
        out.push(',');
        if reader.try_nil() {
            null(out);
        } else {
            self.changes(reader, out, remaining)?;
        }
        out.push(']');
        Ok(())
    }

    /// Writes `ids`; gives their number.
    fn ids(&mut self, reader: &mut Reader<'_>, out: &mut String) -> Result<usize> {
        self.lists.read_ids(reader)?;
        steps(out, self.lists.ids.iter().copied());
        Ok(self.lists.ids.len())
    }

    /// Writes `enters`; gives the number of rows.
    fn enters(&mut self, reader: &mut Reader<'_>, out: &mut String) -> Result<usize> {
        let elements = reader.array_len(usize::MAX)?;
        let mut count = 0;
        array(out, 0..elements, |out, index| {
            if index == 0 {
                count = self.ids(reader, out)?;
                Ok(())
            } else if of_motion(reader) {
                reader.array(2)?;
                out.push('[');
                self.ints(reader, out, count)?;
                self.fractions(reader, out, count)?;
                out.push(']');
                Ok(())
            } else {
                self.ints(reader, out, count)
            }
        })?;
        Ok(count)
    }

    fn changes(&mut self, reader: &mut Reader<'_>, out: &mut String, rows: usize) -> Result<()> {
        let columns = reader.array_len(usize::MAX)?;
        array(out, 0..columns, |out, _| {
            if reader.try_nil() {
                null(out);
                return Ok(());
            }
            let elements = reader.array_len(3)?;
            out.push('[');
            let count = self.presence(reader, out, rows)?;
            out.push(',');
            self.ints(reader, out, count)?;
            if elements == 3 {
                self.fractions(reader, out, count)?;
            }
            out.push(']');
            Ok(())
        })
    }

    /// Writes `presence`; gives the number of rows that it names.
    fn presence(&mut self, reader: &mut Reader<'_>, out: &mut String, rows: usize) -> Result<usize> {
        let next = reader.peek();
        self.lists.read_presence(reader, rows)?;
        match next {
            Some(Marker::Null) => out.push_str("null"),
            Some(Marker::True) => out.push_str("true"),
            _ => steps(out, self.lists.present.iter().map(|&row| row as u32)),
        }
        Ok(self.lists.present.len())
    }

    fn ints(&mut self, reader: &mut Reader<'_>, out: &mut String, count: usize) -> Result<()> {
        self.lists.read_ints(reader, count)?;
        array(out, &self.lists.ints, |out, value| {
            put(out, value);
            Ok(())
        })
    }

    /// Writes `fractions` behind the `ints` that they belong to.
    fn fractions(&mut self, reader: &mut Reader<'_>, out: &mut String, count: usize) -> Result<()> {
        out.push(',');
        if reader.try_nil() {
            null(out);
            return Ok(());
        }
        self.ints(reader, out, count)
    }
}

/// Whether an entering column is one of a motion field: an array of a list and its fractions, instead of a list.
fn of_motion(reader: &Reader<'_>) -> bool {
    let mut ahead = reader.clone();
    ahead.array(2).is_ok() && ahead.peek().is_some_and(|marker| is_array(marker) || is_bin(marker))
}

fn is_array(marker: Marker) -> bool {
    matches!(marker, Marker::FixArray(_) | Marker::Array16 | Marker::Array32)
}

fn is_bin(marker: Marker) -> bool {
    matches!(marker, Marker::Bin8 | Marker::Bin16 | Marker::Bin32)
}

/// Writes an element that is what it is in MessagePack.
fn element(reader: &mut Reader<'_>, out: &mut String, depth: usize) -> Result<()> {
    let at = reader.position();
    match reader.peek() {
        Some(Marker::Null) => {
            reader.try_nil();
            null(out);
        }
        Some(Marker::True | Marker::False) => put(out, reader.bool()?),
        Some(Marker::F32 | Marker::F64) => put(out, serde_json::Value::from(reader.f64()?)),
        Some(Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32) => {
            put(out, serde_json::Value::from(reader.str(usize::MAX)?));
        }
        Some(marker) if is_array(marker) => {
            let found = "one more within it";
            let depth = depth.checked_sub(1).ok_or(DecodeError::Type { at, expected: "arrays less deep", found })?;
            let count = reader.array_len(usize::MAX)?;
            array(out, 0..count, |out, _| element(reader, out, depth))?;
        }
        _ => put(out, reader.int(i64::MIN, i64::MAX)?),
    }
    Ok(())
}

/// Writes a list in brackets.
fn array<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut each: impl FnMut(&mut String, T) -> Result<()>,
) -> Result<()> {
    out.push('[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        each(out, item)?;
    }
    out.push(']');
    Ok(())
}

/// Writes ascending numbers as `ids`: the first, then the differences.
fn steps(out: &mut String, ids: impl Iterator<Item = u32>) {
    let mut before = 0;
    out.push('[');
    for (index, id) in ids.enumerate() {
        put(out, format_args!("{}{}", if index > 0 { "," } else { "" }, id - before));
        before = id;
    }
    out.push(']');
}

/// Writes that there is no list; gives its length.
fn null(out: &mut String) -> usize {
    out.push_str("null");
    0
}

fn put(out: &mut String, value: impl Display) {
    write!(out, "{value}").expect("a String takes everything");
}
