//! Objectives: what must hold for a run to pass, as `input_ack_p99<60ms`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::metrics::{Metric, Quantiles, Tally};
use crate::server_view::ServerView;

/// What an objective may look at besides times.
const OTHERS: [(&str, Unit, &str); 10] = [
    ("tick_budget_mean", Unit::Part, "mean use of the time from tick to tick"),
    ("tick_budget_p50", Unit::Part, "its median"),
    ("tick_budget_p99", Unit::Part, "its 99th percentile"),
    ("tick_budget_max", Unit::Part, "its maximum"),
    ("sim_load", Unit::Part, "load of the busiest simulation thread"),
    ("reliefs", Unit::Count, "how often the server spared matches something because it could not keep up"),
    ("server_cpu", Unit::Part, "CPU time of the server, of one core"),
    ("skipped", Unit::Part, "snapshots skipped"),
    ("closes", Unit::Count, "connections that the server ended"),
    ("refusals", Unit::Count, "joins and connections that failed"),
];
/// What an objective may look at of each time.
const QUANTILES: [&str; 6] = ["mean", "p50", "p90", "p99", "p999", "max"];

/// How a figure is given.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
enum Unit {
    Ms,
    Part,
    Count,
}

/// On which side of its bound a figure must be.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
enum Side {
    Below,
    Above,
}

/// One objective.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Slo {
    figure: String,
    side: Side,
    bound: f64,
    unit: Unit,
}

/// An objective, and what was measured.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Judged {
    pub(crate) slo: Slo,
    /// None: it could not be measured, which misses it.
    pub(crate) value: Option<f64>,
    pub(crate) met: bool,
}

/// Why a text is no objective.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum SloError {
    /// Not of the form figure, comparison, bound.
    #[error("{0:?} is no objective, as input_ack_p99<60ms or tick_budget_p99<80% is")]
    Form(String),
    /// Nothing is measured under this name.
    #[error("{given:?} is not measured; of times there are {times} with _{quantiles}, and else {others}")]
    Figure {
        /// The name.
        given: String,
        /// The times there are.
        times: String,
        /// The quantiles there are.
        quantiles: String,
        /// The other figures.
        others: String,
    },
    /// A bound in another unit.
    #[error("{given:?} is no bound for {figure}: {wanted}")]
    Bound {
        /// The figure.
        figure: String,
        /// The bound.
        given: String,
        /// What is taken.
        wanted: &'static str,
    },
}

fn unit_of(figure: &str) -> Result<Unit, SloError> {
    if let Some((_, unit, _)) = OTHERS.iter().find(|(name, ..)| *name == figure) {
        return Ok(*unit);
    }
    let is_time = |metric: &Metric| {
        let quantile = figure.strip_prefix(metric.name()).and_then(|rest| rest.strip_prefix('_'));
        quantile.is_some_and(|quantile| QUANTILES.contains(&quantile))
    };
    if Metric::ALL.iter().any(is_time) {
        return Ok(Unit::Ms);
    }
    Err(SloError::Figure {
        given: figure.to_owned(),
        times: Metric::ALL.map(Metric::name).join(", "),
        quantiles: QUANTILES.join(", _"),
        others: OTHERS.map(|(name, ..)| name).join(", "),
    })
}

impl FromStr for Slo {
    type Err = SloError;

    fn from_str(text: &str) -> Result<Self, SloError> {
        let wrong = || SloError::Form(text.to_owned());
        let at = text.find(['<', '>']).ok_or_else(wrong)?;
        let side = if text[at..].starts_with('<') { Side::Below } else { Side::Above };
        let figure = text[..at].trim().to_owned();
        let bound = text[at + 1..].trim_start_matches('=').trim();
        let unit = unit_of(&figure)?;
        let digits = bound.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(bound.len());
        let number: f64 = bound[..digits].parse().map_err(|_| wrong())?;
        let bad = |wanted| SloError::Bound { figure: figure.clone(), given: bound.to_owned(), wanted };
        let bound = match (unit, bound[digits..].trim()) {
            (Unit::Ms, "ms") => number,
            (Unit::Ms, "us") => number / 1e3,
            (Unit::Ms, "s") => number * 1e3,
            (Unit::Ms, _) => return Err(bad("a time in us, ms or s")),
            (Unit::Part, "%") => number / 100.0,
            (Unit::Part, _) => return Err(bad("a percentage, as 80%")),
            (Unit::Count, "") => number,
            (Unit::Count, _) => return Err(bad("a number")),
        };
        Ok(Self { figure, side, bound, unit })
    }
}

impl fmt::Display for Slo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.side == Side::Below { "<" } else { ">" };
        write!(f, "{} {side} {}", self.figure, self.shown(self.bound))
    }
}

impl Slo {
    /// A figure in this objective's unit.
    pub(crate) fn shown(&self, value: f64) -> String {
        match self.unit {
            Unit::Ms => format!("{value:.1} ms"),
            Unit::Part => format!("{:.1} %", value * 100.0),
            Unit::Count => format!("{value:.0}"),
        }
    }

    /// Judges a run.
    pub(crate) fn judge(&self, tally: &Tally, server: Option<&ServerView>) -> Judged {
        let value = value(&self.figure, tally, server);
        let met = value.is_some_and(|value| match self.side {
            Side::Below => value < self.bound,
            Side::Above => value > self.bound,
        });
        Judged { slo: self.clone(), value, met }
    }
}

impl Judged {
    /// What was measured, in words.
    pub(crate) fn shown(&self) -> String {
        self.value.map_or("not measured".to_owned(), |value| self.slo.shown(value))
    }
}

/// A figure of a run; none if it was not measured.
fn value(figure: &str, tally: &Tally, server: Option<&ServerView>) -> Option<f64> {
    let budget = server.and_then(|server| server.tick_budget);
    match figure {
        "tick_budget_mean" => Some(budget?.mean),
        "tick_budget_p50" => Some(budget?.p50),
        "tick_budget_p99" => Some(budget?.p99),
        "tick_budget_max" => Some(budget?.max),
        "sim_load" => server?.sim_load,
        "reliefs" => server?.reliefs,
        "server_cpu" => server?.cpu_cores,
        "skipped" => Some(tally.counts.skipped_part()),
        "closes" => Some(crate::metrics::Counts::total(&tally.counts.closes) as f64),
        "refusals" => Some(crate::metrics::Counts::total(&tally.counts.refusals) as f64),
        _ => Metric::ALL.into_iter().find_map(|metric| {
            let quantile = figure.strip_prefix(metric.name())?.strip_prefix('_')?;
            let Quantiles { mean, p50, p90, p99, p999, max, .. } = tally.corrected(metric)?.quantiles()?;
            Some([mean, p50, p90, p99, p999, max][QUANTILES.iter().position(|name| *name == quantile)?])
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Basis;

    #[test]
    fn objectives_are_read_in_every_unit() {
        for (text, shown) in [
            ("input_ack_p99<60ms", "input_ack_p99 < 60.0 ms"),
            ("join_max <= 2s", "join_max < 2000.0 ms"),
            ("tick_budget_p99<80%", "tick_budget_p99 < 80.0 %"),
            ("closes<1", "closes < 1"),
        ] {
            assert_eq!(text.parse::<Slo>().unwrap().to_string(), shown);
        }
    }

    #[test]
    fn what_is_no_objective_is_told_with_what_would_be() {
        assert!(matches!("input_ack_p99".parse::<Slo>(), Err(SloError::Form(_))));
        assert!("ping_p99<5ms".parse::<Slo>().unwrap_err().to_string().contains("snapshot_age"));
        assert!("input_ack_p99<5%".parse::<Slo>().unwrap_err().to_string().contains("ms"));
    }

    #[test]
    fn an_objective_that_could_not_be_measured_is_missed() {
        let slo: Slo = "tick_budget_p99<80%".parse().unwrap();
        let judged = slo.judge(&Tally::default(), None);
        assert!(!judged.met);
        assert_eq!(judged.shown(), "not measured");
    }

    #[test]
    fn corrected_times_are_what_counts() {
        let mut tally = Tally::default();
        tally.record(Metric::InputAck, Basis::Raw, 10_000);
        tally.record(Metric::InputAck, Basis::Corrected, 90_000);
        let slo: Slo = "input_ack_p99<60ms".parse().unwrap();
        assert!(!slo.judge(&tally, None).met);
    }
}
