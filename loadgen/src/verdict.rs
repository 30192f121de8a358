//! What a run comes to, in one word, and the exit code for it.
//!
//! Invariant: what makes figures worthless comes before what they say.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::metrics::{Counts, Metric, Tally};
use crate::slo::Judged;
use crate::watch::{self, Watched};

/// Reasons that are told.
const REASONS_MAX: usize = 8;

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// Everything asked for held.
    Passed,
    /// An objective, or a threshold of goose's, was missed.
    SloMissed,
    /// The generator was the bottleneck: the figures say nothing of the server.
    #[default]
    Void,
    /// The server did what no correct one does.
    Mismatch,
    /// Nobody got in.
    Unreachable,
    /// A search found no limit: the generator gave out first.
    GeneratorBound,
}

impl Outcome {
    /// The process's exit code. 1 is any other failure, 2 wrong arguments.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Outcome::Passed => 0,
            Outcome::SloMissed => 3,
            Outcome::Void => 4,
            Outcome::Mismatch => 5,
            Outcome::Unreachable => 6,
            Outcome::GeneratorBound => 7,
        }
    }

    /// One word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Outcome::Passed => "Passed",
            Outcome::SloMissed => "Missed",
            Outcome::Void => "Void",
            Outcome::Mismatch => "Mismatch",
            Outcome::Unreachable => "Unreachable",
            Outcome::GeneratorBound => "Generator-bound",
        }
    }
}

/// The verdict on a run.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Verdict {
    pub(crate) outcome: Outcome,
    /// The answer in a sentence.
    pub(crate) headline: String,
    /// Why.
    pub(crate) reasons: Vec<String>,
}

impl Verdict {
    /// For a terminal.
    pub(crate) fn shown(&self) -> String {
        format!("\n{}. {}\n  {}\n", self.outcome.word(), self.headline, self.reasons.join("\n  "))
    }
}

/// Judges what was measured.
pub(crate) fn judge(tally: &Tally, watched: &Watched, slos: &[Judged], goose_missed: &[String]) -> Verdict {
    let violations = Counts::total(&tally.counts.violations);
    if tally.counts.joins == 0 {
        let reasons = most_frequent(&tally.counts.refusals);
        let headline = "Nobody got in, so nothing was measured.".to_owned();
        return Verdict { outcome: Outcome::Unreachable, headline, reasons };
    }
    if violations > 0 {
        let reasons = most_frequent(&tally.counts.violations);
        let headline = format!("{violations} times the server did what no correct server does.");
        return Verdict { outcome: Outcome::Mismatch, headline, reasons };
    }
    if tally.counts.snapshots().messages == 0 {
        let headline = "The load was never steady: the run ended while players were still coming.".to_owned();
        return Verdict { outcome: Outcome::Void, headline, reasons: Vec::new() };
    }
    let void = watch::void_reasons(watched, tally);
    if !void.is_empty() {
        let headline = "The generator was the bottleneck: these figures say nothing of the server.".to_owned();
        return Verdict { outcome: Outcome::Void, headline, reasons: void };
    }
    let missed = slos.iter().filter(|judged| !judged.met).map(|judged| format!("{}: {}", judged.slo, judged.shown()));
    let missed: Vec<_> = missed.chain(goose_missed.iter().cloned()).collect();
    let headline = headline(tally);
    let outcome = if missed.is_empty() { Outcome::Passed } else { Outcome::SloMissed };
    Verdict { outcome, headline, reasons: missed }
}

/// What happened most often, with how often: reasons may hold numbers, so there may be many.
fn most_frequent(reasons: &BTreeMap<String, u64>) -> Vec<String> {
    let mut sorted: Vec<_> = reasons.iter().collect();
    sorted.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    sorted.iter().take(REASONS_MAX).map(|(reason, count)| format!("{reason} ({count} x)")).collect()
}

fn headline(tally: &Tally) -> String {
    let players = tally.series.0.values().map(|second| second.players).max().unwrap_or(0);
    match tally.corrected(Metric::InputAck) {
        None => format!("{players} players."),
        Some(times) => format!(
            "{players} players at most; an input was acknowledged within {:.0} ms at p50, {:.0} ms at p99.",
            times.at_ms(0.5),
            times.at_ms(0.99)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::{Basis, Kind};

    fn sound() -> Tally {
        let mut tally = Tally::default();
        tally.counts.joins = 1;
        tally.counts.received.entry(Kind::Snapshot).or_default().messages = 1;
        tally.record(Metric::SendLag, Basis::Corrected, 100);
        tally
    }

    fn outcome(tally: &Tally, slos: &[&str]) -> Outcome {
        let slos: Vec<_> = slos.iter().map(|slo| slo.parse::<crate::slo::Slo>().unwrap().judge(tally, None)).collect();
        judge(tally, &Watched::default(), &slos, &[]).outcome
    }

    #[test]
    fn what_makes_figures_worthless_comes_before_what_they_say() {
        let mut tally = sound();
        assert_eq!(outcome(&tally, &[]), Outcome::Passed);
        assert_eq!(outcome(&tally, &["tick_budget_p99<80%"]), Outcome::SloMissed);
        (0..50).for_each(|_| tally.record(Metric::SendLag, Basis::Corrected, 90_000));
        assert_eq!(outcome(&tally, &["tick_budget_p99<80%"]), Outcome::Void);
        tally.counts.violations.insert("a view checksum that differs".to_owned(), 1);
        assert_eq!(outcome(&tally, &[]), Outcome::Mismatch);
        assert_eq!(outcome(&Tally::default(), &[]), Outcome::Unreachable);
    }

    #[test]
    fn exit_codes_are_distinct() {
        let all = [
            Outcome::Passed,
            Outcome::SloMissed,
            Outcome::Void,
            Outcome::Mismatch,
            Outcome::Unreachable,
            Outcome::GeneratorBound,
        ];
        let codes: std::collections::BTreeSet<_> = all.iter().map(|outcome| outcome.exit_code()).collect();
        assert_eq!(codes.len(), all.len());
    }
}
