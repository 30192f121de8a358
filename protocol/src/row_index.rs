//! Finds the row of an id without searching the table.
//!
//! A hash table of row numbers with open addressing: ids that follow each other, as those of a match mostly do, hardly ever collide.
//! Invariant: it is only ever asked, never walked through, so its order shows nowhere.

/// 2^32 divided by the golden ratio: multiplied by it, numbers that follow each other lie far apart.
const SCATTER: u32 = 0x9E37_79B9;

/// Where the ids of one table are.
#[derive(Clone, Debug, Default)]
pub(crate) struct RowIndex {
    /// Row numbers, counted from 1; 0 is a free slot. A power of two, at least twice as many as there are rows.
    slots: Vec<u32>,
}

impl RowIndex {
    /// Replaces everything by the rows of these ids, of which none comes twice.
    pub(crate) fn fill(&mut self, ids: &[u32]) {
        self.slots.clear();
        self.slots.resize((ids.len() * 2).next_power_of_two().max(2), 0);
        for (number, &id) in (1..).zip(ids) {
            let mut slot = self.first_slot(id);
            while self.slots[slot] != 0 {
                slot = self.slot_after(slot);
            }
            self.slots[slot] = number;
        }
    }

    /// The row of an id in the table that this was filled with, whose ids these are.
    #[inline]
    pub(crate) fn row(&self, ids: &[u32], id: u32) -> Option<usize> {
        let mut slot = self.first_slot(id);
        loop {
            let row = (self.slots[slot] as usize).checked_sub(1)?;
            if ids[row] == id {
                return Some(row);
            }
            slot = self.slot_after(slot);
        }
    }

    #[inline]
    fn first_slot(&self, id: u32) -> usize {
        (id.wrapping_mul(SCATTER) >> (u32::BITS - self.slots.len().trailing_zeros())) as usize
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
                    assert_eq!(index.row(&ids, id), Some(row));
                }
                for id in [0, 4, rows * step + 5, u32::MAX] {
                    assert_eq!(index.row(&ids, id), None);
                }
            }
        }
    }
}
