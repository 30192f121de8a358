//! One run: its clock, and when in it the load is steady.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Monotonic time as Unix time, so that other processes' figures lie on the same axis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    began: Instant,
    began_unix: Duration,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let began_unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { began: Instant::now(), began_unix }
    }

    pub(crate) fn unix_ms(&self, at: Instant) -> u64 {
        (self.began_unix + at.saturating_duration_since(self.began)).as_millis() as u64
    }

    pub(crate) fn unix_s(&self, at: Instant) -> u64 {
        (self.began_unix + at.saturating_duration_since(self.began)).as_secs()
    }

    pub(crate) fn began(&self) -> Instant {
        self.began
    }
}

/// The window in which the load is steady: what is measured outside of it does not count.
#[derive(Debug, Default)]
pub(crate) struct Window {
    steady: AtomicBool,
    ends: Mutex<(Option<Instant>, Option<Instant>)>,
}

impl Window {
    pub(crate) fn is_steady(&self) -> bool {
        self.steady.load(Ordering::Relaxed)
    }

    /// From now on the load is steady.
    pub(crate) fn open(&self) {
        *self.ends.lock().expect("nobody panics with it") = (Some(Instant::now()), None);
        self.steady.store(true, Ordering::Relaxed);
    }

    /// From now on it is not. What was never open stays so.
    pub(crate) fn close(&self) {
        self.steady.store(false, Ordering::Relaxed);
        let mut ends = self.ends.lock().expect("nobody panics with it");
        if let (Some(_), None) = *ends {
            ends.1 = Some(Instant::now());
        }
    }

    /// How long it was, or has been.
    pub(crate) fn length(&self) -> Duration {
        self.opened().map_or(Duration::ZERO, |opened| self.steady_within(opened, Instant::now()))
    }

    /// Since when it was steady.
    pub(crate) fn opened(&self) -> Option<Instant> {
        self.ends.lock().expect("nobody panics with it").0
    }

    /// How much of the time from `from` to `to` lies in the newest window.
    pub(crate) fn steady_within(&self, from: Instant, to: Instant) -> Duration {
        let (opened, closed) = *self.ends.lock().expect("nobody panics with it");
        opened.map_or(Duration::ZERO, |opened| {
            closed.map_or(to, |closed| closed.min(to)).saturating_duration_since(opened.max(from))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_time_inside_the_window_counts() {
        let window = Window::default();
        let before = Instant::now();
        assert_eq!(window.steady_within(before, before + Duration::from_secs(1)), Duration::ZERO);
        window.open();
        let opened = window.opened().unwrap();
        let second = Duration::from_secs(1);
        assert_eq!(window.steady_within(opened, opened + second), second);
        assert_eq!(window.steady_within(opened - second, opened + second), second);
        window.close();
        assert!(window.steady_within(opened, opened + 60 * second) < second);
        assert!(!window.is_steady());
    }
}
