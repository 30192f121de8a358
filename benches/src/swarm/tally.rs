//! What the clients count, and what a window makes of it.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// A longer latency counts as this one.
const LATENCY_US_MAX: u64 = 60_000_000;

/// Counts of one client since the window began, and latencies of all of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pub(super) snapshots: u64,
    /// Payload of all messages.
    pub(super) bytes: u64,
    /// Rows held after each snapshot, added up.
    pub(super) visible: u64,
    pub(super) checksums: u64,
    pub(super) checksums_wrong: u64,
    /// Inputs that the clients were too busy to send.
    pub(super) missed: u64,
    latencies_ns: Vec<u64>,
}

impl Tally {
    /// Notes how long an input waited for its ack.
    pub(super) fn latency(&mut self, latency_ns: u64) {
        self.latencies_ns.push(latency_ns);
    }
}

/// What one window showed.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Window {
    /// How long it was.
    pub seconds: f64,
    /// Clients that were connected to its end.
    pub clients: u32,
    /// Clients that the server closed, or that failed.
    pub lost: u32,
    /// Clients that were sent no snapshot at all.
    pub starved: u32,
    /// Snapshots read.
    pub snapshots: u64,
    /// Bytes of payload read, all messages.
    pub bytes: u64,
    /// Payload for each snapshot.
    pub bytes_per_snap: f64,
    /// Payload for each player of the match and tick.
    pub bytes_per_update: f64,
    /// Snapshots a second of a client, in the mean.
    pub patch_rate: f64,
    /// Snapshots a second of the client that got the fewest.
    pub patch_rate_worst: f64,
    /// Input to ack, in milliseconds.
    pub lat_p50_ms: f64,
    /// Input to ack, in milliseconds.
    pub lat_p99_ms: f64,
    /// Input to ack, in milliseconds.
    pub lat_p999_ms: f64,
    /// Rows held after a snapshot, in the mean; 0 if nothing was verified.
    pub visible: f64,
    /// Checksums verified.
    pub checksums: u64,
    /// Checksums that did not agree.
    pub checksums_wrong: u64,
    /// CPU time of the server, all threads.
    pub server_cpu_s: f64,
    /// CPU time of each of the server's threads.
    pub server_threads_cpu_s: Vec<(String, f64)>,
    /// CPU time of the server for each snapshot, in microseconds.
    pub us_per_snap: f64,
    /// Resident memory of the server at the end, in KiB.
    pub server_rss_kib: u64,
    /// CPU time of the clients.
    pub swarm_cpu_s: f64,
    /// CPU time of everything else on the machine: much of it, and the figures are worth little.
    pub others_cpu_s: f64,
    /// Inputs that the clients were too busy to send: any, and the figures are worth little.
    pub inputs_missed: u64,
}

impl Window {
    /// Adds up what the clients counted in `seconds`, at `hz` and with `players` in a match.
    pub(super) fn new(tallies: &[Tally], seconds: f64, hz: f64, players: u32) -> Self {
        let sum = |count: fn(&Tally) -> u64| tallies.iter().map(count).sum::<u64>();
        let clients = tallies.len().max(1) as f64;
        let (snapshots, bytes) = (sum(|tally| tally.snapshots), sum(|tally| tally.bytes));
        let mut latency = Histogram::<u64>::new_with_max(LATENCY_US_MAX, 3).expect("the bounds are in order");
        let latencies = tallies.iter().flat_map(|tally| &tally.latencies_ns);
        latencies.for_each(|&latency_ns| latency.saturating_record(latency_ns / 1000));
        let at_ms = |quantile: f64| latency.value_at_quantile(quantile) as f64 / 1000.0;
        let worst = tallies.iter().map(|tally| tally.snapshots).min().unwrap_or(0);
        Self {
            seconds,
            starved: tallies.iter().filter(|tally| tally.snapshots == 0).count() as u32,
            snapshots,
            bytes,
            bytes_per_snap: bytes as f64 / snapshots.max(1) as f64,
            bytes_per_update: bytes as f64 / seconds / clients / (hz * f64::from(players)),
            patch_rate: snapshots as f64 / seconds / clients,
            patch_rate_worst: worst as f64 / seconds,
            lat_p50_ms: at_ms(0.5),
            lat_p99_ms: at_ms(0.99),
            lat_p999_ms: at_ms(0.999),
            visible: sum(|tally| tally.visible) as f64 / snapshots.max(1) as f64,
            checksums: sum(|tally| tally.checksums),
            checksums_wrong: sum(|tally| tally.checksums_wrong),
            inputs_missed: sum(|tally| tally.missed),
            ..Self::default()
        }
    }
}
