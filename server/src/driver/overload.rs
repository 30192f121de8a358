//! What a sim thread does when its matches' work does not fit into real time: it lowers their snapshot rate, then dilates their time.
//!
//! Four times a second the thread asks [`Overload::judge`], with what each match's ticks and snapshots cost. If the work that is asked for exceeds what
//! the thread has, in two windows in a row, matches are relieved in this order: a snapshot every 2nd, then every 3rd time; then their time is dilated, by as
//! much as the measured costs say and no more. Once the work would fit with room to spare for a while, relief is taken back in the reverse order, a step at a time.
//!
//! Whom it hits: the thread's time is shared out evenly among its matches, and what a match does not need is for those that need more. A match that
//! needs more than its share is relieved until it fits into it. So one heavy match pays for itself and its neighbours run on as they were, while
//! matches of equal cost are relieved equally. Not by seats: a large match would otherwise slow down all small ones.
//!
//! Invariants: there is no clock in here; what comes out follows from what goes in. Relief never rests on a guess: each step down leaves the work at
//! [`TARGET`] by the costs just measured, each step up at [`EASY`] or less, so that none of them brings about its own reversal.
//!
//! Not here: what relief does to a match (`skirmish_sim::Relief`), how costs are taken (`load`), the catch-up bound (`deadlines`).

use skirmish_protocol::limits::DILATION_PERMILLE_MIN;
use skirmish_sim::Relief;

/// Work beyond this share of the thread's time is too much.
const HIGH: f64 = 0.95;
/// Relief brings the work down to this share, which leaves time to catch up.
const TARGET: f64 = 0.85;
/// Relief is taken back only as far as the work stays within this share.
const EASY: f64 = 0.75;
/// However much else the thread does, matches get this share of its time.
const MATCHES_MIN: f64 = 0.1;
/// So many windows in a row must be too much: one may have seen a hiccup.
const STRAINED_WINDOWS: u32 = 2;
/// So many windows in a row must be easy before a step is taken back.
const CALM_WINDOWS: u32 = 8;
/// If relief that was taken back is needed again so soon, the next time takes twice as many, up to a bound.
const RELAPSE_WINDOWS: u32 = 20;
const CALM_WINDOWS_MAX: u32 = 64;
/// The steps of the snapshot rate: so many times the tuned interval.
const FACTORS: [u32; 3] = [1, 2, 3];
/// The smallest step in which dilation is taken back, in thousandths.
const RISE_PERMILLE_MIN: u32 = 50;

/// What one match asks of its thread.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    /// Ticks a second of real time, without relief; 0 while paused.
    pub(super) ticks_per_s: f64,
    /// Ticks from one snapshot to the next, without relief.
    pub(super) snapshot_interval: u32,
    /// What a tick costs, in microseconds.
    pub(super) tick_us: f64,
    /// What sending a tick's snapshots costs besides.
    pub(super) send_us: f64,
    /// Whether the costs were measured in this window.
    pub(super) is_fresh: bool,
    /// The relief in force, and after the judgement that which is to be.
    pub(super) relief: Relief,
}

impl Load {
    /// The share of a thread's time that it takes at full speed with this snapshot factor.
    fn demand(&self, snapshot_factor: u32) -> f64 {
        let interval = f64::from(self.snapshot_interval * snapshot_factor);
        self.ticks_per_s * (self.tick_us + self.send_us / interval) / 1e6
    }

    /// The share that it takes under this relief.
    pub(super) fn demand_under(&self, relief: Relief) -> f64 {
        self.demand(relief.snapshot_factor) * f64::from(relief.dilation_permille) / 1000.0
    }
}

/// Changes of relief, in matches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Steps {
    /// The snapshot rate was lowered by a step.
    pub(super) rate_lowered: u64,
    pub(super) rate_raised: u64,
    /// Time was dilated, or more so.
    pub(super) slowed: u64,
    pub(super) quickened: u64,
}

impl Steps {
    /// Counts these too.
    pub(super) fn add(&mut self, more: &Steps) {
        self.rate_lowered += more.rate_lowered;
        self.rate_raised += more.rate_raised;
        self.slowed += more.slowed;
        self.quickened += more.quickened;
    }
}

/// How a sim thread stands.
#[derive(Debug)]
pub(super) struct Overload {
    strained: u32,
    calm: u32,
    /// Calm windows that are waited for.
    patience: u32,
    /// Windows since relief was last taken back.
    since_eased: u32,
    /// Reliefs at hand, for their memory.
    fitting: Vec<Relief>,
    demands: Vec<f64>,
}

impl Default for Overload {
    fn default() -> Self {
        Overload {
            strained: 0,
            calm: 0,
            patience: CALM_WINDOWS,
            since_eased: u32::MAX,
            fitting: Vec::new(),
            demands: Vec::new(),
        }
    }
}

impl Overload {
    /// Judges a window in which everything but these matches took the share `other` of the thread's time. Their relief is what it is to be from now on.
    pub(super) fn judge(&mut self, other: f64, loads: &mut [Load]) -> Steps {
        self.since_eased = self.since_eased.saturating_add(1);
        let work: f64 = loads.iter().map(|load| load.demand_under(load.relief)).sum();
        let mut steps = Steps::default();
        if other + work > HIGH {
            self.calm = 0;
            self.strained += 1;
            if self.strained >= STRAINED_WINDOWS {
                self.relieve(other, loads, &mut steps);
            }
            return steps;
        }
        self.strained = 0;
        if loads.iter().any(|load| load.relief != Relief::NONE) {
            self.ease(other, loads, &mut steps);
        }
        steps
    }

    fn relieve(&mut self, other: f64, loads: &mut [Load], steps: &mut Steps) {
        self.fit(TARGET - other, loads);
        for (load, fitting) in loads.iter_mut().zip(&self.fitting) {
            let before = load.relief;
            load.relief.snapshot_factor = before.snapshot_factor.max(fitting.snapshot_factor);
            load.relief.dilation_permille = before.dilation_permille.min(fitting.dilation_permille);
            steps.rate_lowered += rungs(before.snapshot_factor, load.relief.snapshot_factor);
            steps.slowed += u64::from(load.relief.dilation_permille < before.dilation_permille);
        }
        if *steps != Steps::default() {
            let relapsed = self.since_eased <= RELAPSE_WINDOWS;
            self.patience = if relapsed { (self.patience * 2).min(CALM_WINDOWS_MAX) } else { CALM_WINDOWS };
            self.since_eased = u32::MAX;
        }
    }

    fn ease(&mut self, other: f64, loads: &mut [Load], steps: &mut Steps) {
        self.fit(EASY - other, loads);
        let mut pairs = loads.iter().zip(&self.fitting);
        if !pairs.any(|(load, fitting)| load.is_fresh && eased(load.relief, *fitting) != load.relief) {
            return;
        }
        self.calm += 1;
        if self.calm < self.patience {
            return;
        }
        self.calm = 0;
        self.since_eased = 0;
        for (load, fitting) in loads.iter_mut().zip(&self.fitting) {
            let before = load.relief;
            load.relief = eased(before, *fitting);
            steps.rate_raised += rungs(load.relief.snapshot_factor, before.snapshot_factor);
            steps.quickened += u64::from(load.relief.dilation_permille > before.dilation_permille);
        }
    }

    /// The least relief under which these matches take no more than the share `budget` of the thread's time.
    fn fit(&mut self, budget: f64, loads: &[Load]) {
        let budget = budget.max(MATCHES_MIN);
        self.fitting.clear();
        self.fitting.resize(loads.len(), Relief::NONE);
        loop {
            let share = self.fair_share(budget, loads);
            let mut lowered = false;
            for (load, relief) in loads.iter().zip(&mut self.fitting) {
                let next = FACTORS.into_iter().find(|factor| *factor > relief.snapshot_factor);
                if let Some(next) = next.filter(|_| load.demand(relief.snapshot_factor) > share) {
                    relief.snapshot_factor = next;
                    lowered = true;
                }
            }
            if !lowered {
                return self.dilate(share, loads);
            }
        }
    }

    fn dilate(&mut self, share: f64, loads: &[Load]) {
        for (load, relief) in loads.iter().zip(&mut self.fitting) {
            let demand = load.demand(relief.snapshot_factor);
            if demand > share {
                relief.dilation_permille = ((share / demand * 1000.0) as u32).max(DILATION_PERMILLE_MIN);
            }
        }
    }

    /// How much of the thread's time one match may take so that all together take `budget`: those that ask for less get what they ask for. Infinite if all do.
    fn fair_share(&mut self, budget: f64, loads: &[Load]) -> f64 {
        self.demands.clear();
        let demands = loads.iter().zip(&self.fitting).map(|(load, relief)| load.demand(relief.snapshot_factor));
        self.demands.extend(demands);
        self.demands.sort_unstable_by(f64::total_cmp);
        let mut left = budget;
        for (index, demand) in self.demands.iter().enumerate() {
            let share = left / (self.demands.len() - index) as f64;
            if *demand > share {
                return share;
            }
            left -= demand;
        }
        f64::INFINITY
    }
}

/// One step back from `relief` towards what would fit: first time goes quicker, by half of what is missing, then snapshots come more often.
fn eased(relief: Relief, fitting: Relief) -> Relief {
    let Relief { snapshot_factor, dilation_permille } = relief;
    if fitting.dilation_permille > dilation_permille {
        let half = fitting.dilation_permille.midpoint(dilation_permille);
        let risen = half.max(dilation_permille + RISE_PERMILLE_MIN).min(fitting.dilation_permille);
        Relief { dilation_permille: risen, ..relief }
    } else if dilation_permille == 1000 && fitting.snapshot_factor < snapshot_factor {
        let before = FACTORS.into_iter().rfind(|factor| *factor < snapshot_factor);
        Relief { snapshot_factor: before.unwrap_or(1), ..relief }
    } else {
        relief
    }
}

/// How many steps of the snapshot rate lie between two factors.
fn rungs(low: u32, high: u32) -> u64 {
    FACTORS.into_iter().filter(|factor| (low + 1..=high).contains(factor)).count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(tick_us: f64, send_us: f64) -> Load {
        Load { ticks_per_s: 20.0, snapshot_interval: 1, tick_us, send_us, is_fresh: true, relief: Relief::NONE }
    }

    fn relief(snapshot_factor: u32, dilation_permille: u32) -> Relief {
        Relief { snapshot_factor, dilation_permille }
    }

    /// Every relief of the first load in so many windows, without repetitions.
    fn reliefs(overload: &mut Overload, loads: &mut [Load], windows: u32) -> Vec<Relief> {
        let judged = (0..windows).map(|_| {
            overload.judge(0.0, loads);
            loads[0].relief
        });
        let mut reliefs: Vec<Relief> = judged.collect();
        reliefs.dedup();
        reliefs
    }

    fn strain(overload: &mut Overload, other: f64, loads: &mut [Load]) {
        for _ in 0..STRAINED_WINDOWS {
            overload.judge(other, loads);
        }
    }

    #[test]
    fn dear_snapshots_come_less_often_and_time_goes_on_as_it_was() {
        let (mut overload, mut loads) = (Overload::default(), [load(5_000.0, 50_000.0)]);
        assert_eq!(reliefs(&mut overload, &mut loads, 1_000), [Relief::NONE, relief(2, 1000)]);
        loads[0].send_us = 10_000.0;
        assert_eq!(reliefs(&mut overload, &mut loads, 100), [relief(2, 1000), Relief::NONE]);
    }

    #[test]
    fn relief_is_taken_back_in_the_reverse_order_a_step_at_a_time() {
        let (mut overload, mut loads) = (Overload::default(), [load(100_000.0, 10_000.0)]);
        assert_eq!(reliefs(&mut overload, &mut loads, 1_000), [Relief::NONE, relief(3, 411)]);
        loads[0].tick_us = 10_000.0;
        let dilated = [411, 705, 852, 926, 976, 1000].map(|permille| relief(3, permille));
        let expected = [&dilated[..], &[relief(2, 1000), Relief::NONE]].concat();
        assert_eq!(reliefs(&mut overload, &mut loads, 1_000), expected);
    }

    #[test]
    fn work_between_the_bounds_changes_nothing() {
        for share in [0.80, 0.94] {
            let (mut overload, mut loads) = (Overload::default(), [load(50_000.0 * share, 0.0)]);
            assert_eq!(reliefs(&mut overload, &mut loads, 1_000), [Relief::NONE]);
            loads[0].relief = relief(3, 950);
            assert_eq!(reliefs(&mut overload, &mut loads, 1_000), [relief(3, 950)]);
        }
    }

    #[test]
    fn relief_that_is_needed_again_soon_is_waited_for_longer() {
        let (mut overload, mut loads) = (Overload::default(), [load(100_000.0, 0.0)]);
        let mut waited = Vec::new();
        for _ in 0..3 {
            loads[0].tick_us = 100_000.0;
            strain(&mut overload, 0.0, &mut loads);
            let (before, mut windows) = (loads[0].relief, 0);
            loads[0].tick_us = 10_000.0;
            while loads[0].relief == before {
                overload.judge(0.0, &mut loads);
                windows += 1;
            }
            waited.push(windows);
        }
        assert_eq!(waited, [CALM_WINDOWS, CALM_WINDOWS * 2, CALM_WINDOWS * 4]);
    }

    #[test]
    fn whatever_matches_cost_they_fit_once_relieved_and_the_cheapest_is_spared_least() {
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..1_000 {
            let mut loads: Vec<Load> = (0..random.usize(1..30))
                .map(|_| load(random.f64().powi(4) * 50_000.0, random.f64().powi(4) * 20_000.0))
                .collect();
            let (mut overload, other) = (Overload::default(), random.f64() * 0.5);
            strain(&mut overload, other, &mut loads);
            let work: f64 = loads.iter().map(|load| load.demand_under(load.relief)).sum();
            assert!(other + work <= HIGH, "{other} {loads:?}");
            let by_demand = |load: &&Load| (load.demand(3) * 1e9) as u64;
            let cheapest = loads.iter().min_by_key(by_demand).expect("there are some");
            let least = loads.iter().map(|load| load.relief.dilation_permille).max();
            assert_eq!(Some(cheapest.relief.dilation_permille), least, "{loads:?}");
        }
    }
}
