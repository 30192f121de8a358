//! The parts of the page, each from the report alone.

use std::collections::BTreeMap;

use super::Report;
use super::chart::{Axes, Line, escaped, lines, shown};
use super::page::{section, table};
use crate::metrics::{Distribution, Kind, Metric, Traffic};
use crate::watch;

/// Ticks that are shown.
const WORST: usize = 10;
/// Times that have a curve.
const CURVES: [Metric; 3] = [Metric::InputAck, Metric::SnapshotAge, Metric::SnapshotJitter];

fn ms(value: f64) -> String {
    shown(value)
}

pub(super) fn percent(part: f64) -> String {
    format!("{} %", shown(part * 100.0))
}

/// A figure that may be missing.
fn or_dash(value: Option<f64>, show: impl Fn(f64) -> String) -> String {
    value.map_or("–".to_owned(), show)
}

/// Date and time of day of a Unix time, in UTC (Howard Hinnant's days-to-civil).
pub(super) fn moment(unix_ms: u64) -> String {
    let unix_s = unix_ms / 1000;
    let (days, second) = ((unix_s / 86_400) as i64 + 719_468, unix_s % 86_400);
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 { month_index + 3 } else { month_index - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC", second / 3600, second / 60 % 60, second % 60)
}

pub(super) fn tiles(report: &Report) -> String {
    let at = |metric: Metric, part| report.tally.corrected(metric).map(|times| times.at_ms(part));
    let server = report.beside.server.as_ref();
    let budget = server.and_then(|server| server.tick_budget);
    let tile = |name: &str, value: String| format!("<div class=\"tile\"><b>{value}</b><span>{name}</span></div>");
    let tiles = [
        tile("players, on average", shown(report.figures.players.round())),
        tile("input to ack, p50, ms", or_dash(at(Metric::InputAck, 0.5), ms)),
        tile("input to ack, p99, ms", or_dash(at(Metric::InputAck, 0.99), ms)),
        tile("snapshot age, p99, ms", or_dash(at(Metric::SnapshotAge, 0.99), ms)),
        tile("snapshots skipped", percent(report.figures.skipped_part)),
        tile("tick budget used, p99", or_dash(budget.map(|budget| budget.p99), percent)),
        tile("server CPU, of one core", or_dash(server.and_then(|server| server.cpu_cores), percent)),
        tile("generator CPU, of one core", percent(report.beside.generator.cpu_cores)),
    ];
    format!("<div class=\"tiles\">{}</div>", tiles.concat())
}

pub(super) fn objectives(report: &Report) -> String {
    if report.judged.is_empty() && report.goose_missed.is_empty() {
        return String::new();
    }
    let verdict =
        |met: bool| (if met { "<b class=\"good\">✓ met</b>" } else { "<b class=\"bad\">✗ missed</b>" }).to_owned();
    let ours =
        report.judged.iter().map(|judged| vec![escaped(&judged.slo.to_string()), judged.shown(), verdict(judged.met)]);
    let gooses = report.goose_missed.iter().map(|missed| vec![escaped(missed), String::new(), verdict(false)]);
    section("Objectives", "", &table(&["objective", "#measured", ""], ours.chain(gooses)), true)
}

pub(super) fn times(report: &Report) -> String {
    const ABOUT: &str = "Milliseconds. The first figure is corrected: it counts from the moment at which something should have been done, and what was never done for want of time \
                         counts too. The second, in grey, is raw: from the moment at which it was done. Where the two differ, somebody was held up.";
    let row = |(metric, measured): (&Metric, &crate::metrics::Measured)| {
        let (corrected, raw) = (measured.corrected.quantiles()?, measured.raw.quantiles());
        let pair = |figure: fn(&crate::metrics::Quantiles) -> f64| {
            format!("{}<small>{}</small>", ms(figure(&corrected)), or_dash(raw.as_ref().map(figure), ms))
        };
        Some(vec![
            format!("<b>{}</b><small>{}</small>", metric.title(), metric.about()),
            pair(|quantiles| quantiles.p50),
            pair(|quantiles| quantiles.p90),
            pair(|quantiles| quantiles.p99),
            pair(|quantiles| quantiles.p999),
            pair(|quantiles| quantiles.max),
            shown(corrected.count as f64),
        ])
    };
    let heads = ["", "#p50", "#p90", "#p99", "#p99.9", "#max", "#samples"];
    section("Times", ABOUT, &table(&heads, report.tally.times.iter().filter_map(row)), false)
}

/// How far out in the tail a part of all samples lies: 0.9 at 1, 0.99 at 2.
fn nines(times: &Distribution, colour: usize, name: &str, dashed: bool) -> Line {
    let end = (times.count() as f64).log10().clamp(1.0, 5.0);
    let places = (0..=100).map(|step| f64::from(step) * 0.05).take_while(|place| *place <= end);
    let points = places.map(|place| (place, times.at_ms(1.0 - 10f64.powf(-place)))).collect();
    Line { colour, name: name.to_owned(), dashed, points }
}

pub(super) fn curves(report: &Report, before: Option<&Report>) -> String {
    let marks = [(0.0, "0"), (0.301, "50"), (1.0, "90"), (2.0, "99"), (3.0, "99.9"), (4.0, "99.99"), (5.0, "99.999 %")];
    let curve = |metric: Metric| {
        let measured = report.tally.times.get(&metric).filter(|measured| measured.corrected.count() > 0)?;
        let mut all = vec![nines(&measured.corrected, 0, "corrected", false), nines(&measured.raw, 1, "raw", true)];
        let saved = before.and_then(|before| before.tally.times.get(&metric)).map(|measured| &measured.corrected);
        all.extend(saved.map(|saved| nines(saved, 2, "corrected, baseline", false)));
        let end = all.iter().filter_map(|line| Some(line.points.last()?.0)).fold(1.0, f64::max);
        let marks: Vec<_> =
            marks.iter().filter(|(at, _)| *at <= end).map(|(at, mark)| (*at, (*mark).to_owned())).collect();
        let axes = Axes { height: 120.0, unit: "ms", x: (0.0, end), marks: &marks, shaded: None };
        Some(format!("<div><h3>{}, ms</h3>{}</div>", metric.title(), lines(&axes, &all)))
    };
    let curves: String = CURVES.into_iter().filter_map(curve).collect();
    section("Percentiles", "", &format!("<div class=\"charts three\">{curves}</div>"), true)
}

pub(super) fn worst_ticks(report: &Report) -> String {
    const ABOUT: &str = "The ticks whose snapshots came latest after they were due, as the clients saw it.";
    let worst = report.tally.worst.sorted();
    let row = |tick: &crate::metrics::WorstTick| {
        vec![
            format!("{} s", shown((tick.unix_ms as f64 - report.began_unix_ms as f64) / 1000.0)),
            escaped(&tick.match_id),
            tick.tick.to_string(),
            ms(tick.age_us as f64 / 1000.0),
            tick.players.to_string(),
        ]
    };
    let heads = ["#after", "match", "#tick", "#age, ms", "#clients"];
    section("Worst ticks", ABOUT, &table(&heads, worst.iter().take(WORST).map(row)), false)
}

pub(super) fn traffic(report: &Report) -> String {
    let counts = &report.tally.counts;
    let client_s = counts.client_s();
    let rows = |way: &'static str, traffic: &BTreeMap<Kind, Traffic>| {
        let all: Vec<_> = traffic.iter().map(|(kind, traffic)| (*kind, *traffic)).collect();
        all.into_iter().map(move |(kind, traffic)| {
            let name =
                serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default();
            vec![
                way.to_owned(),
                name,
                shown(traffic.bytes as f64 / client_s),
                shown(traffic.messages as f64 / client_s),
                shown(traffic.bytes as f64 / traffic.messages.max(1) as f64),
            ]
        })
    };
    let all = rows("received", &counts.received).chain(rows("sent", &counts.sent));
    let heads = ["", "kind", "#bytes/s", "#messages/s", "#bytes each"];
    let ends = [
        ("snapshots skipped", format!("{} ({})", shown(counts.skipped as f64), percent(counts.skipped_part()))),
        ("view checksums verified", shown(counts.checksums as f64)),
        ("inputs without an ack", shown(counts.inputs_unacked as f64)),
    ];
    let ends = ends.into_iter().map(|(name, value)| vec![name.to_owned(), value]);
    let by_reason = |what: &'static str, map: &BTreeMap<String, u64>| {
        let all: Vec<_> =
            map.iter().map(|(reason, count)| vec![format!("{what}: {}", escaped(reason)), count.to_string()]).collect();
        all.into_iter()
    };
    let ends = ends
        .chain(by_reason("closed", &counts.closes))
        .chain(by_reason("refused", &counts.refusals))
        .chain(by_reason("violation", &counts.violations));
    let content = table(&heads, all) + "<h3>What went otherwise</h3>" + &table(&["", "#"], ends);
    section("Traffic of one client", "Payloads, without frame headers.", &content, false)
}

pub(super) fn generator(report: &Report) -> String {
    let (watched, counts) = (&report.beside.generator, &report.tally.counts);
    let lag = report.tally.corrected(Metric::SendLag);
    let missed = counts.inputs_missed as f64 / counts.inputs_due.max(1) as f64;
    let verdict =
        |sound: bool| (if sound { "<b class=\"good\">✓</b>" } else { "<b class=\"odd\">! void</b>" }).to_owned();
    let lag_ms = lag.map_or(0.0, |lag| lag.at_ms(0.99));
    let rows = vec![
        vec![
            "lag behind its schedule, p99".to_owned(),
            format!("{} ms", ms(lag_ms)),
            format!("{} ms", watch::LAG_P99_MS_MAX),
            verdict(lag_ms <= watch::LAG_P99_MS_MAX),
        ],
        vec![
            format!("inputs missed, of {}", shown(counts.inputs_due as f64)),
            percent(missed),
            percent(watch::MISSED_PART_MAX),
            verdict(missed <= watch::MISSED_PART_MAX),
        ],
        vec![
            "busiest thread of players at work".to_owned(),
            percent(watched.busiest_part),
            percent(watch::BUSY_PART_MAX),
            verdict(watched.busiest_part <= watch::BUSY_PART_MAX),
        ],
        vec![
            "threads of players ready, and no processor".to_owned(),
            percent(watched.waited_part),
            String::new(),
            String::new(),
        ],
        vec![
            "CPU of all its threads, of one core".to_owned(),
            percent(watched.cpu_cores),
            String::new(),
            String::new(),
        ],
        vec![
            "CPU for each player".to_owned(),
            format!("{} %", shown(watched.cpu_cores * 100.0 / report.figures.players.max(1.0))),
            String::new(),
            String::new(),
        ],
        vec![
            "CPU of everything on the machine, cores".to_owned(),
            shown(watched.machine_cores),
            String::new(),
            String::new(),
        ],
        vec![
            "… but for generator and server, if that is here".to_owned(),
            or_dash(others_cores(report), shown),
            String::new(),
            String::new(),
        ],
    ];
    let about = format!(
        "{} process{}, {}.",
        report.processes,
        if report.processes == 1 { "" } else { "es" },
        escaped(&report.asked.reserved)
    );
    section("The generator itself", &about, &table(&["", "#measured", "#at most", ""], rows.into_iter()), false)
}

/// What other programs used, if the server is on the generator's machine: much of it, and the figures are worth little.
fn others_cores(report: &Report) -> Option<f64> {
    let watched = &report.beside.generator;
    let server = report.beside.server.as_ref()?.cpu_cores?;
    Some((watched.machine_cores - watched.cpu_cores - server).max(0.0))
}

pub(super) fn server(report: &Report) -> String {
    let Some(server) = &report.beside.server else {
        return section("The server's own view", "It showed no metrics.", "", false);
    };
    let (budget, busiest) = (server.tick_budget, server.busiest.as_ref());
    let rows = [
        ("tick budget used, mean", or_dash(budget.map(|budget| budget.mean), percent)),
        ("… p50", or_dash(budget.map(|budget| budget.p50), percent)),
        ("… p99", or_dash(budget.map(|budget| budget.p99), percent)),
        ("… maximum, at most", or_dash(budget.map(|budget| budget.max), percent)),
        ("ticks that overran", or_dash(server.overruns, shown)),
        ("deadlines dropped", or_dash(server.deadlines_dropped, shown)),
        ("reliefs, because it could not keep up", or_dash(server.reliefs, shown)),
        ("slowest match time, of real time", or_dash(server.dilation_permille, |permille| percent(permille / 1000.0))),
        ("load of the busiest simulation thread", or_dash(server.sim_load, percent)),
        ("ticks a second, all matches", or_dash(server.ticks_per_s, shown)),
        ("CPU, of one core", or_dash(server.cpu_cores, percent)),
        ("memory, MiB", or_dash(server.memory_mib, shown)),
        ("sessions, matches", format!("{}, {}", or_dash(server.sessions, shown), or_dash(server.matches, shown))),
        ("bytes sent a second", or_dash(server.bytes_sent_per_s, shown)),
        ("snapshots skipped", or_dash(server.snapshots_skipped, shown)),
        ("CPU of the busiest thread, of one core", or_dash(busiest.map(|busiest| busiest.cores), percent)),
    ];
    let closes = server.closes.iter().map(|(code, count)| vec![format!("closed: {}", escaped(code)), shown(*count)]);
    let thread = busiest.map(|busiest| vec!["… which".to_owned(), escaped(&busiest.thread)]);
    let rows = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).chain(thread).chain(closes);
    section("The server's own view", "From its metrics, over the steady time.", &table(&["", "#"], rows), false)
}

pub(super) fn environment(report: &Report) -> String {
    let environment = &report.environment;
    let seen = report.seen.as_ref().map_or("nothing".to_owned(), |seen| {
        format!(
            "{}: {} ticks a second, a snapshot every {}, others drawn {} ms in the past",
            seen.game, seen.tick_hz, seen.snapshot_interval, seen.interp_delay_ms
        )
    });
    let scenarios: Vec<_> = report.asked.scenarios.iter().map(|(name, weight)| format!("{name} × {weight}")).collect();
    let rows = [
        ("command", format!("<code>{}</code>", escaped(&environment.command))),
        ("target", escaped(&report.asked.target)),
        ("server", escaped(&seen)),
        ("scenarios", escaped(&scenarios.join(", "))),
        ("seed", report.asked.seed.to_string()),
        ("steady for", format!("{} s", shown(report.steady_s))),
        ("machine", escaped(&environment.machine())),
        (
            "version, commit",
            format!("{}, {}", environment.version, escaped(environment.commit.as_deref().unwrap_or("none known"))),
        ),
    ];
    let rows = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]);
    section("Environment", "", &table(&["", ""], rows), false)
}

#[cfg(test)]
mod tests {
    use super::moment;

    #[test]
    fn moments_are_dates() {
        assert_eq!(moment(0), "1970-01-01 00:00:00 UTC");
        assert_eq!(moment(951_827_696_000), "2000-02-29 12:34:56 UTC");
        assert_eq!(moment(1_795_832_627_000), "2026-11-28 02:23:47 UTC");
    }
}
