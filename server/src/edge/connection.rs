//! One admitted socket's life: the link and the session, tied to the match's channels and to time.
//!
//! A task of the reader thread polls it when the socket is ready; the thread itself delivers departures and looks at the time limits.
//!
//! Invariants: frames are written in the order in which they came. While an arrival finds no room, nothing more is read, so nothing is lost and
//! the peer's own sending comes to a halt. The match hears of the end of every session it heard of, once, after everything else.
//!
//! Not here: which arrivals are allowed (`session`), all sockets of a thread (`thread`).

use std::cell::Cell;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use skirmish_protocol::{ClientMessage, Pong, ServerMessage};
use skirmish_sim::{Arrival, Departure, FrameKind, SessionId};

use super::EdgeConfig;
use super::fault::Fault;
use super::figures::Figures;
use super::link::{Incoming, Link, LinkError};
use super::rate::Kind;
use super::session::{Reaction, Session};
use crate::channels::{Joining, NotTaken, Outbox, SimPort, ToSim};
use crate::clock::now_us;
use crate::directory::{Claim, Refusal};

/// How long a peer may take to close after it was told to.
pub(super) const CLOSE_TIMEOUT_US: u64 = 2_000_000;

/// What all connections of one thread share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: EdgeConfig,
    pub(super) sims: Vec<SimPort>,
    pub(super) figures: Figures,
    /// Whether any connection holds an arrival for which there was no room.
    pub(super) stalled: Cell<bool>,
}

/// One admitted socket.
#[derive(Debug)]
pub(super) struct Connection {
    peer: SocketAddr,
    link: Link,
    session: Session,
    claim: Claim,
    shared: Rc<Shared>,
    outbox: Arc<Outbox>,
    /// Whether the system has yet to take some of what the match sent.
    unsent: bool,
    /// Arrivals that found no room yet, in order.
    held: VecDeque<ToSim>,
    opened_us: u64,
    heard_us: u64,
    pinged_us: u64,
    /// Since when it is being closed.
    closing_us: Option<u64>,
}

impl Connection {
    /// A connection whose hello has yet to come.
    pub(super) fn new(id: SessionId, peer: SocketAddr, link: Link, mut claim: Claim, shared: Rc<Shared>) -> Connection {
        let now_us = now_us();
        let name = std::mem::take(&mut claim.name);
        let token = std::mem::take(&mut claim.token);
        let schema = Arc::clone(&claim.input);
        shared.figures.opened();
        Connection {
            peer,
            link,
            session: Session::new(id, (claim.seat, name, token), schema, now_us),
            claim,
            shared,
            outbox: Arc::default(),
            unsent: false,
            held: VecDeque::new(),
            opened_us: now_us,
            heard_us: now_us,
            pinged_us: now_us,
            closing_us: None,
        }
    }

    /// Reads, forwards and writes whatever can be; ready when the socket can be dropped and the match knows.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<()> {
        self.link.register(context.waker());
        if self.closing_us.is_none() {
            self.serve(now_us());
        }
        let closed = self.closing_us.is_some() && self.link.poll_close().is_ready();
        let told = self.forward_held();
        if closed && told { Poll::Ready(()) } else { Poll::Pending }
    }

    /// There may be room at its sim thread again: if an arrival waits for it, its task polls it again.
    pub(super) fn resume(&self) {
        if self.is_stalled() {
            self.link.wake();
        }
    }

    fn is_stalled(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes a departure. Frames are sent by the next [`Connection::flush`].
    pub(super) fn deliver(&mut self, departure: Departure<'_>) {
        if self.closing_us.is_some() {
            return;
        }
        match departure {
            Departure::Frame { kind, parts, .. } => {
                let bytes = parts.concat();
                self.shared.figures.sent(kind, bytes.len());
                self.unsent = true;
                if let Err(error) = self.link.write(bytes) {
                    self.fail(&error.into());
                }
            }
            Departure::Close { code, reason, .. } => {
                tracing::debug!(session = self.session.id().0, peer = %self.peer, code = code.code(), reason, "closed by the match");
                self.link.close(code.code(), reason);
                self.begin_to_close(code.name());
            }
        }
    }

    /// Sends what waits. When the system has taken all of it, the match may send more.
    pub(super) fn flush(&mut self) {
        if self.closing_us.is_some() {
            return;
        }
        match self.link.poll_flush() {
            Poll::Ready(Ok(())) if self.unsent => {
                self.unsent = false;
                self.outbox.clear();
            }
            Poll::Ready(Ok(())) | Poll::Pending => {}
            Poll::Ready(Err(error)) => self.fail(&error.into()),
        }
    }

    /// Holds the connection against its time limits, and before its hello against newer claims.
    pub(super) fn check_time(&mut self, now_us: u64) {
        let config = &self.shared.config;
        let passed = |since_us: u64, limit_s: f32| now_us.saturating_sub(since_us) >= to_us(limit_s);
        if let Some(closing_us) = self.closing_us {
            if now_us.saturating_sub(closing_us) >= CLOSE_TIMEOUT_US {
                self.link.abandon();
            }
        } else if self.is_stalled() {
            // What it says waits unread: its silence is our doing.
            self.heard_us = now_us;
        } else if self.session.is_greeting() && passed(self.opened_us, config.hello_timeout_s) {
            self.fail(&Fault::HelloTimeout { timeout_s: config.hello_timeout_s });
        } else if let Some(refusal) = self.superseded() {
            self.fail(&Fault::Superseded(refusal));
        } else if passed(self.heard_us, config.idle_timeout_s) {
            self.fail(&Fault::Idle { timeout_s: config.idle_timeout_s });
        } else if passed(self.heard_us.max(self.pinged_us), config.idle_ping_s) {
            self.pinged_us = now_us;
            match self.link.ping() {
                Ok(()) => self.flush(),
                Err(error) => self.fail(&error.into()),
            }
        }
    }

    /// Sockets without a hello must not add up: of those that claim one seat only the newest is kept.
    fn superseded(&self) -> Option<Refusal> {
        self.session.is_greeting().then(|| self.claim.superseded()).flatten()
    }

    /// Ends the session for a reason of this side, and tells the peer and the match.
    pub(super) fn fail(&mut self, fault: &Fault) {
        if self.closing_us.is_some() {
            return;
        }
        let code = fault.close_code();
        tracing::debug!(session = self.session.id().0, peer = %self.peer, code = code.map(|code| code.code()), %fault, "session ended");
        match code {
            Some(code) => self.link.close(code.code(), &fault.to_string()),
            None => self.link.abandon(),
        }
        self.begin_to_close(code.map_or("lost", |code| code.name()));
        self.tell_closed();
    }

    /// Reads until nothing more has come, or an arrival finds no room; then sends the answers.
    fn serve(&mut self, now_us: u64) {
        while self.closing_us.is_none() && self.forward_held() {
            match self.link.read() {
                Ok(None) => break,
                Ok(Some(incoming)) => {
                    self.heard_us = now_us;
                    if let Err(fault) = self.take(incoming, now_us) {
                        self.fail(&fault);
                    }
                }
                Err(error) => self.fail(&error.into()),
            }
        }
        self.flush();
    }

    fn take(&mut self, incoming: Incoming, now_us: u64) -> Result<(), Fault> {
        match incoming {
            Incoming::Binary(bytes) => self.take_message(&bytes, now_us),
            Incoming::Text => Err(Fault::Text),
            Incoming::Control => {
                self.shared.figures.received(Kind::Control);
                self.session.count(Kind::Control, now_us)
            }
            Incoming::Close => {
                tracing::debug!(session = self.session.id().0, peer = %self.peer, "closed by the peer");
                self.begin_to_close("by_peer");
                self.tell_closed();
                Ok(())
            }
        }
    }

    fn take_message(&mut self, bytes: &[u8], now_us: u64) -> Result<(), Fault> {
        self.shared.figures.bytes_received(bytes.len());
        let message = ClientMessage::decode(bytes)?;
        self.shared.figures.received(Kind::of(&message));
        if let ClientMessage::Hello { agent, .. } = &message {
            tracing::debug!(session = self.session.id().0, peer = %self.peer, seat = self.claim.seat, ?agent, "hello");
        }
        let reaction = self.session.accept(message, now_us)?;
        if self.session.take_confirmation() {
            self.claim.confirm();
        }
        match reaction {
            Reaction::Forward(arrival) => self.hold(arrival),
            Reaction::Pong(token) => self.answer(token)?,
            Reaction::Nothing => {}
        }
        Ok(())
    }

    fn answer(&mut self, token: u32) -> Result<(), LinkError> {
        let (tick, into_tick_us) = self.claim.clock.read();
        let mut bytes = Vec::new();
        ServerMessage::Pong(Pong { token, tick, into_tick_us }).encode(&mut bytes);
        self.shared.figures.sent(FrameKind::Reliable, bytes.len());
        self.link.write(bytes)
    }

    /// Puts an arrival behind those that wait; [`Connection::forward_held`] sends it.
    fn hold(&mut self, arrival: Arrival) {
        let is_join = matches!(arrival, Arrival::Join { .. });
        let joining = is_join.then(|| Joining { generation: self.claim.generation, outbox: Arc::clone(&self.outbox) });
        self.held.push_back(ToSim { to: self.claim.key, arrival, joining });
    }

    /// Whether no arrival waits any more.
    fn forward_held(&mut self) -> bool {
        while let Some(arrival) = self.held.pop_front() {
            match self.shared.sims[self.claim.sim].send(arrival) {
                Ok(()) => {}
                Err(NotTaken::Full(arrival)) => {
                    self.held.push_front(arrival);
                    self.shared.stalled.set(true);
                    return false;
                }
                Err(NotTaken::Gone) => {
                    self.held.clear();
                    self.fail(&Fault::Shutdown);
                    self.held.clear();
                }
            }
        }
        true
    }

    fn begin_to_close(&mut self, code: &'static str) {
        self.closing_us = Some(now_us());
        self.shared.figures.closed(code);
        self.link.wake();
    }

    fn tell_closed(&mut self) {
        if self.session.is_greeting() {
            self.claim.abandon();
        } else {
            self.hold(Arrival::Closed { session: self.session.id() });
        }
    }
}

fn to_us(seconds: f32) -> u64 {
    (f64::from(seconds) * 1e6) as u64
}
