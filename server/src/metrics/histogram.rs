//! A histogram that takes no memory to fill: its bounds are fixed, its counts atomic words.
//!
//! Not here: which histograms there are (`metrics`).

use std::fmt::{self, Write};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bounds of one histogram, at most.
const BOUNDS_MAX: usize = 32;

/// Counts samples, integers of whatever unit its name says, by size.
#[derive(Debug)]
pub(crate) struct Histogram {
    name: &'static str,
    help: &'static str,
    bounds: &'static [u64],
    /// Of the samples up to each bound and above the one before, and last of those above all bounds.
    counts: [AtomicU64; BOUNDS_MAX + 1],
    sum: AtomicU64,
}

impl Histogram {
    /// An empty one. The bounds ascend.
    pub(super) const fn new(name: &'static str, help: &'static str, bounds: &'static [u64]) -> Histogram {
        assert!(bounds.len() <= BOUNDS_MAX);
        let counts = [const { AtomicU64::new(0) }; BOUNDS_MAX + 1];
        Histogram { name, help, bounds, counts, sum: AtomicU64::new(0) }
    }

    /// Counts a sample.
    pub(crate) fn record(&self, sample: u64) {
        let place = self.bounds.partition_point(|bound| *bound < sample);
        self.counts[place].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add(sample, Ordering::Relaxed);
    }

    /// Appends what Prometheus reads.
    pub(super) fn render(&self, text: &mut String) -> fmt::Result {
        let Histogram { name, help, bounds, counts, sum } = self;
        writeln!(text, "# HELP {name} {help}\n# TYPE {name} histogram")?;
        let mut count = 0;
        for (bound, samples) in bounds.iter().zip(counts) {
            count += samples.load(Ordering::Relaxed);
            writeln!(text, "{name}_bucket{{le=\"{bound}\"}} {count}")?;
        }
        count += counts[bounds.len()].load(Ordering::Relaxed);
        writeln!(text, "{name}_bucket{{le=\"+Inf\"}} {count}")?;
        writeln!(text, "{name}_sum {}\n{name}_count {count}\n", sum.load(Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_counts_all_samples_up_to_it() {
        let histogram = Histogram::new("steps", "Steps", &[10, 25]);
        [0, 10, 11, 25, 26, 1_000].into_iter().for_each(|sample| histogram.record(sample));
        let mut text = String::new();
        histogram.render(&mut text).expect("a String takes everything");
        let expected = "# HELP steps Steps\n# TYPE steps histogram\nsteps_bucket{le=\"10\"} 2\nsteps_bucket{le=\"25\"} 4\n\
            steps_bucket{le=\"+Inf\"} 6\nsteps_sum 1072\nsteps_count 6\n\n";
        assert_eq!(text, expected);
    }
}
