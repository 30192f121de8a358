//! Takes MessagePack elements off the front of a slice that a peer sent.
//!
//! Reading is bounded and never recursive: the caller says which shape and which limit it expects, and any other
//! bytes are a [`DecodeError`]. Lengths are compared with what is left before anything is allocated for them.
//!
//! The shapes themselves are not here: see `client_message`, `server_message`, `schema`, `snapshot` and `delta_apply`.

use rmp::Marker;

use crate::decode_error::DecodeError;

type Result<T> = std::result::Result<T, DecodeError>;

const INTEGER: &str = "an integer of at most 32 bits";
const NUMBER: &str = "a number";
const STRING: &str = "a string";
const BIN: &str = "a bin";
const ARRAY: &str = "an array";
const BOOLEAN: &str = "a boolean";

/// Takes elements off the front of a slice.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// A reader at the first byte.
    pub fn new(bytes: &'a [u8]) -> Self {
        Reader { bytes, at: 0 }
    }

    /// Offset of the next element.
    pub fn position(&self) -> usize {
        self.at
    }

    /// What the next element is, if there is one.
    pub(crate) fn peek(&self) -> Option<Marker> {
        self.bytes.get(self.at).map(|&byte| Marker::from_u8(byte))
    }

    /// Takes the header of an array that must have exactly `expected` elements.
    pub fn array(&mut self, expected: usize) -> Result<()> {
        let at = self.at;
        let given = self.array_header()?;
        if given != expected {
            return Err(DecodeError::Length { at, expected, given });
        }
        Ok(())
    }

    /// Takes the header of an array of at most `max` elements; gives their number, which is never more than the bytes left.
    pub fn array_len(&mut self, max: usize) -> Result<usize> {
        let at = self.at;
        let given = self.array_header()?;
        if given > self.bytes.len() - self.at {
            return Err(DecodeError::Truncated { at, expected: ARRAY });
        }
        if given > max {
            return Err(DecodeError::TooLong { at, what: ARRAY, given, max });
        }
        Ok(given)
    }

    /// Takes an integer within `min..=max`, in any format of at most 32 bits.
    #[inline]
    pub fn int(&mut self, min: i64, max: i64) -> Result<i64> {
        let at = self.at;
        let given = match self.marker(INTEGER)? {
            Marker::FixPos(value) => i64::from(value),
            Marker::FixNeg(value) => i64::from(value),
            marker => self.wide_int(at, marker)?,
        };
        if given < min || given > max {
            return Err(DecodeError::OutOfRange { at, given, min, max });
        }
        Ok(given)
    }

    /// Takes an integer from 0 to 4,294,967,295.
    #[inline]
    pub fn u32(&mut self) -> Result<u32> {
        Ok(self.int(0, i64::from(u32::MAX))? as u32)
    }

    /// Takes an integer from −2,147,483,648 to 2,147,483,647.
    #[inline]
    pub fn i32(&mut self) -> Result<i32> {
        Ok(self.int(i64::from(i32::MIN), i64::from(i32::MAX))? as i32)
    }

    /// Takes a boolean.
    pub fn bool(&mut self) -> Result<bool> {
        let at = self.at;
        match self.marker(BOOLEAN)? {
            Marker::False => Ok(false),
            Marker::True => Ok(true),
            marker => Err(wrong_type(at, BOOLEAN, marker)),
        }
    }

    /// Takes a finite number: a float, or an integer of at most 32 bits.
    pub fn f64(&mut self) -> Result<f64> {
        let at = self.at;
        let given = match self.marker(NUMBER)? {
            Marker::FixPos(value) => f64::from(value),
            Marker::FixNeg(value) => f64::from(value),
            Marker::F32 => f64::from(f32::from_be_bytes(self.fixed(at, NUMBER)?)),
            Marker::F64 => f64::from_be_bytes(self.fixed(at, NUMBER)?),
            marker => self.wide_int(at, marker)? as f64,
        };
        if !given.is_finite() {
            return Err(DecodeError::NotFinite { at, given });
        }
        Ok(given)
    }

    /// Takes a string of at most `max_bytes` bytes.
    pub fn str(&mut self, max_bytes: usize) -> Result<&'a str> {
        let at = self.at;
        let given = match self.marker(STRING)? {
            Marker::FixStr(len) => usize::from(len),
            Marker::Str8 => self.len(at, 1, STRING)?,
            Marker::Str16 => self.len(at, 2, STRING)?,
            Marker::Str32 => self.len(at, 4, STRING)?,
            marker => return Err(wrong_type(at, STRING, marker)),
        };
        let bytes = self.take(at, given, STRING)?;
        if given > max_bytes {
            return Err(DecodeError::StringTooLong { at, given, max: max_bytes });
        }
        std::str::from_utf8(bytes).map_err(|_| DecodeError::Utf8 { at })
    }

    /// Takes a bin of at most `max` bytes.
    pub fn bin(&mut self, max: usize) -> Result<&'a [u8]> {
        let at = self.at;
        let given = match self.marker(BIN)? {
            Marker::Bin8 => self.len(at, 1, BIN)?,
            Marker::Bin16 => self.len(at, 2, BIN)?,
            Marker::Bin32 => self.len(at, 4, BIN)?,
            marker => return Err(wrong_type(at, BIN, marker)),
        };
        let bytes = self.take(at, given, BIN)?;
        if given > max {
            return Err(DecodeError::TooLong { at, what: BIN, given, max });
        }
        Ok(bytes)
    }

    /// Takes a bin, if one is next.
    pub fn try_bin(&mut self) -> Result<Option<&'a [u8]>> {
        match self.peek() {
            Some(Marker::Bin8 | Marker::Bin16 | Marker::Bin32) => self.bin(usize::MAX).map(Some),
            _ => Ok(None),
        }
    }

    /// Takes a `true`, if one is next.
    pub fn try_true(&mut self) -> bool {
        let yes = self.peek() == Some(Marker::True);
        self.at += usize::from(yes);
        yes
    }

    /// Takes a nil, if one is next.
    pub fn try_nil(&mut self) -> bool {
        let nil = self.peek() == Some(Marker::Null);
        self.at += usize::from(nil);
        nil
    }

    /// Takes a nil, or else a value.
    pub fn optional<T>(&mut self, value: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if self.try_nil() { Ok(None) } else { value(self).map(Some) }
    }

    /// Takes an array of at most `max` elements, each in the same way.
    pub fn list<T, L: FromIterator<T>>(
        &mut self,
        max: usize,
        mut element: impl FnMut(&mut Self) -> Result<T>,
    ) -> Result<L> {
        let len = self.array_len(max)?;
        (0..len).map(|_| element(self)).collect()
    }

    /// Ends the message: nothing may follow.
    pub fn end(&self) -> Result<()> {
        match self.bytes.len() - self.at {
            0 => Ok(()),
            extra => Err(DecodeError::Trailing { at: self.at, extra }),
        }
    }

    fn array_header(&mut self) -> Result<usize> {
        let at = self.at;
        match self.marker(ARRAY)? {
            Marker::FixArray(len) => Ok(usize::from(len)),
            Marker::Array16 => self.len(at, 2, ARRAY),
            Marker::Array32 => self.len(at, 4, ARRAY),
            marker => Err(wrong_type(at, ARRAY, marker)),
        }
    }

    fn wide_int(&mut self, at: usize, marker: Marker) -> Result<i64> {
        Ok(match marker {
            Marker::U8 => i64::from(u8::from_be_bytes(self.fixed(at, INTEGER)?)),
            Marker::U16 => i64::from(u16::from_be_bytes(self.fixed(at, INTEGER)?)),
            Marker::U32 => i64::from(u32::from_be_bytes(self.fixed(at, INTEGER)?)),
            Marker::I8 => i64::from(i8::from_be_bytes(self.fixed(at, INTEGER)?)),
            Marker::I16 => i64::from(i16::from_be_bytes(self.fixed(at, INTEGER)?)),
            Marker::I32 => i64::from(i32::from_be_bytes(self.fixed(at, INTEGER)?)),
            marker => return Err(wrong_type(at, INTEGER, marker)),
        })
    }

    #[inline]
    fn marker(&mut self, expected: &'static str) -> Result<Marker> {
        let byte = self.bytes.get(self.at).ok_or(DecodeError::Truncated { at: self.at, expected })?;
        self.at += 1;
        Ok(Marker::from_u8(*byte))
    }

    /// A length of `width` bytes.
    fn len(&mut self, at: usize, width: usize, expected: &'static str) -> Result<usize> {
        let bytes = self.take(at, width, expected)?;
        Ok(bytes.iter().fold(0, |len, byte| len << 8 | usize::from(*byte)))
    }

    fn fixed<const N: usize>(&mut self, at: usize, expected: &'static str) -> Result<[u8; N]> {
        let bytes = self.bytes[self.at..].first_chunk::<N>().ok_or(DecodeError::Truncated { at, expected })?;
        self.at += N;
        Ok(*bytes)
    }

    fn take(&mut self, at: usize, len: usize, expected: &'static str) -> Result<&'a [u8]> {
        let bytes = self.bytes[self.at..].get(..len).ok_or(DecodeError::Truncated { at, expected })?;
        self.at += len;
        Ok(bytes)
    }
}

fn wrong_type(at: usize, expected: &'static str, marker: Marker) -> DecodeError {
    let found = match marker {
        Marker::Null => "nil",
        Marker::False | Marker::True => BOOLEAN,
        Marker::FixPos(_)
        | Marker::FixNeg(_)
        | Marker::U8
        | Marker::U16
        | Marker::U32
        | Marker::I8
        | Marker::I16
        | Marker::I32 => "an integer",
        Marker::U64 | Marker::I64 => "a 64-bit integer",
        Marker::F32 | Marker::F64 => "a float",
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => STRING,
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => BIN,
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => ARRAY,
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "a map",
        _ => "an extension or reserved type",
    };
    DecodeError::Type { at, expected, found }
}
