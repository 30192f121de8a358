//! What one sim thread counts, in plain integers, published a few times a second.
//!
//! Not here: names and meanings of the metrics (`metrics`), what a room counts itself (`skirmish_sim::RoomFigures`).

use metrics::{Counter, Gauge};
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
    /// Whether somebody is there.
    pub(super) is_watched: bool,
}

/// Counts since they were last published.
#[derive(Debug)]
pub(super) struct Figures {
    thread: usize,
    metrics: Metrics,
    pub(super) published_us: u64,
    pub(super) ticks: Vec<TickFigures>,
    pub(super) deadlines_dropped: u64,
    pub(super) snapshots_skipped: u64,
    pub(super) steps: Steps,
    strain: Strain,
}

/// Where they are published. Asked for once: asking takes memory.
#[derive(Debug)]
struct Metrics {
    deadlines_dropped: Counter,
    snapshots_skipped: Counter,
    ticks: Counter,
    ticks_overrun: Counter,
    /// In the order of [`Steps`].
    steps: [Counter; 4],
    /// In the order of [`Strain`].
    strain: [Gauge; 4],
}

impl Metrics {
    fn of_thread(thread: usize) -> Metrics {
        let steps = ["rate_lowered", "rate_raised", "slowed", "quickened"];
        let strain = [SIM_LOAD_PERMILLE, MATCHES_RELIEVED, RELIEF_SNAPSHOT_FACTOR, RELIEF_DILATION_PERMILLE];
        Metrics {
            deadlines_dropped: metrics::counter!(DEADLINES_DROPPED),
            snapshots_skipped: metrics::counter!(SNAPSHOTS_SKIPPED),
            ticks: metrics::counter!(TICKS),
            ticks_overrun: metrics::counter!(TICKS_OVERRUN),
            steps: steps.map(|step| metrics::counter!(RELIEF_STEPS, "step" => step)),
            strain: strain.map(|name| metrics::gauge!(name, "sim" => thread.to_string())),
        }
    }
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
        Figures {
            thread,
            metrics: Metrics::of_thread(thread),
            published_us: 0,
            ticks: Vec::new(),
            deadlines_dropped: 0,
            snapshots_skipped: 0,
            steps: Steps::default(),
            strain: Strain::default(),
        }
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
        self.metrics.deadlines_dropped.increment(std::mem::take(&mut self.deadlines_dropped));
        self.metrics.snapshots_skipped.increment(std::mem::take(&mut self.snapshots_skipped));
        self.publish_ticks();
        self.publish_relief();
    }

    fn publish_ticks(&mut self) {
        let mut overrun = 0;
        self.metrics.ticks.increment(self.ticks.len() as u64);
        for TickFigures { step_us, late_us, work_us, period_us, is_watched } in self.ticks.drain(..) {
            TICK_DURATION_US.record(step_us);
            TICK_LATE_US.record(late_us);
            // Matches that nobody is in would hide among them those that are slow for their players.
            if is_watched {
                TICK_BUDGET_PERMILLE.record(work_us * 1000 / period_us);
            }
            overrun += u64::from(work_us > period_us);
        }
        self.metrics.ticks_overrun.increment(overrun);
    }

    fn publish_relief(&mut self) {
        let Steps { rate_lowered, rate_raised, slowed, quickened } = std::mem::take(&mut self.steps);
        for (counter, count) in self.metrics.steps.iter().zip([rate_lowered, rate_raised, slowed, quickened]) {
            counter.increment(count);
        }
        let Strain { load_permille, relieved, most: Relief { snapshot_factor, dilation_permille } } = self.strain;
        let values = [load_permille, relieved as f64, snapshot_factor.into(), dilation_permille.into()];
        for (gauge, value) in self.metrics.strain.iter().zip(values) {
            gauge.set(value);
        }
    }
}
