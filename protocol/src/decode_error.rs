//! Why bytes that a peer sent are refused. What to do about it is in `message` and `mirror_error`.

use crate::schema_check::SchemaError;

/// Why bytes are not the message that was expected of them. `at` is the offset of the offending element.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes end before the element does.
    #[error("byte {at}: the message ends inside {expected}")]
    Truncated {
        /// Offset of the element.
        at: usize,
        /// What the element should be.
        expected: &'static str,
    },
    /// Another type of element.
    #[error("byte {at}: expected {expected}, found {found}")]
    Type {
        /// Offset of the element.
        at: usize,
        /// What the element should be.
        expected: &'static str,
        /// What it is.
        found: &'static str,
    },
    /// An array of another length.
    #[error("byte {at}: expected an array of {expected}, found one of {given}")]
    Length {
        /// Offset of the array.
        at: usize,
        /// The length it should have.
        expected: usize,
        /// The length it has.
        given: usize,
    },
    /// An array or a bin beyond its limit.
    #[error("byte {at}: {what} of {given}, at most {max} allowed")]
    TooLong {
        /// Offset of the element.
        at: usize,
        /// What it is.
        what: &'static str,
        /// Its length.
        given: usize,
        /// The limit.
        max: usize,
    },
    /// A string that is not UTF-8.
    #[error("byte {at}: a string that is not UTF-8")]
    Utf8 {
        /// Offset of the string.
        at: usize,
    },
    /// Bytes after the message.
    #[error("byte {at}: {extra} bytes after the message")]
    Trailing {
        /// Where the message ended.
        at: usize,
        /// How many bytes follow.
        extra: usize,
    },
    /// An integer outside its range.
    #[error("byte {at}: {given} is outside {min}..={max}")]
    OutOfRange {
        /// Offset of the integer.
        at: usize,
        /// The integer.
        given: i64,
        /// The smallest allowed.
        min: i64,
        /// The largest allowed.
        max: i64,
    },
    /// A number that is infinite or not a number.
    #[error("byte {at}: {given} is not a finite number")]
    NotFinite {
        /// Offset of the number.
        at: usize,
        /// The number.
        given: f64,
    },
    /// A string beyond its limit.
    #[error("byte {at}: a string of {given} bytes, at most {max} allowed")]
    StringTooLong {
        /// Offset of the string.
        at: usize,
        /// Its length in bytes.
        given: usize,
        /// The limit in bytes.
        max: usize,
    },
    /// A well-formed schema that contradicts itself.
    #[error("schema: {0}")]
    Schema(#[from] SchemaError),
}

impl DecodeError {
    /// Whether the message has the right shape and only a value in it is not allowed.
    pub fn is_out_of_range(&self) -> bool {
        use DecodeError::{NotFinite, OutOfRange, Schema, StringTooLong};
        matches!(self, OutOfRange { .. } | NotFinite { .. } | StringTooLong { .. } | Schema(_))
    }
}
