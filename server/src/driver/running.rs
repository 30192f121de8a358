//! One match on its sim thread: receive, tick when it is due, flush, and what becomes of it when it panics.
//!
//! Invariant: a panic of the game or the engine reaches nobody but this match: its sessions are told and closed, the thread goes on.
//!
//! Not here: what these steps do (`skirmish_sim::Room`), which match is visited when (`thread`), where departures go (`outgoing`).

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use skirmish_protocol::{CloseCode, ServerMessage};
use skirmish_sim::{Arrival, Departure, FrameKind, Game, MatchHeader, OpenError, Room, SessionId};

use super::DriverConfig;
use super::deadlines::Cadence;
use super::figures::Figures;
use super::log_sink::MatchLog;
use super::match_clock::now_us;
use super::outgoing::Outgoing;
use crate::channels::{MatchClock, MatchReport, Outbox, ToSim};

/// A match to which nobody has come yet stays at least this long, in seconds of match time: somebody holds a ticket for it.
const FIRST_VISITOR_S: f32 = 60.0;

/// What becomes of a match after a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is to be visited again.
    GoesOn,
    /// Nobody has been there for long.
    Deserted,
    /// It panicked, now or when it received something.
    Broken,
}

/// A running match.
pub(super) struct Running {
    room: Room,
    cadence: Cadence,
    clock: Arc<MatchClock>,
    /// Of every session that the room may have.
    outboxes: HashMap<SessionId, Arc<Outbox>>,
    log: Option<MatchLog>,
    departures: Vec<Departure>,
    skips_counted: u64,
    was_visited: bool,
    is_broken: bool,
}

impl Running {
    /// Opens a match whose first tick is due at `first_us`.
    pub(super) fn open(
        game: &dyn Game,
        header: MatchHeader,
        bots: u32,
        clock: Arc<MatchClock>,
        log: Option<MatchLog>,
        config: &DriverConfig,
        first_us: u64,
    ) -> Result<Running, OpenError> {
        let mut room = Room::open(game, header, config.room)?;
        for number in 1..=bots {
            room.receive(Arrival::AddBot { name: format!("Bot {number}") }, first_us);
        }
        let cadence = Cadence::new(first_us, &room.sim().settings());
        Ok(Running {
            room,
            cadence,
            clock,
            outboxes: HashMap::new(),
            log,
            departures: Vec::new(),
            skips_counted: 0,
            was_visited: false,
            is_broken: false,
        })
    }

    /// Takes an arrival.
    pub(super) fn receive(&mut self, ToSim { arrival, outbox, .. }: ToSim, now_us: u64) {
        match &arrival {
            Arrival::Join { session, .. } => {
                self.was_visited = true;
                self.outboxes.insert(*session, outbox.unwrap_or_default());
            }
            Arrival::Closed { session } => {
                self.outboxes.remove(session);
            }
            _ => {}
        }
        self.guarded(|running| running.room.receive(arrival, now_us));
    }

    /// Ticks if a tick is due, and hands out what waits.
    pub(super) fn visit(&mut self, config: &DriverConfig, out: &mut Outgoing, figures: &mut Figures) -> Fate {
        self.guarded(|running| {
            running.tick(config, figures);
            running.flush(out, figures);
            running.write_log();
        });
        if self.is_broken {
            Fate::Broken
        } else if self.room.deserted_s() > self.deserted_s_max(config) {
            Fate::Deserted
        } else {
            Fate::GoesOn
        }
    }

    /// When to visit it next.
    pub(super) fn visit_us(&self, now_us: u64) -> u64 {
        self.cadence.visit_us(now_us)
    }

    /// Seats that people gave up since last asked.
    pub(super) fn vacated(&mut self) -> Vec<u32> {
        self.room.vacated()
    }

    /// Its state for the control plane.
    pub(super) fn report(&self) -> MatchReport {
        let sim = self.room.sim();
        let bots = sim.seats().iter().filter(|seat| seat.bot).count() as u32;
        let seats = sim.seats().iter().count() as u32;
        MatchReport {
            match_id: sim.header().match_id.clone(),
            tick: sim.tick(),
            settings: sim.settings(),
            humans: seats - bots,
            bots,
            figures: self.room.figures(),
        }
    }

    /// Ends the match: everybody gets a goodbye and a close. Works on a broken match, too, of which nothing is asked any more.
    pub(super) fn close(mut self, code: CloseCode, reason: &str, retry_after_ms: Option<u32>, out: &mut Outgoing) {
        if !self.is_broken {
            self.guarded(|running| {
                running.room.close(code, reason, retry_after_ms, &mut running.departures);
                running.write_log();
            });
        }
        self.hand_out(out);
        // The room forgot the sessions that it closed itself.
        for session in std::mem::take(&mut self.outboxes).into_keys() {
            say_goodbye(session, code, reason, retry_after_ms, out);
        }
        if let Some(log) = &mut self.log {
            log.end();
        }
        // Even to drop what a panic left behind may panic.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(self.room)));
    }

    fn tick(&mut self, config: &DriverConfig, figures: &mut Figures) {
        let began_us = now_us();
        self.cadence.follow(&self.room.sim().settings(), began_us);
        figures.deadlines_dropped += self.cadence.drop_missed(began_us, config.catch_up_ticks_max);
        let Some(due_us) = self.cadence.due_us().filter(|due_us| *due_us <= began_us) else {
            return;
        };
        self.room.step();
        self.cadence.advance();
        self.clock.set(self.room.sim().tick(), due_us);
        figures.ticked(now_us() - began_us, began_us - due_us);
    }

    fn flush(&mut self, out: &mut Outgoing, figures: &mut Figures) {
        let outboxes = &self.outboxes;
        let mut ready =
            |session| out.has_room(session) && outboxes.get(&session).is_some_and(|outbox| outbox.is_empty());
        self.room.flush(now_us(), &mut ready, &mut self.departures);
        self.hand_out(out);
        let skips = self.room.figures().skips_outbox + self.room.figures().skips_window;
        figures.snapshots_skipped += skips - self.skips_counted;
        self.skips_counted = skips;
    }

    /// Moves the departures on, and keeps the outboxes right: full from here, gone with their session.
    fn hand_out(&mut self, out: &mut Outgoing) {
        for departure in self.departures.drain(..) {
            let session = match &departure {
                Departure::Frame { session, .. } => {
                    if let Some(outbox) = self.outboxes.get(session) {
                        outbox.fill();
                    }
                    *session
                }
                Departure::Close { session, .. } => {
                    self.outboxes.remove(session);
                    *session
                }
            };
            out.put(session, departure);
        }
    }

    fn write_log(&mut self) {
        // Asked for even if nobody keeps it: what the match holds back is limited.
        let records = self.room.take_log();
        if let Some(log) = &mut self.log {
            log.append(&records, now_us());
        }
    }

    fn deserted_s_max(&self, config: &DriverConfig) -> f32 {
        if self.was_visited { config.reap_after_s } else { config.reap_after_s.max(FIRST_VISITOR_S) }
    }

    /// Runs something that the game or the engine may panic in. After a panic nothing runs any more.
    fn guarded(&mut self, act: impl FnOnce(&mut Running)) {
        if !self.is_broken {
            self.is_broken = catch_unwind(AssertUnwindSafe(|| act(self))).is_err();
        }
    }
}

fn say_goodbye(session: SessionId, code: CloseCode, reason: &str, retry_after_ms: Option<u32>, out: &mut Outgoing) {
    let mut bytes = Vec::new();
    ServerMessage::Goodbye { code: code.code(), reason: reason.to_owned(), retry_after_ms }.encode(&mut bytes);
    out.put(session, Departure::Frame { session, kind: FrameKind::Reliable, bytes });
    out.put(session, Departure::Close { session, code, reason: reason.to_owned() });
}
