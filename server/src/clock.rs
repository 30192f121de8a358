//! The one time base of all threads: microseconds since the process first asked.
//!
//! Invariant: it never goes back. Not here: a match's time (`channels::MatchClock`), when ticks are due (`driver`).

use std::sync::LazyLock;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Microseconds since the process first asked.
pub(crate) fn now_us() -> u64 {
    #[cfg(test)]
    if let Some(us) = virtual_time::now_us() {
        return us;
    }
    // The first caller makes `START` after it has looked at the clock.
    Instant::now().saturating_duration_since(*START).as_micros() as u64
}

/// The moment at which [`now_us`] reads `us`.
pub(crate) fn instant_at(us: u64) -> Instant {
    *START + Duration::from_micros(us)
}

/// The time of day, in milliseconds since 1970: for people to read.
pub(crate) fn wall_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// A clock that a test moves by hand, in place of the real one and for the test's own thread only.
#[cfg(test)]
pub(crate) mod virtual_time {
    use std::cell::Cell;

    thread_local!(static NOW_US: Cell<Option<u64>> = const { Cell::new(None) });

    pub(super) fn now_us() -> Option<u64> {
        NOW_US.get()
    }

    /// From now on it is `us`.
    pub(crate) fn set_us(us: u64) {
        NOW_US.set(Some(us));
    }

    /// So much time passes.
    pub(crate) fn pass_us(us: u64) {
        set_us(super::now_us() + us);
    }
}
