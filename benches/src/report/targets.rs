//! What the server must reach, and whether it does.
//!
//! Every target is an upper bound. Most are ratios within this run, which a slower machine does not change.

use serde::{Deserialize, Serialize};

use super::Report;
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
    /// How much it is.
    pub value: f64,
    /// How much it may be.
    pub at_most: f64,
    /// The unit of both.
    pub unit: String,
    /// What else there is to know.
    pub note: String,
}

impl Target {
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
    targets.extend(report.case("f").map(|f| memory(report, f)));
    targets
}

fn bytes(report: &Report, case: &Measured) -> Target {
    let entropy =
        report.bytes.iter().find(|bytes| bytes.players == case.case.players).map_or(0.0, |bytes| bytes.entropy);
    let value = case.median(|window| window.bytes_per_update);
    let note = format!(
        "{:.2} x the order-0 entropy of {entropy:.2}; Colyseus 12.0, full MessagePack arrays 31",
        value / entropy
    );
    target(format!("bytes per player-update, {}", case.case.title), value, 2.2, "B", note)
}

fn ratio(case: &Measured, at_most: f64, note: &str) -> Target {
    let figure = format!("CPU per snapshot, {}", case.case.title);
    target(figure, median(case.ratios()), at_most, "x floor", note.to_owned())
}

/// Everything that the sim thread does, with receiving: more than step and encode.
fn sim_share(case: &Measured) -> Target {
    let share = case.median(|window| 100.0 * thread_cpu_s(window, "sim-") / window.seconds);
    target(format!("sim thread, {}", case.case.title), share, 25.0, "% of a core", String::new())
}

fn thread_cpu_s(window: &Window, prefix: &str) -> f64 {
    let threads = window.server_threads_cpu_s.iter().filter(|(name, _)| name.starts_with(prefix));
    threads.map(|(_, cpu_s)| cpu_s).sum()
}

fn growth(small: &Measured, large: &Measured) -> [Target; 2] {
    let from_to = format!("from {} to {}", small.case.title, large.case.title);
    let grown = |figure: fn(&Window) -> f64| large.median(figure) / small.median(figure);
    [
        target(format!("CPU per snapshot, {from_to}"), grown(|window| window.us_per_snap), 1.2, "x", String::new()),
        target(
            format!("bytes per update, {from_to}"),
            grown(|window| window.bytes_per_update),
            1.0,
            "x",
            String::new(),
        ),
    ]
}

/// In big matches the last one is served when all others have been.
fn latency(case: &Measured) -> [Target; 2] {
    let serving_ms = match case.case.rooms {
        1 => f64::from(case.case.players) * case.median(|window| window.us_per_snap) / 1000.0,
        _ => 0.0,
    };
    let beyond = |name: &str, latency_ms: fn(&Window) -> f64, wait_ms: f64, at_most: f64| {
        let value = case.median(latency_ms) - wait_ms;
        let figure = format!("input to ack, {name} - {wait_ms} ms, {}", case.case.title);
        target(figure, value, at_most + serving_ms, "ms", String::new())
    };
    [
        beyond("p50", |window| window.lat_p50_ms, WAIT_P50_MS, 1.0),
        beyond("p99", |window| window.lat_p99_ms, WAIT_P99_MS, 3.0),
    ]
}

fn memory(report: &Report, case: &Measured) -> Target {
    let full_kib = case.median(|window| window.server_rss_kib as f64);
    let value = (full_kib - report.empty_rss_kib as f64) / f64::from(case.case.clients());
    target(format!("memory per player, {}", case.case.title), value, 24.0, "KiB", "Colyseus about 250".to_owned())
}

fn target(figure: String, value: f64, at_most: f64, unit: &str, note: String) -> Target {
    Target { figure, value, at_most, unit: unit.to_owned(), note }
}
