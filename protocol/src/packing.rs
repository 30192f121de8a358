//! Finds the shortest packing of a list of integers: its base, stride and width, and which values are outliers.
//!
//! Of packings of equal length the simplest is taken: no stride before a stride, no outliers before outliers, wide codes before
//! narrow ones. Bytes are counted here; they are written in [`crate::pack`].

use std::ops::Range;

use crate::packed::{Frame, code_max, codes_bytes, varint_bytes, zigzag};

/// A way to pack a list, and how many bytes it takes in the `bin`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packing {
    pub(crate) frame: Frame,
    /// How far the base is from the smallest value, in strides.
    pub(crate) nearest: u32,
    pub(crate) bytes: usize,
}

/// How far each value of a list is from the smallest one, in strides. Kept from one list to the next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Distances {
    in_order: Vec<u32>,
    ascending: Vec<u32>,
}

impl Distances {
    /// The shortest packing of values, which are not empty.
    pub(crate) fn packing(&mut self, values: &[i32]) -> Packing {
        let (smallest, largest) = values
            .iter()
            .fold((i32::MAX, i32::MIN), |(smallest, largest), &value| (smallest.min(value), largest.max(value)));
        let farthest = largest.wrapping_sub(smallest).cast_unsigned();
        let distances = values.iter().map(|&value| value.wrapping_sub(smallest).cast_unsigned());
        self.in_order.clear();
        self.in_order.extend(distances);
        let mut whole = Packing::without_outliers(smallest, 1, farthest, values.len());
        // A stride takes a byte at least, and leaves one bit of each code.
        if 1 + codes_bytes(values.len(), 1) < codes_bytes(values.len(), whole.frame.width) {
            let divisor = common_divisor(&self.in_order);
            let whole_strides = Packing::without_outliers(smallest, divisor, farthest, values.len());
            if whole_strides.bytes < whole.bytes {
                divide(&mut self.in_order, divisor);
                whole = whole_strides;
            }
        }
        if are_too_many(1, values.len()) || whole.frame.width < 2 || is_spread(&self.in_order, whole.frame.width) {
            return whole;
        }
        self.ascending.clone_from(&self.in_order);
        self.ascending.sort_unstable();
        narrowed(&self.ascending, whole)
    }

    /// How many strides each value of the list is from the smallest one.
    pub(crate) fn in_order(&self) -> &[u32] {
        &self.in_order
    }

    /// The same from the base of a packing of the list.
    pub(crate) fn steps(&self, packing: &Packing) -> impl Iterator<Item = i64> {
        let nearest = i64::from(packing.nearest);
        self.in_order.iter().map(move |&distance| i64::from(distance) - nearest)
    }
}

/// A packing of narrower codes, if one is shorter. At each width it leaves out what is not among the most values that one
/// frame holds, and stops where those are too many. The distances ascend.
fn narrowed(distances: &[u32], whole: Packing) -> Packing {
    let count = distances.len();
    let mut shortest = whole;
    let mut width = whole.frame.width - 1;
    while width > 0 {
        let Some(held) = fullest_window(distances, code_max(width) - 1, count - count / OUTLIERS_PART) else {
            break;
        };
        let nearest = distances[held.start];
        let base = whole.frame.value(nearest);
        let outliers = distances[..held.start].iter().chain(&distances[held.end..]);
        let steps = outliers.map(|distance| distance.wrapping_sub(nearest).cast_signed());
        let outliers_bytes: usize = steps.map(|steps| varint_bytes(zigzag(steps))).sum();
        // Down to the narrowest width that holds them, the same values are the most.
        let span = distances[held.end - 1] - nearest;
        let narrowest = u32::BITS - (span + 1).leading_zeros();
        for width in (narrowest..=width).rev() {
            let frame = Frame { base, width, outliers: true, ..whole.frame };
            let bytes = bytes_without_outliers(&frame, count) + outliers_bytes;
            if bytes < shortest.bytes {
                shortest = Packing { frame, nearest, bytes };
            }
        }
        width = narrowest - 1;
    }
    shortest
}

impl Packing {
    /// The packing of so many values up to `farthest` from the base.
    fn without_outliers(base: i32, stride: u32, farthest: u32, count: usize) -> Self {
        let width = u32::BITS - (farthest / stride).leading_zeros();
        let frame = Frame { base, stride, width, outliers: false };
        Self { frame, nearest: 0, bytes: bytes_without_outliers(&frame, count) }
    }
}

/// Of so many values one at most may be an outlier: more are not worth a try.
const OUTLIERS_PART: usize = 4;

/// Whether so many outliers among so many values are not worth a try.
fn are_too_many(outliers: usize, count: usize) -> bool {
    outliers > count / OUTLIERS_PART
}

/// Whether distances of a width are spread so evenly that codes one bit narrower surely leave out too many. A window of half
/// the range touches at most five eighths of it.
fn is_spread(distances: &[u32], width: u32) -> bool {
    if width < 3 {
        return false;
    }
    let mut eighths = [0; 8];
    for distances in distances.chunks(u8::MAX.into()) {
        // A byte counts for each eighth.
        let count = |counts: u64, distance: &u32| counts + (1 << ((distance >> (width - 3) & 7) * 8));
        let counts = distances.iter().fold(0, count).to_le_bytes();
        eighths.iter_mut().zip(counts).for_each(|(eighth, count)| *eighth += usize::from(count));
    }
    let held = eighths.windows(5).map(|window| window.iter().sum()).max().unwrap_or(0);
    are_too_many(distances.len() - held, distances.len())
}

fn bytes_without_outliers(frame: &Frame, count: usize) -> usize {
    let stride_bytes = if frame.stride > 1 { varint_bytes(frame.stride) } else { 0 };
    1 + varint_bytes(zigzag(frame.base)) + stride_bytes + codes_bytes(count, frame.width)
}

/// The first of the longest stretches of an ascending list, of at least so many members, whose ends are at most `reach` apart.
fn fullest_window(ascending: &[u32], reach: u32, members_min: usize) -> Option<Range<usize>> {
    // The window never shrinks: it is moved on, or grows where a longer one fits than any before.
    let (mut start, mut end) = (0, 0);
    for last in members_min - 1..ascending.len() {
        let fits = ascending[last] - ascending[start] <= reach;
        end = if fits { last + 1 } else { end };
        start += usize::from(!fits);
    }
    let members = ascending.len() - start;
    (members >= members_min).then(|| end - members..end)
}

/// The greatest number that divides all of them, which are not all 0.
fn common_divisor(numbers: &[u32]) -> u32 {
    let (mut divisor, mut before) = (0, 0);
    for &number in numbers {
        // Entries of 0 make for runs of equal numbers.
        if number != before {
            divisor = divisor_of_two(divisor, number);
            before = number;
        }
        if divisor == 1 {
            break;
        }
    }
    divisor
}

/// The greatest common divisor of two numbers, found without dividing more than once: that is slow.
fn divisor_of_two(divisor: u32, number: u32) -> u32 {
    let rest = number.checked_rem(divisor).unwrap_or(number);
    if divisor == 0 || rest == 0 {
        return divisor | rest;
    }
    let odd = |number: u32| number >> number.trailing_zeros();
    let (mut one, mut other) = (odd(divisor), odd(rest));
    while one != other {
        (one, other) = (one.min(other), odd(one.abs_diff(other)));
    }
    one << (divisor | rest).trailing_zeros()
}

/// Divides numbers by one that divides them all: what is left once its twos are shifted out has an inverse modulo 2^32.
fn divide(numbers: &mut [u32], divisor: u32) {
    let twos = divisor.trailing_zeros();
    let odd = divisor >> twos;
    // An odd number is its own inverse in its lowest three bits; each round doubles how many are right.
    let doubled = |inverse: u32, _| inverse.wrapping_mul(2_u32.wrapping_sub(odd.wrapping_mul(inverse)));
    let inverse = (0..4).fold(odd, doubled);
    numbers.iter_mut().for_each(|number| *number = (*number >> twos).wrapping_mul(inverse));
}

#[cfg(test)]
mod tests {
    use super::{Distances, Frame, common_divisor, divide};

    fn frame(values: &[i32]) -> Frame {
        Distances::default().packing(values).frame
    }

    #[test]
    fn equal_values_need_no_codes() {
        assert_eq!(frame(&[-7; 20]), Frame { base: -7, stride: 1, width: 0, outliers: false });
    }

    #[test]
    fn the_smallest_value_is_the_base() {
        let values: Vec<i32> = (-100..100).collect();
        assert_eq!(frame(&values), Frame { base: -100, stride: 1, width: 8, outliers: false });
    }

    #[test]
    fn the_whole_range_of_32_bits_is_packed() {
        assert_eq!(frame(&[i32::MIN, i32::MAX]), Frame { base: i32::MIN, stride: u32::MAX, width: 1, outliers: false });
        assert_eq!(frame(&[i32::MIN, i32::MAX, 0]), Frame { base: i32::MIN, stride: 1, width: 32, outliers: false });
    }

    #[test]
    fn values_in_steps_are_counted_in_steps() {
        let values: Vec<i32> = (-20..20).map(|step| step * 300 + 7).collect();
        assert_eq!(frame(&values), Frame { base: -5993, stride: 300, width: 6, outliers: false });
    }

    #[test]
    fn one_far_value_does_not_widen_the_others() {
        let mut values: Vec<i32> = (0..63).map(|value| value % 15).collect();
        values[7] = -1_000_000;
        assert_eq!(frame(&values), Frame { base: 0, stride: 1, width: 4, outliers: true });
        values[9] = 1_000_000;
        assert_eq!(frame(&values), Frame { base: 0, stride: 1, width: 4, outliers: true });
    }

    #[test]
    fn evenly_spread_values_have_no_outliers() {
        let values: Vec<i32> = (0..200).map(|value| value * 7919 % 2000).collect();
        assert!(!frame(&values).outliers);
    }

    #[test]
    fn numbers_divided_by_their_greatest_common_divisor_have_none() {
        for divisor in [1, 2, 3, 7, 12, 100, 300, 7919, 1 << 20, u32::MAX / 5] {
            let numbers = [0, 3, 3, 5, 1, 2].map(|times| divisor * times);
            assert_eq!(common_divisor(&numbers), divisor);
            let mut divided = numbers;
            divide(&mut divided, divisor);
            assert_eq!(divided, [0, 3, 3, 5, 1, 2]);
        }
        assert_eq!(common_divisor(&[0, 4, 6]), 2);
        assert_eq!(common_divisor(&[u32::MAX]), u32::MAX);
    }
}
