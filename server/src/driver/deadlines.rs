//! When ticks are due: absolute deadlines, without drift.
//!
//! A [`Cadence`] is one match's: tick `n` after its anchor is due at `anchor + n / rate`, computed anew each time from integers, so that no error
//! adds up at rates that don't divide a second. [`Deadlines`] orders the matches of a thread.
//!
//! Invariants: no tick is skipped: one whose deadline is dropped happens at the next, so match time falls behind real time instead. Pace
//! moves deadlines and nothing else. A match that does not tick is visited all the same, so that it can receive and send.
//!
//! Not here: the clock (`clock`), what happens at a deadline (`running`).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use skirmish_protocol::Settings;

use crate::channels::on_grid_us;
use crate::match_key::MatchKey;

/// A match is visited at least this often, paused or slow as it may be.
pub(super) const VISIT_US_MAX: u64 = 100_000;

/// Ticks in a thousand seconds, in microseconds of that time.
const RATE_SPAN_US: u64 = 1_000_000_000;

/// When the ticks of one match are due.
#[derive(Debug)]
pub(super) struct Cadence {
    anchor_us: u64,
    /// Which tick after the anchor is the next.
    next: u64,
    /// Ticks in a thousand seconds of real time.
    rate: u64,
    paused: bool,
}

impl Cadence {
    /// The first tick is due at `first_us`.
    pub(super) fn new(first_us: u64, settings: &Settings) -> Cadence {
        Cadence { anchor_us: first_us, next: 0, rate: rate_of(settings), paused: settings.paused }
    }

    /// When the next tick is due; none while paused.
    pub(super) fn due_us(&self) -> Option<u64> {
        (!self.paused).then(|| self.at_us(self.next))
    }

    /// When the match is to be visited after `now_us`.
    pub(super) fn visit_us(&self, now_us: u64) -> u64 {
        let latest_us = now_us + VISIT_US_MAX;
        self.due_us().map_or(latest_us, |due_us| due_us.min(latest_us))
    }

    /// The time from tick to tick, in microseconds; that of the pace while paused.
    pub(super) fn period_us(&self) -> u64 {
        RATE_SPAN_US / self.rate
    }

    /// The tick that was due has happened.
    pub(super) fn advance(&mut self) {
        self.next += 1;
    }

    /// If more than `ticks_max` deadlines were missed at `now_us`, drops all but the last one, whose tick is due now. How many were dropped.
    pub(super) fn drop_missed(&mut self, now_us: u64, ticks_max: u32) -> u64 {
        let late_us = self.due_us().map_or(0, |due_us| now_us.saturating_sub(due_us));
        let missed = u128::from(late_us) * u128::from(self.rate) / u128::from(RATE_SPAN_US);
        if missed <= u128::from(ticks_max) {
            return 0;
        }
        // Whole periods: the deadlines that are left stay where they lie between those of other matches.
        self.next += missed as u64;
        missed as u64
    }

    /// Follows the pace and tick rate in force. A new rate counts from the last deadline, or from the grid's next moment after it if its ticks fit the grid; the end of a pause from the grid's next moment. What a higher rate
    /// would have made due before `now_us` is due now: it was not missed.
    pub(super) fn follow(&mut self, settings: &Settings, now_us: u64) {
        let before = std::mem::replace(&mut self.rate, rate_of(settings));
        if self.paused && !settings.paused {
            (self.anchor_us, self.next) = (on_grid_us(now_us), 1);
        } else if self.rate != before && self.next > 0 {
            let last_us = self.anchor_us + (self.next - 1) * RATE_SPAN_US / before;
            let was_due_us = self.anchor_us + self.next * RATE_SPAN_US / before;
            let period_us = self.period_us();
            let mut due_us = (last_us + period_us).max(was_due_us.min(now_us));
            // A dilation may have moved it off the grid; there it shares its readers' turns with others again.
            if RATE_SPAN_US.is_multiple_of(self.rate) && on_grid_us(period_us) == period_us {
                due_us = on_grid_us(due_us);
            }
            (self.anchor_us, self.next) = (due_us - period_us, 1);
        }
        self.paused = settings.paused;
    }

    fn at_us(&self, tick: u64) -> u64 {
        self.anchor_us + tick * RATE_SPAN_US / self.rate
    }
}

fn rate_of(settings: &Settings) -> u64 {
    // Both are at least 1 by their own limits; a rate of 0 would be no rate.
    (u64::from(settings.tick_hz) * u64::from(settings.dilation_permille)).max(1)
}

/// Which match is to be visited next.
#[derive(Debug, Default)]
pub(super) struct Deadlines(BinaryHeap<Reverse<(u64, MatchKey)>>);

impl Deadlines {
    /// Visit this match at `at_us`.
    pub(super) fn add(&mut self, at_us: u64, key: MatchKey) {
        self.0.push(Reverse((at_us, key)));
    }

    /// The earliest.
    pub(super) fn next_us(&self) -> Option<u64> {
        self.0.peek().map(|Reverse((at_us, _))| *at_us)
    }

    /// Takes out every match that is to be visited by `now_us`, the earliest first, and puts them behind those in `due`.
    pub(super) fn take_due(&mut self, now_us: u64, due: &mut Vec<MatchKey>) {
        while self.next_us().is_some_and(|at_us| at_us <= now_us) {
            due.extend(self.0.pop().map(|Reverse((_, key))| key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(tick_hz: u32, dilation_permille: u32, paused: bool) -> Settings {
        Settings { effective_tick: 0, tick_hz, snapshot_interval: 1, interp_delay_ms: 100, dilation_permille, paused }
    }

    fn next_dues(cadence: &mut Cadence, count: usize) -> Vec<u64> {
        let due = |_| {
            let due_us = cadence.due_us().expect("not paused");
            cadence.advance();
            due_us
        };
        (0..count).map(due).collect()
    }

    #[test]
    fn deadlines_do_not_drift_at_rates_that_do_not_divide_a_second() {
        let mut cadence = Cadence::new(500, &settings(30, 1000, false));
        assert_eq!(next_dues(&mut cadence, 4), [500, 33_833, 67_166, 100_500]);
        next_dues(&mut cadence, 30 * 3600 - 4);
        assert_eq!(cadence.due_us(), Some(500 + 3_600_000_000));
    }

    #[test]
    fn half_speed_doubles_the_time_between_deadlines() {
        let mut cadence = Cadence::new(0, &settings(50, 500, false));
        assert_eq!(next_dues(&mut cadence, 3), [0, 40_000, 80_000]);
    }

    #[test]
    fn a_new_rate_counts_from_the_last_deadline() {
        let mut cadence = Cadence::new(0, &settings(10, 1000, false));
        next_dues(&mut cadence, 3);
        cadence.follow(&settings(100, 1000, false), 200_050);
        assert_eq!(next_dues(&mut cadence, 2), [210_000, 220_000]);
    }

    #[test]
    fn after_a_dilation_deadlines_lie_on_the_grid_again() {
        let mut cadence = Cadence::new(2_000, &settings(20, 1000, false));
        next_dues(&mut cadence, 2);
        cadence.follow(&settings(20, 411, false), 53_000);
        assert_eq!(next_dues(&mut cadence, 2), [173_654, 295_309]);
        cadence.follow(&settings(20, 1000, false), 296_000);
        assert_eq!(next_dues(&mut cadence, 2), [345_500, 395_500]);
    }

    #[test]
    fn a_rate_that_stays_moves_nothing() {
        let mut cadence = Cadence::new(0, &settings(30, 1000, false));
        next_dues(&mut cadence, 2);
        cadence.follow(&settings(30, 1000, false), 40_000);
        assert_eq!(cadence.due_us(), Some(66_666));
    }

    #[test]
    fn a_pause_has_no_deadlines_and_its_end_counts_from_the_grids_next_moment() {
        let mut cadence = Cadence::new(0, &settings(10, 1000, false));
        next_dues(&mut cadence, 1);
        cadence.follow(&settings(10, 1000, true), 10_000);
        assert_eq!(cadence.due_us(), None);
        assert_eq!(cadence.visit_us(10_000), 10_000 + VISIT_US_MAX);
        assert_eq!(cadence.drop_missed(90_000_000, 5), 0);
        cadence.follow(&settings(10, 1000, false), 89_999_999);
        assert_eq!(cadence.due_us(), Some(90_100_000));
    }

    #[test]
    fn a_slow_match_is_visited_between_its_ticks() {
        let mut cadence = Cadence::new(0, &settings(1, 1000, false));
        next_dues(&mut cadence, 1);
        assert_eq!(cadence.visit_us(0), VISIT_US_MAX);
        assert_eq!(cadence.visit_us(950_000), 1_000_000);
    }

    #[test]
    fn up_to_the_bound_missed_deadlines_are_caught_up() {
        let mut cadence = Cadence::new(0, &settings(100, 1000, false));
        assert_eq!(cadence.drop_missed(59_999, 5), 0);
        assert_eq!(next_dues(&mut cadence, 2), [0, 10_000]);
    }

    #[test]
    fn beyond_the_bound_missed_deadlines_are_dropped_and_match_time_falls_behind() {
        let mut cadence = Cadence::new(0, &settings(100, 1000, false));
        assert_eq!(cadence.drop_missed(60_000, 5), 6);
        assert_eq!(next_dues(&mut cadence, 2), [60_000, 70_000]);
    }

    #[test]
    fn the_deadlines_that_are_left_when_some_are_dropped_stay_where_they_were() {
        let mut cadence = Cadence::new(2_500, &settings(30, 1000, false));
        assert_eq!(cadence.drop_missed(1_034_000, 5), 30);
        assert_eq!(next_dues(&mut cadence, 3), [1_002_500, 1_035_833, 1_069_166]);
    }

    #[test]
    fn due_matches_come_out_earliest_first_and_once() {
        let mut deadlines = Deadlines::default();
        for (at_us, key) in [(30, 1), (10, 2), (20, 3), (40, 4)] {
            deadlines.add(at_us, MatchKey(key));
        }
        let mut due = Vec::new();
        deadlines.take_due(30, &mut due);
        assert_eq!(due, [MatchKey(2), MatchKey(3), MatchKey(1)]);
        deadlines.take_due(30, &mut due);
        assert_eq!(due.len(), 3);
        assert_eq!(deadlines.next_us(), Some(40));
    }
}
