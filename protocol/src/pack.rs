//! Writes lists: ints, fractions, ids and presence, each in the shortest of its forms.
//!
//! The same list always gives the same bytes: of forms of equal length an array is taken before a packed list, and that before a
//! bitmap. How a list is packed best is found in [`crate::packing`]; the reader of all this is [`crate::delta_read`].

use crate::limits::PACKED_IDS_MAX;
use crate::packed::{BITMAP, OUTLIERS, STRIDE, varint_bytes, zigzag};
use crate::packing::{Distances, Packing};
use crate::wire;

/// What no `bin` of a packed list is shorter than: its header, the width, a base.
const BIN_BYTES_MIN: usize = 4;

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
        self.values.clear();
        self.values.extend(ints);
        let values = &self.values;
        let array_bytes = wire::array_bytes(values.len()) + wire::i32s_bytes(values);
        let packing = (array_bytes > BIN_BYTES_MIN).then(|| self.distances.packing(values));
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
        let list = self.list(ids);
        self.write_list(out, &list);
    }

    /// Writes `presence`: that these of so many rows are present. They ascend, and are some, but not all.
    pub(crate) fn presence(&mut self, out: &mut Vec<u8>, present: &[u32], rows: usize) {
        let list = self.list(present);
        let bitmap_bytes = 1 + rows.div_ceil(8);
        if wire::bin_bytes(bitmap_bytes) < list.bytes {
            wire::bin_len(out, bitmap_bytes);
            write_bitmap(out, present, rows);
        } else {
            self.write_list(out, &list);
        }
    }

    /// The shortest form of a list of ids, which becomes the list at hand.
    fn list(&mut self, ids: &[u32]) -> List {
        let mut previous = 0;
        let mut array_bytes = wire::array_bytes(ids.len());
        self.values.clear();
        for &id in ids {
            array_bytes += wire::u32_bytes(id - previous);
            self.values.push((id - previous).cast_signed());
            previous = id;
        }
        if array_bytes > BIN_BYTES_MIN && (2..=PACKED_IDS_MAX).contains(&ids.len()) {
            let packing = self.distances.packing(&self.values[1..]);
            let bytes = varint_bytes(ids.len() as u32) + varint_bytes(ids[0]) + packing.bytes;
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
    let steps = distances.steps(packing);
    if frame.outliers {
        let is_outlier = |steps: i64| !(0..i64::from(frame.code_max())).contains(&steps);
        let code = |steps| if is_outlier(steps) { frame.code_max() } else { steps as u32 };
        write_codes(out, frame.width, steps.map(code));
        let outliers = distances.steps(packing).filter(|&steps| is_outlier(steps));
        outliers.for_each(|steps| write_varint(out, zigzag(steps as i32)));
    } else {
        write_codes(out, frame.width, steps.map(|steps| steps as u32));
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

/// A bit for each row, lowest first.
fn write_bitmap(out: &mut Vec<u8>, present: &[u32], rows: usize) {
    out.push(BITMAP);
    let start = out.len();
    out.resize(start + rows.div_ceil(8), 0);
    for &row in present {
        out[start + row as usize / 8] |= 1 << (row % 8);
    }
}
