//! Writes lists: ints, fractions, ids and presence, each in the shortest of its forms.
//!
//! The same list always gives the same bytes: of forms of equal length an array is taken before a packed list, and that before a
//! bitmap. How a list is packed best is found in [`crate::packing`]; the reader of all this is [`crate::delta_read`].

use crate::limits::PACKED_IDS_MAX;
use crate::packed::{BITMAP, OUTLIERS, STRIDE, varint_bytes, zigzag};
use crate::packing::{Distances, Packing};
use crate::row_set::RowSet;
use crate::wire;

/// What no packed list is shorter than: the width, a base.
const PACKED_BYTES_MIN: usize = 2;

/// Writes lists; keeps its buffers from one to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Packer {
    distances: Distances,
    /// The integers of the list at hand; of ids the first, then the differences, as 32-bit numbers that wrap around.
    values: Vec<i32>,
}

impl Packer {
    /// Writes `ints`, which are not empty.
    pub(crate) fn ints(&mut self, out: &mut Vec<u8>, ints: impl Iterator<Item = i32>) {
        let values = &mut self.values;
        values.clear();
        ints.for_each(|int| values.push(int));
        let array_bytes = wire::array_bytes(values.len()) + wire::i32s_bytes(values);
        let packing = (array_bytes > wire::bin_bytes(PACKED_BYTES_MIN)).then(|| self.distances.packing(values));
        match packing.filter(|packing| wire::bin_bytes(packing.bytes) < array_bytes) {
            Some(packing) => {
                wire::bin_len(out, packing.bytes);
                write_packed(out, &packing, &self.distances);
            }
            None => {
                wire::array(out, values.len());
                values.iter().for_each(|&value| wire::i32(out, value));
            }
        }
    }

    /// Writes `fractions`: nil if all are zero.
    pub(crate) fn fractions(&mut self, out: &mut Vec<u8>, mut fractions: impl Iterator<Item = u32> + Clone) {
        if fractions.clone().all(|fraction| fraction == 0) {
            wire::nil(out);
        } else {
            self.ints(out, fractions.by_ref().map(u32::cast_signed));
        }
    }

    /// Writes `ids`, which ascend and are not empty.
    pub(crate) fn ids(&mut self, out: &mut Vec<u8>, ids: &[u32]) {
        let list = self.list(ids.iter().copied());
        self.write_list(out, &list);
    }

    /// Writes `presence`: that these of so many rows are present. They are some, but not all.
    pub(crate) fn presence(&mut self, out: &mut Vec<u8>, present: &RowSet, rows: usize) {
        let list = self.list(present.iter().map(|row| row as u32));
        let bitmap_bytes = 1 + rows.div_ceil(8);
        if wire::bin_bytes(bitmap_bytes) < list.bytes {
            wire::bin_len(out, bitmap_bytes);
            out.push(BITMAP);
            out.extend(present.bytes(rows));
        } else {
            self.write_list(out, &list);
        }
    }

    /// The shortest form of a list of ids, which ascend, and which becomes the list at hand.
    fn list(&mut self, ids: impl Iterator<Item = u32>) -> List {
        let Self { distances, values } = self;
        let mut previous = 0;
        values.clear();
        ids.for_each(|id| values.push((id - std::mem::replace(&mut previous, id)).cast_signed()));
        let (count, first) = (values.len(), values[0].cast_unsigned());
        let ids_bytes: usize = values.iter().map(|difference| wire::u32_bytes(difference.cast_unsigned())).sum();
        let array_bytes = wire::array_bytes(count) + ids_bytes;
        let count_bytes = varint_bytes(count as u32) + varint_bytes(first);
        if (2..=PACKED_IDS_MAX).contains(&count) && wire::bin_bytes(count_bytes + PACKED_BYTES_MIN) < array_bytes {
            let packing = distances.packing(&values[1..]);
            let bytes = count_bytes + packing.bytes;
            if wire::bin_bytes(bytes) < array_bytes {
                return List { bytes: wire::bin_bytes(bytes), packing: Some(Packing { bytes, ..packing }) };
            }
        }
        List { bytes: array_bytes, packing: None }
    }

    fn write_list(&self, out: &mut Vec<u8>, list: &List) {
        match &list.packing {
            Some(packing) => {
                wire::bin_len(out, packing.bytes);
                write_varint(out, self.values.len() as u32);
                write_varint(out, self.values[0].cast_unsigned());
                write_packed(out, packing, &self.distances);
            }
            None => {
                wire::array(out, self.values.len());
                self.values.iter().for_each(|&difference| wire::u32(out, difference.cast_unsigned()));
            }
        }
    }
}

/// The form of a list of ids: packed, or else an array; and its bytes, header included.
struct List {
    bytes: usize,
    packing: Option<Packing>,
}

/// Writes the list whose distances these are.
fn write_packed(out: &mut Vec<u8>, packing: &Packing, distances: &Distances) {
    let frame = &packing.frame;
    let outliers = if frame.outliers { OUTLIERS } else { 0 };
    let stride = if frame.stride > 1 { STRIDE } else { 0 };
    out.push(frame.width as u8 | outliers | stride);
    write_varint(out, zigzag(frame.base));
    if frame.stride > 1 {
        write_varint(out, frame.stride);
    }
    if frame.outliers {
        let steps = distances.steps(packing);
        let is_outlier = |steps: i64| !(0..i64::from(frame.code_max())).contains(&steps);
        let code = |steps| if is_outlier(steps) { frame.code_max() } else { steps as u32 };
        write_codes(out, frame.width, steps.map(code));
        let outliers = distances.steps(packing).filter(|&steps| is_outlier(steps));
        outliers.for_each(|steps| write_varint(out, zigzag(steps as i32)));
    } else {
        write_codes(out, frame.width, distances.in_order().iter().copied());
    }
}

fn write_codes(out: &mut Vec<u8>, width: u32, codes: impl Iterator<Item = u32>) {
    let (mut bits, mut held) = (0_u64, 0);
    for code in codes {
        bits |= u64::from(code) << held;
        held += width;
        if held >= u32::BITS {
            out.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= u32::BITS;
            held -= u32::BITS;
        }
    }
    out.extend_from_slice(&bits.to_le_bytes()[..held.div_ceil(8) as usize]);
}

fn write_varint(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}
