//! What a round of visits hands to the reader threads: one batch and one wake for each. And who among their sessions plays here, and can take more.
//!
//! Invariant: a session is ready only while there is room in its reader thread's channel. Nobody else pushes there, so what a match hands out for it
//! can be pushed. What a match hands out for sessions that were not ready (closes, goodbyes) waits here for the next round.
//!
//! Not here: which frames there are (`skirmish_sim`).

use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{SendTimeoutError, TrySendError};
use skirmish_protocol::CloseCode;
use skirmish_sim::{Departures, Outlets, SessionId};

use crate::channels::{EdgePort, Outbox, Probe, edge_of, slot_of};
use crate::match_key::MatchKey;

/// How long the last frames of a stopping thread wait for a reader thread that is busy.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Departures on their way to all reader threads.
pub(super) struct Outgoing(Vec<Lane>);

/// The way to one reader thread.
struct Lane {
    port: EdgePort,
    waiting: Departures,
    /// Its sessions that have a place in a match of this thread, by slot.
    players: Vec<Option<Player>>,
}

struct Player {
    session: SessionId,
    key: MatchKey,
    outbox: Arc<Outbox>,
}

impl Lane {
    fn new(port: EdgePort) -> Lane {
        Lane { port, waiting: Departures::default(), players: Vec::new() }
    }

    fn outbox(&self, session: SessionId) -> Option<&Outbox> {
        let player = self.players.get(slot_of(session))?.as_ref()?;
        (player.session == session).then_some(&player.outbox)
    }

    /// Takes what waits, and has an empty batch for what comes.
    fn take(&mut self) -> Departures {
        std::mem::replace(&mut self.waiting, self.port.empty_batch())
    }
}

impl Outgoing {
    pub(super) fn new(ports: Vec<EdgePort>) -> Outgoing {
        Outgoing(ports.into_iter().map(Lane::new).collect())
    }

    /// A session plays in this match from now on.
    pub(super) fn enter(&mut self, key: MatchKey, session: SessionId, outbox: Arc<Outbox>) {
        let players = &mut self.0[edge_of(session)].players;
        let slot = slot_of(session);
        if slot >= players.len() {
            players.resize_with(slot + 1, || None);
        }
        players[slot] = Some(Player { session, key, outbox });
    }

    /// A session has gone, of itself or because a close of it was handed out.
    pub(super) fn leave(&mut self, session: SessionId) {
        let place = self.0[edge_of(session)].players.get_mut(slot_of(session));
        if let Some(place) = place.filter(|place| place.as_ref().is_some_and(|player| player.session == session)) {
            *place = None;
        }
    }

    /// What the reader thread and this one share about a session's line.
    pub(super) fn probe(&self, session: SessionId) -> Option<&Probe> {
        self.0[edge_of(session)].outbox(session).map(Outbox::probe)
    }

    /// The sessions that play in this match.
    pub(super) fn players_of(&self, key: MatchKey) -> Vec<SessionId> {
        let players = self.0.iter().flat_map(|lane| lane.players.iter().flatten());
        players.filter(|player| player.key == key).map(|player| player.session).collect()
    }

    /// Pushes what waits, where there is room.
    pub(super) fn push(&mut self) {
        for lane in self.0.iter_mut().filter(|lane| !lane.waiting.is_empty()) {
            let batch = lane.take();
            match lane.port.departures.try_send(batch) {
                Ok(()) => lane.port.bell.ring(),
                Err(TrySendError::Full(batch)) => lane.waiting = batch,
                Err(TrySendError::Disconnected(_)) => {}
            }
        }
    }

    /// Pushes what waits, and waits a moment for room: the last act of a thread.
    pub(super) fn push_last(&mut self) {
        let deadline = Instant::now() + LAST_WAIT;
        for lane in &mut self.0 {
            let batch = lane.take();
            match lane.port.departures.send_deadline(batch, deadline) {
                Ok(()) => lane.port.bell.ring(),
                Err(SendTimeoutError::Timeout(batch)) => {
                    tracing::warn!(departures = batch.len(), "a reader thread was too busy to take the last frames");
                }
                Err(SendTimeoutError::Disconnected(_)) => {}
            }
        }
    }

    /// Wakes the reader threads that found no room for an arrival. Call after draining.
    pub(super) fn resume(&self) {
        self.0.iter().for_each(|lane| lane.port.resume());
    }
}

impl Outlets for Outgoing {
    /// What is handed out for this session now will be pushed at the end of this round, and its outbox is empty.
    fn is_ready(&mut self, session: SessionId) -> bool {
        let lane = &self.0[edge_of(session)];
        lane.outbox(session).is_some_and(Outbox::is_empty) && !lane.port.departures.is_full()
    }

    fn open(&mut self, session: SessionId) -> (usize, &mut Departures) {
        let index = edge_of(session);
        let lane = &mut self.0[index];
        if let Some(outbox) = lane.outbox(session) {
            outbox.fill();
        }
        (index, &mut lane.waiting)
    }

    fn close(&mut self, session: SessionId, code: CloseCode, reason: String) {
        self.open(session).1.close(session, code, reason);
        self.leave(session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channels::{EdgeEnd, Fabric, session_id};

    const KEY: MatchKey = MatchKey(1);

    fn outgoing(edges: usize) -> (Outgoing, Vec<EdgeEnd>) {
        let mut fabric = Fabric::new(1, edges);
        (Outgoing::new(fabric.sims.remove(0).edges), fabric.edges)
    }

    fn close(out: &mut Outgoing, session: SessionId) {
        out.close(session, CloseCode::Left, session.0.to_string());
    }

    fn sessions(batch: Departures) -> Vec<SessionId> {
        batch.iter().map(|departure| departure.session()).collect()
    }

    #[test]
    fn one_batch_goes_to_each_reader_thread_that_has_something_to_send() {
        let (mut out, edges) = outgoing(3);
        let [a, b, c] = [session_id(0, 5, 0), session_id(2, 5, 0), session_id(0, 6, 0)];
        [a, b, c].iter().for_each(|session| close(&mut out, *session));
        out.push();
        let received =
            edges.into_iter().map(|edge| edge.sims[0].departures.try_iter().map(sessions).collect::<Vec<_>>());
        assert_eq!(received.collect::<Vec<_>>(), [vec![vec![a, c]], vec![], vec![vec![b]]]);
    }

    #[test]
    fn a_full_channel_makes_its_sessions_unready_and_what_must_go_waits_in_order() {
        let (mut out, edges) = outgoing(2);
        let (busy, idle) = (session_id(0, 0, 0), session_id(1, 0, 0));
        [busy, idle].into_iter().for_each(|session| out.enter(KEY, session, Arc::default()));
        let mut pushed = 1;
        while out.is_ready(busy) {
            close(&mut out, session_id(0, pushed, 0));
            out.push();
            pushed += 1;
        }
        assert!(out.is_ready(idle));
        for late in [pushed, pushed + 1] {
            close(&mut out, session_id(0, late, 0));
            out.push();
        }
        let mut received: Vec<_> = edges[0].sims[0].departures.try_iter().flat_map(sessions).collect();
        out.push();
        received.extend(edges[0].sims[0].departures.try_iter().flat_map(sessions));
        let all: Vec<_> = (1..pushed + 2).map(|slot| session_id(0, slot, 0)).collect();
        assert_eq!(received, all);
    }

    #[test]
    fn a_session_is_ready_while_it_plays_and_its_outbox_is_empty() {
        let (mut out, _edges) = outgoing(1);
        let (session, outbox) = (session_id(0, 3, 1), Arc::new(Outbox::default()));
        assert!(!out.is_ready(session));
        out.enter(KEY, session, Arc::clone(&outbox));
        assert!(out.is_ready(session));
        out.open(session);
        assert!(!outbox.is_empty() && !out.is_ready(session));
        outbox.clear();
        assert!(out.is_ready(session));
        out.leave(session);
        assert!(!out.is_ready(session));
    }

    #[test]
    fn who_takes_a_slot_over_is_not_mistaken_for_whoever_had_it() {
        let (mut out, _edges) = outgoing(1);
        let [first, second] = [1, 2].map(|generation| session_id(0, 3, generation));
        out.enter(KEY, first, Arc::default());
        out.enter(MatchKey(2), second, Arc::default());
        out.leave(first);
        assert!(!out.is_ready(first) && out.is_ready(second));
        assert_eq!([KEY, MatchKey(2)].map(|key| out.players_of(key)), [vec![], vec![second]]);
    }
}
