//! The report for a terminal.

use std::fmt::Write;

use super::measure::{Measured, median};
use super::{DecodingTime, Report, Target};
use crate::swarm::Window;

pub(super) fn show(report: &Report) -> String {
    let mut out = String::new();
    write(report, &mut out).expect("writing to a string never fails");
    out
}

fn write(report: &Report, out: &mut String) -> std::fmt::Result {
    let machine = &report.machine;
    writeln!(out, "\n{} cores, {}, Linux {}", machine.cores, machine.processor, machine.kernel)?;
    cases(report, out)?;
    bytes(report, out)?;
    instructions(report, out)?;
    decoding(report, out)?;
    targets(report, out)?;
    for doubt in report.doubts() {
        writeln!(out, "doubtful: {doubt}")?;
    }
    Ok(())
}

/// Room for a case's name.
const NAME: usize = 32;

fn cases(report: &Report, out: &mut String) -> std::fmt::Result {
    let samples = report.cases.first().map_or(0, |case| case.server.len());
    writeln!(out, "\nEnd to end: medians of {samples} windows of {} s", report.window_s)?;
    writeln!(
        out,
        "{:NAME$} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8} {:>7} {:>7} {:>8} {:>8} {:>8}",
        "", "us/snap", "floor", "epoll", "x floor", "B/snap", "B/update", "rate", "worst", "p50 ms", "p99 ms", "MiB"
    )?;
    for measured in &report.cases {
        case(measured, out)?;
    }
    writeln!(
        out,
        "\nOf which, in us a snapshot, what the floor takes too, what readers take beyond it, and what the simulation takes"
    )?;
    writeln!(out, "{:NAME$} {:>8} {:>8} {:>8}", "", "floor", "readers", "sim")?;
    for measured in report.cases.iter().filter(|measured| !measured.floor.is_empty()) {
        shares(measured, out)?;
    }
    for measured in report.cases.iter().filter(|measured| !measured.verified.is_empty()) {
        writeln!(out, "{}: {}", measured.case.id, verified(measured))?;
    }
    Ok(())
}

fn case(measured: &Measured, out: &mut String) -> std::fmt::Result {
    let us = |windows: &[Window]| shown(median(windows.iter().map(|window| window.us_per_snap)), 2);
    writeln!(
        out,
        "{:NAME$} {:>8} {:>8} {:>8} {:>8} {:>8.1} {:>8.2} {:>7.2} {:>7.2} {:>8.2} {:>8.2} {:>8.1}",
        format!("{}  {}", measured.case.id, measured.case.title),
        us(&measured.server),
        us(&measured.floor),
        us(&measured.epoll),
        shown(median(measured.ratios()), 2),
        measured.median(|window| window.bytes_per_snap),
        measured.median(|window| window.bytes_per_update),
        measured.median(|window| window.patch_rate),
        measured.median(|window| window.patch_rate_worst),
        measured.median(|window| window.lat_p50_ms),
        measured.median(|window| window.lat_p99_ms),
        measured.median(|window| window.server_rss_kib as f64 / 1024.0),
    )
}

fn shares(measured: &Measured, out: &mut String) -> std::fmt::Result {
    let Measured { case, server, floor, .. } = measured;
    let us = |windows: &[Window], figure: fn(&Window) -> f64| median(windows.iter().map(figure));
    let floor_us = us(floor, |window| window.us_per_snap);
    writeln!(
        out,
        "{:NAME$} {:>8.2} {:>8.2} {:>8.2}",
        format!("{}  {}", case.id, case.title),
        floor_us,
        us(server, Window::readers_us_per_snap) - floor_us,
        us(server, Window::sim_us_per_snap),
    )
}

/// What clients found that applied every snapshot.
pub(super) fn verified(measured: &Measured) -> String {
    let sum = |count: fn(&Window) -> u64| measured.verified.iter().map(count).sum::<u64>();
    let visible = median(measured.verified.iter().map(|window| window.visible));
    let (snapshots, checksums) = (sum(|window| window.snapshots), sum(|window| window.checksums));
    let wrong = sum(|window| window.checksums_wrong);
    format!(
        "{snapshots} snapshots applied, {checksums} checksums verified, {wrong} wrong, {visible:.1} players visible"
    )
}

fn bytes(report: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\nBytes per player and tick, everybody visible (entropy: order 0, of the residuals)")?;
    for bytes in &report.bytes {
        writeln!(
            out,
            "{:>4} players: {:.3} = head {:.3} + framing {:.3} + columns; entropy {:.3}, {:.2} x",
            bytes.players,
            bytes.total,
            bytes.head,
            bytes.framing,
            bytes.entropy,
            bytes.total / bytes.entropy
        )?;
    }
    let Some(most) = report.bytes.last() else {
        return Ok(());
    };
    for field in &most.fields {
        writeln!(out, "      {:16} {:.3}   entropy {:.3}", field.name, field.bytes, field.entropy)?;
    }
    Ok(())
}

fn instructions(report: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\nInstructions of each stage")?;
    writeln!(out, "{:18} {:>12} {:>12} {:>12}", "", "all", "per entity", "accepted")?;
    for compared in &report.instructions {
        let name = format!("{} {}", compared.stage, compared.entities);
        let accepted = compared.accepted.map_or("-".to_owned(), |accepted| accepted.to_string());
        let growth = compared.growth().map_or(String::new(), |growth| format!("{:+.1} %", growth * 100.0));
        let verdict = if compared.is_regression() { "MORE THAN ACCEPTED" } else { "" };
        let (all, each) = (compared.instructions, compared.per_entity);
        writeln!(out, "{name:18} {all:>12} {each:>12.0} {accepted:>12} {growth:>9} {verdict}")?;
    }
    Ok(())
}

fn decoding(report: &Report, out: &mut String) -> std::fmt::Result {
    if report.decoding.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nThe TypeScript client on Node, us")?;
    writeln!(out, "{:60} {:>10} {:>10}", "", "median", "p99")?;
    for DecodingTime { name, median_us, p99_us } in &report.decoding {
        writeln!(out, "{name:60} {median_us:>10.2} {p99_us:>10.2}")?;
    }
    Ok(())
}

fn targets(report: &Report, out: &mut String) -> std::fmt::Result {
    writeln!(out, "\nTargets")?;
    writeln!(out, "{:66} {:>8} {:>17} {:>8}", "", "median", "spread", "at most")?;
    for target in &report.targets {
        let Target { figure, value, spread, at_most, unit, note, .. } = target;
        let verdict = if target.is_met() { "met" } else { "MISSED" };
        let [least, most] = spread.map(|sample| shown(sample, 2));
        let (value, at_most, spread) = (shown(*value, 2), shown(*at_most, 2), format!("{least} to {most}"));
        writeln!(out, "{figure:66} {value:>8} {spread:>17} {at_most:>8} {unit:11} {verdict:7} {note}")?;
    }
    Ok(())
}

/// A number, or a dash if it is none.
pub(super) fn shown(value: f64, digits: usize) -> String {
    if value.is_finite() { format!("{value:.digits$}") } else { "-".to_owned() }
}
