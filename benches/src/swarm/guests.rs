//! Clients that come for a moment while others play.
//!
//! Invariant: they leave in the order in which they came. Not here: how they come (`entry`) and what they do (`client`).

use std::collections::VecDeque;

/// How long a guest stays.
const STAY_NS: u64 = 1_000_000_000;

/// The guests who are there.
#[derive(Debug, Default)]
pub(super) struct Guests(VecDeque<(u64, usize)>);

impl Guests {
    /// Client `index` has come at `now_ns`.
    pub(super) fn came(&mut self, index: usize, now_ns: u64) {
        self.0.push_back((now_ns + STAY_NS, index));
    }

    /// The next whose time is over at `now_ns`.
    pub(super) fn next_to_leave(&mut self, now_ns: u64) -> Option<usize> {
        self.0.pop_front_if(|(leaves_ns, _)| *leaves_ns <= now_ns).map(|(_, index)| index)
    }
}
