//! `merge`: several processes loaded one server at once; one report of what they found.
//!
//! Invariant: percentiles come from merged histograms, never from averaged percentiles, so the report is the one that a single process
//! would have written.

use crate::cli::Merge;
use crate::exit::Failure;
use crate::monitor::BesideSeries;
use crate::report::{self, Report};
use crate::verdict::Outcome;

pub(crate) fn run(flags: &Merge) -> Result<Outcome, Failure> {
    let reports = flags.reports.iter().map(|path| Report::read(path)).collect::<Result<Vec<_>, _>>()?;
    let baseline = flags.baseline.as_deref().map(Report::read).transpose()?;
    let merged = merge(reports).map_err(Failure::Arguments)?;
    print!("{}", report::print(&merged));
    let [_, page] = merged.write(&flags.out, baseline.as_ref())?;
    println!("report: {}", page.display());
    Ok(merged.verdict.outcome)
}

/// The report of all of them together.
///
/// # Errors
/// They are of different targets.
fn merge(mut reports: Vec<Report>) -> Result<Report, String> {
    reports.sort_by_key(|report| report.began_unix_ms);
    let mut rest = reports.into_iter();
    let mut merged = rest.next().ok_or("there is no report to merge")?;
    for other in rest {
        if other.asked.target != merged.asked.target {
            return Err(format!("one report is of {}, another of {}", merged.asked.target, other.asked.target));
        }
        add(&mut merged, other);
    }
    Ok(merged.judged())
}

/// The server's side is one and the same: the first that saw it tells of it. The generators' sides add up.
fn add(merged: &mut Report, other: Report) {
    merged.goose_missed.extend(other.goose_missed);
    merged.interrupted |= other.interrupted;
    merged.processes += other.processes;
    merged.tally.add(&other.tally);
    merged.asked.verified &= other.asked.verified;
    merged.asked.scenarios.extend(other.asked.scenarios);
    merged
        .asked
        .slos
        .extend(other.asked.slos.into_iter().filter(|slo| !merged.asked.slos.contains(slo)).collect::<Vec<_>>());
    merged.asked.reserved = format!("{}; {}", merged.asked.reserved, other.asked.reserved);
    merged.seen = merged.seen.take().or(other.seen);
    merged.beside.generator.add(&other.beside.generator);
    merged.beside.server = merged.beside.server.take().or(other.beside.server);
    add_series(&mut merged.beside_series, other.beside_series);
    let end = |from: Option<u64>, seconds: f64| from.map(|from| from as f64 / 1e3 + seconds);
    let last = end(merged.steady_from_unix_ms, merged.steady_s)
        .into_iter()
        .chain(end(other.steady_from_unix_ms, other.steady_s))
        .reduce(f64::max);
    merged.steady_from_unix_ms = merged.steady_from_unix_ms.into_iter().chain(other.steady_from_unix_ms).min();
    if let (Some(from), Some(last)) = (merged.steady_from_unix_ms, last) {
        merged.steady_s = last - from as f64 / 1e3;
    }
}

fn add_series(mine: &mut BesideSeries, others: BesideSeries) {
    for (unix_s, other) in others {
        match mine.get_mut(&unix_s) {
            Some(beside) => {
                beside.generator.add(&other.generator);
                beside.server = beside.server.take().or(other.server);
            }
            None => drop(mine.insert(unix_s, other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Basis, Kind, Metric, Second, Tally};
    use crate::random::Random;
    use crate::report::Asked;

    /// One process' report of these samples, each of a second.
    fn report(samples: &[(u64, u64)]) -> Report {
        let mut tally = Tally::default();
        for &(unix_s, us) in samples {
            tally.record(Metric::InputAck, Basis::Corrected, us);
            tally.record(Metric::InputAck, Basis::Raw, us);
            let mut second = Second { players: 1, ..Second::default() };
            second.times.entry(Metric::InputAck).or_default().record(us);
            tally.series.add_second(unix_s, &second);
            tally.counts.received.entry(Kind::Snapshot).or_default().messages += 1;
            tally.counts.connected_us += 1_000_000;
        }
        tally.counts.joins = samples.len() as u64;
        Report {
            began_unix_ms: 1_000_000,
            steady_from_unix_ms: Some(1_000_000),
            steady_s: 10.0,
            processes: 1,
            asked: Asked {
                target: "http://127.0.0.1:1".to_owned(),
                slos: vec!["input_ack_p99<60ms".parse().unwrap()],
                ..Asked::default()
            },
            tally,
            ..Report::default()
        }
        .judged()
    }

    #[test]
    fn merged_reports_have_the_figures_that_one_process_would_have_had() {
        let mut random = Random::of_player(5, 0);
        // The second half is much slower: averaged percentiles would show something else.
        let samples: Vec<(u64, u64)> = (0..1000)
            .map(|number| {
                (1000 + number % 10, random.between(1000, if number < 900 { 30_000 } else { 900_000 }) as u64)
            })
            .collect();
        let single = report(&samples);
        let saved =
            |samples: &[(u64, u64)]| serde_json::from_str(&serde_json::to_string(&report(samples)).unwrap()).unwrap();
        let merged = merge(samples.chunks(334).map(saved).collect()).unwrap();
        assert_eq!((merged.figures, merged.verdict, merged.judged), (single.figures, single.verdict, single.judged));
        assert_eq!(merged.tally, single.tally);
        assert_eq!(merged.processes, 3);
    }

    #[test]
    fn reports_of_two_servers_are_not_merged() {
        let mut other = report(&[(1000, 5)]);
        other.asked.target = "http://127.0.0.1:2".to_owned();
        assert!(merge(vec![report(&[(1000, 5)]), other]).unwrap_err().contains("127.0.0.1:2"));
    }
}
