//! The flow window: how much of one session's snapshots may be unacknowledged, measured in time.
//!
//! The window is open while the oldest unacknowledged snapshot was sent at most a smoothed round trip plus
//! `window_ms` ago. The round trip is smoothed as in RFC 6298, one sample a round trip and none far above the others, so that
//! a client that wakes after a long sleep and acknowledges everything at once does not widen its window much.
//!
//! Invariant: only snapshots newer than the newest acknowledgement are remembered, and never more than
//! [`OUTSTANDING_MAX`], because a full window is closed. What a closed window means for the session is decided in
//! `fanout.rs`.

use std::collections::VecDeque;

/// At most this many snapshots are unacknowledged, whatever the round trip.
pub(crate) const OUTSTANDING_MAX: usize = 512;
/// The smoothed round trip before the first sample.
pub(crate) const INITIAL_RTT_US: u64 = 100_000;
/// A longer round trip counts as this one.
pub(crate) const RTT_US_MAX: u64 = 2_000_000;
/// A round trip counts as at most this much above the smoothed one: a longer one is a client that slept, and must not widen its window much.
const RTT_RISE_US_MAX: u64 = 250_000;

/// An acknowledgement of a snapshot that was never sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("acknowledged tick {given}, the newest snapshot sent is of tick {newest}")]
pub(crate) struct NeverSent {
    /// The tick that was acknowledged.
    pub(crate) given: u32,
    /// The tick of the newest snapshot sent, 0 if none.
    pub(crate) newest: u32,
}

/// The flow window of one session.
#[derive(Debug, Default)]
pub(crate) struct Window {
    unacknowledged: VecDeque<Sent>,
    newest_ack: u32,
    rtt_us: Option<u64>,
    sampled_us: u64,
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    tick: u32,
    at_us: u64,
}

impl Window {
    /// Notes that the snapshot of `tick`, above all before it, was handed over at `now_us`.
    pub(crate) fn sent(&mut self, tick: u32, now_us: u64) {
        self.unacknowledged.push_back(Sent { tick, at_us: now_us });
    }

    /// Takes an acknowledgement that came at `now_us`; one not above the newest is ignored.
    ///
    /// # Errors
    /// [`NeverSent`] if it is of a tick above the newest acknowledged one of which no snapshot was sent.
    pub(crate) fn acknowledge(&mut self, tick: u32, now_us: u64) -> Result<(), NeverSent> {
        if tick <= self.newest_ack {
            return Ok(());
        }
        let Ok(place) = self.unacknowledged.binary_search_by_key(&tick, |sent| sent.tick) else {
            let newest = self.unacknowledged.back().map_or(self.newest_ack, |sent| sent.tick);
            return Err(NeverSent { given: tick, newest });
        };
        let at_us = self.unacknowledged[place].at_us;
        self.unacknowledged.drain(..=place);
        self.newest_ack = tick;
        if at_us >= self.sampled_us {
            self.sampled_us = now_us;
            self.sample(now_us.saturating_sub(at_us).min(RTT_US_MAX));
        }
        Ok(())
    }

    /// Whether one more snapshot may be sent at `now_us`, with a window of `window_ms` beyond the smoothed round trip.
    pub(crate) fn is_open(&self, now_us: u64, window_ms: u32) -> bool {
        let Some(oldest) = self.unacknowledged.front() else {
            return true;
        };
        let allowed_us = self.rtt_us() + u64::from(window_ms) * 1000;
        self.unacknowledged.len() < OUTSTANDING_MAX && now_us.saturating_sub(oldest.at_us) <= allowed_us
    }

    /// The smoothed round trip, in microseconds, from handing a snapshot over to its acknowledgement.
    pub(crate) fn rtt_us(&self) -> u64 {
        self.rtt_us.unwrap_or(INITIAL_RTT_US)
    }

    fn sample(&mut self, rtt_us: u64) {
        let smooth = |smoothed: u64| (smoothed * 7 + rtt_us.min(smoothed + RTT_RISE_US_MAX)) / 8;
        self.rtt_us = Some(self.rtt_us.map_or(rtt_us, smooth));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgement_acknowledges_everything_before_it() {
        let mut window = Window::default();
        (1..=5).for_each(|tick| window.sent(tick, 0));
        assert_eq!(window.acknowledge(4, 0), Ok(()));
        assert_eq!(window.unacknowledged.len(), 1);
    }

    #[test]
    fn an_older_acknowledgement_changes_nothing() {
        let mut window = Window::default();
        (1..=5).for_each(|tick| window.sent(tick, 0));
        assert_eq!(window.acknowledge(4, 0), Ok(()));
        assert_eq!(window.acknowledge(2, 900_000), Ok(()));
        assert_eq!((window.unacknowledged.len(), window.rtt_us()), (1, 0));
    }

    #[test]
    fn a_tick_that_was_never_sent_is_refused() {
        let mut window = Window::default();
        window.sent(3, 0);
        window.sent(6, 0);
        assert_eq!(window.acknowledge(5, 0), Err(NeverSent { given: 5, newest: 6 }));
        assert_eq!(window.acknowledge(7, 0), Err(NeverSent { given: 7, newest: 6 }));
        assert_eq!(window.acknowledge(6, 0), Ok(()));
    }

    #[test]
    fn it_closes_a_round_trip_and_the_window_after_the_oldest_unacknowledged_snapshot() {
        let mut window = Window::default();
        window.sent(1, 1_000);
        window.sent(2, 300_000);
        let closes_us = 1_000 + INITIAL_RTT_US + 250_000;
        assert!(window.is_open(closes_us, 250));
        assert!(!window.is_open(closes_us + 1, 250));
        assert_eq!(window.acknowledge(1, closes_us), Ok(()));
        assert!(window.is_open(closes_us + 1, 250));
    }

    #[test]
    fn round_trips_are_smoothed_by_an_eighth() {
        let mut window = Window::default();
        window.sent(1, 0);
        assert_eq!(window.acknowledge(1, 80_000), Ok(()));
        assert_eq!(window.rtt_us(), 80_000);
        window.sent(2, 100_000);
        assert_eq!(window.acknowledge(2, 260_000), Ok(()));
        assert_eq!(window.rtt_us(), 90_000);
    }

    #[test]
    fn acknowledgements_that_come_all_at_once_are_one_sample() {
        let mut window = Window::default();
        window.sent(1, 0);
        assert_eq!(window.acknowledge(1, 0), Ok(()));
        (2..=9).for_each(|tick| window.sent(tick, u64::from(tick)));
        (2..=9).for_each(|tick| assert_eq!(window.acknowledge(tick, 60_000_000), Ok(())));
        assert_eq!(window.rtt_us(), RTT_RISE_US_MAX / 8);
        window.sent(10, 60_000_000);
        assert_eq!(window.acknowledge(10, 60_000_000), Ok(()));
        assert_eq!(window.rtt_us(), RTT_RISE_US_MAX / 8 * 7 / 8);
    }

    #[test]
    fn it_is_closed_when_full() {
        let mut window = Window::default();
        (1..).take(OUTSTANDING_MAX).for_each(|tick| window.sent(tick, 0));
        assert!(!window.is_open(0, 250));
    }
}
