//! All rates beside each other, for a terminal and as a page.

use super::{Answer, Rate};
use crate::report::{Axes, Line, band, escaped, frame, lines, section, shown, table};

fn or_dash(value: Option<f64>) -> String {
    value.map_or("–".to_owned(), shown)
}

fn cells(rate: &Rate) -> [String; 9] {
    [
        rate.tick_hz.to_string(),
        or_dash(rate.server_cpu_cores.map(|cores| cores * 100.0)),
        or_dash(rate.tick_budget_p99.map(|part| part * 100.0)),
        shown(rate.bytes_per_client_s),
        or_dash(rate.input_ack_p50_ms),
        or_dash(rate.input_ack_p99_ms),
        or_dash(rate.displayed_error_p50),
        or_dash(rate.displayed_error_p99),
        if rate.missing > 0 { format!("{} players were missing", rate.missing) } else { rate.void.join("; ") },
    ]
}

const HEADS: [&str; 9] =
    ["#Hz", "#CPU %", "#budget p99 %", "#B/s a client", "#ack p50 ms", "#ack p99 ms", "#error p50", "#error p99", ""];

/// One rate on a line.
pub(super) fn line(rate: &Rate) -> String {
    cells(rate).iter().map(|cell| format!("{cell:>14}")).collect()
}

/// All of them, for a terminal.
pub(super) fn print(answer: &Answer) -> String {
    let mut out = format!("\n{}\n", HEADS.map(|head| format!("{:>14}", head.trim_start_matches('#'))).concat());
    answer.rates.iter().for_each(|rate| out += &(line(rate) + "\n"));
    out + &answer.verdict.shown()
}

/// The trade-off on one page.
pub(super) fn show(answer: &Answer) -> String {
    let about = format!(
        "{} · {} players, seed {} · {} s at each rate · {}",
        answer.game,
        answer.players,
        answer.seed,
        shown(answer.window_s),
        answer.environment.shown(),
    );
    let note = answer.interrupted.then_some("Stopped by Ctrl-C: some rates are missing.");
    let rows = answer.rates.iter().map(|rate| cells(rate).map(|cell| escaped(&cell)).to_vec());
    const ABOUT: &str = "CPU is the server's, of one core; bytes are what one client received a second. The displayed error is how far an observer, who draws the others between two snapshots \
                         in the past, has a player from the newest state that anybody in the match has received, in the game's units.";
    let content = [
        "<main>".to_owned(),
        section("The rates", ABOUT, &table(&HEADS, rows), true),
        chart(answer, "Server CPU, % of one core", "%", &[("CPU", 3, |rate| Some(rate.server_cpu_cores? * 100.0))]),
        chart(answer, "Bytes to each client a second", "B/s", &[("bytes", 4, |rate| Some(rate.bytes_per_client_s))]),
        chart(
            answer,
            "Input to ack, ms",
            "ms",
            &[("p50", 2, |rate| rate.input_ack_p50_ms), ("p99", 0, |rate| rate.input_ack_p99_ms)],
        ),
        chart(
            answer,
            "Displayed error, units",
            "units",
            &[("p50", 2, |rate| rate.displayed_error_p50), ("p99", 1, |rate| rate.displayed_error_p99)],
        ),
        "</main>".to_owned(),
    ];
    frame("Tick rates", &about, &band(&answer.verdict, note.as_slice()), &content.concat())
}

type Series<'a> = (&'a str, usize, fn(&Rate) -> Option<f64>);

/// A figure over the rates, at even distances: a designer chooses among these.
fn chart(answer: &Answer, title: &str, unit: &str, series: &[Series<'_>]) -> String {
    let places = || answer.rates.iter().enumerate().map(|(place, rate)| (place as f64, rate));
    let marks: Vec<_> = places().map(|(place, rate)| (place, format!("{} Hz", rate.tick_hz))).collect();
    let all: Vec<_> = series
        .iter()
        .map(|(name, colour, figure)| Line {
            colour: *colour,
            name: (*name).to_owned(),
            dashed: false,
            points: places().map(|(place, rate)| (place, figure(rate).unwrap_or(f64::NAN))).collect(),
        })
        .collect();
    let end = (answer.rates.len().max(2) - 1) as f64;
    let axes = Axes { height: 150.0, unit, x: (-0.2, end + 0.2), marks: &marks, shaded: None };
    section(title, "", &lines(&axes, &all), false)
}
