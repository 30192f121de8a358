//! The time of a match, as reader threads see it.
//!
//! A sim thread writes it after each tick, reader threads read it to answer pings on the spot. Tick and due time are one
//! atomic word, so that a reader never pairs a tick with the due time of another.
//!
//! Not here: when ticks are due (`driver::deadlines`).

use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::now_us;

/// A match's newest tick and when it was due.
#[derive(Debug, Default)]
pub struct MatchClock(AtomicU64);

impl MatchClock {
    /// A match that has not ticked: tick 0.
    pub fn new() -> MatchClock {
        MatchClock::default()
    }

    /// The state of `tick`, which was due at `due_us` of the process's time, is the newest.
    pub fn set(&self, tick: u32, due_us: u64) {
        let word = (u64::from(tick) << 32) | (due_us & u64::from(u32::MAX));
        self.0.store(word, Ordering::Release);
    }

    /// The newest tick, and the microseconds that have passed since it was due: 0 if it is not due yet. Of a match that was paused for
    /// more than 35 minutes only the tick means anything.
    pub fn read(&self) -> (u32, u32) {
        // The word first: a tick that comes between the two must not be due after the time it is compared with.
        let word = self.0.load(Ordering::Acquire);
        since_due(word, now_us())
    }
}

fn since_due(word: u64, now_us: u64) -> (u32, u32) {
    let (tick, due_us) = ((word >> 32) as u32, word as u32);
    // Half of all differences are those of a time that is yet to come.
    let passed_us = (now_us as u32).wrapping_sub(due_us) as i32;
    (tick, passed_us.max(0) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(clock: &MatchClock, now_us: u64) -> (u32, u32) {
        since_due(clock.0.load(Ordering::Acquire), now_us)
    }

    #[test]
    fn a_reader_gets_the_tick_and_the_time_since_it_was_due() {
        let clock = MatchClock::new();
        clock.set(7, 1_000_000);
        assert_eq!(at(&clock, 1_012_345), (7, 12_345));
    }

    #[test]
    fn due_times_beyond_32_bits_still_give_small_differences() {
        let clock = MatchClock::new();
        let due_us = (9u64 << 32) - 10;
        clock.set(u32::MAX, due_us);
        assert_eq!(at(&clock, due_us + 30), (u32::MAX, 30));
    }

    #[test]
    fn a_tick_that_is_not_due_yet_was_due_just_now_and_not_an_hour_ago() {
        let clock = MatchClock::new();
        clock.set(7, now_us() + 600_000_000);
        assert_eq!(clock.read(), (7, 0));
    }
}
