//! The public events that some session still has to be sent.
//!
//! Every event has a number, counted from the match's first; a session's *cursor* is the number of the first event it
//! has not been sent, so that sessions with equal cursors are owed the same events. Invariant: whatever a cursor of a
//! live session points at is still held; what all have been sent is dropped. How far a cursor may fall behind is
//! bounded in `room.rs`.

use std::collections::VecDeque;
use std::collections::vec_deque::Iter;

use skirmish_protocol::EventRecord;

/// The undelivered public events of a match.
#[derive(Debug, Default)]
pub(crate) struct Undelivered {
    first: u64,
    events: VecDeque<EventRecord>,
}

impl Undelivered {
    /// The cursor of a session that is owed nothing.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.events.len() as u64
    }

    pub(crate) fn extend(&mut self, events: &[EventRecord]) {
        self.events.extend(events.iter().cloned());
    }

    /// The events from this cursor on, oldest first.
    pub(crate) fn since(&self, cursor: u64) -> Iter<'_, EventRecord> {
        let delivered = usize::try_from(cursor - self.first).expect("a cursor lies within the events held");
        self.events.range(delivered..)
    }

    /// Drops the events before `cursor`, the least of all sessions.
    pub(crate) fn forget_before(&mut self, cursor: u64) {
        let delivered = usize::try_from(cursor - self.first).expect("a cursor lies within the events held");
        self.events.drain(..delivered);
        self.first = cursor;
    }
}
