//! The report as one HTML page that needs nothing else.

use super::chart::{self, Bar, Row, escaped};
use super::measure::{Measured, median};
use super::text::{shown, verified};
use super::{DecodingTime, Report, StageTime, Target};
use crate::bytes::{Bytes, FieldBytes};
use crate::instructions::Compared;
use crate::swarm::Window;

const STYLE: &str = include_str!("page.css");

pub(super) fn show(report: &Report) -> String {
    let machine = &report.machine;
    let sections = [
        doubts(report),
        section("Targets", &verdicts(report), &targets(report)),
        section("CPU of the server for each snapshot delivered", CPU, &cpu(report)),
        section("Where that time goes", SHARES, &shares(report)),
        section("From 50 to 400 players in one match", GROWTH, &growth(report)),
        section("Input to ack", LATENCY, &latency(report)),
        section("Bytes per player and tick", BYTES, &bytes(report)),
        section("Stages", STAGES, &stages(report)),
        section("The TypeScript client", DECODING, &decoding(report)),
        section("All cases", "", &cases(report)),
    ];
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Skirmish bench report</title><style>{STYLE}</style></head><body><h1>Skirmish bench report</h1>\
         <p>{} cores, {}, Linux {}. Windows of {} s. Figures of one run go together; those of two runs do not.</p>{}</body></html>\n",
        machine.cores,
        escaped(&machine.processor),
        escaped(&machine.kernel),
        report.window_s,
        sections.concat()
    )
}

const CPU: &str = "Microseconds, input and simulation included, medians with all samples as dots. The floor receives once and sends once per client and tick \
                   and does nothing else; plain epoll reads each input as it comes.";
const SHARES: &str = "Microseconds, medians. The floor receives and sends as much and does nothing else: no server on sockets can save that. The rest is what the reader threads take beyond it, and the simulation.";
const GROWTH: &str = "Everybody sees everybody. Microseconds of CPU for each snapshot, bytes for each player and tick.";
const LATENCY: &str = "Milliseconds, medians over the windows. Of these, 25 (p50) and 49.5 (p99) are the wait for the tick itself, at 20 Hz. 70 %: of the machine's capacity, clients included. SCHED_FIFO: simulation threads in real time, as the server schedules them where permitted.";
const BYTES: &str = "As encoded, and the order-0 entropy of what must be told: each field's differences from tick to tick, of positions those from the prediction.";
const STAGES: &str = "Each stage by itself, on the workload. Time is criterion's median for one tick, if it has run; instructions are valgrind's, of one piece of work. The bars are instructions for one entity and tick where there are 10, 100, 1,000 and 10,000.";

const NOT_MEASURED: &str = "<p>Not measured in this run.</p>";
const DECODING: &str = "What reading costs a client, on Node.";

fn section(title: &str, about: &str, content: &str) -> String {
    format!("<section><h2>{title}</h2><p>{about}</p>{content}</section>")
}

fn doubts(report: &Report) -> String {
    let doubts: String = report.doubts().iter().map(|doubt| format!("<li>{}</li>", escaped(doubt))).collect();
    if doubts.is_empty() {
        doubts
    } else {
        format!("<section class=\"doubts\"><h2>Doubtful</h2><ul>{doubts}</ul></section>")
    }
}

fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let heads: String = heads.iter().map(|head| format!("<th>{head}</th>")).collect();
    let cells = |row: Vec<String>| row.iter().map(|cell| format!("<td>{cell}</td>")).collect::<String>();
    let rows: String = rows.map(|row| format!("<tr>{}</tr>", cells(row))).collect();
    format!("<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>")
}

fn verdicts(report: &Report) -> String {
    let met = report.targets.iter().filter(|target| target.is_met()).count();
    format!(
        "{met} of {} met. The line in each bar is the target; the spread is from the smallest sample to the largest.",
        report.targets.len()
    )
}

fn targets(report: &Report) -> String {
    let row = |target: &Target| {
        let verdict =
            if target.is_met() { "<b class=\"met\">✓ met</b>" } else { "<b class=\"missed\">✗ missed</b>" };
        let [least, most] = target.spread.map(|sample| shown(sample, 2));
        let unit = escaped(&target.unit);
        vec![
            format!("{}<small>{}</small>", escaped(&target.figure), escaped(&target.note)),
            chart::gauge(target.value, target.at_most),
            format!("<b>{}</b> {unit}", shown(target.value, 2)),
            format!("{least} – {most}"),
            format!("{} {unit}", shown(target.at_most, 2)),
            verdict.to_owned(),
        ]
    };
    table(&["", "", "median", "spread", "at most", ""], report.targets.iter().map(row))
}

fn decoding(report: &Report) -> String {
    let row = |time: &DecodingTime| {
        vec![escaped(&time.name), format!("{:.2}", time.median_us), format!("{:.2}", time.p99_us)]
    };
    match report.decoding.is_empty() {
        true => NOT_MEASURED.to_owned(),
        false => table(&["", "median µs", "p99 µs"], report.decoding.iter().map(row)),
    }
}

fn cpu(report: &Report) -> String {
    let bar = |series, name: &str, windows: &[Window]| {
        let samples: Vec<f64> = windows.iter().map(|window| window.us_per_snap).collect();
        (!samples.is_empty()).then(|| Bar {
            series,
            name: name.to_owned(),
            value: median(samples.iter().copied()),
            samples,
        })
    };
    let row = |measured: &Measured| {
        let bars = [
            bar(0, "Skirmish", &measured.server),
            bar(1, "floor", &measured.floor),
            bar(2, "plain epoll", &measured.epoll),
        ];
        Row { label: measured.case.title.clone(), bars: bars.into_iter().flatten().collect() }
    };
    let rows: Vec<_> = report.cases.iter().map(row).collect();
    legend(&["Skirmish", "floor", "plain epoll"]) + &chart::bars(&rows, "µs")
}

fn shares(report: &Report) -> String {
    let part = |series, name: &str, value| Bar { series, name: name.to_owned(), value, samples: Vec::new() };
    let rows = report.cases.iter().filter(|measured| !measured.floor.is_empty()).map(|measured| {
        let us = |windows: &[Window], figure: fn(&Window) -> f64| median(windows.iter().map(figure));
        let floor_us = us(&measured.floor, |window| window.us_per_snap);
        let bars = vec![
            part(0, "floor", floor_us),
            part(1, "readers beyond it", us(&measured.server, Window::readers_us_per_snap) - floor_us),
            part(2, "simulation", us(&measured.server, Window::sim_us_per_snap)),
        ];
        Row { label: measured.case.title.clone(), bars }
    });
    legend(&["floor", "readers beyond it", "simulation"]) + &chart::stacked(&rows.collect::<Vec<_>>(), "µs")
}

fn growth(report: &Report) -> String {
    let cases: Vec<_> = ["a", "b", "c", "e"].iter().filter_map(|id| report.case(id)).collect();
    let places: Vec<_> = cases.iter().map(|measured| measured.case.players.to_string()).collect();
    if cases.len() < 2 {
        return "<p>It takes two of the cases a, b, c and e.</p>".to_owned();
    }
    let line = |unit, figure: fn(&Window) -> f64| {
        let values: Vec<_> = cases.iter().map(|measured| measured.median(figure)).collect();
        chart::line(&places, &values, unit)
    };
    line("µs per snapshot", |window| window.us_per_snap) + &line("bytes per update", |window| window.bytes_per_update)
}

fn latency(report: &Report) -> String {
    let row = |measured: &Measured| {
        let bar = |series, name: &str, figure: fn(&Window) -> f64| Bar {
            series,
            name: name.to_owned(),
            value: measured.median(figure),
            samples: measured.server.iter().map(figure).collect(),
        };
        let bars = vec![bar(0, "p50", |window| window.lat_p50_ms), bar(1, "p99", |window| window.lat_p99_ms)];
        Row { label: measured.case.title.clone(), bars }
    };
    let rows: Vec<_> = report.cases.iter().map(row).collect();
    legend(&["p50", "p99"]) + &chart::bars(&rows, "ms")
}

fn bytes(report: &Report) -> String {
    let rows: Vec<_> = report.bytes.iter().flat_map(|bytes| [encoded(bytes), entropy(bytes)]).collect();
    let names =
        report.bytes.first().map_or(Vec::new(), |bytes| encoded(bytes).bars.into_iter().map(|bar| bar.name).collect());
    let figures = report.bytes.last().map_or(String::new(), |bytes| {
        let row = |field: &FieldBytes| {
            vec![escaped(&field.name), format!("{:.3}", field.bytes), format!("{:.3}", field.entropy)]
        };
        let frame = ["head", "framing"].into_iter().zip([bytes.head, bytes.framing]);
        let frame = frame.map(|(name, value)| vec![name.to_owned(), format!("{value:.3}"), String::new()]);
        let total = vec!["all".to_owned(), format!("{:.3}", bytes.total), format!("{:.3}", bytes.entropy)];
        table(
            &[&format!("{} players", bytes.players), "bytes", "entropy"],
            frame.chain(bytes.fields.iter().map(row)).chain([total]),
        )
    });
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    legend(&names) + &chart::stacked(&rows, "B") + &figures
}

fn encoded(bytes: &Bytes) -> Row {
    let frame = [("head", bytes.head), ("framing", bytes.framing)].map(|(name, value)| (name.to_owned(), value));
    let fields = bytes.fields.iter().map(|field| (field.name.clone(), field.bytes));
    parts(format!("{} players, encoded", bytes.players), 0, frame.into_iter().chain(fields))
}

fn entropy(bytes: &Bytes) -> Row {
    let fields = bytes.fields.iter().map(|field| (field.name.clone(), field.entropy));
    parts(format!("{} players, entropy", bytes.players), 2, fields)
}

fn parts(label: String, first: usize, parts: impl Iterator<Item = (String, f64)>) -> Row {
    let bar = |(series, (name, value))| Bar { series, name, value, samples: Vec::new() };
    Row { label, bars: (first..).zip(parts).map(bar).collect() }
}

fn stages(report: &Report) -> String {
    let row = |compared: &Compared| {
        let of_same = |time: &&StageTime| time.stage == compared.stage && time.entities == compared.entities;
        let time = report.stages.iter().find(of_same);
        let verdict = if compared.is_regression() { "<b class=\"missed\">✗ more than accepted</b>" } else { "" };
        vec![
            compared.stage.clone(),
            compared.entities.to_string(),
            time.map_or("-".to_owned(), |time| format!("{:.2} µs", time.ns_per_tick / 1000.0)),
            compared.instructions.to_string(),
            format!("{:.0}", compared.per_entity),
            compared.accepted.map_or("-".to_owned(), |accepted| accepted.to_string()),
            compared.growth().map_or(String::new(), |growth| format!("{:+.1} %", growth * 100.0)),
            verdict.to_owned(),
        ]
    };
    if report.instructions.is_empty() {
        return NOT_MEASURED.to_owned();
    }
    let heads = ["stage", "entities", "time a tick", "instructions", "per entity and tick", "accepted", "", ""];
    chart::bars(&stage_rows(report), "instructions") + &table(&heads, report.instructions.iter().map(row))
}

/// What a stage takes for an entity, by how many there are.
fn stage_rows(report: &Report) -> Vec<Row> {
    let bar = |(series, compared): (usize, &Compared)| Bar {
        series,
        name: format!("{} entities", compared.entities),
        value: compared.per_entity,
        samples: Vec::new(),
    };
    let row = |counts: &[Compared]| Row {
        label: format!("{}, per entity", counts[0].stage),
        bars: counts.iter().enumerate().map(bar).collect(),
    };
    report.instructions.chunk_by(|one, next| one.stage == next.stage).map(row).collect()
}

fn cases(report: &Report) -> String {
    let row = |measured: &Measured| {
        let us = |windows: &[Window]| shown(median(windows.iter().map(|window| window.us_per_snap)), 2);
        let figure = |figure: fn(&Window) -> f64| shown(measured.median(figure), 2);
        vec![
            escaped(&format!("{}: {}", measured.case.id, measured.case.title)),
            us(&measured.server),
            us(&measured.floor),
            us(&measured.epoll),
            shown(median(measured.ratios()), 2),
            figure(|window| window.bytes_per_snap),
            figure(|window| window.bytes_per_update),
            figure(|window| window.patch_rate),
            figure(|window| window.patch_rate_worst),
            figure(|window| window.lat_p50_ms),
            figure(|window| window.lat_p99_ms),
            figure(|window| window.lat_p999_ms),
            figure(|window| window.server_rss_kib as f64 / 1024.0),
        ]
    };
    let heads = [
        "case",
        "µs a snapshot",
        "floor",
        "epoll",
        "x floor",
        "B a snapshot",
        "B an update",
        "rate",
        "worst",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "MiB",
    ];
    let with_verified = report.cases.iter().filter(|measured| !measured.verified.is_empty());
    let notes = with_verified.map(|measured| format!("<p>{}: {}</p>", measured.case.id, verified(measured)));
    table(&heads, report.cases.iter().map(row)) + &notes.collect::<String>()
}

fn legend(names: &[&str]) -> String {
    let item = |(series, name): (usize, &&str)| format!("<span><i class=\"s{series}\"></i>{}</span>", escaped(name));
    format!("<div class=\"legend\">{}</div>", names.iter().enumerate().map(item).collect::<String>())
}
