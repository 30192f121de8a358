//! Every metric the server exports: its name, its meaning, and the text that `GET /metrics` answers.
//!
//! Invariant: whoever counts something takes the name from here. Nothing is handed over once per message or tick: reader and sim
//! threads count in plain integers, and hand the sums over a few times a second, which takes no memory. Not here: the counting itself, which stands in `edge` and `driver`.

mod histogram;

use std::collections::BTreeMap;
use std::fmt::{self, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use histogram::Histogram;

/// Sockets that were admitted and are open now (gauge).
pub const SESSIONS_OPEN: &str = "skirmish_sessions_open";
/// Matches that are running now (gauge).
pub const MATCHES_OPEN: &str = "skirmish_matches_open";
/// Messages received from clients; label `kind` is the message's name.
pub const MESSAGES_RECEIVED: &str = "skirmish_messages_received_total";
/// Frames handed to sockets; label `kind` is `snapshot` or `reliable`.
pub const FRAMES_SENT: &str = "skirmish_frames_sent_total";
/// Payload bytes handed to sockets.
pub const BYTES_SENT: &str = "skirmish_bytes_sent_total";
/// Payload bytes received from sockets.
pub const BYTES_RECEIVED: &str = "skirmish_bytes_received_total";
/// Sessions closed; label `code` is the close code.
pub const CLOSES: &str = "skirmish_closes_total";
/// How often reader threads turned to their sockets; label `by` is `slot` or `readiness`.
pub const READER_TURNS: &str = "skirmish_reader_turns_total";
/// Ticks that took longer, sending included, than the time from tick to tick.
pub const TICKS_OVERRUN: &str = "skirmish_ticks_overrun_total";
/// What a sim thread's matches would take of its time if none were relieved, and all else that it does, in thousandths (gauge); label `sim` is its number.
pub const SIM_LOAD_PERMILLE: &str = "skirmish_sim_load_permille";
/// Matches of a sim thread that are relieved because it can't keep up (gauge); label `sim`.
pub const MATCHES_RELIEVED: &str = "skirmish_matches_relieved";
/// The largest multiple of the tuned snapshot interval that is in force on a sim thread (gauge); label `sim`; 1 without overload.
pub const RELIEF_SNAPSHOT_FACTOR: &str = "skirmish_relief_snapshot_factor";
/// The slowest match of a sim thread: match time per the time that its pace asks for, in thousandths (gauge); label `sim`; 1000 without overload.
pub const RELIEF_DILATION_PERMILLE: &str = "skirmish_relief_dilation_permille";
/// Changes of a match's relief; label `step` is `rate_lowered`, `rate_raised`, `slowed` or `quickened`.
pub const RELIEF_STEPS: &str = "skirmish_relief_steps_total";
/// Steps computed, all matches together.
pub const TICKS: &str = "skirmish_ticks_total";
/// Deadlines given up beyond the catch-up bound: match time fell behind real time by one tick each.
pub const DEADLINES_DROPPED: &str = "skirmish_deadlines_dropped_total";
/// Snapshots that a session could not take and skipped.
pub const SNAPSHOTS_SKIPPED: &str = "skirmish_snapshots_skipped_total";
/// Join requests; label `result` is `ok` or the error code.
pub const JOINS: &str = "skirmish_joins_total";
/// WebSocket handshakes; label `result` is `admitted`, `foreign_origin`, `malformed`, or the close code's name.
pub const HANDSHAKES: &str = "skirmish_handshakes_total";

/// A sum that the console reads as well: the recorder gives nothing back.
#[derive(Debug)]
pub(crate) struct Sum(AtomicI64);

impl Sum {
    const fn new() -> Sum {
        Sum(AtomicI64::new(0))
    }

    /// Adds so much, or takes it away.
    pub(crate) fn add(&self, amount: i64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    /// The sum, 0 at least.
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed).max(0) as u64
    }
}

/// What [`BYTES_SENT`] counts.
pub(crate) static BYTES_SENT_TOTAL: Sum = Sum::new();
/// What [`BYTES_RECEIVED`] counts.
pub(crate) static BYTES_RECEIVED_TOTAL: Sum = Sum::new();
/// What [`SESSIONS_OPEN`] counts.
pub(crate) static SESSIONS_OPEN_NOW: Sum = Sum::new();

/// Wall time that one step of one match took, in microseconds.
pub(crate) static TICK_DURATION_US: Histogram = Histogram::new(
    "skirmish_tick_duration_us",
    "Wall time that one step of one match took, in microseconds",
    &[10, 25, 50, 100, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 33_000, 100_000],
);
/// How long after its deadline a step began, in microseconds.
pub(crate) static TICK_LATE_US: Histogram = Histogram::new(
    "skirmish_tick_late_us",
    "How long after its deadline a step began, in microseconds",
    &[10, 25, 50, 100, 250, 500, 1_000, 2_000, 5_000, 10_000, 50_000, 250_000],
);
/// What a tick's step and sending took of the time from tick to tick, in thousandths: beyond 1000 it overran. Even steps up to the whole, so that
/// a percentile read from them is off by 50 at most.
pub(crate) static TICK_BUDGET_PERMILLE: Histogram = Histogram::new(
    "skirmish_tick_budget_permille",
    "What a tick took of the time from tick to tick, in thousandths",
    &[
        10, 25, 50, 100, 150, 200, 250, 300, 350, 400, 450, 500, 550, 600, 650, 700, 750, 800, 850, 900, 950, 1_000,
        1_100, 1_250, 1_500, 2_500, 5_000, 10_000,
    ],
);

const GAUGES: &[(&str, &str)] =
    &[(SESSIONS_OPEN, "Sockets that were admitted and are open now"), (MATCHES_OPEN, "Matches that are running now")];
const THREAD_GAUGES: &[(&str, &str)] = &[
    (SIM_LOAD_PERMILLE, "What a sim thread is asked for, of the time that it has, in thousandths"),
    (MATCHES_RELIEVED, "Matches that are relieved because their sim thread can't keep up"),
    (RELIEF_SNAPSHOT_FACTOR, "Largest multiple of the tuned snapshot interval in force on a sim thread"),
    (RELIEF_DILATION_PERMILLE, "Slowest match of a sim thread: match time per the time asked for, in thousandths"),
];
const COUNTERS: &[(&str, &str)] = &[
    (MESSAGES_RECEIVED, "Messages received from clients, by kind"),
    (FRAMES_SENT, "Frames handed to sockets, by kind"),
    (BYTES_SENT, "Payload bytes handed to sockets"),
    (BYTES_RECEIVED, "Payload bytes received from sockets"),
    (READER_TURNS, "How often reader threads turned to their sockets, in slots or when one was ready"),
    (CLOSES, "Sessions closed, by close code"),
    (TICKS, "Steps computed, all matches together"),
    (TICKS_OVERRUN, "Ticks that took longer than the time from tick to tick"),
    (RELIEF_STEPS, "Changes of matches' relief, by step"),
    (DEADLINES_DROPPED, "Deadlines given up beyond the catch-up bound"),
    (SNAPSHOTS_SKIPPED, "Snapshots that a session could not take and skipped"),
    (JOINS, "Join requests, by result"),
    (HANDSHAKES, "WebSocket handshakes, by result"),
];

/// Installs the process's recorder at the first call and returns its handle at every call.
pub(crate) fn install() -> &'static PrometheusHandle {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    HANDLE.get_or_init(|| {
        let recorder = PrometheusBuilder::new().build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another metrics recorder is installed in this process; /metrics will stay empty");
        }
        describe();
        handle
    })
}

/// Announces every metric, and starts those without labels at zero so that they can be found before anything happens.
fn describe() {
    for &(name, help) in GAUGES {
        metrics::describe_gauge!(name, help);
        metrics::gauge!(name).set(0.0);
    }
    for &(name, help) in THREAD_GAUGES {
        metrics::describe_gauge!(name, help);
    }
    for &(name, help) in COUNTERS {
        metrics::describe_counter!(name, help);
    }
    for name in [BYTES_SENT, BYTES_RECEIVED, TICKS, TICKS_OVERRUN, DEADLINES_DROPPED, SNAPSHOTS_SKIPPED] {
        metrics::counter!(name).absolute(0);
    }
}

/// The text of `GET /metrics`: all of the above, and the process's own figures.
pub(crate) fn render(handle: &PrometheusHandle) -> String {
    let mut text = handle.render();
    for histogram in [&TICK_DURATION_US, &TICK_LATE_US, &TICK_BUDGET_PERMILLE] {
        histogram.render(&mut text).expect("writing to a String cannot fail");
    }
    for (name, kind, help, value) in process_figures() {
        writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n")
            .expect("writing to a String cannot fail");
    }
    render_threads(&mut text).expect("writing to a String cannot fail");
    text
}

fn render_threads(text: &mut String) -> fmt::Result {
    let name = "skirmish_thread_cpu_seconds_total";
    writeln!(text, "# HELP {name} CPU time of a thread, in seconds\n# TYPE {name} counter")?;
    for (thread, cpu_s) in thread_cpu_s() {
        writeln!(text, "{name}{{thread=\"{thread}\"}} {cpu_s}")?;
    }
    writeln!(text)
}

/// CPU time of the reader and simulation threads, in seconds, by name; none on systems without `/proc`.
fn thread_cpu_s() -> BTreeMap<String, f64> {
    let mut times = BTreeMap::new();
    for task in std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten() {
        let read = |file: &str| std::fs::read_to_string(task.path().join(file)).unwrap_or_default();
        let name = read("comm").trim_end().to_owned();
        let cpu_ns = read("schedstat").split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok());
        if let Some(cpu_ns) = cpu_ns.filter(|_| name.starts_with("edge-") || name.starts_with("sim-")) {
            *times.entry(name).or_default() += cpu_ns / 1e9;
        }
    }
    times
}

/// Figures of this process from `/proc`; none on systems that have no such folder.
fn process_figures() -> Vec<(&'static str, &'static str, &'static str, f64)> {
    let mut figures = Vec::new();
    if let Some(cpu_s) = std::fs::read_to_string("/proc/self/stat").ok().as_deref().and_then(cpu_s) {
        figures.push(("process_cpu_seconds_total", "counter", "User and system CPU time spent, in seconds", cpu_s));
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    if let Some(kib) = status_figure(&status, "VmRSS:") {
        figures.push(("process_resident_memory_bytes", "gauge", "Resident memory in bytes", kib * 1024.0));
    }
    if let Some(threads) = status_figure(&status, "Threads:") {
        figures.push(("process_threads", "gauge", "Threads of the process", threads));
    }
    if let Ok(entries) = std::fs::read_dir("/proc/self/fd") {
        figures.push(("process_open_fds", "gauge", "Open file descriptors", entries.count() as f64));
    }
    figures
}

/// Resident memory in bytes, on systems that have `/proc`.
pub(crate) fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status_figure(&status, "VmRSS:").map(|kib| (kib * 1024.0) as u64)
}

/// User plus system time from the text of `/proc/self/stat`, whose unit is 1/100 s on every Linux.
fn cpu_s(stat: &str) -> Option<f64> {
    // The second field is the program's name in parentheses and may hold spaces; utime and stime are fields 14 and 15.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}

/// The first number after `key` in the text of `/proc/self/status`.
fn status_figure(status: &str, key: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(key))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_past_a_program_name_with_spaces_and_parentheses() {
        let stat = "7 (a ) b) S 1 1 1 0 -1 4194560 1 2 3 4 150 50 0 0 20 0 9 0 100";
        assert_eq!(cpu_s(stat), Some(2.0));
    }

    #[test]
    fn unlabelled_metrics_are_there_before_anything_happened() {
        let text = render(install());
        for name in [SESSIONS_OPEN, MATCHES_OPEN, BYTES_SENT, TICKS, "process_resident_memory_bytes"] {
            assert!(text.contains(&format!("\n{name} ")), "{name} is missing in:\n{text}");
        }
    }
}
