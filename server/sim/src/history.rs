//! The wire states of a match that deltas refer to, and what has changed since each.
//!
//! Invariant: what is here belongs to one epoch, so a baseline that is found here may be used, and one that is not
//! (too old, of another epoch, never there) means a keyframe: one path for every failure. Besides the newest state there are only those that
//! are some session's baseline, so that a match in which everybody keeps up holds two. Each session's own part of
//! its baseline, the view, stands in `session.rs`.

use std::ops::RangeBounds;
use std::sync::Arc;

use skirmish_protocol::{Differences, Plan, WireState};

/// Differences that are kept for their memory, at most: as many baselines as sessions that keep up have.
const SPARE_MAX: usize = 4;

/// The newest wire state, and older ones that sessions hold.
#[derive(Debug)]
pub(crate) struct History {
    /// How many ticks old a state may be.
    ticks_max: u32,
    epoch: u32,
    /// Ascending in tick.
    states: Vec<Held>,
    /// Differences that are out of date, for their memory.
    spare: Vec<Differences>,
}

#[derive(Debug)]
struct Held {
    state: Arc<WireState>,
    is_baseline: bool,
    /// From here to the newest state, if they were asked for.
    differences: Option<Differences>,
}

impl History {
    /// An empty history whose states are at most so many ticks older than the newest.
    pub(crate) fn new(ticks_max: u32) -> Self {
        Self { ticks_max, epoch: 0, states: Vec::new(), spare: Vec::new() }
    }

    /// From the next state on, states are at most so many ticks older than the newest.
    pub(crate) fn bound(&mut self, ticks_max: u32) {
        self.ticks_max = ticks_max;
    }

    /// Adds the newest state and hands those that are too old now to `free`. The first state of another epoch makes all that came before too old.
    pub(crate) fn push(&mut self, state: Arc<WireState>, epoch: u32, mut free: impl FnMut(Arc<WireState>)) {
        let oldest = state.tick.saturating_sub(self.ticks_max);
        let is_new_epoch = std::mem::replace(&mut self.epoch, epoch) != epoch;
        self.remove(.., |held| is_new_epoch || held.state.tick < oldest, &mut free);
        self.spare.extend(self.states.iter_mut().filter_map(|held| held.differences.take()));
        self.states.push(Held { state, is_baseline: false, differences: None });
    }

    /// Notes that the state of this tick is somebody's baseline.
    pub(crate) fn keep(&mut self, tick: u32) {
        if let Some(held) = self.states.iter_mut().rfind(|held| held.state.tick == tick) {
            held.is_baseline = true;
        }
    }

    /// Hands the states that are nobody's baseline, but for the newest, to `free`. The next time, baselines are to be noted anew.
    pub(crate) fn drop_others(&mut self, mut free: impl FnMut(Arc<WireState>)) {
        let newest = self.states.len().saturating_sub(1);
        self.remove(..newest, |held| !std::mem::take(&mut held.is_baseline), &mut free);
        self.states.iter_mut().for_each(|held| held.is_baseline = false);
    }

    /// The state of this tick, if it is held and not the newest, and the differences from there to the newest.
    pub(crate) fn since(&mut self, tick: u32, plan: &Plan, tick_hz: u32) -> Option<(&WireState, &Differences)> {
        let (newest, older) = self.states.split_last_mut()?;
        let Held { state, differences, .. } = older.iter_mut().rfind(|held| held.state.tick == tick)?;
        let differences = differences.get_or_insert_with(|| {
            let mut differences = self.spare.pop().unwrap_or_default();
            differences.compare(plan, state, &newest.state, tick_hz);
            differences
        });
        Some((state, differences))
    }

    fn remove(
        &mut self,
        among: impl RangeBounds<usize>,
        is_wanted_no_more: impl FnMut(&mut Held) -> bool,
        free: &mut impl FnMut(Arc<WireState>),
    ) {
        for held in self.states.extract_if(among, is_wanted_no_more) {
            self.spare.extend(held.differences);
            free(held.state);
        }
        self.spare.truncate(SPARE_MAX);
    }
}

#[cfg(test)]
mod tests {
    use skirmish_protocol::Schema;

    use super::*;

    fn state(tick: u32) -> Arc<WireState> {
        Arc::new(WireState { tick, tables: Vec::new() })
    }

    /// Pushes the states of these ticks, none of which is a baseline; gives the ticks of those that were freed.
    fn pushed(history: &mut History, ticks: impl Iterator<Item = u32>, epoch: u32) -> Vec<u32> {
        let mut freed = Vec::new();
        ticks.for_each(|tick| history.push(state(tick), epoch, |state| freed.push(state.tick)));
        freed
    }

    fn held(history: &History) -> Vec<u32> {
        history.states.iter().map(|held| held.state.tick).collect()
    }

    #[test]
    fn a_state_that_is_too_old_makes_room() {
        let mut history = History::new(2);
        assert_eq!(pushed(&mut history, 1..=5, 0), [1, 2]);
        assert_eq!(held(&history), [3, 4, 5]);
    }

    #[test]
    fn only_the_newest_state_and_baselines_are_kept() {
        let mut history = History::new(8);
        pushed(&mut history, 1..=5, 0);
        let mut freed = Vec::new();
        [2, 5, 2, 9].into_iter().for_each(|tick| history.keep(tick));
        history.drop_others(|state| freed.push(state.tick));
        assert_eq!((freed, held(&history)), (vec![1, 3, 4], vec![2, 5]));
        pushed(&mut history, 6..=6, 0);
        history.drop_others(|_| {});
        assert_eq!(held(&history), [6]);
    }

    #[test]
    fn nothing_of_an_older_epoch_is_found() {
        let mut history = History::new(8);
        assert!(pushed(&mut history, 1..=3, 0).is_empty());
        assert_eq!(pushed(&mut history, 4..=4, 1), [1, 2, 3]);
        assert_eq!(held(&history), [4]);
    }

    #[test]
    fn a_baseline_is_an_older_state_that_is_still_held() {
        let plan = Plan::new(&Schema { components: Vec::new(), input: Vec::new(), events: Vec::new() }).expect("valid");
        let mut history = History::new(2);
        pushed(&mut history, 1..=5, 0);
        let found = (0..=6).filter(|&tick| history.since(tick, &plan, 20).is_some_and(|(state, _)| state.tick == tick));
        assert_eq!(found.collect::<Vec<_>>(), [3, 4]);
    }
}
