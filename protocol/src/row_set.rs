//! Some of the rows that the changes of a table speak of: a bit for each, lowest first.
//!
//! Invariant: bits beyond the last row are 0, so sets of as many rows are equal if their words are.

use crate::bits::ones;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct RowSet {
    words: Vec<u64>,
    /// How many are in the set.
    len: usize,
}

const BITS: usize = u64::BITS as usize;

impl RowSet {
    /// Makes it an empty set of so many rows.
    pub(crate) fn clear(&mut self, rows: usize) {
        self.words.clear();
        self.words.resize(rows.div_ceil(BITS), 0);
        self.len = 0;
    }

    /// Makes it the set of all of so many rows.
    pub(crate) fn fill(&mut self, rows: usize) {
        self.words.clear();
        self.words.resize(rows / BITS, u64::MAX);
        if !rows.is_multiple_of(BITS) {
            self.words.push((1 << (rows % BITS)) - 1);
        }
        self.len = rows;
    }

    /// Adds a row that is not in it.
    #[inline]
    pub(crate) fn insert(&mut self, row: usize) {
        self.words[row / BITS] |= 1 << (row % BITS);
        self.len += 1;
    }

    /// Makes it the set of the rows that are in one of these or the other.
    pub(crate) fn unite(&mut self, one: &RowSet, other: &RowSet) {
        self.words.clear();
        self.words.extend(one.words.iter().zip(&other.words).map(|(one, other)| one | other));
        self.len = self.words.iter().map(|word| word.count_ones() as usize).sum();
    }

    /// How many are in the set.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// Those that are, ascending.
    #[inline]
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> + Clone {
        let words = self.words.iter().enumerate();
        words.flat_map(|(place, &word)| ones(word).map(move |bit| place * BITS + bit))
    }

    /// A bit for each row, in as many bytes as they need.
    pub(crate) fn bytes(&self, rows: usize) -> impl Iterator<Item = u8> {
        self.words.iter().flat_map(|word| word.to_le_bytes()).take(rows.div_ceil(8))
    }
}

#[cfg(test)]
mod tests {
    use super::RowSet;

    fn set(rows: usize, members: &[usize]) -> RowSet {
        let mut set = RowSet::default();
        set.clear(rows);
        members.iter().for_each(|&row| set.insert(row));
        set
    }

    #[test]
    fn members_come_in_ascending_order_whatever_word_they_are_in() {
        let set = set(200, &[199, 0, 64, 63, 130]);
        assert_eq!((set.iter().collect::<Vec<_>>(), set.len()), (vec![0, 63, 64, 130, 199], 5));
    }

    #[test]
    fn a_filled_set_is_the_same_as_one_into_which_each_row_was_put() {
        for rows in [0, 1, 63, 64, 65, 128] {
            let mut filled = set(7, &[3]);
            filled.fill(rows);
            assert_eq!(filled, set(rows, &(0..rows).collect::<Vec<_>>()));
        }
    }

    #[test]
    fn a_union_has_the_members_of_both_once() {
        let mut both = RowSet::default();
        both.unite(&set(100, &[1, 5, 70]), &set(100, &[5, 99]));
        assert_eq!(both, set(100, &[1, 5, 70, 99]));
    }

    #[test]
    fn the_bytes_are_as_many_as_the_rows_need() {
        assert_eq!(set(17, &[0, 9, 16]).bytes(17).collect::<Vec<_>>(), [1, 2, 1]);
    }
}
