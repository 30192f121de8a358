//! The report as one HTML page that needs nothing else: the verdict first, then what it rests on.

use super::chart::escaped;
use super::{Report, baseline, sections, timeline};
use crate::verdict::{Outcome, Verdict};

const STYLE: &str = include_str!("page.css");

pub(super) fn show(report: &Report, before: Option<&Report>) -> String {
    let began = sections::moment(report.began_unix_ms);
    let about = format!("{began} · {} · {}", report.asked.target, report.environment.shown());
    let notes = [
        report.interrupted.then_some("Stopped by Ctrl-C: the figures are of the time until then."),
        (!report.asked.verified).then_some("Only acks were read: no snapshot was applied, no checksum verified."),
    ];
    let content = [
        sections::tiles(report),
        "<main>".to_owned(),
        sections::objectives(report),
        before.map_or(String::new(), |before| baseline::show(report, before)),
        sections::times(report),
        sections::worst_ticks(report),
        sections::curves(report, before),
        timeline::show(report),
        sections::traffic(report),
        sections::generator(report),
        sections::server(report),
        sections::environment(report),
        "</main>".to_owned(),
    ];
    frame(
        "Load test",
        &about,
        &band(&report.verdict, &notes.into_iter().flatten().collect::<Vec<_>>()),
        &content.concat(),
    )
}

/// A whole page.
pub(crate) fn frame(title: &str, about: &str, band: &str, content: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Skirmish: {title}</title><style>{STYLE}</style></head><body><header><h1>Skirmish · {title}</h1><p>{}</p></header>{band}{content}</body></html>\n",
        escaped(about)
    )
}

/// The verdict, across the page.
pub(crate) fn band(verdict: &Verdict, notes: &[&str]) -> String {
    let reasons: String = verdict.reasons.iter().map(|reason| format!("<li>{}</li>", escaped(reason))).collect();
    let reasons = if reasons.is_empty() { reasons } else { format!("<ul>{reasons}</ul>") };
    let notes: String = notes.iter().map(|note| format!("<p class=\"note\">{}</p>", escaped(note))).collect();
    let (mark, class) = match verdict.outcome {
        Outcome::Passed => ("✓", "good"),
        Outcome::Void | Outcome::GeneratorBound => ("!", "odd"),
        Outcome::SloMissed | Outcome::Mismatch | Outcome::Unreachable => ("✗", "bad"),
    };
    format!(
        "<div class=\"band {class}\"><div class=\"word {class}\">{mark} {}</div><p class=\"headline\">{}</p>{reasons}{notes}</div>",
        verdict.outcome.word(),
        escaped(&verdict.headline)
    )
}

/// A part of the page.
pub(crate) fn section(title: &str, about: &str, content: &str, wide: bool) -> String {
    let class = if wide { " class=\"wide\"" } else { "" };
    let about = if about.is_empty() { String::new() } else { format!("<p>{about}</p>") };
    format!("<section{class}><h2>{title}</h2>{about}{content}</section>")
}

/// A table; columns whose head begins with `#` are numbers. Cells are HTML.
pub(crate) fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let is_number: Vec<bool> = heads.iter().map(|head| head.starts_with('#')).collect();
    let class = |index: usize| if is_number.get(index).copied().unwrap_or(false) { " class=\"n\"" } else { "" };
    let head = |(index, head): (usize, &&str)| format!("<th{}>{}</th>", class(index), head.trim_start_matches('#'));
    let cell = |(index, cell): (usize, String)| format!("<td{}>{cell}</td>", class(index));
    let rows: String =
        rows.map(|row| format!("<tr>{}</tr>", row.into_iter().enumerate().map(cell).collect::<String>())).collect();
    let heads: String = heads.iter().enumerate().map(head).collect();
    format!("<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
}
