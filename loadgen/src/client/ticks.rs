//! When ticks were due, on our clock: what pongs tell of it.
//!
//! Invariant: an estimate is off by at most half the round trip of its ping. The one with the shortest round trip holds, until one that
//! can't agree with it says that the server's ticks have moved: late ticks were dropped, or the pace was changed.

use std::time::{Duration, Instant};

use skirmish_protocol::{Pong, Settings};

/// What two estimates of an unmoved grid may differ beyond their round trips.
const SLACK: Duration = Duration::from_millis(2);
/// Beyond this age a better estimate is forgotten: clocks drift apart.
const AGE_MAX: Duration = Duration::from_secs(30);

/// Knows when ticks are due.
#[derive(Debug, Default)]
pub(super) struct TickClock {
    /// Real time from tick to tick.
    period: Duration,
    paused: bool,
    held: Option<Estimate>,
}

#[derive(Clone, Copy, Debug)]
struct Estimate {
    tick: u32,
    due: Instant,
    trip: Duration,
    made: Instant,
}

impl TickClock {
    pub(super) fn new(settings: &Settings) -> Self {
        let mut clock = Self::default();
        clock.settings(settings);
        clock
    }

    /// Ticks come at another pace from now on; what was known of them is void.
    pub(super) fn settings(&mut self, settings: &Settings) {
        let match_s = 1.0 / f64::from(settings.tick_hz);
        self.period = Duration::from_secs_f64(match_s * 1000.0 / f64::from(settings.dilation_permille.max(1)));
        self.paused = settings.paused;
        self.held = None;
    }

    /// Real time from tick to tick.
    pub(super) fn period(&self) -> Duration {
        self.period
    }

    /// The answer to a ping that was sent then has come.
    pub(super) fn pong(&mut self, pong: &Pong, sent: Instant, now: Instant) {
        let trip = now.saturating_duration_since(sent);
        let into_tick = Duration::from_micros(pong.into_tick_us.into());
        let Some(due) = now.checked_sub(trip / 2 + into_tick) else { return };
        let estimate = Estimate { tick: pong.tick, due, trip, made: now };
        let better = self.held.is_none_or(|held| {
            let same = self.at(held, pong.tick);
            let apart = same.max(due).saturating_duration_since(same.min(due));
            trip <= held.trip || now - held.made > AGE_MAX || apart > (trip + held.trip) / 2 + SLACK
        });
        if better {
            self.held = Some(estimate);
        }
    }

    /// When a tick was due; none while that is not known, or ticks stand still.
    pub(super) fn due(&self, tick: u32) -> Option<Instant> {
        self.held.filter(|_| !self.paused).map(|held| self.at(held, tick))
    }

    fn at(&self, held: Estimate, tick: u32) -> Instant {
        if tick >= held.tick {
            held.due + self.period * (tick - held.tick)
        } else {
            let back = self.period.saturating_mul(held.tick - tick);
            held.due.checked_sub(back).unwrap_or(held.due)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SETTINGS: Settings = Settings {
        effective_tick: 0,
        tick_hz: 20,
        snapshot_interval: 1,
        interp_delay_ms: 100,
        dilation_permille: 1000,
        paused: false,
    };

    fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    fn pong(tick: u32, into_tick_ms: u32) -> Pong {
        Pong { token: 0, tick, into_tick_us: into_tick_ms * 1000 }
    }

    #[test]
    fn the_shortest_round_trip_holds() {
        let start = Instant::now() + ms(60_000);
        let mut clock = TickClock::new(&SETTINGS);
        assert_eq!(clock.due(1), None);
        clock.pong(&pong(10, 20), start, start + ms(4));
        assert_eq!(clock.due(10), Some(start - ms(18)));
        assert_eq!(clock.due(12), Some(start + ms(82)));
        assert_eq!(clock.due(9), Some(start - ms(68)));
        clock.pong(&pong(30, 20), start + ms(1000), start + ms(1010));
        assert_eq!(clock.due(10), Some(start - ms(18)), "a longer trip tells nothing new");
        clock.pong(&pong(30, 19), start + ms(1000), start + ms(1000));
        assert_eq!(clock.due(30), Some(start + ms(981)));
    }

    #[test]
    fn a_grid_that_moved_is_noticed_whatever_the_trip() {
        let start = Instant::now() + ms(60_000);
        let mut clock = TickClock::new(&SETTINGS);
        clock.pong(&pong(10, 0), start, start + ms(2));
        clock.pong(&pong(20, 0), start + ms(700), start + ms(710));
        assert_eq!(clock.due(20), Some(start + ms(705)));
    }

    #[test]
    fn half_the_pace_doubles_the_period_and_a_pause_has_none() {
        let mut clock = TickClock::new(&Settings { dilation_permille: 500, ..SETTINGS });
        assert_eq!(clock.period(), ms(100));
        let now = Instant::now();
        clock.settings(&Settings { paused: true, ..SETTINGS });
        clock.pong(&pong(1, 0), now, now);
        assert_eq!(clock.due(1), None);
    }
}
