//! This run against a saved one.

use super::Report;
use super::chart::shown;
use super::page::{section, table};
use super::sections::percent;
use crate::metrics::Metric;

/// A change below this part is no change.
const NOISE: f64 = 0.05;

pub(super) fn show(report: &Report, before: &Report) -> String {
    let times = |metric: Metric, name: &str, part: f64| {
        let at = |report: &Report| report.tally.corrected(metric).map(|times| times.at_ms(part));
        Some((format!("{}, {name}, ms", metric.title()), at(report)?, at(before)?))
    };
    let server = |name: &str, figure: fn(&crate::server_view::ServerView) -> Option<f64>| {
        let of = |report: &Report| report.beside.server.as_ref().and_then(figure);
        Some((name.to_owned(), of(report)?, of(before)?))
    };
    let bytes = |report: &Report| report.figures.received_bytes_per_client_s.values().sum::<f64>();
    let figures = [
        Some(("players".to_owned(), report.figures.players, before.figures.players)),
        times(Metric::InputAck, "p50", 0.5),
        times(Metric::InputAck, "p99", 0.99),
        times(Metric::InputAck, "p99.9", 0.999),
        times(Metric::SnapshotAge, "p50", 0.5),
        times(Metric::SnapshotAge, "p99", 0.99),
        times(Metric::FirstSnapshot, "p99", 0.99),
        Some(("bytes a client received a second".to_owned(), bytes(report), bytes(before))),
        server("tick budget used, p99, %", |server| Some(server.tick_budget?.p99 * 100.0)),
        server("server CPU, % of one core", |server| Some(server.cpu_cores? * 100.0)),
        server("server memory, MiB", |server| server.memory_mib),
    ];
    let row = |(name, now, before): (String, f64, f64)| {
        let change = now / before - 1.0;
        let class = if change.abs() < NOISE || !change.is_finite() || name == "players" {
            ""
        } else if change > 0.0 {
            "bad"
        } else {
            "good"
        };
        let change = if change.is_finite() {
            format!("<b class=\"{class}\">{}{}</b>", if change > 0.0 { "+" } else { "" }, percent(change))
        } else {
            "–".to_owned()
        };
        vec![name, shown(now), shown(before), change]
    };
    let about = format!(
        "The baseline: {}, commit {}, {} cores. Less is better everywhere but for players; a change below {} is noise.",
        super::sections::moment(before.began_unix_ms),
        before.environment.commit.as_deref().unwrap_or("unknown"),
        before.environment.cores,
        percent(NOISE)
    );
    let rows = figures.into_iter().flatten().map(row);
    section(
        "Against the baseline",
        &super::escaped(&about),
        &table(&["", "#this run", "#baseline", "#change"], rows),
        false,
    )
}
