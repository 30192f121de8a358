//! MessagePack: functions that write elements onto a `Vec`, always in the smallest format, and the [`Reader`] that takes them off again.

use rmp::encode as rmp_encode;

pub use crate::decode_error::DecodeError;
pub use crate::reader::Reader;

const INFALLIBLE: &str = "writing onto a Vec never fails";

fn len_u32(len: usize) -> u32 {
    u32::try_from(len).expect("an element of our own is shorter than 4 GiB")
}

/// Writes the header of an array of `len` elements.
pub fn array(out: &mut Vec<u8>, len: usize) {
    rmp_encode::write_array_len(out, len_u32(len)).expect(INFALLIBLE);
}

/// Writes an unsigned integer.
#[inline]
pub fn u32(out: &mut Vec<u8>, value: u32) {
    rmp_encode::write_uint(out, u64::from(value)).expect(INFALLIBLE);
}

/// Writes a signed integer.
#[inline]
pub fn i32(out: &mut Vec<u8>, value: i32) {
    rmp_encode::write_sint(out, i64::from(value)).expect(INFALLIBLE);
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

/// Writes a bin.
pub fn bin(out: &mut Vec<u8>, value: &[u8]) {
    rmp_encode::write_bin_len(out, len_u32(value.len())).expect(INFALLIBLE);
    out.extend_from_slice(value);
}

/// Writes a nil.
pub fn nil(out: &mut Vec<u8>) {
    rmp_encode::write_nil(out).expect(INFALLIBLE);
}

/// Writes an unsigned integer, or a nil.
pub fn optional_u32(out: &mut Vec<u8>, value: Option<u32>) {
    match value {
        Some(value) => u32(out, value),
        None => nil(out),
    }
}
