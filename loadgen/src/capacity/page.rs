//! The answer of a search, for a terminal and as a page.

use super::{Answer, Measured};
use crate::report::{Axes, Line, band, escaped, frame, lines, section, shown, table};

fn or_dash(value: Option<f64>, unit: &str) -> String {
    value.map_or("–".to_owned(), |value| format!("{}{unit}", shown(value)))
}

/// One measurement on a line.
pub(super) fn line(measured: &Measured) -> String {
    let Measured { phase, players, input_ack_p99_ms, tick_budget_p99, server_cpu_cores, .. } = measured;
    format!(
        "{phase:6} {players:>6} players  {:6}  ack p99 {}  tick budget p99 {}  server cpu {}  generator cpu {}, busiest thread {}",
        word(measured),
        or_dash(*input_ack_p99_ms, " ms"),
        or_dash(tick_budget_p99.map(|part| part * 100.0), " %"),
        or_dash(server_cpu_cores.map(|cores| cores * 100.0), " %"),
        or_dash(Some(measured.generator_cpu_cores * 100.0), " %"),
        or_dash(Some(measured.generator_busiest_part * 100.0), " %"),
    )
}

fn word(measured: &Measured) -> &'static str {
    match (measured.void.is_empty(), measured.met) {
        (false, _) => "void",
        (true, true) => "met",
        (true, false) => "MISSED",
    }
}

/// The answer, for a terminal.
pub(super) fn print(answer: &Answer) -> String {
    answer.verdict.shown()
}

/// The answer as a page.
pub(super) fn show(answer: &Answer) -> String {
    let about = format!("{} · {} · {}", answer.target, answer.slos.join(", "), answer.environment.shown());
    let note = answer.interrupted.then_some("Stopped by Ctrl-C: the search is not complete.");
    let content = [
        "<main>".to_owned(),
        section(
            "Every measurement",
            "Milliseconds and percent; each was taken once the load had settled.",
            &measured(answer),
            true,
        ),
        section("What gave out", "", &curves(answer), true),
        section("Environment", "", &about_run(answer), true),
        "</main>".to_owned(),
    ];
    frame("Capacity", &about, &band(&answer.verdict, note.as_slice()), &content.concat())
}

fn measured(answer: &Answer) -> String {
    let row = |measured: &Measured| {
        let class = match word(measured) {
            "met" => "good",
            "void" => "odd",
            _ => "bad",
        };
        let missed = measured.judged.iter().filter(|judged| !judged.met);
        let why: Vec<_> = missed
            .map(|judged| format!("{}: {}", judged.slo, judged.shown()))
            .chain(measured.void.iter().cloned())
            .chain(measured.relieved.then(|| "the server spared matches something to keep up".to_owned()))
            .collect();
        vec![
            if measured.round == 0 {
                "hold".to_owned()
            } else {
                format!("search {}, {}", measured.round, measured.phase)
            },
            shown(measured.players.into()),
            format!("<b class=\"{class}\">{}</b>", word(measured).to_lowercase()),
            or_dash(measured.input_ack_p99_ms, ""),
            or_dash(measured.tick_budget_p99.map(|part| part * 100.0), ""),
            or_dash(measured.server_cpu_cores.map(|cores| cores * 100.0), ""),
            shown(measured.generator_busiest_part * 100.0),
            escaped(&why.join("; ")),
        ]
    };
    let heads = ["", "#players", "", "#ack p99", "#tick budget p99", "#server CPU", "#generator's thread", "why"];
    table(&heads, answer.measured.iter().map(row))
}

/// What was measured against the number of players.
fn curves(answer: &Answer) -> String {
    let mut sorted: Vec<_> = answer.measured.iter().collect();
    sorted.sort_by_key(|measured| measured.players);
    let of = |colour, name: &str, figure: fn(&Measured) -> Option<f64>| {
        let points = sorted.iter().map(|measured| (f64::from(measured.players), figure(measured).unwrap_or(f64::NAN)));
        Line { colour, name: name.to_owned(), dashed: false, points: points.collect() }
    };
    let most = sorted.last().map_or(1.0, |measured| f64::from(measured.players));
    let marks: Vec<_> =
        (0..=4).map(|quarter| most * f64::from(quarter) / 4.0).map(|place| (place, shown(place.round()))).collect();
    let knee = f64::from(answer.players);
    let axes = |unit| Axes { height: 110.0, unit, x: (0.0, most), marks: &marks, shaded: Some((0.0, knee)) };
    let parts = [
        of(0, "tick budget p99, %", |measured| Some(measured.tick_budget_p99? * 100.0)),
        of(3, "server CPU, % of one core", |measured| Some(measured.server_cpu_cores? * 100.0)),
        of(4, "generator's busiest thread, %", |measured| Some(measured.generator_busiest_part * 100.0)),
    ];
    format!(
        "<div class=\"charts\"><div><h3>Against the number of players; set off is what the server holds</h3>{}</div><div><h3>Input to ack p99, ms</h3>{}</div></div>",
        lines(&axes("%"), &parts),
        lines(&axes("ms"), &[of(1, "input to ack p99, ms", |measured| measured.input_ack_p99_ms)])
    )
}

fn about_run(answer: &Answer) -> String {
    let environment = &answer.environment;
    let found: Vec<_> = answer.found.iter().map(u32::to_string).collect();
    let rows = [
        ("each search found", found.join(", ")),
        ("shape", escaped(&answer.shape)),
        ("generator", escaped(&answer.reserved)),
        ("command", format!("<code>{}</code>", escaped(&environment.command))),
        ("machine", escaped(&environment.machine())),
    ];
    table(&["", ""], rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]))
}
