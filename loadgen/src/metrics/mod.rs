//! What is measured, and how it is held: histograms from the intended moment beside those from the actual one, counts, a
//! series by the second, and the worst ticks.
//!
//! Invariant: everything here can be added to its like without loss, so that several threads, and several processes, give the
//! percentiles that one would have given.

mod counts;
mod distribution;
mod metric;
mod recorder;
mod series;
mod tally;
mod worst;

pub(crate) use counts::{Counts, Kind, Traffic};
pub(crate) use distribution::{Distribution, Quantiles};
pub(crate) use metric::{Basis, Metric};
pub(crate) use recorder::Recorder;
pub(crate) use series::{Second, Series};
pub(crate) use tally::{Measured, Tally};
pub(crate) use worst::WorstTick;
