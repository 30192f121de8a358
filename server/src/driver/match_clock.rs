//! The time of a match, as reader threads see it.
//!
//! A sim thread writes it after each tick, reader threads read it to answer pings on the spot. Tick and due time are one
//! atomic word, so that a reader never pairs a tick with the due time of another.
//!
//! Not here: when ticks are due (`deadlines`).

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Microseconds since the process first asked; the one time base of all threads. It never goes back.
pub(crate) fn now_us() -> u64 {
    instant_to_us(Instant::now())
}

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn instant_to_us(instant: Instant) -> u64 {
    instant.saturating_duration_since(*START).as_micros() as u64
}

/// The moment at which [`now_us`] reads `us`.
pub(crate) fn instant_at(us: u64) -> Instant {
    *START + std::time::Duration::from_micros(us)
}

/// A match's newest tick and when it was due.
#[derive(Debug, Default)]
pub struct MatchClock(AtomicU64);

impl MatchClock {
    /// A match that has not ticked: tick 0.
    pub fn new() -> MatchClock {
        MatchClock::default()
    }

    /// The state of `tick`, which was due at `due_us` by [`now_us`], is the newest.
    pub fn set(&self, tick: u32, due_us: u64) {
        let word = (u64::from(tick) << 32) | (due_us & u64::from(u32::MAX));
        self.0.store(word, Ordering::Release);
    }

    /// The newest tick, and the microseconds that have passed since it was due: 0 for a tick that ran early,
    /// modulo 2^32 like its place on the wire (a match paused for more than 71 minutes).
    pub fn read(&self, now_us: u64) -> (u32, u32) {
        let word = self.0.load(Ordering::Acquire);
        let (tick, due_us) = ((word >> 32) as u32, word as u32);
        let into_tick_us = (now_us as u32).wrapping_sub(due_us);
        (tick, into_tick_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_gets_the_tick_and_the_time_since_it_was_due() {
        let clock = MatchClock::new();
        clock.set(7, 1_000_000);
        assert_eq!(clock.read(1_012_345), (7, 12_345));
    }

    #[test]
    fn due_times_beyond_32_bits_still_give_small_differences() {
        let clock = MatchClock::new();
        let due_us = (9u64 << 32) - 10;
        clock.set(u32::MAX, due_us);
        assert_eq!(clock.read(due_us + 30), (u32::MAX, 30));
    }
}
