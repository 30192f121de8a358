//! The report for a terminal.

use std::fmt::Write;

use super::Report;
use super::chart::shown;
use crate::metrics::{Counts, Quantiles};

/// Everything that fits on a screen, the verdict last: there it is read.
pub(crate) fn print(report: &Report) -> String {
    let mut out = String::new();
    write(report, &mut out).expect("writing to a string never fails");
    out
}

fn write(report: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(
        out,
        "\nTimes in ms, corrected (raw), over {:.1} s with {:.0} players",
        report.steady_s, report.figures.players
    )?;
    writeln!(out, "{:16} {:>17} {:>17} {:>17} {:>17} {:>9}", "", "p50", "p99", "p99.9", "max", "samples")?;
    for (metric, corrected) in &report.figures.corrected_ms {
        let raw = report.figures.raw_ms.get(metric);
        let pair = |figure: fn(&Quantiles) -> f64| {
            format!("{} ({})", shown(figure(corrected)), raw.map_or("-".to_owned(), |raw| shown(figure(raw))))
        };
        let (p50, p99) = (pair(|quantiles| quantiles.p50), pair(|quantiles| quantiles.p99));
        let (p999, max) = (pair(|quantiles| quantiles.p999), pair(|quantiles| quantiles.max));
        writeln!(out, "{:16} {p50:>17} {p99:>17} {p999:>17} {max:>17} {:>9}", metric.title(), corrected.count)?;
    }
    let counts = &report.tally.counts;
    writeln!(
        out,
        "\n{} B/s to each client, {} checksums verified, {} % of snapshots skipped, {} closes, {} refusals",
        shown(report.figures.received_bytes_per_client_s.values().fold(0.0, |sum, bytes| sum + bytes)),
        counts.checksums,
        shown(report.figures.skipped_part * 100.0),
        Counts::total(&counts.closes),
        Counts::total(&counts.refusals),
    )?;
    if let Some(server) = &report.beside.server {
        let percent = |part: Option<f64>| part.map_or("-".to_owned(), |part| format!("{} %", shown(part * 100.0)));
        let budget = server.tick_budget;
        writeln!(
            out,
            "server: CPU {}, tick budget p50 {} p99 {}, {} MiB",
            percent(server.cpu_cores),
            percent(budget.map(|budget| budget.p50)),
            percent(budget.map(|budget| budget.p99)),
            server.memory_mib.map_or("-".to_owned(), shown),
        )?;
    }
    let generator = &report.beside.generator;
    writeln!(
        out,
        "generator: CPU {} %, busiest thread {} %, {} of {} inputs missed; {}",
        shown(generator.cpu_cores * 100.0),
        shown(generator.busiest_part * 100.0),
        counts.inputs_missed,
        counts.inputs_due,
        report.asked.reserved,
    )?;
    for judged in &report.judged {
        writeln!(out, "{:7} {}: {}", if judged.met { "met" } else { "MISSED" }, judged.slo, judged.shown())?;
    }
    writeln!(out, "\n{}. {}", report.verdict.outcome.word(), report.verdict.headline)?;
    report.verdict.reasons.iter().try_for_each(|reason| writeln!(out, "  {reason}"))
}
