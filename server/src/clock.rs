//! The one time base of all threads: microseconds since the process first asked.
//!
//! Invariant: it never goes back. Not here: a match's time (`channels::MatchClock`), when ticks are due (`driver`).

use std::sync::LazyLock;
use std::time::{Duration, Instant};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Microseconds since the process first asked.
pub(crate) fn now_us() -> u64 {
    // The first caller makes `START` after it has looked at the clock.
    Instant::now().saturating_duration_since(*START).as_micros() as u64
}

/// The moment at which [`now_us`] reads `us`.
pub(crate) fn instant_at(us: u64) -> Instant {
    *START + Duration::from_micros(us)
}
