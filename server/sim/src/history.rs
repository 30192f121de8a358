//! The newest wire states of a match, which deltas refer to.
//!
//! Invariant: what is here belongs to one epoch, so a baseline that is found here may be used, and one that is not
//! (too old, of another epoch, never there) means a keyframe: one path for every failure. Each session's own part of
//! its baseline, the view, stands in `sessions.rs`.

use std::collections::VecDeque;
use std::sync::Arc;

use skirmish_protocol::WireState;

/// A ring of wire states of consecutive ticks: the newest, and those before it.
#[derive(Debug)]
pub(crate) struct History {
    states_max: usize,
    epoch: u32,
    states: VecDeque<Arc<WireState>>,
}

impl History {
    /// An empty history that will hold the newest state and `ticks` before it.
    pub(crate) fn new(ticks: u32) -> Self {
        Self { states_max: ticks as usize + 1, epoch: 0, states: VecDeque::new() }
    }

    /// Adds the state of the next tick and gives the one that makes room for it, if one has to. The first state of another epoch drops all
    /// that came before.
    pub(crate) fn push(&mut self, state: Arc<WireState>, epoch: u32) -> Option<Arc<WireState>> {
        if epoch != self.epoch {
            self.epoch = epoch;
            self.states.clear();
        }
        let oldest = if self.states.len() == self.states_max { self.states.pop_front() } else { None };
        self.states.push_back(state);
        oldest
    }

    /// The state of this tick, if it is still held.
    pub(crate) fn at(&self, tick: u32) -> Option<&Arc<WireState>> {
        let first = self.states.front()?.tick;
        self.states.get(tick.checked_sub(first)? as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(tick: u32) -> Arc<WireState> {
        Arc::new(WireState { tick, tables: Vec::new() })
    }

    #[test]
    fn the_oldest_state_makes_room_for_the_newest() {
        let mut history = History::new(2);
        let left: Vec<u32> = (1..=5).filter_map(|tick| history.push(state(tick), 0)).map(|state| state.tick).collect();
        assert_eq!(left, [1, 2]);
        let held: Vec<u32> = (0..=6).filter(|&tick| history.at(tick).is_some_and(|state| state.tick == tick)).collect();
        assert_eq!(held, [3, 4, 5]);
    }

    #[test]
    fn nothing_of_an_older_epoch_is_found() {
        let mut history = History::new(8);
        for (tick, epoch) in [(1, 0), (2, 0), (3, 0), (4, 1)] {
            assert!(history.push(state(tick), epoch).is_none());
        }
        assert!(history.at(3).is_none());
        assert!(history.at(4).is_some());
    }
}
