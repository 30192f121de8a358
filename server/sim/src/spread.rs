//! How long things took, counted by size: a histogram whose memory never grows.
//!
//! From 1 ms to 4 s each bucket is a quarter of a doubling wide, so that a percentile is off by a tenth at most. Counts only grow; what came between
//! two moments is the difference of two copies. Not here: what is measured.

use std::array;

/// Buckets below 1 ms, between, and above 4 s.
const BUCKETS: usize = 1 + 4 * OCTAVES as usize + 1;
const OCTAVES: u32 = 12;
/// The first quarter of a doubling begins at 2^10 us.
const FIRST_OCTAVE: u32 = 10;

/// Counts durations by size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread([u32; BUCKETS]);

impl Default for Spread {
    fn default() -> Self {
        Spread([0; BUCKETS])
    }
}

impl Spread {
    /// Counts one that took so many microseconds.
    pub fn record(&mut self, us: u64) {
        let count = &mut self.0[bucket(us)];
        *count = count.wrapping_add(1);
    }

    /// What has been counted since `earlier`, a copy of this.
    #[must_use]
    pub fn since(&self, earlier: &Spread) -> Spread {
        Spread(array::from_fn(|bucket| self.0[bucket].wrapping_sub(earlier.0[bucket])))
    }

    /// Adds what another has counted.
    pub fn add(&mut self, other: &Spread) {
        self.0.iter_mut().zip(other.0).for_each(|(count, more)| *count = count.wrapping_add(more));
    }

    /// How many were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.iter().map(|count| u64::from(*count)).sum()
    }

    /// What `permille` thousandths of them took at most, in milliseconds; none if there are none.
    #[must_use]
    pub fn percentile_ms(&self, permille: u32) -> Option<f64> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let rank = (count * u64::from(permille)).div_ceil(1000).max(1);
        let mut before = 0;
        for (bucket, held) in self.0.iter().enumerate() {
            let held = u64::from(*held);
            if before + held >= rank {
                let [from_us, to_us] = bounds_us(bucket);
                let share = (rank - before) as f64 / held as f64;
                return Some((from_us + (to_us - from_us) * share) / 1000.0);
            }
            before += held;
        }
        None
    }
}

fn bucket(us: u64) -> usize {
    let octave = us.max(1).ilog2();
    if octave < FIRST_OCTAVE {
        return 0;
    }
    let quarter = (us >> (octave - 2)) as usize & 3;
    (1 + 4 * (octave - FIRST_OCTAVE) as usize + quarter).min(BUCKETS - 1)
}

/// Where a bucket begins and ends, in microseconds.
fn bounds_us(bucket: usize) -> [f64; 2] {
    let from = |bucket: usize| match bucket.checked_sub(1) {
        None => 0.0,
        Some(quarters) => {
            let octave = f64::from(1_u32 << (FIRST_OCTAVE + (quarters / 4) as u32));
            octave * (1.0 + (quarters % 4) as f64 / 4.0)
        }
    };
    [from(bucket), from(bucket + 1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_off_by_a_quarter_of_a_doubling_at_most() {
        for us in [1_100, 1_500, 16_667, 33_333, 150_000, 2_000_000] {
            let mut spread = Spread::default();
            spread.record(us);
            let ms = spread.percentile_ms(500).expect("one was counted");
            let ratio = ms * 1000.0 / us as f64;
            assert!((0.8..=1.25).contains(&ratio), "{us} us reads as {ms} ms");
        }
    }

    #[test]
    fn percentiles_ascend_and_what_is_between_two_copies_is_their_difference() {
        let mut spread = Spread::default();
        (0..100).for_each(|_| spread.record(500_000));
        let earlier = spread;
        (1..=100).for_each(|ms| spread.record(ms * 1000));
        let since = spread.since(&earlier);
        assert_eq!(since.count(), 100);
        let [p50, p99] = [500, 990].map(|permille| since.percentile_ms(permille).expect("some were counted"));
        assert!((42.0..58.0).contains(&p50) && (90.0..112.0).contains(&p99), "{p50} and {p99}");
        assert_eq!(Spread::default().percentile_ms(500), None);
    }

    #[test]
    fn the_longest_and_the_shortest_have_a_bucket_too() {
        let mut spread = Spread::default();
        [0, 1, u64::MAX].into_iter().for_each(|us| spread.record(us));
        assert_eq!(spread.count(), 3);
        assert!(spread.percentile_ms(1000).expect("some were counted") >= 4_000.0);
    }
}
