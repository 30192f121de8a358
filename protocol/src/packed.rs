//! The packed form of a list of 32-bit integers: what its writer ([`crate::pack`]) and its reader ([`crate::unpack`]) share.
//!
//! Each integer is `base + stride * code`, as 32-bit numbers that wrap around. Codes take `width` bits each, lowest first; where
//! the list has outliers, the code of all ones stands for one of those that follow the codes as zigzag varints.
//! Section 4.1 of `docs/protocol.md` has the bytes.

/// The bits of the first byte that hold the width.
pub(crate) const WIDTH_MASK: u8 = 0x3F;
/// The most bits of a code.
pub(crate) const WIDTH_MAX: u32 = 32;
/// The bit of the first byte that says that there are outliers.
pub(crate) const OUTLIERS: u8 = 0x40;
/// The bit of the first byte that says that there is a stride.
pub(crate) const STRIDE: u8 = 0x80;
/// What stands where a list of rows would have its length: a bitmap follows.
pub(crate) const BITMAP: u8 = 0;

/// How a list is packed, but for the codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) base: i32,
    /// At least 1.
    pub(crate) stride: u32,
    /// Bits of a code, 0 to 32.
    pub(crate) width: u32,
    pub(crate) outliers: bool,
}

impl Frame {
    /// The code of all ones; with outliers, no value has it.
    pub(crate) fn code_max(&self) -> u32 {
        code_max(self.width)
    }

    /// The integer of a code.
    #[inline]
    pub(crate) fn value(&self, code: u32) -> i32 {
        (self.base.cast_unsigned()).wrapping_add(self.stride.wrapping_mul(code)).cast_signed()
    }
}

/// The greatest code of a width.
pub(crate) fn code_max(width: u32) -> u32 {
    u32::MAX.checked_shr(WIDTH_MAX - width).unwrap_or(0)
}

/// How many bytes the codes take.
pub(crate) fn codes_bytes(count: usize, width: u32) -> usize {
    (count * width as usize).div_ceil(8)
}

/// How many bytes a varint takes: seven bits in each.
pub(crate) fn varint_bytes(number: u32) -> usize {
    (u32::BITS - (number | 1).leading_zeros()).div_ceil(7) as usize
}

/// A signed number as an unsigned one that is small for numbers near 0: 0, −1, 1, −2, …
pub(crate) fn zigzag(number: i32) -> u32 {
    (number << 1 ^ number >> 31).cast_unsigned()
}

/// The number whose [`zigzag`] this is.
pub(crate) fn unzigzag(number: u32) -> i32 {
    (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
}

/// Why a list is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Too few bytes.
    #[error("the bytes end too early")]
    Truncated,
    /// Too many bytes.
    #[error("{extra} bytes are left over")]
    Trailing {
        /// How many.
        extra: usize,
    },
    /// A varint that is not the shortest of a number of 32 bits.
    #[error("a varint is not the shortest form of a number below 2^32")]
    Varint,
    /// Codes that are too wide.
    #[error("the codes have {given} bits, at most {WIDTH_MAX} allowed")]
    Width {
        /// Bits of a code.
        given: u32,
    },
    /// A stride that says nothing.
    #[error("the stride is {given}, at least 2 expected")]
    Stride {
        /// The stride.
        given: u32,
    },
    /// Bits that have no meaning, but are not 0.
    #[error("unused bits are not 0")]
    Padding,
    /// Outliers were announced, but no code stands for one.
    #[error("no code stands for an outlier, as announced")]
    Outliers,
    /// A length that is not allowed.
    #[error("there are {given} members, {min} to {max} allowed")]
    Count {
        /// The length.
        given: usize,
        /// The shortest allowed.
        min: usize,
        /// The longest allowed.
        max: usize,
    },
}

#[cfg(test)]
mod tests {
    use super::{code_max, unzigzag, zigzag};

    #[test]
    fn zigzag_is_undone_by_unzigzag_at_every_edge() {
        for number in [0, -1, 1, -2, 63, -64, 64, i32::MAX, i32::MIN] {
            assert_eq!(unzigzag(zigzag(number)), number);
        }
        assert_eq!([0, -1, 1, -2].map(zigzag), [0, 1, 2, 3]);
    }

    #[test]
    fn the_greatest_code_is_all_ones() {
        assert_eq!([0, 1, 8, 31, 32].map(code_max), [0, 1, 255, u32::MAX >> 1, u32::MAX]);
    }
}
