//! MessagePack: functions that write elements onto a `Vec`, always in the smallest format (those of one byte, which most are, at once), and the [`Reader`] that takes them off again.

use rmp::{Marker, encode as rmp_encode};

pub use crate::decode_error::DecodeError;
pub use crate::reader::Reader;

const INFALLIBLE: &str = "writing onto a Vec never fails";

fn len_u32(len: usize) -> u32 {
    u32::try_from(len).expect("an element of our own is shorter than 4 GiB")
}

/// Writes the header of an array of `len` elements.
#[inline]
pub fn array(out: &mut Vec<u8>, len: usize) {
    match len {
        0..16 => out.push(Marker::FixArray(len as u8).to_u8()),
        _ => {
            rmp_encode::write_array_len(out, len_u32(len)).expect(INFALLIBLE);
        }
    }
}

/// Writes an unsigned integer.
#[inline]
pub fn u32(out: &mut Vec<u8>, value: u32) {
    match value {
        0..0x80 => out.push(Marker::FixPos(value as u8).to_u8()),
        _ => {
            rmp_encode::write_uint(out, u64::from(value)).expect(INFALLIBLE);
        }
    }
}

/// Writes a signed integer.
#[inline]
pub fn i32(out: &mut Vec<u8>, value: i32) {
    match value {
        -32..0x80 => out.push(value as u8),
        _ => {
            rmp_encode::write_sint(out, i64::from(value)).expect(INFALLIBLE);
        }
    }
}

/// Writes a boolean.
pub fn bool(out: &mut Vec<u8>, value: bool) {
    rmp_encode::write_bool(out, value).expect(INFALLIBLE);
}

/// Writes a float of 64 bits.
pub fn f64(out: &mut Vec<u8>, value: f64) {
    rmp_encode::write_f64(out, value).expect(INFALLIBLE);
}

/// Writes a string.
pub fn str(out: &mut Vec<u8>, value: &str) {
    rmp_encode::write_str_len(out, len_u32(value.len())).expect(INFALLIBLE);
    out.extend_from_slice(value.as_bytes());
}

/// Writes the header of a bin of `len` bytes.
pub(crate) fn bin_len(out: &mut Vec<u8>, len: usize) {
    rmp_encode::write_bin_len(out, len_u32(len)).expect(INFALLIBLE);
}

/// Writes a bin.
pub fn bin(out: &mut Vec<u8>, value: &[u8]) {
    bin_len(out, value.len());
    out.extend_from_slice(value);
}

/// Writes a nil.
pub fn nil(out: &mut Vec<u8>) {
    out.push(Marker::Null.to_u8());
}

/// Writes an unsigned integer, or a nil.
pub fn optional_u32(out: &mut Vec<u8>, value: Option<u32>) {
    match value {
        Some(value) => u32(out, value),
        None => nil(out),
    }
}

/// The bytes of the header of an array of `len` elements.
pub(crate) fn array_bytes(len: usize) -> usize {
    match len {
        0..16 => 1,
        16..0x1_0000 => 3,
        _ => 5,
    }
}

/// The bytes of a bin of `len` bytes, header included.
pub(crate) fn bin_bytes(len: usize) -> usize {
    len + match len {
        0..0x100 => 2,
        0x100..0x1_0000 => 3,
        _ => 5,
    }
}

/// The bytes of an unsigned integer.
pub(crate) fn u32_bytes(value: u32) -> usize {
    match value {
        0..0x80 => 1,
        0x80..0x100 => 2,
        0x100..0x1_0000 => 3,
        _ => 5,
    }
}

/// The bytes of signed integers, one after another. Counted without a branch, since there are many.
pub(crate) fn i32s_bytes(values: &[i32]) -> usize {
    let is_beyond = |value: i32, min: i32, max: i32| u32::from(value < min || value > max);
    let bytes = values.iter().map(|&value| {
        1 + is_beyond(value, -32, 0x7F) + is_beyond(value, -0x80, 0xFF) + 2 * is_beyond(value, -0x8000, 0xFFFF)
    });
    bytes.sum::<u32>() as usize
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_an_element_will_take_is_what_it_takes() {
        let written = |write: &dyn Fn(&mut Vec<u8>)| {
            let mut out = Vec::new();
            write(&mut out);
            out.len()
        };
        for edge in [0, 15, 16, 31, 32, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, i32::MAX] {
            for value in [edge, -edge, -edge - 1] {
                assert_eq!(super::i32s_bytes(&[value]), written(&|out| super::i32(out, value)), "{value}");
                assert_eq!(
                    super::u32_bytes(value.cast_unsigned()),
                    written(&|out| super::u32(out, value.cast_unsigned()))
                );
            }
        }
        for len in [0, 15, 16, 255, 256, 65_535, 65_536] {
            assert_eq!(super::array_bytes(len), written(&|out| super::array(out, len)), "{len}");
            assert_eq!(super::bin_bytes(len), written(&|out| super::bin(out, &vec![0; len])), "{len}");
        }
    }
}
