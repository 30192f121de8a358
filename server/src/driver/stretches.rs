//! What a match was like of late, in stretches of a few seconds, and before each change: a few integers a tick.
//!
//! Invariant: bounded, and without memory taken once the first minute is over, but for changes. Not here: what is counted in the room (`skirmish_sim`).

use std::collections::VecDeque;

use skirmish_sim::{Room, RoomFigures, Waits};

use crate::channels::{Comparison, Stretch};

/// How long a stretch is, unless a change ends it.
const STRETCH_US: u64 = 5_000_000;
/// So many are kept: a minute, if none is cut short.
const STRETCHES_MAX: usize = 12;
/// So much before a change is kept with it.
const BEFORE_US: u64 = 15_000_000;
/// Of so many changes.
const CHANGES_MAX: usize = 100;

/// The stretches of one match.
#[derive(Debug)]
pub(super) struct Stretches {
    now: Stretch,
    begun: Begun,
    /// Each with when it began.
    done: VecDeque<(u64, Stretch)>,
    changes: VecDeque<Change>,
}

/// How it stood when a stretch began.
#[derive(Clone, Copy, Debug)]
struct Begun {
    at_us: u64,
    figures: RoomFigures,
    waits: Waits,
}

#[derive(Debug)]
struct Change {
    tick: u32,
    at_us: u64,
    before: Stretch,
}

impl Stretches {
    /// Of a match that opens at `now_us`.
    pub(super) fn new(now_us: u64) -> Stretches {
        Stretches {
            now: Stretch::default(),
            begun: Begun { at_us: now_us, figures: RoomFigures::default(), waits: Waits::default() },
            done: VecDeque::with_capacity(STRETCHES_MAX + 1),
            changes: VecDeque::new(),
        }
    }

    /// Counts a tick of this room, which took so long of the time that it had.
    pub(super) fn ticked(&mut self, room: &Room, work_us: u64, period_us: u64, now_us: u64) {
        self.now.ticks += 1;
        self.now.overruns += u64::from(work_us > period_us);
        self.now.work_us += work_us;
        self.now.budget_us += period_us;
        self.now.sessions += room.sessions() as u64;
        if now_us.saturating_sub(self.begun.at_us) >= STRETCH_US {
            self.divide(room, now_us);
        }
    }

    /// Somebody changes the match now.
    pub(super) fn changed(&mut self, room: &Room, now_us: u64) {
        self.divide(room, now_us);
        let mut before = Stretch::default();
        for (_, stretch) in self.done.iter().rev() {
            before.add(stretch);
            if before.length_us >= BEFORE_US {
                break;
            }
        }
        if self.changes.len() == CHANGES_MAX {
            self.changes.pop_front();
        }
        self.changes.push_back(Change { tick: room.sim().tick(), at_us: now_us, before });
    }

    /// Before and since the first change that came at this tick or later; none if there was none, or it is too long ago.
    pub(super) fn compare(&self, room: &Room, tick: u32, now_us: u64) -> Option<Comparison> {
        let change = self.changes.iter().find(|change| change.tick >= tick)?;
        let mut since = Stretch::default();
        for (_, stretch) in self.done.iter().filter(|(from_us, _)| *from_us >= change.at_us) {
            since.add(stretch);
        }
        since.add(&self.until(room, now_us));
        Some(Comparison { before: change.before, since })
    }

    /// The stretch that has begun, as it is now.
    fn until(&self, room: &Room, now_us: u64) -> Stretch {
        let Begun { at_us, figures, waits } = &self.begun;
        let (now, all) = (room.figures(), room.waits());
        Stretch {
            length_us: now_us.saturating_sub(*at_us),
            bytes: now.bytes - figures.bytes,
            snapshots: now.snapshots - figures.snapshots,
            waits: Waits {
                input_ack: all.input_ack.since(&waits.input_ack),
                snapshot_age: all.snapshot_age.since(&waits.snapshot_age),
            },
            ..self.now
        }
    }

    fn divide(&mut self, room: &Room, now_us: u64) {
        if self.done.len() == STRETCHES_MAX {
            self.done.pop_front();
        }
        self.done.push_back((self.begun.at_us, self.until(room, now_us)));
        self.now = Stretch::default();
        self.begun = Begun { at_us: now_us, figures: room.figures(), waits: *room.waits() };
    }
}
