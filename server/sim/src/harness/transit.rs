//! What is under way between the room and its virtual clients, in both directions.
//!
//! Invariant: what clients send reaches the room in one order, of arrival and then of sending, whoever sent it. When a tick happens is
//! decided in `mod.rs`; how late, full or stalled a client's way down is, in `link.rs`.

use skirmish_protocol::ClientMessage;

use super::link::Down;
use super::{Harness, VirtualClient};
use crate::{Arrival, Departure, Departures, Outlets, SessionId};

impl Harness {
    /// Brings to the clients what has reached them; each acknowledges a snapshot when it gets it.
    pub(super) fn deliver_down(&mut self) {
        for client in &mut self.clients {
            while let (Some(session), Some((at_us, down))) = (client.session, client.link.take_down(self.now_us)) {
                match down {
                    Down::Close(code, reason) => {
                        client.disconnect();
                        client.closed = Some((code, reason));
                    }
                    Down::Frame(frame) => {
                        let answer = client.take(&frame).unwrap_or_else(|error| {
                            panic!("seed {}, tick {}, seat {}: {error}", self.seed, self.room.sim().tick(), client.seat)
                        });
                        let due_us = client.link.up_due_us(at_us);
                        self.under_way
                            .extend(answer.map(|snapshot_ack| (due_us, Arrival::Ack { session, snapshot_ack })));
                    }
                }
            }
        }
    }

    /// Brings to the room what has reached it.
    pub(super) fn deliver_up(&mut self) {
        self.under_way.sort_by_key(|(due_us, _)| *due_us);
        let due = self.under_way.partition_point(|(due_us, _)| *due_us <= self.now_us);
        for (_, arrival) in self.under_way.drain(..due).collect::<Vec<_>>() {
            let claimant = if let Arrival::Join { session, .. } = arrival { Some(session) } else { None };
            self.room.receive(arrival, self.now_us);
            self.note_vacated();
            let mut clients = self.clients.iter_mut();
            if let Some(client) = clients.find(|client| claimant.is_some() && client.session == claimant) {
                client.holds_seat = true;
            }
        }
    }

    /// Puts on their way what the room has for its clients.
    pub(super) fn flush(&mut self) {
        let mut links = Links { clients: &self.clients, departures: Departures::default() };
        self.room.flush(self.now_us, &mut links);
        let departures = links.departures;
        self.send_down(&departures);
        self.note_vacated();
    }

    pub(super) fn send_down(&mut self, departures: &Departures) {
        for departure in departures.iter() {
            let down = match departure {
                Departure::Frame { parts, .. } => Down::Frame(parts.concat()),
                Departure::Close { code, reason, .. } => Down::Close(code, reason.to_owned()),
            };
            let session = Some(departure.session());
            if let Some(client) = self.clients.iter_mut().find(|client| client.session == session) {
                client.link.put_down(down, self.now_us);
            }
        }
    }

    fn note_vacated(&mut self) {
        for seat in self.room.vacated() {
            let left = self.clients.iter_mut().filter(|client| client.seat == seat);
            left.for_each(|client| client.holds_seat = false);
        }
    }
}

/// What a flush sees of the clients' links.
struct Links<'a> {
    clients: &'a [VirtualClient],
    departures: Departures,
}

impl Outlets for Links<'_> {
    fn is_ready(&mut self, session: SessionId) -> bool {
        let mut of_session = self.clients.iter().filter(|client| client.session == Some(session));
        of_session.all(|client| client.link.is_ready())
    }

    fn open(&mut self, _: SessionId) -> (usize, &mut Departures) {
        (0, &mut self.departures)
    }
}

/// What a client's message is to the room. Hellos and pings are answered before they get there.
pub(super) fn arrival(session: SessionId, message: ClientMessage) -> Option<Arrival> {
    match message {
        ClientMessage::Input { seq, snapshot_ack, values } => {
            Some(Arrival::Input { session, seq, snapshot_ack, values, at_us: 0 })
        }
        ClientMessage::Ack { snapshot_ack } => Some(Arrival::Ack { session, snapshot_ack }),
        ClientMessage::Chat { text } => Some(Arrival::Chat { session, text }),
        ClientMessage::Leave => Some(Arrival::Leave { session }),
        ClientMessage::Hello { .. } | ClientMessage::Ping { .. } => None,
    }
}
