//! When a reader thread reads under load, and when matches tick: on one grid of time, so that reading falls just before ticking.
//!
//! Every tick whose rate allows it lies on a grid of 0.5 ms of the process's time. A reader thread in slots turns to its sockets
//! 0.25 ms before each tick of which it knows, earlier by what reading takes, and 10 ms after the last turn if none is due by then; in between it sleeps, whatever comes, and only a sim thread's batch ends its sleep.
//! Nothing but a tick waits for an input: the slots are for pings, newcomers and acknowledgements.
//!
//! Invariants: a reader never sleeps past a slot, whichever match ticks when. Ticks on the grid bring it at most one turn each.
//!
//! Not here: when a reader is in slots (`edge::turns`), the deadlines themselves (`driver::deadlines`).

use std::io::ErrorKind;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, Thread};
use std::time::Duration;

use mio::{Events, Poll, Waker};

use crate::clock::now_us;

/// Ticks lie on multiples of this: matches that share one wait for each other, and each costs a wake of both threads. With 434 matches of 8 seats at 20 Hz, 0.5 ms brings
/// an input's answer about 0.3 ms earlier than 1 ms, and costs 2 % more CPU.
const GRID_US: u64 = 500;
/// The longest that a reader in slots leaves its sockets alone.
const SLOT_US: u64 = 10_000;
/// So long before a tick its inputs have been read. What comes later is for the next tick, which makes it that much later on average.
const LEAD_US: u64 = 250;
/// No reading is begun earlier than this before a tick, however long it takes.
const READING_US_MAX: u64 = 5_000;
/// A tick so soon after a turn gets no turn of its own. Well below the grid: a turn that began a little late must not cost the next tick its own.
const GAP_US: u64 = 250;

/// The first moment on the grid of ticks that is not before `us`.
pub(crate) fn on_grid_us(us: u64) -> u64 {
    us.next_multiple_of(GRID_US)
}

/// When one sim thread wakes up next, for its reader threads to see.
#[derive(Debug, Default)]
pub(crate) struct NextDue(AtomicU64);

impl NextDue {
    /// It sleeps until `due_us`.
    pub(crate) fn set(&self, due_us: u64) {
        self.0.store(due_us, Ordering::Relaxed);
    }

    /// When it wakes up; in the past if it is awake.
    pub(crate) fn us(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// When to turn to the sockets after a turn that began at `turned_us`: at the next slot, or before one of these ticks. A turn takes `reading_us`.
pub(crate) fn next_turn_us(turned_us: u64, reading_us: u64, dues_us: impl Iterator<Item = u64>) -> u64 {
    let earliest_us = turned_us + GAP_US;
    let lead_us = LEAD_US + reading_us.min(READING_US_MAX);
    let before = dues_us.map(|due_us| due_us.saturating_sub(lead_us));
    before.filter(|at_us| *at_us >= earliest_us).fold(turned_us + SLOT_US, u64::min)
}

/// Calls a reader thread to its channels, asleep or waiting for its sockets.
#[derive(Debug, Default)]
pub struct Bell {
    is_rung: AtomicBool,
    /// Whether the reader thread waits for its sockets, where only the waker reaches it.
    waits: AtomicBool,
    reader: OnceLock<(Thread, Waker)>,
}

impl Bell {
    /// There is something in one of its channels, or room in one that was full.
    pub fn ring(&self) {
        // Of the two, this side sets its flag and then looks at the other's, as the reader does: one of them sees it.
        if self.is_rung.swap(true, Ordering::SeqCst) {
            return;
        }
        match self.reader.get() {
            Some((_, waker)) if self.waits.load(Ordering::SeqCst) => waker.wake().expect("its event queue is open"),
            Some((thread, _)) => thread.unpark(),
            None => {}
        }
    }

    /// The calling thread answers from now on, with the waker of the event queue in which it waits for sockets.
    pub(crate) fn answer_with(&self, waker: Waker) {
        self.reader.get_or_init(|| (thread::current(), waker));
    }

    /// Whether it was rung since last asked. Whoever looks into the channels afterwards misses nothing.
    pub fn take_ring(&self) -> bool {
        self.is_rung.swap(false, Ordering::SeqCst)
    }

    /// Blocks the reader thread until this time or a ring.
    pub(crate) fn sleep_until(&self, until_us: u64) {
        while !self.is_rung.load(Ordering::SeqCst) {
            let left_us = until_us.saturating_sub(now_us());
            if left_us == 0 {
                return;
            }
            thread::park_timeout(Duration::from_micros(left_us));
        }
    }

    /// Blocks the reader thread until something has come for its sockets, until this time or a ring.
    pub(crate) fn wait_for_sockets(&self, queue: &mut Poll, events: &mut Events, until_us: u64) {
        self.waits.store(true, Ordering::SeqCst);
        let left_us = if self.is_rung.load(Ordering::SeqCst) { 0 } else { until_us.saturating_sub(now_us()) };
        let waited = queue.poll(events, Some(Duration::from_micros(left_us)));
        self.waits.store(false, Ordering::SeqCst);
        if let Err(error) = waited {
            assert_eq!(error.kind(), ErrorKind::Interrupted, "an open event queue can be waited for");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use mio::Token;

    use super::*;

    /// All turns from one that began at `turned_us` to `end_us`, before these ticks.
    fn turns(mut turned_us: u64, end_us: u64, dues_us: &[u64]) -> Vec<u64> {
        let mut turns = Vec::new();
        loop {
            turned_us = next_turn_us(turned_us, 0, dues_us.iter().copied());
            if turned_us > end_us {
                return turns;
            }
            turns.push(turned_us);
        }
    }

    #[test]
    fn a_tick_every_fifty_milliseconds_has_its_turn_and_four_lie_between_two() {
        let before = [59_750, 69_750, 79_750, 89_750, 99_750, 109_750, 119_750, 129_750, 139_750, 149_750];
        assert_eq!(turns(49_750, 149_750, &[100_000, 150_000]), before);
        let late = [60_000, 70_000, 80_000, 90_000, 99_750];
        assert_eq!(turns(50_000, 100_000, &[100_000]), late);
    }

    #[test]
    fn what_takes_long_to_read_is_begun_earlier_within_limits() {
        assert_eq!(next_turn_us(90_000, 2_000, [98_000].into_iter()), 95_750);
        assert_eq!(next_turn_us(90_000, 60_000, [98_000].into_iter()), 92_750);
    }

    #[test]
    fn a_tick_between_two_slots_has_a_turn_of_its_own_just_before() {
        assert_eq!(turns(80_000, 110_000, &[97_500]), [90_000, 97_250, 107_250]);
    }

    #[test]
    fn a_turn_that_began_late_costs_the_next_tick_none() {
        assert_eq!(next_turn_us(99_750 + 200, 0, [100_500].into_iter()), 100_250);
    }

    #[test]
    fn without_ticks_there_is_a_turn_every_slot() {
        assert_eq!(turns(0, 30_000, &[]), [10_000, 20_000, 30_000]);
        assert_eq!(turns(0, 30_000, &[u64::MAX]), [10_000, 20_000, 30_000]);
    }

    #[test]
    fn many_ticks_at_odd_times_bring_no_more_turns_than_the_gap_allows() {
        let dues: Vec<u64> = (0..1_000).map(|number| number * 101).collect();
        let turns = turns(0, 100_000, &dues);
        assert!(turns.windows(2).all(|two| two[1] - two[0] >= GAP_US), "{turns:?}");
        assert!(turns.len() > 300);
    }

    #[test]
    fn the_grid_moves_nothing_that_lies_on_it() {
        assert_eq!([1_000, 1_001, 1_499, 0].map(on_grid_us), [1_000, 1_500, 1_500, 0]);
    }

    #[test]
    fn a_ring_ends_the_sleep_and_until_it_is_heard_there_is_none() {
        let bell = Arc::new(Bell::default());
        let sleeper = thread::spawn({
            let bell = Arc::clone(&bell);
            move || {
                let queue = Poll::new().expect("an event queue");
                bell.answer_with(Waker::new(queue.registry(), Token(0)).expect("a waker"));
                (0..2).for_each(|_| bell.sleep_until(now_us() + 3_600_000_000));
            }
        });
        bell.ring();
        sleeper.join().expect("it does not panic");
    }

    #[test]
    fn a_ring_ends_the_wait_for_sockets_whenever_it_comes() {
        let bell = Arc::new(Bell::default());
        let mut queue = Poll::new().expect("an event queue");
        bell.answer_with(Waker::new(queue.registry(), Token(0)).expect("a waker"));
        let (heard, hears) = std::sync::mpsc::channel();
        let ringer = thread::spawn({
            let bell = Arc::clone(&bell);
            move || {
                bell.ring();
                hears.iter().for_each(|()| bell.ring());
            }
        });
        let mut events = Events::with_capacity(8);
        for _ in 0..200 {
            while !bell.take_ring() {
                bell.wait_for_sockets(&mut queue, &mut events, now_us() + 3_600_000_000);
            }
            heard.send(()).expect("it listens");
        }
        drop(heard);
        ringer.join().expect("it does not panic");
    }

    #[test]
    fn a_ring_that_was_heard_ends_no_later_sleep() {
        let bell = Bell::default();
        bell.ring();
        assert!(bell.take_ring());
        let until_us = now_us() + 1_000;
        bell.sleep_until(until_us);
        assert!(now_us() >= until_us);
    }
}
