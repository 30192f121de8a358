//! When a reader thread turns to its sockets: whenever one is ready while there is little to do, in slots under load.
//!
//! What costs under load is to wake up for each message, not to read it. So a reader that took 100 messages or more within a tenth of a second goes into
//! slots, and back when it took fewer than 50. In slots it sleeps after each turn until the next slot; there it takes all that has come. Only if
//! nothing has come does it wait for the first message, which it then takes at once.
//!
//! Invariant: a batch of a sim thread never waits for a slot. Not here: where slots lie (`channels::slots`).

use std::sync::Arc;

use mio::{Events, Poll};

use crate::channels::{Bell, NextDue, next_turn_us};
use crate::clock::now_us;

/// So many messages between two looks at the load, and the thread goes into slots.
const BUSY_MESSAGES: u64 = 100;
/// Fewer than this, and it leaves them.
const QUIET_MESSAGES: u64 = 50;

/// Sockets that are told as ready at a time.
const EVENTS_MAX: usize = 1_024;

/// How one reader thread takes turns.
#[derive(Debug)]
pub(super) struct Turns {
    bell: Arc<Bell>,
    dues: Vec<Arc<NextDue>>,
    in_slots: bool,
    turned_us: u64,
    /// How long it takes to read what has come, smoothed.
    reading_us: u64,
    by_slot: u64,
    by_readiness: u64,
}

impl Turns {
    /// On readiness at first. A ring of this bell ends a wait; `dues` are those of all sim threads.
    pub(super) fn new(bell: Arc<Bell>, dues: Vec<Arc<NextDue>>) -> Turns {
        Turns { bell, dues, in_slots: false, turned_us: 0, reading_us: 0, by_slot: 0, by_readiness: 0 }
    }

    /// Room for what [`Turns::wait`] finds.
    pub(super) fn events() -> Events {
        Events::with_capacity(EVENTS_MAX)
    }

    /// Waits for its next turn, a ring or this time, and finds the sockets that something has come for: in slots none before the next slot. `events` are those of the last
    /// turn: if there was no room for more of them, more may be there now.
    pub(super) fn wait(&mut self, queue: &mut Poll, events: &mut Events, until_us: u64) {
        let is_full = events.iter().count() == EVENTS_MAX;
        events.clear();
        if !self.in_slots {
            self.by_readiness += 1;
        } else if !is_full {
            let turn_us = next_turn_us(self.turned_us, self.reading_us, self.dues.iter().map(|due| due.us()));
            self.bell.sleep_until(turn_us.min(until_us));
            let now_us = now_us();
            if now_us < turn_us {
                return;
            }
            self.turned_us = now_us;
            self.by_slot += 1;
        }
        self.bell.wait_for_sockets(queue, events, until_us);
    }

    /// Reading what had come took so long.
    pub(super) fn read_for(&mut self, took_us: u64) {
        self.reading_us = (self.reading_us * 7 + took_us) / 8;
    }

    /// So many messages came since it was last called, a tenth of a second ago.
    pub(super) fn follow_load(&mut self, messages: u64) {
        let enough = if self.in_slots { QUIET_MESSAGES } else { BUSY_MESSAGES };
        self.in_slots = messages >= enough;
    }

    /// Turns in slots and turns on readiness since last asked.
    pub(super) fn take_counts(&mut self) -> [u64; 2] {
        [&mut self.by_slot, &mut self.by_readiness].map(std::mem::take)
    }
}

#[cfg(test)]
mod tests {
    use mio::{Token, Waker};

    use super::*;

    fn turns() -> Turns {
        Turns::new(Arc::default(), vec![Arc::default()])
    }

    /// An event queue in which something has come already.
    fn ready_queue() -> (Poll, Waker) {
        let queue = Poll::new().expect("an event queue");
        let waker = Waker::new(queue.registry(), Token(7)).expect("a waker");
        waker.wake().expect("its event queue is open");
        (queue, waker)
    }

    fn found(events: &Events) -> usize {
        events.iter().count()
    }

    #[test]
    fn a_reader_goes_into_slots_under_load_and_out_of_them_well_below() {
        let mut turns = turns();
        let loads = [0, 99, 100, 99, 50, 49, 99, 100];
        let followed = loads.map(|messages| {
            turns.follow_load(messages);
            turns.in_slots
        });
        assert_eq!(followed, [false, false, true, true, true, false, false, true]);
    }

    #[test]
    fn one_long_reading_counts_for_little_and_many_for_all() {
        let mut turns = turns();
        turns.read_for(800);
        assert_eq!(turns.reading_us, 100);
        (0..100).for_each(|_| turns.read_for(800));
        assert!(turns.reading_us > 790);
    }

    #[test]
    fn on_readiness_it_never_sleeps_and_in_slots_it_does() {
        let mut turns = turns();
        let ((mut queue, _waker), mut events) = (ready_queue(), Turns::events());
        turns.wait(&mut queue, &mut events, u64::MAX);
        assert_eq!((found(&events), turns.turned_us), (1, 0));
        turns.follow_load(BUSY_MESSAGES);
        let began_us = now_us();
        (0..2).for_each(|_| turns.wait(&mut queue, &mut events, began_us + 50_000));
        assert!(turns.turned_us > began_us);
        assert_eq!(turns.take_counts(), [2, 1]);
        assert_eq!(turns.take_counts(), [0, 0]);
    }

    #[test]
    fn a_ring_does_not_wait_for_a_slot_nor_does_it_bring_a_turn() {
        let mut turns = turns();
        turns.follow_load(BUSY_MESSAGES);
        // The next slot is an hour away.
        turns.turned_us = now_us() + 3_600_000_000;
        let ((mut queue, _waker), mut events) = (ready_queue(), Turns::events());
        turns.bell.ring();
        turns.wait(&mut queue, &mut events, u64::MAX);
        assert_eq!((found(&events), turns.take_counts()), (0, [0, 0]));
    }
}
