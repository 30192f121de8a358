//! How long MessagePack elements are, without looking at what they mean.
//!
//! Invariant: the bytes are our own encoder's, so they are trusted: anything else panics.

/// The element that begins at the front of `bytes`, in bytes.
pub fn length(bytes: &[u8]) -> usize {
    let fixed = |length: usize| 1 + length;
    match bytes[0] {
        0x00..=0x7F | 0xC0 | 0xC2 | 0xC3 | 0xE0..=0xFF => 1,
        0xA0..=0xBF => fixed(usize::from(bytes[0] & 0x1F)),
        0x90..=0x9F | 0xDC | 0xDD => {
            let (count, mut at) = array(bytes);
            (0..count).for_each(|_| at += length(&bytes[at..]));
            at
        }
        0xC4 | 0xD9 => 2 + big_endian(&bytes[1..2]),
        0xC5 | 0xDA => 3 + big_endian(&bytes[1..3]),
        0xC6 | 0xDB => 5 + big_endian(&bytes[1..5]),
        0xCC | 0xD0 => fixed(1),
        0xCD | 0xD1 => fixed(2),
        0xCE | 0xCA | 0xD2 => fixed(4),
        0xCB | 0xCF | 0xD3 => fixed(8),
        other => panic!("{other:#04X} begins nothing that a snapshot has"),
    }
}

/// How many elements the array at the front of `bytes` has, and where the first begins.
pub fn array(bytes: &[u8]) -> (usize, usize) {
    match bytes[0] {
        0x90..=0x9F => (usize::from(bytes[0] & 0x0F), 1),
        0xDC => (big_endian(&bytes[1..3]), 3),
        0xDD => (big_endian(&bytes[1..5]), 5),
        other => panic!("{other:#04X} begins no array"),
    }
}

/// The elements of the array at the front of `bytes`.
pub fn elements(bytes: &[u8]) -> Vec<&[u8]> {
    let (count, mut at) = array(bytes);
    let mut element = || {
        let element = &bytes[at..][..length(&bytes[at..])];
        at += element.len();
        element
    };
    (0..count).map(|_| element()).collect()
}

fn big_endian(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |value, &byte| value << 8 | usize::from(byte))
}

#[cfg(test)]
mod tests {
    use skirmish_protocol::wire;

    use super::*;

    #[test]
    fn the_elements_of_an_array_are_as_long_as_they_were_written() {
        let (mut bytes, mut ends) = (Vec::new(), Vec::new());
        wire::array(&mut bytes, 9);
        for value in [0, 127, 128, 255, 65_535, 65_536] {
            wire::u32(&mut bytes, value);
            ends.push(bytes.len());
        }
        wire::i32(&mut bytes, -40_000);
        ends.push(bytes.len());
        wire::bin(&mut bytes, &[7; 300]);
        ends.push(bytes.len());
        wire::array(&mut bytes, 2);
        wire::str(&mut bytes, "nested");
        wire::nil(&mut bytes);
        ends.push(bytes.len());
        let mut at = 1;
        let found: Vec<_> = elements(&bytes)
            .iter()
            .map(|element| {
                at += element.len();
                at
            })
            .collect();
        assert_eq!(found, ends);
    }
}
