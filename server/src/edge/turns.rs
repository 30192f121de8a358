//! When a reader thread turns to its sockets: whenever one is ready while there is little to do, in slots under load.
//!
//! What costs under load is to wake up for each message, not to read it. So a reader that took 100 messages or more within a tenth of a second goes into
//! slots, and back when it took fewer than 50. In slots it sleeps after each turn until the next slot; there it takes all that has come. Only if
//! nothing has come does it wait for the first message, which it then takes at once.
//!
//! The runtime asks before it would wait for its sockets, see [`Turns::before_waiting`]: to sleep there puts the waiting off, and nothing else.
//!
//! Invariant: a batch of a sim thread never waits for a slot. Not here: where slots lie (`channels::slots`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::channels::{Bell, NextDue, next_turn_us};
use crate::clock::now_us;

/// So many messages between two looks at the load, and the thread goes into slots.
const BUSY_MESSAGES: u64 = 100;
/// Fewer than this, and it leaves them.
const QUIET_MESSAGES: u64 = 50;

/// How one reader thread takes turns. Only that thread changes it: the runtime wants it to be shareable all the same.
#[derive(Debug)]
pub(super) struct Turns {
    bell: Arc<Bell>,
    dues: Vec<Arc<NextDue>>,
    in_slots: AtomicBool,
    turned_us: AtomicU64,
    /// How long it takes to read what has come, smoothed.
    reading_us: AtomicU64,
    by_slot: AtomicU64,
    by_readiness: AtomicU64,
}

impl Turns {
    /// On readiness at first. A ring of this bell ends a sleep; `dues` are those of all sim threads.
    pub(super) fn new(bell: Arc<Bell>, dues: Vec<Arc<NextDue>>) -> Turns {
        Turns {
            bell,
            dues,
            in_slots: AtomicBool::new(false),
            turned_us: AtomicU64::new(0),
            reading_us: AtomicU64::new(0),
            by_slot: AtomicU64::new(0),
            by_readiness: AtomicU64::new(0),
        }
    }

    /// Nothing is left to do but to wait for sockets: in slots, sleeps until the next one first. A slot that has passed meanwhile is now.
    pub(super) fn before_waiting(&self) {
        if !self.in_slots() {
            self.by_readiness.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let dues_us = self.dues.iter().map(|due| due.us());
        let (turned_us, reading_us) = (self.turned_us.load(Ordering::Relaxed), self.reading_us.load(Ordering::Relaxed));
        self.bell.sleep_until(next_turn_us(turned_us, reading_us, dues_us));
        self.turned_us.store(now_us(), Ordering::Relaxed);
        self.by_slot.fetch_add(1, Ordering::Relaxed);
    }

    /// Reading what had come took so long.
    pub(super) fn read_for(&self, took_us: u64) {
        let before_us = self.reading_us.load(Ordering::Relaxed);
        self.reading_us.store((before_us * 7 + took_us) / 8, Ordering::Relaxed);
    }

    /// So many messages came since it was last called, a tenth of a second ago.
    pub(super) fn follow_load(&self, messages: u64) {
        let enough = if self.in_slots() { QUIET_MESSAGES } else { BUSY_MESSAGES };
        self.in_slots.store(messages >= enough, Ordering::Relaxed);
    }

    /// Turns in slots and turns on readiness since last asked.
    pub(super) fn take_counts(&self) -> [u64; 2] {
        [&self.by_slot, &self.by_readiness].map(|count| count.swap(0, Ordering::Relaxed))
    }

    fn in_slots(&self) -> bool {
        self.in_slots.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns() -> Turns {
        Turns::new(Arc::default(), vec![Arc::default()])
    }

    #[test]
    fn a_reader_goes_into_slots_under_load_and_out_of_them_well_below() {
        let turns = turns();
        let loads = [0, 99, 100, 99, 50, 49, 99, 100];
        let followed = loads.map(|messages| {
            turns.follow_load(messages);
            turns.in_slots()
        });
        assert_eq!(followed, [false, false, true, true, true, false, false, true]);
    }

    #[test]
    fn one_long_reading_counts_for_little_and_many_for_all() {
        let turns = turns();
        turns.read_for(800);
        assert_eq!(turns.reading_us.load(Ordering::Relaxed), 100);
        (0..100).for_each(|_| turns.read_for(800));
        assert!(turns.reading_us.load(Ordering::Relaxed) > 790);
    }

    #[test]
    fn on_readiness_it_never_sleeps_and_in_slots_it_does() {
        let turns = turns();
        turns.before_waiting();
        assert_eq!(turns.turned_us.load(Ordering::Relaxed), 0);
        turns.follow_load(BUSY_MESSAGES);
        let began_us = now_us();
        (0..2).for_each(|_| turns.before_waiting());
        assert!(turns.turned_us.load(Ordering::Relaxed) > began_us);
        assert_eq!(turns.take_counts(), [2, 1]);
        assert_eq!(turns.take_counts(), [0, 0]);
    }

    #[test]
    fn a_batch_does_not_wait_for_a_slot() {
        let turns = turns();
        turns.follow_load(BUSY_MESSAGES);
        // The next slot is an hour away.
        turns.turned_us.store(now_us() + 3_600_000_000, Ordering::Relaxed);
        turns.bell.ring();
        turns.before_waiting();
        assert_eq!(turns.take_counts(), [1, 0]);
    }
}
