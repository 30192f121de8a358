//! The server's own view of the run, from its `/metrics`.
//!
//! Invariant: everything is the difference of two looks, so what happened before the run plays no part. A server that lacks a metric, or has no
//! metrics at all, gives no figure: nothing is made up.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// One look at `/metrics`: every series, by its name with its labels.
#[derive(Clone, Debug)]
pub(crate) struct Look {
    at: Instant,
    values: BTreeMap<String, f64>,
}

/// What the server said of the time between two looks.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct ServerView {
    /// What ticks took of the time from tick to tick: 1 is all of it.
    pub(crate) tick_budget: Option<Budget>,
    /// Ticks that took longer than the time from tick to tick.
    pub(crate) overruns: Option<f64>,
    /// Ticks a second, all matches together.
    pub(crate) ticks_per_s: Option<f64>,
    /// Deadlines that were dropped: match time fell behind by one tick each.
    pub(crate) deadlines_dropped: Option<f64>,
    /// The slowest match time per real time, in thousandths.
    pub(crate) dilation_permille: Option<f64>,
    /// How often the server spared a match something, or more, because it could not keep up.
    pub(crate) reliefs: Option<f64>,
    /// The busiest simulation thread's load, as a part of its time.
    pub(crate) sim_load: Option<f64>,
    /// CPU time per time: 1 is one core.
    pub(crate) cpu_cores: Option<f64>,
    /// The reader or simulation thread that used most.
    pub(crate) busiest: Option<Busiest>,
    pub(crate) memory_mib: Option<f64>,
    pub(crate) sessions: Option<f64>,
    pub(crate) matches: Option<f64>,
    pub(crate) bytes_sent_per_s: Option<f64>,
    pub(crate) snapshots_skipped: Option<f64>,
    /// Sessions closed, by code.
    pub(crate) closes: BTreeMap<String, f64>,
}

/// One thread of the server.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Busiest {
    pub(crate) thread: String,
    /// CPU time per time.
    pub(crate) cores: f64,
}

/// Quantiles of budget use. They come from a histogram's buckets: within one they are interpolated, and the greatest is its upper bound.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct Budget {
    pub(crate) mean: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
    pub(crate) max: f64,
}

impl Look {
    /// What a text in Prometheus' format says.
    pub(crate) fn of_text(text: &str) -> Self {
        let values = text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
            let (name, value) = line.trim().rsplit_once(' ')?;
            Some((name.to_owned(), value.parse().ok()?))
        });
        Self { at: Instant::now(), values: values.collect() }
    }

    fn get(&self, name: &str) -> Option<f64> {
        self.values.get(name).copied()
    }

    /// All series of a metric, by the value of a label.
    fn by_label<'a>(&'a self, name: &'a str, label: &'a str) -> impl Iterator<Item = (&'a str, f64)> {
        self.values.iter().filter_map(move |(series, value)| {
            let labels = series.strip_prefix(name)?.strip_prefix('{')?;
            let given = labels.split_once(&format!("{label}=\""))?.1;
            Some((given.split('"').next()?, *value))
        })
    }

    /// What happened since an earlier look. The tick rate serves servers that tell how long ticks take, but not of how much.
    pub(crate) fn since(&self, before: &Look, tick_hz: Option<u32>) -> ServerView {
        let seconds = (self.at - before.at).max(Duration::from_millis(1)).as_secs_f64();
        let grown = |name: &str| Some(self.get(name)? - before.get(name).unwrap_or(0.0));
        let closes = self.by_label("skirmish_closes_total", "code").map(|(code, count)| {
            let earlier = before.by_label("skirmish_closes_total", "code").find(|(known, _)| *known == code);
            (code.to_owned(), count - earlier.map_or(0.0, |(_, count)| count))
        });
        let least = |name, label| self.by_label(name, label).map(|(_, value)| value).reduce(f64::min);
        let most = |name, label| self.by_label(name, label).map(|(_, value)| value).reduce(f64::max);
        ServerView {
            tick_budget: self.budget(before, tick_hz),
            overruns: grown("skirmish_ticks_overrun_total"),
            ticks_per_s: grown("skirmish_ticks_total").map(|ticks| ticks / seconds),
            deadlines_dropped: grown("skirmish_deadlines_dropped_total"),
            dilation_permille: least("skirmish_relief_dilation_permille", "sim"),
            reliefs: self.reliefs(before),
            sim_load: most("skirmish_sim_load_permille", "sim").map(|permille| permille / 1000.0),
            cpu_cores: grown("process_cpu_seconds_total").map(|cpu_s| cpu_s / seconds),
            busiest: self.busiest(before, seconds),
            memory_mib: self.get("process_resident_memory_bytes").map(|bytes| bytes / 1024.0 / 1024.0),
            sessions: self.get("skirmish_sessions_open"),
            matches: self.get("skirmish_matches_open"),
            bytes_sent_per_s: grown("skirmish_bytes_sent_total").map(|bytes| bytes / seconds),
            snapshots_skipped: grown("skirmish_snapshots_skipped_total"),
            closes: closes.filter(|(_, count)| *count > 0.0).collect(),
        }
    }

    fn busiest(&self, before: &Look, seconds: f64) -> Option<Busiest> {
        const CPU_S: &str = "skirmish_thread_cpu_seconds_total";
        let threads = self.by_label(CPU_S, "thread").map(|(thread, cpu_s)| {
            let earlier = before.by_label(CPU_S, "thread").find(|(known, _)| *known == thread);
            let cores = (cpu_s - earlier.map_or(0.0, |(_, cpu_s)| cpu_s)) / seconds;
            Busiest { thread: thread.to_owned(), cores }
        });
        threads.max_by(|one, other| one.cores.total_cmp(&other.cores))
    }

    fn reliefs(&self, before: &Look) -> Option<f64> {
        self.get_any("skirmish_relief_steps_total{")?;
        let steps = |look: &Look| -> f64 {
            let all = look.by_label("skirmish_relief_steps_total", "step");
            all.filter(|(step, _)| ["rate_lowered", "slowed"].contains(step)).map(|(_, count)| count).sum()
        };
        Some(steps(self) - steps(before))
    }

    fn get_any(&self, start: &str) -> Option<f64> {
        self.values.iter().find(|(name, _)| name.starts_with(start)).map(|(_, value)| *value)
    }

    fn budget(&self, before: &Look, tick_hz: Option<u32>) -> Option<Budget> {
        const PERMILLE: &str = "skirmish_tick_budget_permille";
        const DURATION_US: &str = "skirmish_tick_duration_us";
        let (name, whole) = match self.get(&format!("{PERMILLE}_count")) {
            Some(_) => (PERMILLE, 1000.0),
            None => (DURATION_US, 1e6 / f64::from(tick_hz?)),
        };
        let grown = |part: &str| {
            let name = format!("{name}_{part}");
            Some(self.get(&name)? - before.get(&name).unwrap_or(0.0))
        };
        let (sum, count) = (grown("sum")?, grown("count")?);
        let bucket = format!("{name}_bucket");
        let mut buckets: Vec<(f64, f64)> = self
            .by_label(&bucket, "le")
            .filter_map(|(bound, held)| {
                let earlier = before.by_label(&bucket, "le").find(|(known, _)| *known == bound);
                let bound: f64 = if bound == "+Inf" { f64::INFINITY } else { bound.parse().ok()? };
                Some((bound, held - earlier.map_or(0.0, |(_, held)| held)))
            })
            .collect();
        buckets.sort_by(|one, other| one.0.total_cmp(&other.0));
        (count > 0.0).then(|| Budget {
            mean: sum / count / whole,
            p50: quantile(&buckets, 0.5) / whole,
            p99: quantile(&buckets, 0.99) / whole,
            max: quantile(&buckets, 1.0) / whole,
        })
    }
}

/// The quantile of cumulative buckets, interpolated within the one it falls in; beyond the last bound, that bound.
fn quantile(buckets: &[(f64, f64)], part: f64) -> f64 {
    let all = buckets.last().map_or(0.0, |(_, held)| *held);
    let wanted = part * all;
    let (mut lower, mut below) = (0.0, 0.0);
    for &(bound, held) in buckets {
        if held >= wanted && held > below {
            return if bound.is_finite() { lower + (bound - lower) * (wanted - below) / (held - below) } else { lower };
        }
        (lower, below) = (bound, held);
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "# TYPE skirmish_ticks_total counter
skirmish_ticks_total 100
skirmish_tick_duration_us_bucket{le=\"1000\"} 100
skirmish_tick_duration_us_bucket{le=\"50000\"} 100
skirmish_tick_duration_us_bucket{le=\"+Inf\"} 100
skirmish_tick_duration_us_sum 50000
skirmish_tick_duration_us_count 100
";
    const AFTER: &str = "skirmish_ticks_total 300
skirmish_tick_duration_us_bucket{le=\"1000\"} 200
skirmish_tick_duration_us_bucket{le=\"50000\"} 300
skirmish_tick_duration_us_bucket{le=\"+Inf\"} 300
skirmish_tick_duration_us_sum 2600000
skirmish_tick_duration_us_count 300
skirmish_closes_total{code=\"left\"} 3
process_resident_memory_bytes 1048576
";

    #[test]
    fn only_what_lies_between_two_looks_counts() {
        let view = Look::of_text(AFTER).since(&Look::of_text(BEFORE), Some(20));
        let budget = view.tick_budget.unwrap();
        assert!((budget.mean - 0.255).abs() < 1e-9);
        assert!((budget.p50 - 0.02).abs() < 1e-9);
        assert!((budget.p99 - 0.9804).abs() < 1e-9);
        assert!((budget.max - 1.0).abs() < 1e-9);
        assert_eq!(view.closes, BTreeMap::from([("left".to_owned(), 3.0)]));
        assert_eq!(view.memory_mib, Some(1.0));
        assert_eq!(view.overruns, None, "a server that does not tell has no figure");
    }

    #[test]
    fn a_budget_that_the_server_tells_needs_no_tick_rate() {
        let text = "skirmish_tick_budget_permille_bucket{le=\"500\"} 10
skirmish_tick_budget_permille_bucket{le=\"+Inf\"} 10
skirmish_tick_budget_permille_sum 4000
skirmish_tick_budget_permille_count 10
skirmish_sim_load_permille{sim=\"0\"} 410
skirmish_sim_load_permille{sim=\"1\"} 250
";
        let view = Look::of_text(text).since(&Look::of_text(""), None);
        assert!((view.tick_budget.unwrap().mean - 0.4).abs() < 1e-9);
        assert_eq!(view.sim_load, Some(0.41));
        assert_eq!(view.reliefs, None);
    }

    #[test]
    fn the_busiest_thread_is_the_one_that_used_most_since_the_look_before() {
        let look = |edge: f64, sim: f64| {
            let line = |thread, cpu_s| format!("skirmish_thread_cpu_seconds_total{{thread=\"{thread}\"}} {cpu_s}\n");
            Look::of_text(&(line("edge-0", edge) + &line("sim-0", sim)))
        };
        let (before, mut after) = (look(50.0, 1.0), look(50.5, 4.0));
        after.at = before.at + Duration::from_secs(4);
        let busiest = Busiest { thread: "sim-0".to_owned(), cores: 0.75 };
        assert_eq!(after.since(&before, None).busiest, Some(busiest));
    }

    #[test]
    fn relief_that_is_granted_counts_and_relief_that_is_taken_back_does_not() {
        let before = "skirmish_relief_steps_total{step=\"slowed\"} 3\n";
        let after =
            "skirmish_relief_steps_total{step=\"slowed\"} 4\nskirmish_relief_steps_total{step=\"quickened\"} 1\n";
        let reliefs = |text: &str| Look::of_text(text).since(&Look::of_text(before), None).reliefs;
        assert_eq!((reliefs(before), reliefs(after)), (Some(0.0), Some(1.0)));
    }
}
