//! What each arrival does: to the match, through events that the next step takes, and to the sessions.
//!
//! Invariant: an arrival of a session that the room does not have, or no longer has, does nothing. Who may claim
//! which seat was decided before an arrival gets here. A spectator's seat is held like any other, but the match has no
//! such seat: what happens to it does not apply there, and is not logged.

use skirmish_protocol::limits::SPECTATOR_SEATS;
use skirmish_protocol::{CloseCode, PROTOCOL_VERSION, RosterEntry, ServerMessage, Values, Welcome, check_name};

use crate::occupancy::{Human, Occupant, Presence};
use crate::room::{Room, encoded};
use crate::session::Session;
use crate::traffic::{Act, Arrival, SessionId};
use crate::{Annotation, MatchEvent};

impl Room {
    /// Takes one arrival. What it does to the match happens at the next step; arrivals of a session that was closed
    /// do nothing.
    pub fn receive(&mut self, arrival: Arrival, now_us: u64) {
        match arrival {
            Arrival::Join { session, seat, name, token, schema_hash } => {
                self.claim(session, seat, &name, now_us);
                self.welcome(session, seat, name, token, schema_hash);
            }
            Arrival::Input { session, seq, snapshot_ack, values, at_us } => {
                if let Err((code, reason)) = self.input(session, snapshot_ack, (seq, values), (at_us, now_us)) {
                    self.refuse(session, code, &reason, now_us);
                }
            }
            Arrival::Ack { session: id, snapshot_ack } => {
                let acknowledged =
                    self.sessions.get_mut(id).map(|session| session.window.acknowledge(snapshot_ack, now_us));
                if let Some(Err(error)) = acknowledged {
                    self.refuse(id, CloseCode::BadAck, &error.to_string(), now_us);
                }
            }
            Arrival::Chat { session, text } => self.chat(session, text),
            Arrival::Leave { session } => self.evict(session, CloseCode::Left, "you left", now_us),
            Arrival::Closed { session } => {
                if let Some(session) = self.sessions.remove(session) {
                    self.leave_unattended(session.seat, now_us);
                }
            }
            Arrival::Tune(tuning) => self.sim.push(MatchEvent::Tune(tuning)),
            Arrival::Pace(pace) if pace.check().is_ok() => self.sim.annotate(Annotation::Pace(pace)),
            Arrival::Pace(_) => {}
            Arrival::Number { key, value } => self.sim.push(MatchEvent::Number { key, value }),
            Arrival::Limits(limits) if limits.check().is_ok() => self.bound(limits),
            Arrival::Limits(_) => {}
            Arrival::Notice { seat, text } => self.notice(seat, text),
            Arrival::Act(act) => {
                let Act { who, at_ms, what, arrivals } = *act;
                self.sim.annotate(Annotation::Act { who, at_ms, what });
                arrivals.into_iter().for_each(|arrival| self.receive(arrival, now_us));
            }
            Arrival::AddBot { name } => self.add_bot(name),
            Arrival::RemoveBot { seat } => {
                if matches!(self.occupancy.get(seat), Some(Occupant::Bot)) {
                    self.vacate(seat);
                }
            }
            Arrival::Kick { seat, reason } => match self.occupancy.session_in(seat) {
                Some(session) => self.evict(session, CloseCode::Kicked, &reason, now_us),
                None => self.vacate(seat),
            },
        }
    }

    /// Has the memory on its way that an arrival of this session will need, in steps as in [`ahead`](crate::ahead).
    pub fn fetch(&self, session: SessionId, step: usize) {
        if step == 0 {
            self.sessions.fetch();
        } else if let Some(session) = self.sessions.get(session) {
            if step == 1 { session.fetch() } else { self.occupancy.fetch(session.seat) }
        }
    }

    /// Gives the seat to the session: it returns to a human's seat, or takes one that is free or a bot's.
    fn claim(&mut self, session: SessionId, seat: u32, name: &str, now_us: u64) {
        let presence = Presence::Connected(session);
        let mut first_tick = self.sim.tick();
        if let Some(human) = self.occupancy.human_mut(seat) {
            human.reconnects += 1;
            if let Presence::Connected(old) = std::mem::replace(&mut human.presence, presence) {
                self.close_session(old, CloseCode::Replaced, "your seat was claimed by a newer connection", now_us);
            }
        } else {
            first_tick += 1;
            self.vacate(seat);
            self.occupancy.insert(seat, Occupant::Human(Human::new(presence)));
            self.sim.push(MatchEvent::Join { seat, name: name.to_owned(), bot: false });
        }
        self.sim.push(MatchEvent::Connect { seat });
        self.sessions.insert(session, Session::new(seat, first_tick, self.fanout.cursor()));
        self.deserted_since_us = None;
    }

    fn welcome(&mut self, session: SessionId, seat: u32, name: String, token: String, schema_hash: u32) {
        let schema = self.sim.plan().schema();
        let own = RosterEntry { seat, name: Some(name), connected: true, bot: false };
        let own = Some(own).filter(|own| !SPECTATOR_SEATS.contains(&own.seat));
        let others = self.roster.entries().filter(|entry| entry.seat != seat).cloned();
        let mut roster: Vec<_> = others.chain(own).collect();
        roster.sort_unstable_by_key(|entry| entry.seat);
        let welcome = Welcome {
            version: PROTOCOL_VERSION,
            match_id: self.sim.header().match_id.clone(),
            seat,
            token,
            tick: self.sim.tick(),
            input_seq: self.occupancy.human_mut(seat).map_or(0, |human| human.newest_seq),
            game: self.sim.header().game.clone(),
            settings: self.settings(),
            roster,
            schema_hash: schema.hash(),
            schema: (schema.hash() != schema_hash).then(|| schema.clone()),
        };
        if let Some(session) = self.sessions.get_mut(session) {
            session.waiting.push_back(encoded(&ServerMessage::Welcome(Box::new(welcome))));
        }
    }

    /// Takes an input and the acknowledgement that comes with it.
    fn input(
        &mut self,
        id: SessionId,
        snapshot_ack: u32,
        (seq, values): (u32, Values),
        (at_us, now_us): (u64, u64),
    ) -> Result<(), (CloseCode, String)> {
        let Some(session) = self.sessions.get_mut(id) else {
            return Ok(());
        };
        let acknowledged = session.window.acknowledge(snapshot_ack, now_us);
        acknowledged.map_err(|error| (CloseCode::BadAck, error.to_string()))?;
        let human = self.occupancy.human_mut(session.seat).expect("a session's seat is a human's");
        if seq <= human.newest_seq {
            let reason = format!("input seq {seq} is not above {}, the one before", human.newest_seq);
            return Err((CloseCode::Stale, reason));
        }
        human.newest_seq = seq;
        session.tally.input(seq, self.sim.tick(), at_us);
        self.sim.push(MatchEvent::Input { seat: session.seat, seq, values });
        Ok(())
    }

    fn chat(&mut self, id: SessionId, text: String) {
        let Some(seat) = self.sessions.get(id).map(|session| session.seat) else {
            return;
        };
        if SPECTATOR_SEATS.contains(&seat) {
            return;
        }
        self.sim.annotate(Annotation::Chat { seat, text: text.clone() });
        self.broadcast(&ServerMessage::Chat { seat, text });
    }

    fn notice(&mut self, seat: Option<u32>, text: String) {
        let message = ServerMessage::Notice { text };
        let Some(seat) = seat else {
            return self.broadcast(&message);
        };
        let session = self.occupancy.session_in(seat);
        if let Some(session) = session.and_then(|session| self.sessions.get_mut(session)) {
            session.waiting.push_back(encoded(&message));
        }
    }

    fn add_bot(&mut self, name: String) {
        let free = self.occupancy.highest_free(self.sim.seats().seats_max());
        if let Some(seat) = free.filter(|_| check_name(&name).is_ok()) {
            self.occupancy.insert(seat, Occupant::Bot);
            self.sim.push(MatchEvent::Join { seat, name, bot: true });
        }
    }

    /// Closes a session for what it sent; its seat waits for it.
    fn refuse(&mut self, id: SessionId, code: CloseCode, reason: &str, now_us: u64) {
        if let Some(seat) = self.sessions.get(id).map(|session| session.seat) {
            self.close_session(id, code, reason, now_us);
            self.leave_unattended(seat, now_us);
        }
    }

    /// Closes a session and frees its seat.
    fn evict(&mut self, id: SessionId, code: CloseCode, reason: &str, now_us: u64) {
        if let Some(seat) = self.sessions.get(id).map(|session| session.seat) {
            self.close_session(id, code, reason, now_us);
            self.vacate(seat);
        }
    }
}
