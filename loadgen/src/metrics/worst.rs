//! The ticks whose snapshots came latest.
//!
//! Invariant: of the ticks that are kept all are worse than any that is not. What many clients saw of one tick is one entry.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How many are kept when there is a choice.
const KEPT: usize = 64;
/// How many there may be until the choice is made.
const HELD: usize = 8 * KEPT;

/// A tick of a match, as the clients saw it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct WorstTick {
    pub(crate) match_id: String,
    pub(crate) tick: u32,
    /// When the last of its snapshots came, in Unix milliseconds.
    pub(crate) unix_ms: u64,
    /// Its greatest snapshot age, in microseconds.
    pub(crate) age_us: u64,
    /// How many clients got it this late.
    pub(crate) players: u64,
}

/// The worst of them.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(from = "Vec<WorstTick>", into = "Vec<WorstTick>")]
pub(crate) struct WorstTicks {
    ticks: BTreeMap<(String, u32), WorstTick>,
    /// Ticks up to this age were given up.
    floor_us: u64,
}

impl WorstTicks {
    pub(crate) fn note(&mut self, match_id: &str, tick: u32, unix_ms: u64, age_us: u64) {
        if age_us > self.floor_us {
            self.add_one(&WorstTick { match_id: match_id.to_owned(), tick, unix_ms, age_us, players: 1 });
            if self.ticks.len() > HELD {
                self.choose();
            }
        }
    }

    fn add_one(&mut self, other: &WorstTick) {
        self.ticks
            .entry((other.match_id.clone(), other.tick))
            .and_modify(|held| {
                held.unix_ms = held.unix_ms.max(other.unix_ms);
                held.age_us = held.age_us.max(other.age_us);
                held.players += other.players;
            })
            .or_insert_with(|| other.clone());
    }

    pub(crate) fn add(&mut self, other: &WorstTicks) {
        other.ticks.values().for_each(|tick| self.add_one(tick));
    }

    fn choose(&mut self) {
        let mut ages: Vec<u64> = self.ticks.values().map(|tick| tick.age_us).collect();
        ages.sort_unstable_by(|one, other| other.cmp(one));
        self.floor_us = ages[KEPT];
        self.ticks.retain(|_, tick| tick.age_us > self.floor_us);
    }

    /// The worst first.
    pub(crate) fn sorted(&self) -> Vec<WorstTick> {
        let mut ticks: Vec<_> = self.ticks.values().cloned().collect();
        ticks.sort_by(|one, other| other.age_us.cmp(&one.age_us).then(one.unix_ms.cmp(&other.unix_ms)));
        ticks.truncate(KEPT);
        ticks
    }
}

impl From<WorstTicks> for Vec<WorstTick> {
    fn from(ticks: WorstTicks) -> Self {
        ticks.sorted()
    }
}

impl From<Vec<WorstTick>> for WorstTicks {
    fn from(ticks: Vec<WorstTick>) -> Self {
        let mut worst = WorstTicks::default();
        ticks.iter().for_each(|tick| worst.add_one(tick));
        worst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_many_are_kept_whatever_their_order() {
        let mut worst = WorstTicks::default();
        (0..10_000u32).for_each(|tick| worst.note("a", tick, 0, u64::from(tick * 7919 % 10_007)));
        let ages: Vec<u64> = worst.sorted().iter().map(|tick| tick.age_us).collect();
        let mut all: Vec<u64> = (0..10_000u64).map(|tick| tick * 7919 % 10_007).collect();
        all.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(ages, all[..KEPT]);
    }

    #[test]
    fn what_many_clients_saw_of_a_tick_is_one_entry() {
        let mut worst = WorstTicks::default();
        [300, 500, 400].into_iter().for_each(|age_us| worst.note("a", 7, age_us, age_us));
        worst.note("b", 7, 1, 100);
        let sorted = worst.sorted();
        assert_eq!(sorted.len(), 2);
        assert_eq!((sorted[0].age_us, sorted[0].players, sorted[0].unix_ms), (500, 3, 500));
    }
}
