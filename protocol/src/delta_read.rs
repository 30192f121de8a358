//! The shapes that table changes are made of: ids, presence, fractions. Reading them is strict and touches no state.
//!
//! What is done with them is [`crate::delta_apply`].

use crate::fixed::ONE;
use crate::mirror_error::MirrorError;
use crate::wire::Reader;

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

/// Takes `ids` into a list.
pub(crate) fn read_ids(reader: &mut Reader<'_>, table: u16, ids: &mut Vec<u32>) -> Result<()> {
    ids.clear();
    let mut previous = 0_u32;
    for position in 0..reader.array_len(usize::MAX)? {
        let step = reader.u32()?;
        let ascends = step > 0 || position == 0;
        let id = previous.checked_add(step).filter(|_| ascends);
        previous = id.ok_or(MirrorError::IdOrder { table, previous, step })?;
        ids.push(previous);
    }
    Ok(())
}

/// Takes `presence` as the list of those of `rows` rows that have an entry.
pub(crate) fn read_presence(reader: &mut Reader<'_>, table: u16, rows: usize, present: &mut Vec<usize>) -> Result<()> {
    present.clear();
    if reader.try_nil() {
        present.extend(0..rows);
        return Ok(());
    }
    let bytes = reader.bin(usize::MAX)?;
    let (given, expected) = (bytes.len(), rows.div_ceil(8));
    let refusal = MirrorError::Presence { table, given, expected };
    if given != expected {
        return Err(refusal);
    }
    present.extend((0..given * 8).filter(|row| bytes[row / 8] >> (row % 8) & 1 == 1));
    if present.last().is_some_and(|&last| last >= rows) {
        return Err(refusal);
    }
    Ok(())
}

/// Takes `fractions`, one for each of the values unless all are zero, and adds them.
pub(crate) fn read_fractions<'v>(
    reader: &mut Reader<'_>,
    values: impl ExactSizeIterator<Item = &'v mut i64>,
) -> Result<()> {
    if reader.try_nil() {
        return Ok(());
    }
    reader.array(values.len())?;
    for value in values {
        *value += reader.int(0, ONE - 1)?;
    }
    Ok(())
}
