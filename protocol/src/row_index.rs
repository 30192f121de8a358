//! Finds the row of an id without searching the table.
//!
//! A hash table of row numbers with open addressing: ids that follow each other, as those of a match mostly do, hardly ever collide.
//! Invariant: it is only ever asked, never walked through, so its order shows nowhere.

use crate::rows::NOWHERE;

/// 2^32 divided by the golden ratio: multiplied by it, numbers that follow each other lie far apart.
const SCATTER: u32 = 0x9E37_79B9;

/// Where the ids of one table are.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowIndex {
    /// Ids and their rows. A power of two, at least twice as many as there are rows.
    slots: Vec<Slot>,
    /// By how many bits a scattered id is shifted to give the slot where its search begins.
    shift: u32,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    id: u32,
    /// [`NOWHERE`] if the slot is free.
    row: u32,
}

impl RowIndex {
    /// Replaces everything by the rows of these ids, of which none comes twice.
    pub(crate) fn fill(&mut self, ids: &[u32]) {
        let slots = (ids.len() * 2).next_power_of_two().max(2);
        self.shift = u32::BITS - slots.trailing_zeros();
        self.slots.clear();
        self.slots.resize(slots, Slot { id: 0, row: NOWHERE });
        for (row, &id) in (0..).zip(ids) {
            let mut slot = self.first_slot(id);
            while self.slots[slot].row != NOWHERE {
                slot = self.slot_after(slot);
            }
            self.slots[slot] = Slot { id, row };
        }
    }

    /// The row of an id.
    #[inline]
    pub(crate) fn row(&self, sought: u32) -> Option<usize> {
        let mut slot = self.first_slot(sought);
        loop {
            let Slot { id, row } = self.slots[slot];
            if row == NOWHERE {
                return None;
            }
            if id == sought {
                return Some(row as usize);
            }
            slot = self.slot_after(slot);
        }
    }

    #[inline]
    fn first_slot(&self, id: u32) -> usize {
        (id.wrapping_mul(SCATTER) >> self.shift) as usize
    }

    #[inline]
    fn slot_after(&self, slot: usize) -> usize {
        (slot + 1) & (self.slots.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::RowIndex;

    #[test]
    fn every_id_is_found_in_its_row_and_no_other_is() {
        let mut index = RowIndex::default();
        for step in [1, 2, 3, 64, 1 << 20] {
            for rows in [0, 1, 2, 3, 100, 1000] {
                let ids: Vec<u32> = (0..rows).map(|row| row * step + 5).collect();
                index.fill(&ids);
                for (row, &id) in ids.iter().enumerate() {
                    assert_eq!(index.row(id), Some(row));
                }
                for id in [0, 4, rows * step + 5, u32::MAX] {
                    assert_eq!(index.row(id), None);
                }
            }
        }
    }
}
