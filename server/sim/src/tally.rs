//! What one session counts: what it sent, what it was sent, and how long an input waited for the snapshot that includes it.
//!
//! Invariant: integers only, a few to a message; nothing in the room reads them. Not here: what all sessions wait together (`figures.rs`).

use skirmish_protocol::limits::COMMANDS_PER_TICK_MAX;

use crate::ahead::fetch;
use crate::figures::SessionFigures;

/// The counts of one session.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) figures: SessionFigures,
    /// The oldest input that no snapshot has included yet, and when it came.
    waiting: Option<(u32, u64)>,
    /// After which tick the newest input came, and how many came since that tick.
    newest: (u32, usize),
}

impl Tally {
    /// Has its memory on the way.
    pub(crate) fn fetch(&self) {
        fetch(&self.figures);
        fetch(&self.newest);
    }

    /// An input came at `at_us`, after `tick`.
    pub(crate) fn input(&mut self, seq: u32, tick: u32, at_us: u64) {
        let before = if self.newest.0 == tick { self.newest.1 } else { 0 };
        self.newest = (tick, before + 1);
        self.figures.inputs += 1;
        self.figures.inputs_late += u64::from(before > 0);
        self.figures.inputs_dropped += u64::from(before >= COMMANDS_PER_TICK_MAX);
        self.waiting.get_or_insert((seq, at_us));
    }

    /// A snapshot of so many bytes that includes all inputs up to `input_ack` was handed over. How long the oldest of those that none included before has
    /// waited, in microseconds.
    pub(crate) fn sent(&mut self, bytes: usize, input_ack: u32, now_us: u64) -> Option<u64> {
        self.figures.snapshots += 1;
        self.figures.bytes += bytes as u64;
        let (_, at_us) = self.waiting.take_if(|(seq, _)| *seq <= input_ack)?;
        self.figures.input_ack_us = now_us.saturating_sub(at_us);
        Some(self.figures.input_ack_us)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_waits_for_the_first_snapshot_that_includes_it() {
        let mut tally = Tally::default();
        tally.input(1, 10, 1_000);
        tally.input(2, 10, 2_000);
        assert_eq!(tally.sent(100, 0, 5_000), None);
        assert_eq!(tally.sent(100, 2, 9_000), Some(8_000));
        assert_eq!(tally.sent(100, 2, 12_000), None);
        assert_eq!((tally.figures.snapshots, tally.figures.bytes), (3, 300));
    }

    #[test]
    fn two_inputs_for_one_tick_mean_that_one_was_late_and_beyond_the_limit_one_is_dropped() {
        let mut tally = Tally::default();
        (1..=3).for_each(|tick| tally.input(tick, tick, 0));
        assert_eq!((tally.figures.inputs, tally.figures.inputs_late), (3, 0));
        (0..=COMMANDS_PER_TICK_MAX as u32).for_each(|number| tally.input(4 + number, 4, 0));
        assert_eq!(tally.figures.inputs_late, COMMANDS_PER_TICK_MAX as u64);
        assert_eq!(tally.figures.inputs_dropped, 1);
    }
}
