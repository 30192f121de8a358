//! A room: a match and the sessions it is played and watched through.
//!
//! [`Room::receive`] takes what sessions do (`arrivals.rs`), [`Room::step`] advances the match by one tick (stages 1
//! to 4), [`Room::flush`] hands out what waits (stages 5 and 6). Real time comes in as `now_us`, of any clock that does
//! not go back.
//!
//! Invariant: sessions influence the match through its logged events only; so does real time, which frees the seats of those
//! who stay away, whatever the pace. Sockets, threads and deadlines are not here: the server has them.

use std::sync::Arc;

use skirmish_protocol::limits::{EVENTS_UNDELIVERED_MAX, MESSAGES_UNDELIVERED_MAX, SPECTATOR_SEATS};
use skirmish_protocol::{CloseCode, ServerMessage, Settings, close_reason};

use crate::departures::{FrameKind, Outlets};
use crate::fanout::Fanout;
use crate::figures::RoomFigures;
use crate::occupancy::{Occupancy, Occupant, Presence};
use crate::relief::Relief;
use crate::roster::Roster;
use crate::sessions::Sessions;
use crate::traffic::{RoomLimits, SessionId};
use crate::{Game, Match, MatchEvent, MatchHeader, OpenError};

/// A match and its sessions.
pub struct Room {
    pub(crate) sim: Match,
    limits: RoomLimits,
    pub(crate) fanout: Fanout,
    pub(crate) sessions: Sessions,
    pub(crate) occupancy: Occupancy,
    pub(crate) roster: Roster,
    /// The first tick under the newest relief.
    relieved_tick: u32,
    /// The settings that sessions know of.
    announced: Settings,
    /// Closes that the next flush hands out.
    closing: Vec<Closing>,
    vacated: Vec<u32>,
    /// Since when no seat has been a human's, in microseconds, as far as a flush has seen it.
    pub(crate) deserted_since_us: Option<u64>,
}

/// A session that the room has closed, and what its peer is to be told.
struct Closing {
    session: SessionId,
    code: CloseCode,
    reason: String,
}

/// Threads hand rooms over.
const _: fn() = || {
    fn can_move<T: Send>() {}
    can_move::<Room>();
};

impl Room {
    /// Opens a match of `game` and a room around it.
    ///
    /// # Errors
    /// [`OpenError`] if the match can't be opened with this header.
    pub fn open(game: &dyn Game, header: MatchHeader, limits: RoomLimits) -> Result<Self, OpenError> {
        let sim = Match::new(game, header)?;
        let announced = sim.settings();
        Ok(Self {
            sim,
            limits,
            fanout: Fanout::new(limits),
            sessions: Sessions::default(),
            occupancy: Occupancy::default(),
            roster: Roster::default(),
            relieved_tick: 0,
            announced,
            closing: Vec::new(),
            vacated: Vec::new(),
            deserted_since_us: None,
        })
    }

    /// Advances the match by one tick.
    pub fn step(&mut self) {
        self.sim.step();
        self.fanout.observe(&mut self.sim, &self.occupancy, &mut self.sessions);
        let changes = self.roster.update(self.sim.seats());
        if !changes.is_empty() {
            self.broadcast(&ServerMessage::Roster(changes));
        }
    }

    /// Hands out what waits for the sessions, and sees who has been away for too long: after each step, and from time to time
    /// while the match is paused or slow. What is put into `outlets` counts as sent.
    pub fn flush(&mut self, now_us: u64, outlets: &mut dyn Outlets) {
        self.vacate_the_absent(now_us);
        self.announce_settings();
        self.hand_out_closes(outlets);
        self.fanout.begin_flush();
        let mut slow = Vec::new();
        for (id, session) in self.sessions.iter_mut() {
            if self.fanout.undelivered(session) > EVENTS_UNDELIVERED_MAX {
                slow.push((id, session.seat, "too many events are undelivered"));
                continue;
            }
            let ready = outlets.is_ready(id);
            if ready && !session.waiting.is_empty() {
                let (_, departures) = outlets.open(id);
                for message in session.waiting.drain(..) {
                    departures.frame(id, FrameKind::Reliable, &message);
                    self.fanout.figures.bytes += message.len() as u64;
                    session.tally.figures.bytes += message.len() as u64;
                }
            }
            self.fanout.send_snapshot(&self.sim, id, session, ready, now_us, outlets);
            if session.waiting.len() > MESSAGES_UNDELIVERED_MAX {
                slow.push((id, session.seat, "too many messages are undelivered"));
            }
        }
        for (id, seat, reason) in slow {
            self.close_session(id, CloseCode::TooSlow, reason, now_us);
            self.leave_unattended(seat, now_us);
        }
        self.hand_out_closes(outlets);
        self.fanout.forget(&mut self.sim, &self.sessions);
    }

    /// Ends the room: every session gets a goodbye and is closed. `retry_after_ms` says when to come back, none: never.
    pub fn close(&mut self, code: CloseCode, reason: &str, retry_after_ms: Option<u32>, outlets: &mut dyn Outlets) {
        self.hand_out_closes(outlets);
        let goodbye = encoded(&ServerMessage::Goodbye { code: code.code(), reason: reason.to_owned(), retry_after_ms });
        for session in std::mem::take(&mut self.sessions).into_ids() {
            let (_, departures) = outlets.open(session);
            departures.frame(session, FrameKind::Reliable, &goodbye);
            outlets.close(session, code, close_reason(reason));
            self.fanout.figures.closes += 1;
        }
    }

    /// Sends a spectator's session what this seat is sent, in place of everything. Its own inputs are as good as nobody's all the same.
    pub fn look_through(&mut self, session: SessionId, seat: u32) {
        if let Some(session) = self.sessions.get_mut(session).filter(|session| SPECTATOR_SEATS.contains(&session.seat))
        {
            session.eyes = Some(seat);
            // What it holds is another seat's.
            session.baseline = None;
        }
    }

    /// The match.
    #[must_use]
    pub fn sim(&self) -> &Match {
        &self.sim
    }

    /// The match's settings as they are under the relief in force: what sessions are told, and what ticks and snapshots follow.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let settings = self.fanout.relief.applied_to(self.sim.settings());
        Settings { effective_tick: settings.effective_tick.max(self.relieved_tick), ..settings }
    }

    /// The bounds in force.
    #[must_use]
    pub fn limits(&self) -> RoomLimits {
        self.limits
    }

    pub(crate) fn bound(&mut self, limits: RoomLimits) {
        self.limits = limits;
        self.fanout.bound(limits);
    }

    /// The relief in force.
    #[must_use]
    pub fn relief(&self) -> Relief {
        self.fanout.relief
    }

    /// Spares the match so much from the next tick on, in place of what it was spared before. Sessions hear of it with the next flush.
    pub fn relieve(&mut self, relief: Relief) {
        self.fanout.relief = relief;
        self.relieved_tick = self.sim.tick() + 1;
    }

    /// Appends to `log` the log records written since last asked, see [`Match::take_log`].
    pub fn take_log(&mut self, log: &mut Vec<u8>) {
        self.sim.take_log(log);
    }

    /// The humans' seats that were given up, timed out or were taken away since last asked.
    pub fn vacated(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.vacated)
    }

    /// For how long, in real time up to `now_us`, no seat has been a human's, connected or away. Counts from the flush that saw it first.
    #[must_use]
    pub fn deserted_s(&self, now_us: u64) -> f32 {
        let since_us = self.deserted_since_us.unwrap_or(now_us);
        (now_us.saturating_sub(since_us) as f64 / 1e6) as f32
    }

    /// What the room has counted.
    #[must_use]
    pub fn figures(&self) -> RoomFigures {
        self.fanout.figures
    }

    /// How many sessions the room has now.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.sessions.len()
    }

    fn vacate_the_absent(&mut self, now_us: u64) {
        let timeout_us = (f64::from(self.limits.seat_timeout_s) * 1e6) as u64;
        for seat in self.occupancy.away_for(timeout_us, now_us) {
            self.vacate(seat);
        }
        if !self.occupancy.has_humans() {
            self.deserted_since_us.get_or_insert(now_us);
        }
    }

    fn announce_settings(&mut self) {
        let settings = self.settings();
        if settings != self.announced {
            self.announced = settings;
            self.broadcast(&ServerMessage::Settings(settings));
        }
    }

    /// Puts a message into every session's queue.
    pub(crate) fn broadcast(&mut self, message: &ServerMessage) {
        let bytes = encoded(message);
        for session in self.sessions.values_mut() {
            session.waiting.push_back(Arc::clone(&bytes));
        }
    }

    /// Takes a session out of the room and has its socket closed. Its seat is the caller's to deal with.
    pub(crate) fn close_session(&mut self, session: SessionId, code: CloseCode, reason: &str, now_us: u64) {
        self.note_close(session, code.code(), reason, now_us);
        if self.sessions.remove(session).is_some() {
            self.closing.push(Closing { session, code, reason: close_reason(reason) });
            self.fanout.figures.closes += 1;
        }
    }

    /// Notes that a human's seat has no session from `now_us` on; its time starts to run.
    pub(crate) fn leave_unattended(&mut self, seat: u32, now_us: u64) {
        if let Some(human) = self.occupancy.human_mut(seat) {
            human.presence = Presence::AwaySince(now_us);
            self.sim.push(MatchEvent::Disconnect { seat });
        }
    }

    /// Frees a seat, whoever holds it.
    pub(crate) fn vacate(&mut self, seat: u32) {
        let Some(occupant) = self.occupancy.remove(seat) else {
            return;
        };
        self.sim.push(MatchEvent::Leave { seat });
        if let Occupant::Human(_) = occupant {
            self.vacated.push(seat);
        }
    }

    fn hand_out_closes(&mut self, outlets: &mut dyn Outlets) {
        for Closing { session, code, reason } in self.closing.drain(..) {
            outlets.close(session, code, reason);
        }
    }
}

/// The bytes of a message.
pub(crate) fn encoded(message: &ServerMessage) -> Arc<[u8]> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    bytes.into()
}
