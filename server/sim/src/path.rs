//! What acknowledgements tell about the path to one client: its round trip, and whether snapshots queue on it.
//!
//! The round trip is smoothed as in RFC 6298, one sample a round trip and none far above the others, so that a client that
//! wakes after a long sleep and acknowledges everything at once does not widen its window much.
//!
//! A path that is slower than its snapshots builds up a queue, and shows it in round trips that stay well above the shortest. From then on no more snapshots may be
//! unacknowledged than fit on the path at the pace of their acknowledgements, and one that waits its turn. Every ten seconds one is sent alone, to measure the
//! path anew. It is over when that bound is not reached for a while, or the path turns out to be just longer than it was.
//!
//! Not here: which snapshots are unacknowledged (`window.rs`).

use crate::ahead::fetch;

/// The smoothed round trip before the first sample.
pub(crate) const INITIAL_RTT_US: u64 = 100_000;
/// A longer round trip counts as this one.
pub(crate) const RTT_US_MAX: u64 = 2_000_000;
/// A round trip counts as at most this much above the smoothed one: a longer one is a client that slept, and must not widen its window much.
pub(crate) const RTT_RISE_US_MAX: u64 = 250_000;
/// A smoothed round trip so much above the shortest means that snapshots queue.
const QUEUED_US: u64 = 75_000;
/// One less than this above what was just measured means that there never was a queue.
const LEVEL_US: u64 = 10_000;
/// How long the shortest round trip counts: paths change.
const SHORTEST_AGE_US: u64 = 10_000_000;
/// A bound that was not reached for so long is not needed.
const UNBOUND_AFTER_US: u64 = 5_000_000;

/// The path to one client.
#[derive(Debug, Default)]
pub(crate) struct Path {
    rtt_us: Option<u64>,
    sampled_us: u64,
    shortest_us: Option<u64>,
    /// When the shortest round trip was measured.
    shortest_at_us: u64,
    /// Smoothed time from one acknowledged snapshot to the next.
    spacing_us: Option<u64>,
    acknowledged_us: Option<u64>,
    /// When the bound was last reached, while snapshots queue.
    bound_us: Option<u64>,
}

impl Path {
    /// The smoothed round trip, in microseconds, from handing a snapshot over to its acknowledgement.
    pub(crate) fn rtt_us(&self) -> u64 {
        self.rtt_us.unwrap_or(INITIAL_RTT_US)
    }

    /// Has its memory on the way.
    pub(crate) fn fetch(&self) {
        fetch(&self.rtt_us);
        fetch(&self.shortest_at_us);
    }

    /// At `now_us` a snapshot of `at_us` is acknowledged, and with it so many in all. `alone`: nothing else was unacknowledged when it was sent.
    pub(crate) fn acknowledged(&mut self, at_us: u64, alone: bool, snapshots: u64, now_us: u64) {
        if let Some(before_us) = self.acknowledged_us.replace(now_us) {
            let spacing_us = (now_us.saturating_sub(before_us) / snapshots).min(RTT_US_MAX);
            self.spacing_us =
                Some(self.spacing_us.map_or(spacing_us, |smoothed_us| (smoothed_us * 7 + spacing_us) / 8));
        }
        if at_us >= self.sampled_us {
            self.sampled_us = now_us;
            self.sample(now_us.saturating_sub(at_us).min(RTT_US_MAX), alone, now_us);
        }
    }

    /// Whether one more snapshot may go at `now_us` while so many are unacknowledged.
    pub(crate) fn has_room(&mut self, unacknowledged: usize, now_us: u64) -> bool {
        let (Some(bound_us), Some(shortest_us)) = (self.bound_us, self.shortest_us) else {
            return true;
        };
        let is_old = now_us.saturating_sub(self.shortest_at_us) >= SHORTEST_AGE_US;
        let on_the_path = shortest_us / self.spacing_us.unwrap_or(RTT_US_MAX).max(1);
        let has_room = if is_old { unacknowledged == 0 } else { (unacknowledged as u64) < on_the_path.max(1) + 1 };
        if !has_room {
            self.bound_us = Some(now_us);
        } else if now_us.saturating_sub(bound_us) >= UNBOUND_AFTER_US {
            self.bound_us = None;
        }
        has_room
    }

    fn sample(&mut self, rtt_us: u64, alone: bool, now_us: u64) {
        let smooth = |smoothed_us: u64| (smoothed_us * 7 + rtt_us.min(smoothed_us + RTT_RISE_US_MAX)) / 8;
        let smoothed_us = self.rtt_us.map_or(rtt_us, smooth);
        self.rtt_us = Some(smoothed_us);
        let shortest_us = self.shortest(rtt_us, alone, now_us);
        if self.bound_us.is_none() && smoothed_us > shortest_us + QUEUED_US {
            self.bound_us = Some(now_us);
        } else if alone && smoothed_us <= shortest_us + LEVEL_US {
            self.bound_us = None;
        }
    }

    /// The shortest round trip, this one included. One that has counted for long enough gives way to this one, unless it may have queued.
    fn shortest(&mut self, rtt_us: u64, alone: bool, now_us: u64) -> u64 {
        let is_old = now_us.saturating_sub(self.shortest_at_us) >= SHORTEST_AGE_US;
        let gives_way = is_old && (alone || self.bound_us.is_none());
        let kept_us = self.shortest_us.filter(|shortest_us| *shortest_us < rtt_us && !gives_way);
        if kept_us.is_none() {
            self.shortest_us = Some(rtt_us);
            self.shortest_at_us = now_us;
        }
        kept_us.unwrap_or(rtt_us)
    }
}
