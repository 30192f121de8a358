//! The generator watches itself: how busy it is, how long it waits for a processor, and what that makes of its figures.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, Timespec, clock_gettime};
use serde::{Deserialize, Serialize};

use crate::metrics::{Metric, Tally};
use crate::reserve::THREAD;

/// The lag behind its schedule that all but a hundredth of the inputs must keep, in milliseconds.
pub(crate) const LAG_P99_MS_MAX: f64 = 10.0;
/// The part of inputs that the generator may miss.
pub(crate) const MISSED_PART_MAX: f64 = 0.001;
/// The part of the time that a thread of players may be at work.
pub(crate) const BUSY_PART_MAX: f64 = 0.9;

/// What the system says of this process, up to a moment.
#[derive(Clone, Debug)]
pub(crate) struct Effort {
    at: Instant,
    cpu_s: f64,
    /// Of each thread of players: CPU time, and time it was ready and had no processor.
    players_s: Vec<(f64, f64)>,
    /// CPU time of the whole machine.
    machine_s: f64,
}

/// How the generator was between two moments.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Watched {
    /// CPU time per time: 1 is one core.
    pub(crate) cpu_cores: f64,
    /// The part of the time that the busiest thread of players was at work.
    pub(crate) busiest_part: f64,
    /// The part of the time that a thread of players was ready and had no processor, of the worst one.
    pub(crate) waited_part: f64,
    /// CPU time per time of all processes.
    pub(crate) machine_cores: f64,
}

impl Effort {
    pub(crate) fn now() -> Self {
        let threads = fs::read_dir("/proc/self/task").into_iter().flatten();
        // A thread may end while we look.
        let threads: Vec<_> = threads.filter_map(|task| thread_s(&task.ok()?.path())).collect();
        Self {
            at: Instant::now(),
            cpu_s: process_s(),
            players_s: threads
                .iter()
                .filter(|(name, ..)| name.starts_with(THREAD))
                .map(|(_, cpu_s, waited_s)| (*cpu_s, *waited_s))
                .collect(),
            machine_s: machine_s().unwrap_or_default(),
        }
    }

    /// How it was since then.
    pub(crate) fn since(&self, before: &Effort) -> Watched {
        let seconds = (self.at - before.at).max(Duration::from_millis(1)).as_secs_f64();
        let most = |figure: fn(&(f64, f64)) -> f64| {
            let pairs = self.players_s.iter().zip(&before.players_s);
            pairs.map(|(now, before)| (figure(now) - figure(before)) / seconds).fold(0.0, f64::max)
        };
        Watched {
            cpu_cores: (self.cpu_s - before.cpu_s) / seconds,
            busiest_part: most(|(cpu_s, _)| *cpu_s),
            waited_part: most(|(_, waited_s)| *waited_s),
            machine_cores: (self.machine_s - before.machine_s) / seconds,
        }
    }
}

/// CPU time of this process, of threads that have ended too.
fn process_s() -> f64 {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(ClockId::ProcessCPUTime);
    tv_sec as f64 + tv_nsec as f64 / 1e9
}

/// Name, CPU time and time waited of a thread.
fn thread_s(task: &Path) -> Option<(String, f64, f64)> {
    let name = fs::read_to_string(task.join("comm")).ok()?;
    let times = fs::read_to_string(task.join("schedstat")).ok()?;
    let mut times = times.split_whitespace().map(|ns| ns.parse::<f64>().ok().map(|ns| ns / 1e9));
    Some((name.trim().to_owned(), times.next()??, times.next()??))
}

/// CPU time of all processes since the machine started, in steps of 10 ms.
fn machine_s() -> Option<f64> {
    let stat = fs::read_to_string("/proc/stat").ok()?;
    let times: Vec<f64> =
        stat.lines().next()?.split_whitespace().skip(1).filter_map(|ticks| ticks.parse().ok()).collect();
    // user, nice, system, and interrupts of both kinds; idle and waiting for disks are left out.
    Some([0, 1, 2, 5, 6].iter().filter_map(|field| times.get(*field)).sum::<f64>() / 100.0)
}

impl Watched {
    /// Adds another generator process to this one: their efforts add up, the worst thread counts.
    pub(crate) fn add(&mut self, other: &Watched) {
        self.cpu_cores += other.cpu_cores;
        self.busiest_part = self.busiest_part.max(other.busiest_part);
        self.waited_part = self.waited_part.max(other.waited_part);
        self.machine_cores = self.machine_cores.max(other.machine_cores);
    }
}

/// Why the figures are void, in words; none of them: the generator kept its schedule.
pub(crate) fn void_reasons(watched: &Watched, tally: &Tally) -> Vec<String> {
    let mut reasons = Vec::new();
    let lag_ms = tally.corrected(Metric::SendLag).map_or(0.0, |lag| lag.at_ms(0.99));
    if lag_ms > LAG_P99_MS_MAX {
        reasons.push(format!(
            "it lagged {lag_ms:.1} ms behind its schedule at p99 (at most {LAG_P99_MS_MAX} ms is sound)"
        ));
    }
    let (due, missed) = (tally.counts.inputs_due, tally.counts.inputs_missed);
    let part = missed as f64 / due.max(1) as f64;
    if part > MISSED_PART_MAX {
        reasons.push(format!(
            "it missed {missed} of {due} inputs by more than a period, {:.1} % (at most {} % is sound)",
            part * 100.0,
            MISSED_PART_MAX * 100.0
        ));
    }
    if watched.busiest_part > BUSY_PART_MAX {
        reasons.push(format!(
            "its busiest thread was at work {:.0} % of the time (at most {:.0} % is sound)",
            watched.busiest_part * 100.0,
            BUSY_PART_MAX * 100.0
        ));
    }
    reasons
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Basis;

    #[test]
    fn a_generator_that_keeps_its_schedule_has_no_excuse() {
        let mut tally = Tally::default();
        (0..1000).for_each(|_| tally.record(Metric::SendLag, Basis::Corrected, 200));
        tally.counts.inputs_due = 1000;
        assert!(void_reasons(&Watched::default(), &tally).is_empty());
    }

    #[test]
    fn lag_missed_inputs_and_a_busy_thread_each_void_a_run() {
        let mut tally = Tally::default();
        (0..1000)
            .for_each(|number| tally.record(Metric::SendLag, Basis::Corrected, if number < 20 { 50_000 } else { 200 }));
        (tally.counts.inputs_due, tally.counts.inputs_missed) = (1000, 2);
        let watched = Watched { busiest_part: 0.95, ..Watched::default() };
        assert_eq!(void_reasons(&watched, &tally).len(), 3);
    }

    #[test]
    fn the_system_tells_how_busy_this_process_is() {
        let before = Effort::now();
        let began = Instant::now();
        while before.cpu_s + 0.005 > Effort::now().cpu_s {
            assert!(began.elapsed() < Duration::from_secs(30), "CPU time grows while we work");
        }
        assert!(Effort::now().since(&before).cpu_cores > 0.0);
    }
}
