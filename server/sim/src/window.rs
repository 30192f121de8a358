//! The flow window: how much of one session's snapshots may be unacknowledged, measured in time.
//!
//! The window is open while the oldest unacknowledged snapshot was sent at most a smoothed round trip plus
//! `window_ms` ago, and while snapshots do not queue on the path (`path.rs`).
//!
//! Invariant: only snapshots newer than the newest acknowledgement are remembered, and never more than
//! [`OUTSTANDING_MAX`], because a full window is closed. What a closed window means for the session is decided in
//! `fanout.rs`.

use smallvec::SmallVec;

use crate::ahead::fetch;
use crate::path::Path;

/// At most this many snapshots are unacknowledged, whatever the round trip.
pub(crate) const OUTSTANDING_MAX: usize = 512;

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
    /// Oldest first; few, unless the path is long.
    unacknowledged: SmallVec<[Sent; 4]>,
    newest_ack: u32,
    path: Path,
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    tick: u32,
    at_us: u64,
    /// Nothing else was unacknowledged then.
    alone: bool,
}

impl Window {
    /// Notes that the snapshot of `tick`, above all before it, was handed over at `now_us`.
    pub(crate) fn sent(&mut self, tick: u32, now_us: u64) {
        let alone = self.unacknowledged.is_empty();
        self.unacknowledged.push(Sent { tick, at_us: now_us, alone });
    }

    /// Takes an acknowledgement that came at `now_us`; one not above the newest is ignored.
    ///
    /// # Errors
    /// [`NeverSent`] if it is of a tick above the newest acknowledged one of which no snapshot was sent.
    pub(crate) fn acknowledge(&mut self, tick: u32, now_us: u64) -> Result<(), NeverSent> {
        if tick <= self.newest_ack {
            return Ok(());
        }
        // Mostly it is the first, and what comes before it is taken out with it.
        let reached = self.unacknowledged.iter().position(|sent| sent.tick >= tick);
        let Some(place) = reached.filter(|&place| self.unacknowledged[place].tick == tick) else {
            let newest = self.unacknowledged.last().map_or(self.newest_ack, |sent| sent.tick);
            return Err(NeverSent { given: tick, newest });
        };
        let Sent { at_us, alone, .. } = self.unacknowledged[place];
        self.unacknowledged.drain(..=place);
        if self.unacknowledged.is_empty() {
            // Many at once are seldom so many again: few need no memory of their own.
            self.unacknowledged = SmallVec::new();
        }
        self.newest_ack = tick;
        self.path.acknowledged(at_us, alone, place as u64 + 1, now_us);
        Ok(())
    }

    /// Has the memory on its way that an acknowledgement needs.
    pub(crate) fn fetch(&self) {
        fetch(&self.unacknowledged);
        self.path.fetch();
    }

    /// The smoothed round trip, in microseconds.
    pub(crate) fn rtt_us(&self) -> u64 {
        self.path.rtt_us()
    }

    /// Whether one more snapshot may be sent at `now_us`, with a window of `window_ms` beyond the smoothed round trip.
    pub(crate) fn is_open(&mut self, now_us: u64, window_ms: u32) -> bool {
        let Some(oldest) = self.unacknowledged.first() else {
            return true;
        };
        let allowed_us = self.path.rtt_us() + u64::from(window_ms) * 1000;
        let unacknowledged = self.unacknowledged.len();
        unacknowledged < OUTSTANDING_MAX
            && now_us.saturating_sub(oldest.at_us) <= allowed_us
            && self.path.has_room(unacknowledged, now_us)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::path::{INITIAL_RTT_US, RTT_RISE_US_MAX};

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
        assert_eq!((window.unacknowledged.len(), window.path.rtt_us()), (1, 0));
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
        assert_eq!(window.path.rtt_us(), 80_000);
        window.sent(2, 100_000);
        assert_eq!(window.acknowledge(2, 260_000), Ok(()));
        assert_eq!(window.path.rtt_us(), 90_000);
    }

    #[test]
    fn acknowledgements_that_come_all_at_once_are_one_sample() {
        let mut window = Window::default();
        window.sent(1, 0);
        assert_eq!(window.acknowledge(1, 0), Ok(()));
        (2..=9).for_each(|tick| window.sent(tick, u64::from(tick)));
        (2..=9).for_each(|tick| assert_eq!(window.acknowledge(tick, 60_000_000), Ok(())));
        assert_eq!(window.path.rtt_us(), RTT_RISE_US_MAX / 8);
        window.sent(10, 60_000_000);
        assert_eq!(window.acknowledge(10, 60_000_000), Ok(()));
        assert_eq!(window.path.rtt_us(), RTT_RISE_US_MAX / 8 * 7 / 8);
    }

    /// A path that takes `service_us` for each snapshot and, after it, `latency_us`.
    #[derive(Clone, Copy)]
    struct Road {
        service_us: u64,
        latency_us: u64,
    }

    /// Plays 4,000 snapshots, one every `tick_us` if it may be sent, on the first road and after a quarter of them on the second. How old each of the last 2,000 was when it was there,
    /// and in how many ticks they were sent.
    fn play(tick_us: u64, roads: [Road; 2]) -> (Vec<u64>, u32) {
        let (mut window, mut under_way, mut free_us) = (Window::default(), VecDeque::new(), 0);
        let mut sent = Vec::new();
        for tick in 1_u32.. {
            let now_us = u64::from(tick) * tick_us;
            while let Some((_, tick)) = under_way.pop_front_if(|(there_us, _): &mut (u64, u32)| *there_us <= now_us) {
                assert_eq!(window.acknowledge(tick, now_us), Ok(()));
            }
            if window.is_open(now_us, 250) {
                let road = roads[usize::from(sent.len() >= 1_000)];
                window.sent(tick, now_us);
                free_us = now_us.max(free_us) + road.service_us;
                under_way.push_back((free_us + road.latency_us, tick));
                sent.push((tick, free_us + road.latency_us - now_us));
            }
            if sent.len() == 4_000 {
                break;
            }
        }
        let ages_us = sent[2_000..].iter().map(|(_, age_us)| *age_us).collect();
        (ages_us, sent[3_999].0 - sent[2_000].0 + 1)
    }

    #[test]
    fn on_a_path_slower_than_its_snapshots_at_most_one_waits_for_another() {
        let roads = [(55_000, 0), (64_000, 20_000), (64_000, 100_000), (150_000, 0)];
        for (tick_us, (service_us, latency_us)) in
            roads.map(|road| (50_000, road)).into_iter().chain([(16_667, (64_000, 0))])
        {
            let road = Road { service_us, latency_us };
            let (mut ages_us, ticks) = play(tick_us, [road; 2]);
            ages_us.sort_unstable();
            let (p95_us, limit_us) = (ages_us[1_900], tick_us + 2 * service_us + latency_us);
            assert!(p95_us <= limit_us, "{service_us} us every {tick_us} us: {p95_us} us old");
            let busy = 2_000.0 * service_us as f64 / (f64::from(ticks) * tick_us as f64);
            assert!(busy > 0.5, "the path idles: {busy}");
        }
    }

    #[test]
    fn a_path_that_is_quick_enough_takes_every_snapshot_however_long_it_is_or_becomes() {
        let [near, far] = [20_000, 200_000].map(|latency_us| Road { service_us: 1_000, latency_us });
        for roads in [[near, near], [far, far], [near, far], [far, near]] {
            assert_eq!(play(16_667, roads).1, 2_000);
        }
    }

    #[test]
    fn a_path_that_was_slow_takes_every_snapshot_once_it_no_longer_is() {
        let [slow, quick] = [64_000, 1_000].map(|service_us| Road { service_us, latency_us: 20_000 });
        assert_eq!(play(50_000, [slow, quick]).1, 2_000);
    }

    #[test]
    fn what_many_at_once_took_is_given_back_when_all_are_acknowledged() {
        let mut window = Window::default();
        (1..=100).for_each(|tick| window.sent(tick, 0));
        assert_eq!(window.acknowledge(99, 0), Ok(()));
        assert!(window.unacknowledged.spilled());
        assert_eq!(window.acknowledge(100, 0), Ok(()));
        assert!(!window.unacknowledged.spilled());
    }

    #[test]
    fn it_is_closed_when_full() {
        let mut window = Window::default();
        (1..).take(OUTSTANDING_MAX).for_each(|tick| window.sent(tick, 0));
        assert!(!window.is_open(0, 250));
    }
}
