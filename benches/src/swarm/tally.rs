//! What the clients count, and what a window makes of it.

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

use super::Orders;
use super::age::{Firsts, Heard};

/// A longer time counts as this one.
const TIME_US_MAX: u64 = 60_000_000;

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
    /// Every snapshot.
    pub(super) heard: Vec<Heard>,
}

impl Tally {
    /// Notes how long an input waited for its ack.
    pub(super) fn latency(&mut self, latency_ns: u64) {
        self.latencies_ns.push(latency_ns);
    }
}

/// What one window showed of all clients, but for the odd one and guests.
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
    /// Heap allocations of each thread, if the server runs in this process and its allocator counts.
    pub server_threads_allocations: Vec<(String, u64)>,
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
    /// Age of snapshots when they came, in milliseconds: how long after the first client in the match had that tick.
    pub age_p50_ms: f64,
    /// Age of snapshots when they came, in milliseconds.
    pub age_p99_ms: f64,
    /// Guests that came.
    pub guests: u32,
    /// The client that is odd.
    pub odd: Option<OddOne>,
}

/// What one window showed of the client that is odd.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct OddOne {
    /// Snapshots read.
    pub snapshots: u64,
    /// Payload of the median snapshot.
    pub bytes_p50: u64,
    /// Age of snapshots when they came, in milliseconds.
    pub age_p50_ms: f64,
    /// Age of snapshots when they came, in milliseconds.
    pub age_p95_ms: f64,
    /// Age of snapshots just before the next one came, in milliseconds.
    pub age_at_the_end_p95_ms: f64,
    /// How many ticks that others had are newer than its newest.
    pub ticks_behind: u32,
    /// Checksums verified.
    pub checksums: u64,
    /// Checksums that did not agree.
    pub checksums_wrong: u64,
}

impl Window {
    /// CPU time of the server's threads of that kind, by the beginning of their names, in seconds.
    pub fn threads_cpu_s(&self, prefix: &str) -> f64 {
        let threads = self.server_threads_cpu_s.iter().filter(|(name, _)| name.starts_with(prefix));
        threads.map(|(_, cpu_s)| cpu_s).sum()
    }

    /// Of the CPU time for each snapshot what the simulation had, in microseconds.
    pub fn sim_us_per_snap(&self) -> f64 {
        self.us_per_snap * self.threads_cpu_s("sim-") / self.server_cpu_s.max(f64::MIN_POSITIVE)
    }

    /// Of the CPU time for each snapshot what all threads had that do not simulate, in microseconds.
    pub fn readers_us_per_snap(&self) -> f64 {
        self.us_per_snap - self.sim_us_per_snap()
    }

    /// Adds up what the clients counted in `seconds`; `firsts` has noted what all of them heard.
    pub(super) fn new(tallies: &[Tally], firsts: &Firsts, seconds: f64, orders: &Orders) -> Self {
        let (odd, tallies) = match tallies.split_last() {
            Some((odd, others)) if orders.odd.is_some() => (Some(odd), others),
            _ => (None, tallies),
        };
        let sum = |count: fn(&Tally) -> u64| tallies.iter().map(count).sum::<u64>();
        let clients = tallies.len().max(1) as f64;
        let (snapshots, bytes) = (sum(|tally| tally.snapshots), sum(|tally| tally.bytes));
        let latency_ms = quantiles_ms(tallies.iter().flat_map(|tally| tally.latencies_ns.iter().copied()));
        let heard = (0..).zip(tallies).map(|(index, tally)| (orders.room(index), &tally.heard[..]));
        let age_ms = quantiles_ms(heard.flat_map(|(room, heard)| firsts.on_arrival(room, heard)));
        let worst = tallies.iter().map(|tally| tally.snapshots).min().unwrap_or(0);
        Self {
            seconds,
            starved: tallies.iter().filter(|tally| tally.snapshots == 0).count() as u32,
            snapshots,
            bytes,
            bytes_per_snap: bytes as f64 / snapshots.max(1) as f64,
            bytes_per_update: bytes as f64 / seconds / clients / (orders.hz * f64::from(orders.players)),
            patch_rate: snapshots as f64 / seconds / clients,
            patch_rate_worst: worst as f64 / seconds,
            lat_p50_ms: latency_ms(0.5),
            lat_p99_ms: latency_ms(0.99),
            lat_p999_ms: latency_ms(0.999),
            visible: sum(|tally| tally.visible) as f64 / snapshots.max(1) as f64,
            checksums: sum(|tally| tally.checksums),
            checksums_wrong: sum(|tally| tally.checksums_wrong),
            inputs_missed: sum(|tally| tally.missed),
            age_p50_ms: age_ms(0.5),
            age_p99_ms: age_ms(0.99),
            odd: odd.map(|odd| OddOne::new(odd, firsts, orders.room(tallies.len()))),
            ..Self::default()
        }
    }
}

impl OddOne {
    fn new(tally: &Tally, firsts: &Firsts, room: usize) -> Self {
        let on_arrival_ms = quantiles_ms(firsts.on_arrival(room, &tally.heard));
        let at_the_end_ms = quantiles_ms(firsts.at_the_end(room, &tally.heard));
        let mut sizes: Vec<_> = tally.heard.iter().map(|heard| heard.bytes).collect();
        sizes.sort_unstable();
        let newest = tally.heard.last().map_or(0, |heard| heard.tick);
        Self {
            snapshots: tally.snapshots,
            bytes_p50: sizes.get(sizes.len() / 2).copied().unwrap_or(0).into(),
            age_p50_ms: on_arrival_ms(0.5),
            age_p95_ms: on_arrival_ms(0.95),
            age_at_the_end_p95_ms: at_the_end_ms(0.95),
            ticks_behind: firsts.newer_than(room, newest) as u32,
            checksums: tally.checksums,
            checksums_wrong: tally.checksums_wrong,
        }
    }
}

/// Gives the quantiles of these times, in milliseconds.
fn quantiles_ms(times_ns: impl Iterator<Item = u64>) -> impl Fn(f64) -> f64 {
    let mut times = Histogram::<u64>::new_with_max(TIME_US_MAX, 3).expect("the bounds are in order");
    times_ns.for_each(|time_ns| times.saturating_record(time_ns / 1000));
    move |quantile| times.value_at_quantile(quantile) as f64 / 1000.0
}
