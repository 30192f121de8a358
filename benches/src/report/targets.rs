//! What the server must reach, and whether it does.
//!
//! Every target is an upper bound. Most are ratios within this run, which a slower machine does not change.

use serde::{Deserialize, Serialize};

use super::Report;
use super::heap::Heap;
use super::measure::{Measured, median};
use crate::swarm::Window;

/// Half a tick at 20 Hz: what an input waits for the tick in the mean, in milliseconds.
const WAIT_P50_MS: f64 = 25.0;
/// What all but the unluckiest hundredth wait for it, in milliseconds.
const WAIT_P99_MS: f64 = 49.5;

/// One target beside what was measured.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Target {
    /// What was measured.
    pub figure: String,
    /// How much it is: the median of the samples.
    pub value: f64,
    /// The smallest sample and the largest.
    pub spread: [f64; 2],
    /// How many samples there are.
    pub samples: usize,
    /// How much it may be.
    pub at_most: f64,
    /// The unit of all.
    pub unit: String,
    /// What else there is to know.
    pub note: String,
}

impl Target {
    fn new(figure: String, samples: Vec<f64>, at_most: f64, unit: &str, note: &str) -> Self {
        let least = samples.iter().copied().fold(f64::NAN, f64::min);
        let most = samples.iter().copied().fold(f64::NAN, f64::max);
        let (count, value) = (samples.len(), median(samples));
        let (unit, note) = (unit.to_owned(), note.to_owned());
        Self { figure, value, spread: [least, most], samples: count, at_most, unit, note }
    }

    /// Whether it is reached.
    pub fn is_met(&self) -> bool {
        self.value <= self.at_most
    }
}

/// All targets of which this run knows something.
pub(super) fn all(report: &Report) -> Vec<Target> {
    let mut targets = Vec::new();
    targets.extend(report.case("c").map(|c| bytes(report, c)));
    let colyseus = "uWebSockets.js 2.8, Colyseus 4.3 to 5.8, a tokio task and queue per socket without a game 4.8";
    for (id, at_most, note) in [("c", 1.4, colyseus), ("f", 2.0, ""), ("g", 2.0, "")] {
        targets.extend(report.case(id).map(|measured| ratio(measured, at_most, note)));
    }
    targets.extend(report.case("f").map(sim_share));
    if let (Some(small), Some(large)) = (report.case("a"), report.case("e")) {
        targets.extend(growth(small, large));
    }
    for id in ["l", "c", "e", "f"] {
        targets.extend(report.case(id).into_iter().flat_map(latency));
    }
    targets.push(allocations(report));
    targets.extend(report.case("f").map(|f| memory(report, f)));
    targets
}

fn bytes(report: &Report, case: &Measured) -> Target {
    let of_case = report.bytes.iter().find(|bytes| bytes.players == case.case.players);
    let entropy = of_case.map_or(f64::NAN, |bytes| bytes.entropy);
    let samples = case.samples(|window| window.bytes_per_update);
    let note = format!(
        "{:.2} x the order-0 entropy of {entropy:.2}; Colyseus 12.0, full MessagePack arrays 31",
        median(samples.iter().copied()) / entropy
    );
    Target::new(format!("bytes per player-update, {}", case.case.title), samples, 2.2, "B", &note)
}

fn ratio(case: &Measured, at_most: f64, note: &str) -> Target {
    let figure = format!("CPU per snapshot, {}", case.case.title);
    Target::new(figure, case.ratios(), at_most, "x floor", note)
}

fn sim_share(case: &Measured) -> Target {
    let samples = case.samples(|window| 100.0 * window.threads_cpu_s("sim-") / window.seconds);
    let figure = format!("step and encode of a 50 ms tick, {}", case.case.title);
    Target::new(figure, samples, 25.0, "% of a core", "CPU time of the whole sim thread, which takes the inputs too")
}

fn growth(small: &Measured, large: &Measured) -> [Target; 2] {
    let from_to = format!("from {} to {}", small.case.title, large.case.title);
    let grown = |figure: fn(&Window) -> f64| {
        let pairs = large.samples(figure).into_iter().zip(small.samples(figure));
        pairs.map(|(large, small)| large / small).collect()
    };
    let (cpu, bytes) = (grown(|window| window.us_per_snap), grown(|window| window.bytes_per_update));
    [
        Target::new(format!("CPU per snapshot, {from_to}"), cpu, 1.2, "x", "Colyseus rises by half from 200 to 400"),
        Target::new(format!("bytes per update, {from_to}"), bytes, 1.0, "x", ""),
    ]
}

/// In big matches the last one is served when all others have been.
fn latency(case: &Measured) -> [Target; 2] {
    let serving_ms = match case.case.rooms {
        1 => f64::from(case.case.players) * case.median(|window| window.us_per_snap) / 1000.0,
        _ => 0.0,
    };
    let beyond = |name: &str, latency_ms: fn(&Window) -> f64, wait_ms: f64, at_most: f64| {
        let samples = case.samples(|window| latency_ms(window) - wait_ms);
        let figure = format!("input to ack, {name} - {wait_ms} ms, {}", case.case.title);
        let note = match case.case.rooms {
            1 => format!("{at_most} ms, and seats x CPU per snapshot: {serving_ms:.2} ms"),
            _ => String::new(),
        };
        Target::new(figure, samples, at_most + serving_ms, "ms", &note)
    };
    [
        beyond("p50", |window| window.lat_p50_ms, WAIT_P50_MS, 1.0),
        beyond("p99", |window| window.lat_p99_ms, WAIT_P99_MS, 3.0),
    ]
}

fn allocations(report: &Report) -> Target {
    let samples = report.heap.iter().map(Heap::per_tick).collect();
    let of = |part: fn(&Heap) -> f64| median(report.heap.iter().map(part));
    let note = format!(
        "counted in this run, thread by thread, in a server of its own: sim threads {:.2}, reader threads {:.2}",
        of(|heap| heap.sim_per_tick),
        of(|heap| heap.edge_per_tick)
    );
    Target::new("heap allocations per tick, sim and reader threads, no joins".to_owned(), samples, 0.0, "", &note)
}

fn memory(report: &Report, case: &Measured) -> Target {
    let clients = f64::from(case.case.clients());
    let samples = case.samples(|window| (window.server_rss_kib as f64 - report.empty_rss_kib as f64) / clients);
    Target::new(format!("memory per player, {}", case.case.title), samples, 24.0, "KiB", "Colyseus about 250")
}
