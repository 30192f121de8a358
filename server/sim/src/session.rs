//! One session of a room and what it is owed: waiting messages, undelivered events, the next delta.
//!
//! Invariant: `baseline` is the last snapshot handed over on this session, and its ticks ascend; an acknowledgement
//! never touches it. What is sent when is decided in `fanout.rs`, who holds which seat in `occupancy.rs`.

use std::collections::VecDeque;
use std::sync::Arc;

use skirmish_protocol::{EventRecord, limits};

use crate::ahead::fetch;
use crate::tally::Tally;
use crate::view::View;
use crate::window::Window;

/// Snapshots that a session is sent in a second of real time, at most, however fast the pace: as many as the highest tick rate makes at the
/// normal pace. A client acknowledges each of them.
const SNAPSHOTS_PER_S_MAX: u32 = limits::TICK_HZ_MAX;
const _: () = assert!(SNAPSHOTS_PER_S_MAX <= limits::ACKS_PER_S_MAX);
const SNAPSHOT_SPACING_US: u64 = 1_000_000 / SNAPSHOTS_PER_S_MAX as u64;

/// What the room knows of one socket.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) seat: u32,
    /// The seat whose view a spectator is sent in place of everything.
    pub(crate) eyes: Option<u32>,
    /// The first tick whose state this session may see.
    pub(crate) first_tick: u32,
    pub(crate) window: Window,
    /// The last snapshot handed over.
    pub(crate) baseline: Option<Baseline>,
    /// Number of the first public event it has not been sent.
    pub(crate) cursor: u64,
    /// Events for its seat alone that it has not been sent.
    pub(crate) own_events: Vec<EventRecord>,
    /// Encoded reliable messages that it has not been sent; those for everybody are there once.
    pub(crate) waiting: VecDeque<Arc<[u8]>>,
    pub(crate) checksum_due_us: u64,
    /// When the next snapshot comes at [`SNAPSHOTS_PER_S_MAX`].
    snapshot_due_us: u64,
    /// When the last snapshot was handed over.
    sent_us: u64,
    /// The last tick whose snapshot it skipped.
    pub(crate) skipped_tick: u32,
    pub(crate) tally: Tally,
}

/// A snapshot that was handed over.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Baseline {
    pub(crate) tick: u32,
    pub(crate) view: Arc<View>,
}

impl Session {
    /// A session in `seat` that may see states from `first_tick` on and is owed events from `cursor` on.
    pub(crate) fn new(seat: u32, first_tick: u32, cursor: u64) -> Self {
        Self {
            seat,
            eyes: None,
            first_tick,
            window: Window::default(),
            baseline: None,
            cursor,
            own_events: Vec::new(),
            waiting: VecDeque::new(),
            checksum_due_us: 0,
            snapshot_due_us: 0,
            sent_us: 0,
            skipped_tick: 0,
            tally: Tally::default(),
        }
    }

    /// Has the memory on its way that an input needs.
    pub(crate) fn fetch(&self) {
        self.window.fetch();
        self.tally.fetch();
        fetch(&self.seat);
        fetch(&self.waiting);
    }

    /// The seat whose view it is sent.
    pub(crate) fn viewer(&self) -> u32 {
        self.eyes.unwrap_or(self.seat)
    }

    /// Whether the snapshot of `tick` is due at `now_us`: one at every interval, the first as soon as possible, none twice, and no
    /// more than [`SNAPSHOTS_PER_S_MAX`]. To keep that rate though ticks jitter, one may come as early as the one before was due.
    pub(crate) fn is_due(&self, tick: u32, snapshot_interval: u32, now_us: u64) -> bool {
        match &self.baseline {
            None => tick >= self.first_tick,
            Some(baseline) => {
                let is_next = tick > baseline.tick && tick.is_multiple_of(snapshot_interval);
                is_next && now_us + SNAPSHOT_SPACING_US >= self.snapshot_due_us
            }
        }
    }

    /// Whether this tick's snapshot has not been skipped before: a flush may come again.
    pub(crate) fn is_first_look(&self, tick: u32) -> bool {
        self.skipped_tick != tick
    }

    /// How old the newest snapshot that the client holds is, by half a smoothed round trip more than when it was handed over; none before the first.
    pub(crate) fn snapshot_age_us(&self, now_us: u64) -> Option<u64> {
        self.baseline.as_ref().map(|_| now_us.saturating_sub(self.sent_us) + self.window.rtt_us() / 2)
    }

    /// Notes that the snapshot of `tick` was handed over at `now_us`, with this view and all events before `cursor`.
    pub(crate) fn sent(&mut self, tick: u32, view: &Arc<View>, cursor: u64, now_us: u64) {
        self.window.sent(tick, now_us);
        self.sent_us = now_us;
        self.snapshot_due_us = self.snapshot_due_us.max(now_us) + SNAPSHOT_SPACING_US;
        self.baseline = Some(Baseline { tick, view: Arc::clone(view) });
        self.cursor = cursor;
        self.own_events.clear();
    }
}
