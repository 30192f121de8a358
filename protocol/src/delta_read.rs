//! The shapes that table changes are made of: ints, fractions, ids, presence. Reading them is strict and touches no state.
//!
//! What is done with them is [`crate::delta_apply`]; the packed forms are taken apart in [`crate::unpack`].

use crate::fixed::ONE;
use crate::limits::PACKED_IDS_MAX;
use crate::mirror_error::MirrorError;
use crate::packed::{BITMAP, ListError};
use crate::unpack::Unpacker;
use crate::wire::{DecodeError, Reader};

type Result<T> = std::result::Result<T, MirrorError>;

/// Takes the header and the table id of the next table change of a list that has `left` more.
pub(crate) fn next_table(reader: &mut Reader<'_>, left: &mut usize) -> Result<Option<u32>> {
    if *left == 0 {
        return Ok(None);
    }
    *left -= 1;
    reader.array(4)?;
    Ok(Some(reader.u32()?))
}

/// Takes the lists of one table; keeps its buffers from one to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lists {
    /// The table that the lists are of, for errors.
    table: u16,
    /// The integers read last.
    pub(crate) ints: Vec<i32>,
    /// The fractions read last.
    fractions: Vec<i32>,
    /// The ids read last.
    pub(crate) ids: Vec<u32>,
    /// The rows that the presence read last names. Empty before the first of a table.
    pub(crate) present: Vec<usize>,
}

impl Lists {
    /// The lists that follow are of this table.
    pub(crate) fn begin(&mut self, table: u16) {
        self.table = table;
        self.present.clear();
    }

    /// Takes so many `ints`.
    pub(crate) fn read_ints(&mut self, reader: &mut Reader<'_>, count: usize) -> Result<()> {
        let read = read_values(reader, count, &mut self.ints);
        self.of_table(read)
    }

    /// Takes `fractions`, one for each of the values unless all are zero, and adds them.
    pub(crate) fn read_fractions<'v>(
        &mut self,
        reader: &mut Reader<'_>,
        values: impl ExactSizeIterator<Item = &'v mut i64>,
    ) -> Result<()> {
        if reader.try_nil() {
            return Ok(());
        }
        let at = reader.position();
        let read = read_values(reader, values.len(), &mut self.fractions);
        self.of_table(read)?;
        for (value, &fraction) in values.zip(&self.fractions) {
            let given = i64::from(fraction);
            if !(0..ONE).contains(&given) {
                return Err(DecodeError::OutOfRange { at, given, min: 0, max: ONE - 1 }.into());
            }
            *value += given;
        }
        Ok(())
    }

    /// Takes `ids`.
    pub(crate) fn read_ids(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        match reader.try_bin()? {
            Some(bytes) => self.packed_ids(bytes),
            None => self.listed_ids(reader),
        }
    }

    /// Takes `presence`: which of so many rows have an entry.
    pub(crate) fn read_presence(&mut self, reader: &mut Reader<'_>, rows: usize) -> Result<()> {
        if reader.try_nil() {
            self.present.clear();
            self.present.extend(0..rows);
        } else if !reader.try_true() {
            self.presence_list(reader, rows)?;
        }
        match self.present.last() {
            Some(&last) if last < rows => Ok(()),
            _ => Err(MirrorError::Presence { table: self.table, rows }),
        }
    }

    fn presence_list(&mut self, reader: &mut Reader<'_>, rows: usize) -> Result<()> {
        match reader.try_bin()? {
            Some([BITMAP, bits @ ..]) => {
                let read = Unpacker::new(bits).bitmap(rows, &mut self.present);
                return self.of_table(read);
            }
            Some(bytes) => self.packed_ids(bytes)?,
            None => self.listed_ids(reader)?,
        }
        self.present.clear();
        self.present.extend(self.ids.iter().map(|&row| row as usize));
        Ok(())
    }

    fn listed_ids(&mut self, reader: &mut Reader<'_>) -> Result<()> {
        self.ids.clear();
        let given = reader.array_len(usize::MAX)?;
        if given == 0 {
            return self.of_table(Err(ListError::Count { given, min: 1, max: usize::MAX }));
        }
        (0..given).try_for_each(|_| {
            let step = reader.u32()?;
            self.next_id(step)
        })
    }

    fn packed_ids(&mut self, bytes: &[u8]) -> Result<()> {
        let read = read_packed_ids(bytes, &mut self.ints);
        let first = self.of_table(read)?;
        self.ids.clear();
        self.next_id(first)?;
        (0..self.ints.len()).try_for_each(|i| self.next_id(self.ints[i].cast_unsigned()))
    }

    /// Adds an id, given how far it is from the one before.
    fn next_id(&mut self, step: u32) -> Result<()> {
        let previous = self.ids.last().copied();
        let ascends = step > 0 || previous.is_none();
        let previous = previous.unwrap_or(0);
        let id = previous.checked_add(step).filter(|_| ascends);
        self.ids.push(id.ok_or(MirrorError::IdOrder { table: self.table, previous, step })?);
        Ok(())
    }

    /// Adds which table it was to an error.
    fn of_table<T, E: Into<ReadError>>(&self, read: std::result::Result<T, E>) -> Result<T> {
        read.map_err(|error| match error.into() {
            ReadError::Decode(error) => error.into(),
            ReadError::List(error) => MirrorError::List { table: self.table, error },
        })
    }
}

/// What can be wrong with a list, whatever table it is of.
enum ReadError {
    Decode(DecodeError),
    List(ListError),
}

impl From<DecodeError> for ReadError {
    fn from(error: DecodeError) -> Self {
        Self::Decode(error)
    }
}

impl From<ListError> for ReadError {
    fn from(error: ListError) -> Self {
        Self::List(error)
    }
}

/// Takes so many integers, in an array or packed.
fn read_values(reader: &mut Reader<'_>, count: usize, values: &mut Vec<i32>) -> std::result::Result<(), ReadError> {
    if let Some(bytes) = reader.try_bin()? {
        return Ok(Unpacker::new(bytes).values(count, values)?);
    }
    reader.array(count)?;
    values.clear();
    for _ in 0..count {
        values.push(reader.i32()?);
    }
    Ok(())
}

/// Takes packed ids: gives the first, and puts the differences between them into a list.
fn read_packed_ids(bytes: &[u8], differences: &mut Vec<i32>) -> std::result::Result<u32, ListError> {
    let mut unpacker = Unpacker::new(bytes);
    let (given, min, max) = (unpacker.varint()? as usize, 2, PACKED_IDS_MAX);
    if !(min..=max).contains(&given) {
        return Err(ListError::Count { given, min, max });
    }
    let first = unpacker.varint()?;
    unpacker.values(given - 1, differences)?;
    Ok(first)
}
