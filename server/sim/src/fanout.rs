//! Stages 5 and 6: from the newest state of the match to one snapshot for each session that can take it.
//!
//! A session that is not ready, or whose flow window is closed, skips; its baseline stays, and its next snapshot is
//! one delta that spans the gap, or a keyframe if the baseline has left the history. Sessions with equal baselines,
//! views and event cursors share one encoded part.
//!
//! Invariant: nothing here reaches the simulation; the match is only read, and given memory back.

use std::sync::Arc;

use skirmish_protocol::limits::EVENTS_UNDELIVERED_MAX;
use skirmish_protocol::{
    Account, Baseline, Scratch, Side, SnapshotHead, encode_events, encode_head, encode_own_tables, encode_tables,
    own_checksum, public_checksum,
};

use crate::departures::{Departures, FrameKind, Outlets};
use crate::figures::{RoomFigures, Waits};
use crate::history::History;
use crate::interest::Sight;
use crate::occupancy::Occupancy;
use crate::relief::Relief;
use crate::session::Session;
use crate::sessions::Sessions;
use crate::shared::SharedParts;
use crate::traffic::{RoomLimits, SessionId};
use crate::undelivered::Undelivered;
use crate::{Match, SeatId};

/// What snapshots are made from besides the match's newest state.
#[derive(Debug)]
pub(crate) struct Fanout {
    limits: RoomLimits,
    pub(crate) relief: Relief,
    history: History,
    events: Undelivered,
    shared: SharedParts,
    scratch: Scratch,
    pub(crate) figures: RoomFigures,
    pub(crate) waits: Waits,
    /// What snapshots are spent on, while somebody wants to know.
    pub(crate) account: Option<Box<Account>>,
}

impl Fanout {
    pub(crate) fn new(limits: RoomLimits) -> Self {
        Self {
            limits,
            relief: Relief::NONE,
            history: History::new(limits.history_ticks),
            events: Undelivered::default(),
            shared: SharedParts::default(),
            scratch: Scratch::default(),
            figures: RoomFigures::default(),
            waits: Waits::default(),
            account: None,
        }
    }

    /// From now on these bounds hold.
    pub(crate) fn bound(&mut self, limits: RoomLimits) {
        self.limits = limits;
        self.history.bound(limits.history_ticks);
    }

    /// Takes over what the newest tick brought: a state, and events.
    pub(crate) fn observe(&mut self, sim: &mut Match, occupancy: &Occupancy, sessions: &mut Sessions) {
        self.events.extend(&sim.events().all);
        for (seat, event) in &sim.events().to_seats {
            if let Some(session) = occupancy.session_in(seat.0).and_then(|id| sessions.get_mut(id)) {
                session.own_events.push(event.clone());
            }
            for watcher in sessions.values_mut().filter(|session| session.eyes == Some(seat.0)) {
                watcher.own_events.push(event.clone());
            }
        }
        self.shared.clear();
        let (state, epoch) = (Arc::clone(sim.wire_state()), sim.epoch());
        self.history.push(state, epoch, |state| sim.recycle(state));
    }

    /// The event cursor of a session that starts now.
    pub(crate) fn cursor(&self) -> u64 {
        self.events.end()
    }

    /// How many events this session has yet to be sent.
    pub(crate) fn undelivered(&self, session: &Session) -> usize {
        self.events.since(session.cursor).len() + session.own_events.len()
    }

    /// Drops what no session needs any more: events that all have been sent, and states that are nobody's baseline.
    pub(crate) fn forget(&mut self, sim: &mut Match, sessions: &Sessions) {
        let mut least = self.events.end();
        for session in sessions.values() {
            least = least.min(session.cursor);
            if let Some(baseline) = &session.baseline {
                self.history.keep(baseline.tick);
            }
        }
        self.events.forget_before(least);
        self.history.drop_others(|state| sim.recycle(state));
    }

    /// Begins to hand out what waits.
    pub(crate) fn begin_flush(&mut self) {
        self.shared.begin_flush();
    }

    /// Hands out the snapshot for this session at the newest tick, if it is due and can be taken.
    pub(crate) fn send_snapshot(
        &mut self,
        sim: &Match,
        id: SessionId,
        session: &mut Session,
        ready: bool,
        now_us: u64,
        outlets: &mut dyn Outlets,
    ) {
        let tick = sim.tick();
        // A long interval must not close a session that could take its events at any time.
        let pressing = self.undelivered(session) > EVENTS_UNDELIVERED_MAX / 2;
        let interval = if pressing { 1 } else { self.relief.applied_to(sim.settings()).snapshot_interval };
        if !session.is_due(tick, interval, now_us) {
            return;
        }
        let Some(sight) = sim.sight(SeatId(session.viewer())) else {
            return;
        };
        if session.is_first_look(tick)
            && let Some(age_us) = session.snapshot_age_us(now_us)
        {
            self.waits.snapshot_age.record(age_us);
        }
        if !ready || !session.window.is_open(now_us, self.limits.window_ms) {
            return self.note_skip(session, tick, ready);
        }
        let checksum_due = now_us >= session.checksum_due_us;
        let bytes = self.encode(sim, (id, session), sight, checksum_due, outlets.open(id));
        if let Some(waited_us) = session.tally.sent(bytes, sim.input_ack(SeatId(session.seat)), now_us) {
            self.waits.input_ack.record(waited_us);
        }
        if checksum_due {
            session.checksum_due_us = now_us + (f64::from(self.limits.checksum_interval_s) * 1e6) as u64;
        }
        session.sent(tick, sight.view, self.events.end(), now_us);
    }

    /// Counts a skipped snapshot once, however often the same tick is flushed.
    fn note_skip(&mut self, session: &mut Session, tick: u32, ready: bool) {
        if session.skipped_tick != tick {
            session.skipped_tick = tick;
            session.tally.figures.skips += 1;
            session.tally.figures.skips_window += u64::from(ready);
            let skips = if ready { &mut self.figures.skips_window } else { &mut self.figures.skips_outbox };
            *skips += 1;
        }
    }

    fn encode(
        &mut self,
        sim: &Match,
        (id, session): (SessionId, &Session),
        sight: Sight<'_>,
        with_checksum: bool,
        (lane, departures): (usize, &mut Departures),
    ) -> usize {
        let (plan, seat, tick_hz) = (sim.plan(), session.viewer(), sim.settings().tick_hz);
        let Self { history, events, shared, scratch, figures, account, .. } = self;
        let now = Side { state: sim.wire_state(), visible: sight.view.as_visible() };
        let held = session.baseline.as_ref().and_then(|held| Some((held, history.since(held.tick, plan, tick_hz)?)));
        let baseline = held.map(|(held, (state, differences))| Baseline {
            side: Side { state, visible: held.view.as_visible() },
            differences,
        });
        let held = held.map(|(held, _)| held);
        let checksum = with_checksum.then(|| {
            let compute = || public_checksum(plan, &now);
            let of_all = sight.kind.map_or_else(compute, |kind| shared.checksum(kind, compute));
            of_all.wrapping_add(own_checksum(plan, seat, &now))
        });
        let encode_shared = |out: &mut Vec<u8>| {
            figures.shared_parts += 1;
            encode_events(out, events.since(session.cursor));
            encode_tables(out, scratch, plan, baseline.as_ref(), &now);
        };
        let body = match sight.kind {
            Some(kind) => shared.part((kind, session.cursor, held), (lane, departures), encode_shared),
            None => departures.body(encode_shared),
        };
        let input_ack = sim.input_ack(SeatId(session.seat));
        let head = SnapshotHead { tick: sim.tick(), baseline: held.map(|held| held.tick), input_ack, checksum };
        let bytes = departures.frame_of_two(id, FrameKind::Snapshot, body, |out| {
            encode_head(out, &head);
            encode_events(out, session.own_events.iter());
            encode_own_tables(out, scratch, plan, seat, baseline.as_ref(), &now);
        });
        if let (Some(account), Some(parts)) = (account, departures.last_frame()) {
            account.add(plan, parts);
        }
        figures.snapshots += 1;
        figures.keyframes += u64::from(held.is_none());
        figures.bytes += bytes as u64;
        bytes
    }
}
