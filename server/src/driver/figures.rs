//! What one sim thread counts, in plain integers, published a few times a second.
//!
//! Not here: names and meanings of the metrics (`metrics`), what a room counts itself (`skirmish_sim::RoomFigures`).

use skirmish_sim::Relief;

use super::overload::{Load, Steps};
use crate::metrics::{
    DEADLINES_DROPPED, MATCHES_RELIEVED, RELIEF_DILATION_PERMILLE, RELIEF_SNAPSHOT_FACTOR, RELIEF_STEPS,
    SIM_LOAD_PERMILLE, SNAPSHOTS_SKIPPED, TICK_BUDGET_PERMILLE, TICK_DURATION_US, TICK_LATE_US, TICKS, TICKS_OVERRUN,
};

/// How long counts are kept before they are published.
const PUBLISH_US: u64 = 250_000;

/// One tick of one match.
#[derive(Clone, Copy, Debug)]
pub(super) struct TickFigures {
    /// The step alone.
    pub(super) step_us: u64,
    /// How long after its deadline it began.
    pub(super) late_us: u64,
    /// The step and what was handed out after it.
    pub(super) work_us: u64,
    /// From tick to tick.
    pub(super) period_us: u64,
}

/// Counts since they were last published.
#[derive(Debug, Default)]
pub(super) struct Figures {
    thread: usize,
    pub(super) published_us: u64,
    pub(super) ticks: Vec<TickFigures>,
    pub(super) deadlines_dropped: u64,
    pub(super) snapshots_skipped: u64,
    pub(super) steps: Steps,
    strain: Strain,
}

/// How the thread stood when it was last judged.
#[derive(Clone, Copy, Debug)]
struct Strain {
    load_permille: f64,
    relieved: usize,
    /// The most that any match is spared, of either kind.
    most: Relief,
}

impl Default for Strain {
    fn default() -> Self {
        Strain { load_permille: 0.0, relieved: 0, most: Relief::NONE }
    }
}

impl Figures {
    /// Those of the sim thread of that number.
    pub(super) fn of_thread(thread: usize) -> Figures {
        Figures { thread, ..Figures::default() }
    }

    pub(super) fn ticked(&mut self, tick: TickFigures) {
        self.ticks.push(tick);
    }

    /// The thread was judged: these loads, `other` besides, and so many steps.
    pub(super) fn judged(&mut self, steps: &Steps, other: f64, loads: &[Load]) {
        let mut strain = Strain { load_permille: other * 1000.0, ..Strain::default() };
        for load in loads {
            strain.load_permille += load.demand_under(Relief::NONE) * 1000.0;
            strain.relieved += usize::from(load.relief != Relief::NONE);
            strain.most.snapshot_factor = strain.most.snapshot_factor.max(load.relief.snapshot_factor);
            strain.most.dilation_permille = strain.most.dilation_permille.min(load.relief.dilation_permille);
        }
        strain.load_permille = strain.load_permille.round();
        self.tell(steps, &strain);
        self.steps.add(steps);
        self.strain = strain;
    }

    fn tell(&self, steps: &Steps, strain: &Strain) {
        let Strain { load_permille, relieved, most } = strain;
        let sim = self.thread;
        let Relief { snapshot_factor, dilation_permille } = most;
        if steps.rate_lowered + steps.slowed > 0 {
            tracing::warn!(
                sim,
                load_permille,
                relieved,
                snapshot_factor,
                dilation_permille,
                "more work than time: matches are relieved"
            );
        } else if steps.rate_raised + steps.quickened > 0 {
            tracing::info!(sim, load_permille, relieved, snapshot_factor, dilation_permille, "relief is taken back");
        }
    }

    /// Publishes, unless that was done a moment ago.
    pub(super) fn publish_sometimes(&mut self, now_us: u64) {
        if now_us.saturating_sub(self.published_us) >= PUBLISH_US {
            self.published_us = now_us;
            self.publish();
        }
    }

    /// Adds everything to the process's metrics and starts anew.
    pub(super) fn publish(&mut self) {
        metrics::counter!(DEADLINES_DROPPED).increment(std::mem::take(&mut self.deadlines_dropped));
        metrics::counter!(SNAPSHOTS_SKIPPED).increment(std::mem::take(&mut self.snapshots_skipped));
        self.publish_ticks();
        self.publish_relief();
    }

    fn publish_ticks(&mut self) {
        let (durations, lates) = (metrics::histogram!(TICK_DURATION_US), metrics::histogram!(TICK_LATE_US));
        let budgets = metrics::histogram!(TICK_BUDGET_PERMILLE);
        let mut overrun = 0;
        metrics::counter!(TICKS).increment(self.ticks.len() as u64);
        for TickFigures { step_us, late_us, work_us, period_us } in self.ticks.drain(..) {
            durations.record(step_us as f64);
            lates.record(late_us as f64);
            budgets.record(work_us as f64 * 1000.0 / period_us as f64);
            overrun += u64::from(work_us > period_us);
        }
        metrics::counter!(TICKS_OVERRUN).increment(overrun);
    }

    fn publish_relief(&mut self) {
        let Steps { rate_lowered, rate_raised, slowed, quickened } = std::mem::take(&mut self.steps);
        for (step, count) in
            [("rate_lowered", rate_lowered), ("rate_raised", rate_raised), ("slowed", slowed), ("quickened", quickened)]
        {
            metrics::counter!(RELIEF_STEPS, "step" => step).increment(count);
        }
        let Strain { load_permille, relieved, most } = self.strain;
        let gauges = [
            (SIM_LOAD_PERMILLE, load_permille),
            (MATCHES_RELIEVED, relieved as f64),
            (RELIEF_SNAPSHOT_FACTOR, most.snapshot_factor.into()),
            (RELIEF_DILATION_PERMILLE, most.dilation_permille.into()),
        ];
        for (name, value) in gauges {
            metrics::gauge!(name, "sim" => self.thread.to_string()).set(value);
        }
    }
}
