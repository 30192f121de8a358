//! What one sim thread counts, in plain integers, published a few times a second.
//!
//! Not here: names and meanings of the metrics (`metrics`), what a room counts itself (`skirmish_sim::RoomFigures`).

use crate::metrics::{DEADLINES_DROPPED, SNAPSHOTS_SKIPPED, TICK_DURATION_US, TICK_LATE_US, TICKS};

/// How long counts are kept before they are published.
const PUBLISH_US: u64 = 250_000;

/// Counts since they were last published.
#[derive(Debug, Default)]
pub(super) struct Figures {
    published_us: u64,
    durations_us: Vec<u64>,
    lates_us: Vec<u64>,
    pub(super) deadlines_dropped: u64,
    pub(super) snapshots_skipped: u64,
}

impl Figures {
    /// One tick of one match took so long, and began so long after its deadline.
    pub(super) fn ticked(&mut self, duration_us: u64, late_us: u64) {
        self.durations_us.push(duration_us);
        self.lates_us.push(late_us);
    }

    /// Publishes, unless that was done a moment ago.
    pub(super) fn publish_sometimes(&mut self, now_us: u64) {
        if now_us.saturating_sub(self.published_us) >= PUBLISH_US {
            self.published_us = now_us;
            self.publish();
        }
    }

    /// Adds everything to the process's metrics and starts anew.
    pub(super) fn publish(&mut self) {
        metrics::counter!(TICKS).increment(self.durations_us.len() as u64);
        metrics::counter!(DEADLINES_DROPPED).increment(std::mem::take(&mut self.deadlines_dropped));
        metrics::counter!(SNAPSHOTS_SKIPPED).increment(std::mem::take(&mut self.snapshots_skipped));
        let (durations, lates) = (metrics::histogram!(TICK_DURATION_US), metrics::histogram!(TICK_LATE_US));
        self.durations_us.drain(..).for_each(|us| durations.record(us as f64));
        self.lates_us.drain(..).for_each(|us| lates.record(us as f64));
    }
}
