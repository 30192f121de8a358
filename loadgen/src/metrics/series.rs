//! Figures by the second, on the wall clock, so that several threads, processes and the server's side lie on one axis.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Distribution, Metric};

/// The times that have a series.
pub(super) const CHARTED: [Metric; 3] = [Metric::InputAck, Metric::SnapshotAge, Metric::SendLag];

/// One second.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Second {
    /// Clients that were connected.
    pub(crate) players: u64,
    pub(crate) inputs: u64,
    pub(crate) snapshots: u64,
    pub(crate) bytes_received: u64,
    /// Corrected times.
    pub(crate) times: BTreeMap<Metric, Distribution>,
}

/// Seconds by Unix time.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Series(pub(crate) BTreeMap<u64, Second>);

impl Second {
    pub(super) fn add(&mut self, other: &Second) {
        self.players += other.players;
        self.inputs += other.inputs;
        self.snapshots += other.snapshots;
        self.bytes_received += other.bytes_received;
        for (metric, times) in &other.times {
            self.times.entry(*metric).or_default().add(times);
        }
    }

    /// A quantile of one of its times, in milliseconds; not a number without samples.
    pub(crate) fn at_ms(&self, metric: Metric, part: f64) -> f64 {
        self.times.get(&metric).map_or(f64::NAN, |times| times.at_ms(part))
    }
}

impl Series {
    pub(crate) fn add_second(&mut self, unix_s: u64, second: &Second) {
        self.0.entry(unix_s).or_default().add(second);
    }

    pub(crate) fn add(&mut self, other: &Series) {
        other.0.iter().for_each(|(unix_s, second)| self.add_second(*unix_s, second));
    }
}
