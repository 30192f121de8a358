//! One admitted socket's life: the link and the session, tied to the match's channels and to time.
//!
//! The reader thread polls it when the socket is ready, delivers departures and looks at the time limits.
//!
//! Invariants: frames are written in the order in which they came. While an arrival finds no room, nothing more is read, so nothing is lost and
//! the peer's own sending comes to a halt. The match hears of the end of every session it heard of, once, after everything else.
//!
//! Not here: which arrivals are allowed (`session`), all sockets of a thread (`thread`), a line that was made bad (`connection/impaired.rs`).

mod impaired;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use mio::event::Event;
use skirmish_protocol::{ClientMessage, Pong, ServerMessage};
use skirmish_sim::ahead::fetch;
use skirmish_sim::{Arrival, Departure, FrameKind, SessionId};

use super::EdgeConfig;
use super::bad_line::BadLine;
use super::fault::Fault;
use super::figures::Figures;
use super::form::Form;
use super::impairments::Impairments;
use super::link::{Incoming, Link, put_ping};
use super::rate::Kind;
use super::received::Received;
use super::session::{Reaction, Session};
use crate::channels::{Joining, NotTaken, Outbox, SimPort, ToSim};
use crate::clock::now_us;
use crate::directory::{Claim, Refusal};

/// How long a peer may take to close after it was told to.
pub(super) const CLOSE_TIMEOUT_US: u64 = 2_000_000;

/// How often the round trip is measured while somebody wants to know.
const PROBE_SPACING_US: u64 = 1_000_000;
/// A ping that was not answered for so long is given up.
const PONG_TIMEOUT_US: u64 = 5_000_000;
/// The code of a close without a close frame.
const LOST: u16 = 1006;

/// What all connections of one thread share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: EdgeConfig,
    pub(super) sims: Vec<SimPort>,
    pub(super) figures: Figures,
    pub(super) impairments: Arc<Impairments>,
    /// When something is there on a line that was made bad, the first of all; `u64::MAX`: on no line.
    pub(super) release_us: Cell<u64>,
    /// Whether any connection holds an arrival for which there was no room.
    pub(super) stalled: Cell<bool>,
    /// Empty; its memory serves whoever assembles frames.
    pub(super) frames: RefCell<Vec<u8>>,
    /// Whoever reads leaves it empty.
    pub(super) received: RefCell<Received>,
    /// Its memory serves whoever answers.
    pub(super) answer: RefCell<Vec<u8>>,
}

impl Shared {
    /// Something is there on a line that was made bad at this time, if it says when.
    fn release_by(&self, at_us: Option<u64>) {
        self.release_us.set(self.release_us.get().min(at_us.unwrap_or(u64::MAX)));
    }
}

/// One admitted socket.
#[derive(Debug)]
pub(super) struct Connection {
    peer: SocketAddr,
    link: Link,
    form: Form,
    session: Session,
    claim: Claim,
    shared: Rc<Shared>,
    outbox: Arc<Outbox>,
    /// While somebody wants the line to be bad.
    bad_line: Option<Box<BadLine>>,
    /// Whether the match has yet to hear that the system took all it sent.
    owes_clear: bool,
    stuck: Option<Stuck>,
    /// Arrivals that found no room yet, in order.
    held: VecDeque<ToSim>,
    opened_us: u64,
    heard_us: u64,
    pinged_us: u64,
    /// Whether the answer to the last ping has yet to come.
    awaits_pong: bool,
    /// Since when it is being closed.
    closing_us: Option<u64>,
}

/// Since when a socket takes nothing more than so many bytes, though more wait.
#[derive(Clone, Copy, Debug)]
struct Stuck {
    taken: u64,
    since_us: u64,
}

impl Connection {
    /// A connection whose hello has yet to come.
    pub(super) fn new(
        id: SessionId,
        peer: SocketAddr,
        (link, form): (Link, Form),
        mut claim: Claim,
        shared: Rc<Shared>,
    ) -> Connection {
        let now_us = now_us();
        let name = std::mem::take(&mut claim.name);
        let token = std::mem::take(&mut claim.token);
        let schema = Arc::clone(&claim.input);
        shared.figures.opened();
        Connection {
            peer,
            link,
            form,
            session: Session::new(id, (claim.seat, name, token), schema, now_us),
            claim,
            shared,
            outbox: Arc::default(),
            bad_line: None,
            owes_clear: false,
            stuck: None,
            held: VecDeque::new(),
            opened_us: now_us,
            heard_us: now_us,
            pinged_us: now_us,
            awaits_pong: false,
            closing_us: None,
        }
    }

    /// Its session.
    pub(super) fn id(&self) -> SessionId {
        self.session.id()
    }

    /// Reads, forwards and writes whatever can be; ready when the socket can be dropped and the match knows.
    pub(super) fn poll(&mut self, now_us: u64) -> Poll<()> {
        if self.closing_us.is_none() {
            self.serve(now_us);
        }
        // Only then: what waits while it plays keeps it known as stalled, and so what came after is read when there is room.
        if self.closing_us.is_none() {
            return Poll::Pending;
        }
        let closed = self.link.poll_close().is_ready();
        let told = self.forward_held();
        if closed && told { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Has the memory on its way that messages and frames need: in the first step its own, in the next what it shares with the match.
    pub(super) fn fetch(&self, step: usize) {
        if step > 1 {
            return fetch(&*self.outbox);
        }
        fetch(&self.closing_us);
        fetch(&self.stuck);
        fetch(&self.held);
        fetch(&self.shared);
        fetch(&self.heard_us);
        fetch(&self.claim.sim);
        self.link.fetch();
        self.session.fetch();
    }

    /// See [`Link::follow`].
    pub(super) fn follow(&mut self, event: &Event) {
        self.link.follow(event);
    }

    /// Whether an arrival waits for room at its sim thread: when there may be some, it is to be polled.
    pub(super) fn is_stalled(&self) -> bool {
        !self.held.is_empty()
    }

    /// Whether it is to be polled until it is gone.
    pub(super) fn is_closing(&self) -> bool {
        self.closing_us.is_some()
    }

    /// Takes its departures of one batch and sends them in one go.
    pub(super) fn deliver<'a>(&mut self, departures: impl Iterator<Item = Departure<'a>>) {
        if self.closing_us.is_some() {
            return;
        }
        let mut frames = self.shared.frames.take();
        let mut close = None;
        for departure in departures {
            match departure {
                Departure::Frame { kind, parts, .. } => {
                    let bytes = self.form.put(&mut frames, &parts);
                    self.shared.figures.sent(kind, bytes);
                }
                Departure::Close { code, reason, .. } => {
                    close = Some((code, reason));
                    break;
                }
            }
        }
        self.owes_clear = true;
        self.send(frames);
        if let (Some((code, reason)), None) = (close, self.closing_us) {
            tracing::debug!(session = self.session.id().0, peer = %self.peer, code = code.code(), reason, "closed by the match");
            self.hurry();
            if self.closing_us.is_none() {
                self.link.close(code.code(), reason);
                self.begin_to_close(code.name());
            }
        }
    }

    /// Sends these frames, at once or on a line that was made bad.
    fn send(&mut self, mut frames: Vec<u8>) {
        if let Some(line) = &mut self.bad_line {
            line.take(&frames, now_us());
            frames.clear();
            self.shared.release_by(line.next_us());
        }
        self.put_through(frames);
    }

    /// Hands these frames to the socket, and lets their memory serve the next.
    fn put_through(&mut self, mut frames: Vec<u8>) {
        let sent = self.link.send(&frames);
        frames.clear();
        self.shared.frames.replace(frames);
        match sent {
            Ok(()) => self.flush(),
            Err(error) => self.fail(&error.into()),
        }
    }

    /// Sends what waits. When the system has taken all of it, the match may send more.
    fn flush(&mut self) {
        if self.closing_us.is_some() {
            return;
        }
        match self.link.poll_flush() {
            Poll::Ready(Ok(())) if self.owes_clear && self.line_has_room() => {
                self.owes_clear = false;
                self.outbox.clear();
            }
            Poll::Ready(Ok(())) | Poll::Pending => {}
            Poll::Ready(Err(error)) => self.fail(&error.into()),
        }
    }

    /// Holds the connection against its time limits, and before its hello against newer claims.
    pub(super) fn check_time(&mut self, now_us: u64) {
        let shared = Rc::clone(&self.shared);
        let config = &shared.config;
        self.end_impairment_in_time(now_us);
        let passed = |since_us: u64, limit_s: f32| now_us.saturating_sub(since_us) >= to_us(limit_s);
        if let Some(closing_us) = self.closing_us {
            if now_us.saturating_sub(closing_us) >= CLOSE_TIMEOUT_US {
                self.link.abandon();
            }
        } else if self.is_stuck_for(config.stall_timeout_s, now_us) {
            self.fail(&Fault::Stalled { timeout_s: config.stall_timeout_s });
        } else if self.is_stalled() {
            // What it says waits unread: its silence is our doing.
            self.heard_us = now_us;
        } else if self.session.is_greeting() && passed(self.opened_us, config.hello_timeout_s) {
            self.fail(&Fault::HelloTimeout { timeout_s: config.hello_timeout_s });
        } else if let Some(refusal) = self.superseded() {
            self.fail(&Fault::Superseded(refusal));
        } else if passed(self.heard_us, config.idle_timeout_s) {
            self.fail(&Fault::Idle { timeout_s: config.idle_timeout_s });
        } else if passed(self.heard_us.max(self.pinged_us), config.idle_ping_s) || self.is_to_be_measured(now_us) {
            self.ping(now_us);
        }
    }

    /// Whether somebody wants to know the round trip, and the last ping was answered or is lost.
    fn is_to_be_measured(&self, now_us: u64) -> bool {
        let spacing_us = if self.awaits_pong { PONG_TIMEOUT_US } else { PROBE_SPACING_US };
        self.outbox.probe().is_wanted(now_us) && now_us.saturating_sub(self.pinged_us) >= spacing_us
    }

    fn ping(&mut self, now_us: u64) {
        self.pinged_us = now_us;
        self.awaits_pong = true;
        let mut frames = self.shared.frames.take();
        put_ping(&mut frames);
        self.send(frames);
    }

    /// Whether the system has taken nothing of what waits for so long.
    fn is_stuck_for(&mut self, timeout_s: f32, now_us: u64) -> bool {
        let Some(taken) = self.link.stuck_at() else {
            self.stuck = None;
            return false;
        };
        let stuck = self.stuck.filter(|stuck| stuck.taken == taken).unwrap_or(Stuck { taken, since_us: now_us });
        self.stuck = Some(stuck);
        now_us.saturating_sub(stuck.since_us) >= to_us(timeout_s)
    }

    /// Sockets without a hello must not add up: of those that claim one seat only the newest is kept.
    fn superseded(&self) -> Option<Refusal> {
        self.session.is_greeting().then(|| self.claim.superseded()).flatten()
    }

    /// Ends the session for a reason of this side, and tells the peer and the match.
    pub(super) fn fail(&mut self, fault: &Fault) {
        if fault.close_code().is_some() {
            self.hurry();
        }
        if self.closing_us.is_some() {
            return;
        }
        let code = fault.close_code();
        tracing::debug!(session = self.session.id().0, peer = %self.peer, code = code.map(|code| code.code()), %fault, "session ended");
        match code {
            Some(code) => self.link.close(code.code(), &fault.to_string()),
            None => self.link.abandon(),
        }
        self.outbox.probe().end(code.map_or(LOST, |code| code.code()), fault.to_string());
        self.begin_to_close(code.map_or("lost", |code| code.name()));
        self.tell_closed();
    }

    /// Reads until nothing more has come, or an arrival finds no room; then sends the answers.
    fn serve(&mut self, now_us: u64) {
        let shared = Rc::clone(&self.shared);
        let mut received = shared.received.borrow_mut();
        received.clear();
        while self.closing_us.is_none() && self.forward_held() {
            match self.link.read(&mut received) {
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
        self.link.keep(&mut received);
        drop(received);
        self.flush();
    }

    fn take(&mut self, incoming: Incoming<'_>, now_us: u64) -> Result<(), Fault> {
        match incoming {
            Incoming::Binary(bytes) => {
                self.shared.figures.bytes_received(bytes.len());
                self.take_message(&self.form.read_binary(bytes)?, now_us)
            }
            Incoming::Text(text) => {
                self.shared.figures.bytes_received(text.len());
                self.take_message(&self.form.read_text(&text)?, now_us)
            }
            Incoming::Ping => self.control(now_us),
            Incoming::Pong => {
                if std::mem::take(&mut self.awaits_pong) {
                    self.outbox.probe().sample(now_us.saturating_sub(self.pinged_us));
                }
                self.control(now_us)
            }
            Incoming::Close(code) => {
                tracing::debug!(session = self.session.id().0, peer = %self.peer, "closed by the peer");
                self.outbox.probe().end(code, "closed by the peer".to_owned());
                self.begin_to_close("by_peer");
                self.tell_closed();
                Ok(())
            }
        }
    }

    fn control(&mut self, now_us: u64) -> Result<(), Fault> {
        self.shared.figures.received(Kind::Control);
        self.session.count(Kind::Control, now_us)
    }

    fn take_message(&mut self, bytes: &[u8], now_us: u64) -> Result<(), Fault> {
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
            Reaction::Forward(arrival) => self.forward(arrival),
            Reaction::Pong(token) => self.answer(token),
            Reaction::Nothing => {}
        }
        Ok(())
    }

    fn answer(&mut self, token: u32) {
        let (tick, into_tick_us) = self.claim.clock.read();
        let mut message = self.shared.answer.borrow_mut();
        message.clear();
        ServerMessage::Pong(Pong { token, tick, into_tick_us }).encode(&mut message);
        let mut frames = self.shared.frames.take();
        let bytes = self.form.put(&mut frames, &[&message]);
        drop(message);
        self.shared.figures.sent(FrameKind::Reliable, bytes);
        self.send(frames);
    }

    /// Forwards an arrival, or puts it behind those that wait.
    fn forward(&mut self, arrival: Arrival) {
        let is_join = matches!(arrival, Arrival::Join { .. });
        let joining = is_join.then(|| Joining {
            generation: self.claim.generation,
            outbox: Arc::clone(&self.outbox),
            eyes: self.claim.eyes,
        });
        let arrival = ToSim { to: self.claim.key, arrival, joining };
        let left = if self.is_stalled() { Some(arrival) } else { self.try_forward(arrival) };
        self.held.extend(left);
    }

    /// Whether no arrival waits any more.
    fn forward_held(&mut self) -> bool {
        while let Some(arrival) = self.held.pop_front() {
            if let Some(left) = self.try_forward(arrival) {
                self.held.push_front(left);
                return false;
            }
        }
        true
    }

    /// Gives the arrival back if there is no room for it.
    fn try_forward(&mut self, arrival: ToSim) -> Option<ToSim> {
        match self.shared.sims[self.claim.sim].send(arrival) {
            Ok(()) => None,
            Err(NotTaken::Full(arrival)) => {
                self.shared.stalled.set(true);
                Some(arrival)
            }
            Err(NotTaken::Gone) => {
                self.held.clear();
                self.fail(&Fault::Shutdown);
                None
            }
        }
    }

    fn begin_to_close(&mut self, code: &'static str) {
        self.bad_line = None;
        self.end_own_impairment();
        self.closing_us = Some(now_us());
        self.shared.figures.closed(code);
    }

    fn tell_closed(&mut self) {
        if self.session.is_greeting() {
            self.claim.abandon();
        } else {
            self.forward(Arrival::Closed { session: self.session.id() });
        }
    }
}

fn to_us(seconds: f32) -> u64 {
    (f64::from(seconds) * 1e6) as u64
}
