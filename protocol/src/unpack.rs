//! Reads packed lists and bitmaps, strictly: there is one end to a list, and every bit of it has a meaning or is 0.
//!
//! How many members a list has is known before it is read, and bounded, so nothing is allocated for a length that was only claimed.

use crate::packed::{Frame, ListError, OUTLIERS, STRIDE, WIDTH_MASK, WIDTH_MAX, codes_bytes, unzigzag};

type Result<T> = std::result::Result<T, ListError>;

/// Takes the parts of a `bin` off its front.
pub(crate) struct Unpacker<'a> {
    bytes: &'a [u8],
}

impl<'a> Unpacker<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Takes a varint.
    pub(crate) fn varint(&mut self) -> Result<u32> {
        let mut number = 0;
        for shift in (0..u32::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                let shortest = byte != 0 || shift == 0;
                return u32::try_from(number).ok().filter(|_| shortest).ok_or(ListError::Varint);
            }
        }
        Err(ListError::Varint)
    }

    /// Takes a packed list of so many members, which ends the `bin`, into a list.
    pub(crate) fn values(mut self, count: usize, values: &mut Vec<i32>) -> Result<()> {
        let frame = self.frame()?;
        let codes = self.take(codes_bytes(count, frame.width))?;
        values.clear();
        values.reserve(count);
        let mut outliers = false;
        for_each_code(codes, count, frame.width, |code| {
            outliers |= code == frame.code_max();
            values.push(if frame.outliers { code.cast_signed() } else { frame.value(code) });
        })?;
        if frame.outliers {
            if !outliers {
                return Err(ListError::Outliers);
            }
            self.resolve(&frame, values)?;
        }
        self.end()
    }

    /// Takes a bitmap of so many rows, which ends the `bin`, into a list of the rows whose bits are 1.
    pub(crate) fn bitmap(mut self, rows: usize, present: &mut Vec<usize>) -> Result<()> {
        let bytes = self.take(rows.div_ceil(8))?;
        present.clear();
        present.extend((0..bytes.len() * 8).filter(|row| bytes[row / 8] >> (row % 8) & 1 == 1));
        if present.last().is_some_and(|&last| last >= rows) {
            return Err(ListError::Padding);
        }
        self.end()
    }

    fn frame(&mut self) -> Result<Frame> {
        let first = self.byte()?;
        let width = u32::from(first & WIDTH_MASK);
        if width > WIDTH_MAX {
            return Err(ListError::Width { given: width });
        }
        let base = unzigzag(self.varint()?);
        let stride = if first & STRIDE == 0 { 1 } else { self.stride()? };
        Ok(Frame { base, stride, width, outliers: first & OUTLIERS != 0 })
    }

    fn stride(&mut self) -> Result<u32> {
        match self.varint()? {
            given @ 0..2 => Err(ListError::Stride { given }),
            stride => Ok(stride),
        }
    }

    /// Puts values in the place of codes, and the outliers in theirs.
    fn resolve(&mut self, frame: &Frame, codes: &mut [i32]) -> Result<()> {
        for code in codes {
            let given = code.cast_unsigned();
            let steps = if given == frame.code_max() { unzigzag(self.varint()?).cast_unsigned() } else { given };
            *code = frame.value(steps);
        }
        Ok(())
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(len).ok_or(ListError::Truncated)?;
        self.bytes = rest;
        Ok(taken)
    }

    fn end(&self) -> Result<()> {
        match self.bytes.len() {
            0 => Ok(()),
            extra => Err(ListError::Trailing { extra }),
        }
    }
}

/// Calls `each` with every code; the bits beyond the last must be 0.
fn for_each_code(bytes: &[u8], count: usize, width: u32, mut each: impl FnMut(u32)) -> Result<()> {
    let mut bytes = bytes.iter();
    let (mut bits, mut held) = (0_u64, 0);
    for _ in 0..count {
        while held < width {
            let byte = bytes.next().expect("the caller took the bytes of all codes");
            bits |= u64::from(*byte) << held;
            held += 8;
        }
        each((bits & ((1 << width) - 1)) as u32);
        bits >>= width;
        held -= width;
    }
    if bits == 0 { Ok(()) } else { Err(ListError::Padding) }
}
