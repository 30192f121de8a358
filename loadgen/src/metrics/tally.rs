//! All that a run, or a part of it, measured on the clients' side.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::worst::WorstTicks;
use super::{Basis, Counts, Distribution, Metric, Series};

/// One time, measured in two ways.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Measured {
    /// From the moment at which something was done.
    pub(crate) raw: Distribution,
    /// From the moment at which it should have been done.
    pub(crate) corrected: Distribution,
}

/// Everything measured on the clients' side.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Tally {
    pub(crate) times: BTreeMap<Metric, Measured>,
    pub(crate) counts: Counts,
    pub(crate) worst: WorstTicks,
    pub(crate) series: Series,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Tally) {
        for (metric, measured) in &other.times {
            let mine = self.times.entry(*metric).or_default();
            mine.raw.add(&measured.raw);
            mine.corrected.add(&measured.corrected);
        }
        self.counts.add(&other.counts);
        self.worst.add(&other.worst);
        self.series.add(&other.series);
    }

    pub(crate) fn record(&mut self, metric: Metric, basis: Basis, us: u64) {
        let measured = self.times.entry(metric).or_default();
        match basis {
            Basis::Raw => measured.raw.record(us),
            Basis::Corrected => measured.corrected.record(us),
        }
    }

    /// The corrected times, if there are any.
    pub(crate) fn corrected(&self, metric: Metric) -> Option<&Distribution> {
        self.times.get(&metric).map(|measured| &measured.corrected).filter(|times| times.count() > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Second;
    use crate::random::Random;

    /// What the samples of a stretch of a run come to.
    fn tally(samples: &[(u64, u64)]) -> Tally {
        let mut tally = Tally::default();
        for &(second, us) in samples {
            tally.record(Metric::InputAck, Basis::Corrected, us);
            tally.record(Metric::InputAck, Basis::Raw, us / 2);
            tally.worst.note("m", (second * 20) as u32, second * 1000, us);
            tally.counts.skipped += 1;
            super::super::counts::count(&mut tally.counts.closes, "4205 idle");
            let mut figures = Second { inputs: 1, ..Second::default() };
            figures.times.entry(Metric::InputAck).or_default().record(us);
            tally.series.add_second(second, &figures);
        }
        tally
    }

    #[test]
    fn parts_that_went_through_json_add_up_to_the_whole() {
        let mut random = Random::of_player(3, 0);
        let samples: Vec<(u64, u64)> =
            (0..500).map(|number| (number / 20, random.between(100, 90_000) as u64)).collect();
        let mut sum = Tally::default();
        for part in samples.chunks(170) {
            let text = serde_json::to_string(&tally(part)).unwrap();
            sum.add(&serde_json::from_str(&text).unwrap());
        }
        assert_eq!(sum, tally(&samples));
    }
}
