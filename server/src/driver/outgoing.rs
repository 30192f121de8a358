//! What a round of visits hands to the reader threads: one batch and one wake for each.
//!
//! Invariant: a session is ready only while there is room in its reader thread's channel. Nobody else pushes there, so what a match hands out for it
//! can be pushed. What a match hands out for sessions that were not ready (closes, goodbyes) waits here for the next round.
//!
//! Not here: which frames there are (`skirmish_sim`).

use std::time::{Duration, Instant};

use crossbeam_channel::{SendTimeoutError, TrySendError};
use skirmish_sim::{Departure, SessionId};

use crate::channels::{Batch, EdgePort, edge_of};

/// How long the last frames of a stopping thread wait for a reader thread that is busy.
const LAST_WAIT: Duration = Duration::from_secs(1);

/// Departures on their way to all reader threads.
pub(super) struct Outgoing(Vec<Lane>);

struct Lane {
    port: EdgePort,
    waiting: Vec<Departure>,
}

impl Outgoing {
    pub(super) fn new(ports: Vec<EdgePort>) -> Outgoing {
        Outgoing(ports.into_iter().map(|port| Lane { port, waiting: Vec::new() }).collect())
    }

    /// Whether what is put for this session now will be pushed at the end of this round.
    pub(super) fn has_room(&self, session: SessionId) -> bool {
        !self.0[edge_of(session)].port.departures.is_full()
    }

    /// Puts a departure behind those that wait.
    pub(super) fn put(&mut self, session: SessionId, departure: Departure) {
        self.0[edge_of(session)].waiting.push(departure);
    }

    /// Pushes what waits, where there is room.
    pub(super) fn push(&mut self) {
        for lane in &mut self.0 {
            if lane.waiting.is_empty() {
                continue;
            }
            let batch = Batch { departures: std::mem::take(&mut lane.waiting) };
            match lane.port.departures.try_send(batch) {
                Ok(()) => lane.port.bell.ring(),
                Err(TrySendError::Full(batch)) => lane.waiting = batch.departures,
                Err(TrySendError::Disconnected(_)) => {}
            }
        }
    }

    /// Pushes what waits, and waits a moment for room: the last act of a thread.
    pub(super) fn push_last(&mut self) {
        let deadline = Instant::now() + LAST_WAIT;
        for lane in &mut self.0 {
            let batch = Batch { departures: std::mem::take(&mut lane.waiting) };
            match lane.port.departures.send_deadline(batch, deadline) {
                Ok(()) => lane.port.bell.ring(),
                Err(SendTimeoutError::Timeout(batch)) => {
                    tracing::warn!(
                        departures = batch.departures.len(),
                        "a reader thread was too busy to take the last frames"
                    );
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

#[cfg(test)]
mod tests {
    use skirmish_protocol::CloseCode;

    use super::*;
    use crate::channels::{EdgeEnd, Fabric, session_id};

    fn outgoing(edges: usize) -> (Outgoing, Vec<EdgeEnd>) {
        let mut fabric = Fabric::new(1, edges);
        (Outgoing::new(fabric.sims.remove(0).edges), fabric.edges)
    }

    fn close(out: &mut Outgoing, session: SessionId) {
        let reason = session.0.to_string();
        out.put(session, Departure::Close { session, code: CloseCode::Left, reason });
    }

    fn sessions(batch: Batch) -> Vec<SessionId> {
        let session = |departure| match departure {
            Departure::Frame { session, .. } | Departure::Close { session, .. } => session,
        };
        batch.departures.into_iter().map(session).collect()
    }

    #[test]
    fn one_batch_goes_to_each_reader_thread_that_has_something_to_send() {
        let (mut out, edges) = outgoing(3);
        let [a, b, c] = [session_id(0, 5), session_id(2, 5), session_id(0, 6)];
        [a, b, c].iter().for_each(|session| close(&mut out, *session));
        out.push();
        let received =
            edges.into_iter().map(|edge| edge.sims[0].departures.try_iter().map(sessions).collect::<Vec<_>>());
        assert_eq!(received.collect::<Vec<_>>(), [vec![vec![a, c]], vec![], vec![vec![b]]]);
    }

    #[test]
    fn a_full_channel_makes_its_sessions_unready_and_what_must_go_waits_in_order() {
        let (mut out, edges) = outgoing(2);
        let (busy, idle) = (session_id(0, 0), session_id(1, 0));
        let mut pushed = 0;
        while out.has_room(busy) {
            close(&mut out, session_id(0, pushed));
            out.push();
            pushed += 1;
        }
        assert!(out.has_room(idle));
        for late in [pushed, pushed + 1] {
            close(&mut out, session_id(0, late));
            out.push();
        }
        let mut received: Vec<_> = edges[0].sims[0].departures.try_iter().flat_map(sessions).collect();
        out.push();
        received.extend(edges[0].sims[0].departures.try_iter().flat_map(sessions));
        let all: Vec<_> = (0..pushed + 2).map(|counter| session_id(0, counter)).collect();
        assert_eq!(received, all);
    }
}
