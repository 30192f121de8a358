//! What a reader thread measures of a session's line while somebody wants to know, and how the line ended.
//!
//! The control plane's wish reaches the reader thread through the match: a sim thread renews it while the match is watched, and it ends of itself.
//! Invariant: each word has one writer. Not here: when the line is measured (`edge::connection`).

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// Words that a reader thread and a sim thread share about one session.
#[derive(Debug, Default)]
pub struct Probe {
    wanted_until_us: AtomicU64,
    rtt_us: AtomicU32,
    jitter_us: AtomicU32,
    end: OnceLock<(u16, String)>,
}

/// What is known of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineFigures {
    /// Smoothed round trip of a WebSocket ping, in microseconds.
    pub rtt_us: u32,
    /// Smoothed deviation from it, in microseconds.
    pub jitter_us: u32,
}

impl Probe {
    /// Somebody wants to know until then.
    pub fn want_until(&self, until_us: u64) {
        self.wanted_until_us.store(until_us, Ordering::Relaxed);
    }

    /// Whether somebody wants to know now.
    pub fn is_wanted(&self, now_us: u64) -> bool {
        now_us < self.wanted_until_us.load(Ordering::Relaxed)
    }

    /// A ping came back after so long. A quarter of the difference counts, as much of the deviation.
    pub fn sample(&self, rtt_us: u64) {
        let rtt_us = u32::try_from(rtt_us).unwrap_or(u32::MAX).max(1);
        let Some(LineFigures { rtt_us: smoothed_us, jitter_us }) = self.figures() else {
            return self.rtt_us.store(rtt_us, Ordering::Relaxed);
        };
        let blend = |old: u32, new: u32| ((u64::from(old) * 3 + u64::from(new)) / 4) as u32;
        self.jitter_us.store(blend(jitter_us, smoothed_us.abs_diff(rtt_us)), Ordering::Relaxed);
        self.rtt_us.store(blend(smoothed_us, rtt_us).max(1), Ordering::Relaxed);
    }

    /// What is known, if anything was measured.
    pub fn figures(&self) -> Option<LineFigures> {
        let rtt_us = self.rtt_us.load(Ordering::Relaxed);
        (rtt_us > 0).then(|| LineFigures { rtt_us, jitter_us: self.jitter_us.load(Ordering::Relaxed) })
    }

    /// The line ends for this reason. The first one counts.
    pub fn end(&self, code: u16, reason: String) {
        // A second reason is a consequence of the first.
        let _ = self.end.set((code, reason));
    }

    /// Why the line ended, if the reader thread ended it.
    pub fn ended(&self) -> Option<(u16, &str)> {
        self.end.get().map(|(code, reason)| (*code, reason.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_round_trip_follows_its_samples_by_a_quarter_and_the_jitter_by_as_much() {
        let probe = Probe::default();
        assert_eq!(probe.figures(), None);
        probe.sample(40_000);
        assert_eq!(probe.figures(), Some(LineFigures { rtt_us: 40_000, jitter_us: 0 }));
        probe.sample(80_000);
        assert_eq!(probe.figures(), Some(LineFigures { rtt_us: 50_000, jitter_us: 10_000 }));
    }

    #[test]
    fn a_wish_ends_of_itself_and_the_first_reason_counts() {
        let probe = Probe::default();
        probe.want_until(1_000);
        assert_eq!([999, 1_000].map(|now_us| probe.is_wanted(now_us)), [true, false]);
        probe.end(4408, "idle".to_owned());
        probe.end(1006, "lost".to_owned());
        assert_eq!(probe.ended(), Some((4408, "idle")));
    }
}
