//! Times in an HDR histogram, in microseconds.
//!
//! Invariant: adding two gives exactly what recording all their samples in one gives. In JSON it is the HDR format V2, deflated, in base64:
//! what every HDR library reads.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer, V2DeflateSerializer};
use serde::{Deserialize, Serialize};

/// Significant digits of every time.
const DIGITS: u8 = 3;
/// A longer time counts as this one: ten minutes.
const US_MAX: u64 = 600_000_000;

/// Times.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Distribution(Histogram<u64>);

/// What of a distribution is shown, in milliseconds.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Quantiles {
    pub(crate) count: u64,
    pub(crate) mean: f64,
    pub(crate) p50: f64,
    pub(crate) p90: f64,
    pub(crate) p99: f64,
    pub(crate) p999: f64,
    pub(crate) max: f64,
}

impl Default for Distribution {
    fn default() -> Self {
        Self(Histogram::new(DIGITS).expect("a sound number of digits"))
    }
}

impl Distribution {
    pub(crate) fn record(&mut self, us: u64) {
        self.0.record(us.min(US_MAX)).expect("the histogram grows");
    }

    pub(crate) fn add(&mut self, other: &Distribution) {
        self.0.add(&other.0).expect("the histogram grows");
    }

    pub(crate) fn clear(&mut self) {
        self.0.reset();
    }

    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// The time that this part of all samples does not exceed, in milliseconds; not a number without samples.
    pub(crate) fn at_ms(&self, part: f64) -> f64 {
        if self.0.is_empty() { f64::NAN } else { self.0.value_at_quantile(part) as f64 / 1e3 }
    }

    /// The longest, in milliseconds.
    pub(crate) fn max_ms(&self) -> f64 {
        self.at_ms(1.0)
    }

    /// None without samples.
    pub(crate) fn quantiles(&self) -> Option<Quantiles> {
        (!self.0.is_empty()).then(|| Quantiles {
            count: self.0.len(),
            mean: self.0.mean() / 1e3,
            p50: self.at_ms(0.5),
            p90: self.at_ms(0.9),
            p99: self.at_ms(0.99),
            p999: self.at_ms(0.999),
            max: self.max_ms(),
        })
    }

    /// HDR V2, deflated, in base64.
    pub(crate) fn packed(&self) -> String {
        let mut bytes = Vec::new();
        V2DeflateSerializer::new().serialize(&self.0, &mut bytes).expect("writing to memory never fails");
        BASE64_STANDARD.encode(bytes)
    }

    /// What [`Distribution::packed`] made.
    ///
    /// # Errors
    /// The text is something else; says what is wrong.
    pub(crate) fn unpacked(text: &str) -> Result<Self, String> {
        let bytes = BASE64_STANDARD.decode(text).map_err(|error| format!("no base64: {error}"))?;
        let histogram: Histogram<u64> = Deserializer::new()
            .deserialize(&mut bytes.as_slice())
            .map_err(|error| format!("no HDR histogram: {error}"))?;
        let mut distribution = Self::default();
        distribution.0.add(&histogram).map_err(|error| format!("an HDR histogram of another shape: {error}"))?;
        Ok(distribution)
    }
}

impl Serialize for Distribution {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.packed())
    }
}

impl<'de> Deserialize<'de> for Distribution {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::unpacked(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn of(values: impl Iterator<Item = u64>) -> Distribution {
        let mut distribution = Distribution::default();
        values.for_each(|us| distribution.record(us));
        distribution
    }

    #[test]
    fn two_halves_packed_and_added_are_the_whole() {
        let mut random = Random::of_player(1, 0);
        let values: Vec<u64> = (0..5000).map(|_| 1 << random.between(0, 24)).collect();
        let whole = of(values.iter().copied());
        let mut sum = Distribution::default();
        for half in values.chunks(1700) {
            sum.add(&Distribution::unpacked(&of(half.iter().copied()).packed()).unwrap());
        }
        assert_eq!(sum, whole);
        assert_eq!(sum.quantiles(), whole.quantiles());
    }

    #[test]
    fn what_is_no_histogram_is_refused() {
        assert!(Distribution::unpacked("not base64!").unwrap_err().contains("base64"));
        assert!(Distribution::unpacked("AAAA").unwrap_err().contains("HDR"));
    }

    #[test]
    fn a_time_beyond_all_bounds_counts_as_the_longest() {
        assert_eq!(of([u64::MAX].into_iter()).count(), 1);
    }
}
