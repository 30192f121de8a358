//! How much of something came per second, from a counter that is looked at now and then.
//!
//! Not here: the counters.

use std::collections::VecDeque;

/// The span over which a rate is taken, in microseconds.
const SPAN_US: u64 = 1_000_000;
/// Looks that are remembered: more often than this many times a second nobody looks.
const LOOKS_MAX: usize = 12;

/// The rate of one counter over the last second.
#[derive(Clone, Debug, Default)]
pub(super) struct Rate(VecDeque<(u64, u64)>);

impl Rate {
    /// The counter reads `count` now. How much came per second, since about a second ago; 0 at the first look. A counter that has
    /// begun anew makes this the first look.
    pub(super) fn at(&mut self, now_us: u64, count: u64) -> u64 {
        let looks = &mut self.0;
        if looks.back().is_some_and(|(_, before)| *before > count) {
            looks.clear();
        }
        looks.push_back((now_us, count));
        while looks.len() > LOOKS_MAX || looks.get(1).is_some_and(|(at_us, _)| now_us.saturating_sub(*at_us) >= SPAN_US)
        {
            looks.pop_front();
        }
        let (from_us, from) = looks[0];
        let span_us = now_us.saturating_sub(from_us);
        if span_us == 0 { 0 } else { ((count - from) as f64 * 1e6 / span_us as f64).round() as u64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_that_of_the_last_second() {
        let mut rate = Rate::default();
        let rates: Vec<_> =
            (0..30).map(|look| rate.at(look * 100_000, if look < 15 { look * 50 } else { 700 })).collect();
        assert_eq!((rates[0], rates[1], rates[14], rates[29]), (0, 500, 500, 0));
    }

    #[test]
    fn a_counter_that_began_anew_is_looked_at_anew() {
        let mut rate = Rate::default();
        rate.at(0, 1_000);
        assert_eq!((rate.at(100_000, 10), rate.at(200_000, 20)), (0, 100));
    }
}
