//! A set of small numbers that is filled in any order and emptied in ascending order.
//!
//! A bit for each number, and a bit for each 64 of those, so that emptying it takes time for what is in it, hardly for what could be.

use skirmish_protocol::ones;

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct IndexSet {
    words: Vec<u64>,
    /// A bit for each word that is not 0.
    summary: Vec<u64>,
}

const BITS: usize = u64::BITS as usize;

impl IndexSet {
    /// Makes room for the numbers below `count`.
    pub(crate) fn make_room(&mut self, count: usize) {
        if count > self.words.len() * BITS {
            self.words.resize(count.div_ceil(BITS), 0);
            self.summary.resize(self.words.len().div_ceil(BITS), 0);
        }
    }

    /// Adds a number for which there is room.
    #[inline]
    pub(crate) fn insert(&mut self, number: usize) {
        let word = number / BITS;
        self.words[word] |= 1 << (number % BITS);
        self.summary[word / BITS] |= 1 << (word % BITS);
    }

    /// Takes all numbers out, in ascending order.
    pub(crate) fn drain(&mut self, mut each: impl FnMut(usize)) {
        for (group, summary) in self.summary.iter_mut().enumerate() {
            for word in ones(std::mem::take(summary)).map(|bit| group * BITS + bit) {
                ones(std::mem::take(&mut self.words[word])).for_each(|bit| each(word * BITS + bit));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_out_once_and_in_order() {
        let mut set = IndexSet::default();
        for count in [1, 64, 65, 5_000, 20_000] {
            set.make_room(count);
            let mut random = fastrand::Rng::with_seed(count as u64);
            let mut expected: Vec<usize> = (0..200).map(|_| random.usize(..count)).collect();
            expected.iter().for_each(|&number| set.insert(number));
            expected.sort_unstable();
            expected.dedup();
            let mut drained = Vec::new();
            set.drain(|number| drained.push(number));
            assert_eq!(drained, expected);
            set.drain(|number| panic!("{number} is still there"));
        }
    }
}
