//! All sockets of one reader thread, each in a slot of its own.
//!
//! Invariants: an id names at most one socket, for ever: a slot that is used again gives another id. A panic on the way of one socket ends that one only.
//!
//! Not here: what happens on one connection (`connection`), when the thread turns to its sockets (`thread`, `turns`).

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;

use mio::{Events, Registry, Token};
use skirmish_sim::Departures;
use skirmish_sim::ahead::{Ahead, STEPS, fetch};

use super::admission::{Admission, Verdict};
use super::connection::{Connection, Shared};
use super::fault::Fault;
use super::figures::Figures;
use super::form::Form;
use super::link::Link;
use super::refusal::Refusal;
use super::thread::Newcomer;
use super::wire::Wire;
use super::{EdgeConfig, Impairments, Place};
use crate::channels::{EdgeEnd, session_id, slot_of};
use crate::clock::now_us;

/// So many sessions are written to before the thread may turn to its sockets: about 40 us.
const SESSIONS_AT_ONCE: usize = 8;

/// The sockets of one thread.
#[derive(Debug)]
pub(super) struct Sockets {
    edge: usize,
    shared: Rc<Shared>,
    /// Tells of sockets by the numbers of their slots.
    registry: Registry,
    slots: Vec<Slot>,
    free: Vec<usize>,
    /// The version of the impairments that its connections know.
    impairments_seen: u64,
    /// What is being written.
    delivery: Option<Delivery>,
}

/// A batch of a sim thread, of which so many departures are done.
#[derive(Debug)]
struct Delivery {
    sim: usize,
    batch: Departures,
    done: usize,
}

/// A place for one socket after the other.
#[derive(Debug)]
struct Slot {
    generation: u32,
    socket: Option<Socket>,
}

#[derive(Debug)]
struct Socket {
    role: Role,
    /// Given back with the socket.
    _place: Place,
}

/// What becomes of a socket.
#[derive(Debug)]
enum Role {
    Player(Box<Connection>),
    Refused(Box<Refusal>),
}

impl Slot {
    fn fetch(&self, step: usize) {
        if step == 0 {
            fetch(self);
        } else if let Some(Socket { role: Role::Player(connection), .. }) = &self.socket {
            connection.fetch(step);
        }
    }
}

impl Sockets {
    /// None yet.
    pub(super) fn new(config: EdgeConfig, end: EdgeEnd, impairments: Arc<Impairments>, registry: Registry) -> Sockets {
        let shared = Shared {
            config,
            sims: end.sims,
            figures: Figures::new(),
            impairments,
            release_us: Cell::new(u64::MAX),
            stalled: Cell::default(),
            frames: RefCell::default(),
            received: RefCell::default(),
            answer: RefCell::default(),
        };
        Sockets {
            edge: end.index,
            shared: Rc::new(shared),
            registry,
            slots: Vec::new(),
            free: Vec::new(),
            impairments_seen: 0,
            delivery: None,
        }
    }

    /// What they count.
    pub(super) fn figures(&self) -> &Figures {
        &self.shared.figures
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.free.len() == self.slots.len()
    }

    /// Takes one more.
    pub(super) fn admit(&mut self, Newcomer { admission, place }: Newcomer) {
        let Admission { stream, read_buf, peer, json, verdict } = *admission;
        let index = self.free_slot();
        let (queue, unsent_max) = ((&self.registry, Token(index)), self.shared.config.write_buffer_bytes_max);
        let wire = match Wire::new(stream, queue, unsent_max) {
            Ok(wire) => wire,
            Err(error) => {
                tracing::debug!(%peer, %error, "a socket was lost on its way in");
                self.free.push(index);
                return verdict.abandon();
            }
        };
        let link = Link::new(wire, read_buf);
        let role = match verdict {
            Verdict::Admit(claim) => {
                let id = session_id(self.edge, index, self.slots[index].generation);
                let shared = Rc::clone(&self.shared);
                let mut connection = Connection::new(id, peer, (link, Form::new(json)), claim, shared);
                connection.follow_impairments(now_us());
                Role::Player(Box::new(connection))
            }
            Verdict::Refuse { code, reason } => {
                tracing::debug!(%peer, code = code.code(), reason, "refused");
                Role::Refused(Box::new(Refusal::new(link, code, &reason, now_us())))
            }
        };
        self.slots[index].socket = Some(Socket { role, _place: place });
        self.poll(index, now_us());
    }

    fn free_slot(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            let index = self.slots.len();
            self.slots.push(Slot { generation: 0, socket: None });
            index
        })
    }

    /// Serves those that something has come for; whether there was one.
    pub(super) fn serve(&mut self, events: &Events, now_us: u64) -> bool {
        let mut ahead = Ahead::new(events.iter().map(|event| event.token().0));
        let mut has_served = false;
        for event in events {
            self.fetch(ahead.advance());
            let Token(index) = event.token();
            match self.role(index) {
                Some(Role::Player(connection)) => connection.follow(event),
                Some(Role::Refused(refusal)) => refusal.follow(event),
                None => continue,
            }
            self.poll(index, now_us);
            has_served = true;
        }
        has_served
    }

    fn role(&mut self, index: usize) -> Option<&mut Role> {
        self.slots.get_mut(index).and_then(|slot| slot.socket.as_mut()).map(|socket| &mut socket.role)
    }

    fn player(&mut self, index: usize) -> Option<&mut Connection> {
        match self.role(index) {
            Some(Role::Player(connection)) => Some(connection),
            _ => None,
        }
    }

    /// Brings the memory nearer of those that are served soon.
    fn fetch(&self, soon: [Option<usize>; STEPS]) {
        for (step, index) in soon.into_iter().enumerate() {
            if let Some(slot) = index.and_then(|index| self.slots.get(index)) {
                slot.fetch(step);
            }
        }
    }

    fn poll(&mut self, index: usize, now_us: u64) {
        let ended = match self.role(index) {
            Some(Role::Player(connection)) => guarded(connection, |connection| connection.poll(now_us)),
            Some(Role::Refused(refusal)) => Some(refusal.poll()),
            None => None,
        };
        if let Some(Poll::Ready(())) = ended {
            let slot = &mut self.slots[index];
            slot.socket = None;
            slot.generation = slot.generation.wrapping_add(1);
            self.free.push(index);
        }
    }

    /// Writes some of what the sim threads handed over, or, if all is written, turns to connections that waited for room. Whether there may be more.
    pub(super) fn deliver(&mut self) -> bool {
        let Some(mut delivery) = self.delivery.take().or_else(|| self.next_delivery()) else {
            if self.shared.stalled.take() {
                self.resume();
            }
            return false;
        };
        self.deliver_some(&mut delivery);
        if delivery.done < delivery.batch.len() {
            self.delivery = Some(delivery);
        } else {
            self.shared.sims[delivery.sim].give_back(delivery.batch);
        }
        true
    }

    fn next_delivery(&self) -> Option<Delivery> {
        let mut sims = self.shared.sims.iter().enumerate();
        sims.find_map(|(sim, port)| Some(Delivery { sim, batch: port.departures.try_recv().ok()?, done: 0 }))
    }

    fn deliver_some(&mut self, delivery: &mut Delivery) {
        let Delivery { batch, done, .. } = delivery;
        let mut ahead = Ahead::new(batch.sessions(*done).map(slot_of));
        for (session, departures) in batch.by_session(*done).take(SESSIONS_AT_ONCE) {
            self.fetch(ahead.advance());
            *done += departures.len();
            let index = slot_of(session);
            if self.player(index).is_some_and(|connection| connection.id() == session) {
                self.with(index, |connection| connection.deliver(departures));
            }
        }
    }

    fn resume(&mut self) {
        for index in 0..self.slots.len() {
            if self.player(index).is_some_and(|connection| connection.is_stalled()) {
                self.poll(index, now_us());
            }
        }
    }

    /// When something is there on a line that was made bad; `u64::MAX`: on no line.
    pub(super) fn release_us(&self) -> u64 {
        self.shared.release_us.get()
    }

    /// Sends on what is there on lines that were made bad.
    pub(super) fn release(&mut self, now_us: u64) {
        self.shared.release_us.set(u64::MAX);
        self.with_each(|connection| connection.release(now_us));
    }

    /// Looks at all time limits.
    pub(super) fn check_time(&mut self) {
        let now_us = now_us();
        self.with_each(|connection| connection.check_time(now_us));
        let version = self.shared.impairments.version();
        if std::mem::replace(&mut self.impairments_seen, version) != version {
            self.with_each(|connection| connection.follow_impairments(now_us));
        }
        for index in 0..self.slots.len() {
            if let Some(Role::Refused(refusal)) = self.role(index) {
                refusal.check_time(now_us);
                self.poll(index, now_us);
            }
        }
    }

    /// Delivers what is there, and closes every session that is still open.
    pub(super) fn stop(&mut self) {
        while self.deliver() {}
        self.with_each(|connection| connection.fail(&Fault::Shutdown));
    }

    fn with_each(&mut self, act: impl Fn(&mut Connection)) {
        (0..self.slots.len()).for_each(|index| self.with(index, &act));
    }

    /// Acts on a connection. One that is closing, by this or before, is polled: that is how it ends.
    fn with(&mut self, index: usize, act: impl FnOnce(&mut Connection)) {
        if let Some(connection) = self.player(index) {
            guarded(connection, act);
            if connection.is_closing() {
                self.poll(index, now_us());
            }
        }
    }
}

/// A defect of ours that one peer has found ends that peer's session only.
fn guarded<T>(connection: &mut Connection, act: impl FnOnce(&mut Connection) -> T) -> Option<T> {
    let done = catch_unwind(AssertUnwindSafe(|| act(connection)));
    done.inspect_err(|_| connection.fail(&Fault::Internal)).ok()
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use mio::Poll;
    use skirmish_protocol::Schema;
    use skirmish_sim::{FrameKind, Tuning};

    use super::*;
    use crate::MatchKey;
    use crate::channels::{Fabric, SimEnd};
    use crate::directory::{Claim, Directory, DirectoryLimits};
    use crate::ticket::TicketKey;

    fn claim() -> Claim {
        let limits = DirectoryLimits {
            matches_max: 1,
            sessions_max: 1,
            bots: 0,
            ticket_ttl: Duration::from_secs(60),
            tuning: Tuning::default(),
        };
        let key = TicketKey::new(b"a test's secret");
        let directory = Directory::new(Vec::new(), Vec::new(), limits, key, 1, Box::new(std::time::Instant::now));
        Claim {
            key: MatchKey(0),
            sim: 0,
            seat: 0,
            name: "Ada".to_owned(),
            token: "token".to_owned(),
            generation: 1,
            eyes: None,
            input: Arc::new(Schema { components: Vec::new(), input: Vec::new(), events: Vec::new() }),
            clock: Arc::default(),
            directory: Arc::new(directory),
        }
    }

    /// Admits one more socket; the client's end of it.
    fn admit(sockets: &mut Sockets) -> TcpStream {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback can be listened on");
        let client = TcpStream::connect(listener.local_addr().expect("it is bound")).expect("it listens");
        let (stream, peer) = listener.accept().expect("a client has connected");
        let admission = Admission { stream, read_buf: Vec::new(), peer, json: false, verdict: Verdict::Admit(claim()) };
        let place = Place::take(&Arc::new(AtomicUsize::new(0)), 1).expect("it is free");
        sockets.admit(Newcomer { admission: Box::new(admission), place });
        client
    }

    fn sockets() -> (Poll, Sockets) {
        let (queue, sockets, _) = sockets_of_a_sim();
        (queue, sockets)
    }

    fn sockets_of_a_sim() -> (Poll, Sockets, SimEnd) {
        let queue = Poll::new().expect("an event queue");
        let registry = queue.registry().try_clone().expect("a second handle of it");
        let mut fabric = Fabric::new(1, 1);
        let sockets = Sockets::new(EdgeConfig::default(), fabric.edges.remove(0), Arc::default(), registry);
        (queue, sockets, fabric.sims.remove(0))
    }

    /// How many of these have been sent something.
    fn reached(clients: &[TcpStream]) -> usize {
        let is_reached = |client: &&TcpStream| {
            client.set_nonblocking(true).expect("a socket of ours");
            client.peek(&mut [0]).is_ok()
        };
        clients.iter().filter(is_reached).count()
    }

    /// Serves what comes until one of them is gone.
    fn serve_until_one_is_gone(queue: &mut Poll, sockets: &mut Sockets) {
        let mut events = Events::with_capacity(8);
        while sockets.free.is_empty() {
            queue.poll(&mut events, None).expect("an open event queue can be waited for");
            sockets.serve(&events, now_us());
        }
    }

    #[test]
    fn a_panic_over_one_connection_ends_that_one_only() {
        let (mut queue, mut sockets) = sockets();
        let [unlucky, _other] = [admit(&mut sockets), admit(&mut sockets)];
        sockets.with(0, |_| panic!("a defect that a test made up"));
        drop(unlucky);
        serve_until_one_is_gone(&mut queue, &mut sockets);
        assert_eq!(sockets.free, [0]);
        let mut is_served = false;
        sockets.with(1, |_| is_served = true);
        assert!(is_served);
    }

    #[test]
    fn a_batch_is_written_to_a_few_sockets_at_a_time() {
        let (_queue, mut sockets, sim) = sockets_of_a_sim();
        let clients: Vec<_> = (0..SESSIONS_AT_ONCE + 2).map(|_| admit(&mut sockets)).collect();
        let mut batch = Departures::default();
        for slot in 0..clients.len() {
            (0..2).for_each(|_| batch.frame(session_id(0, slot, 0), FrameKind::Reliable, b"message"));
        }
        sim.edges[0].departures.try_send(batch).expect("there is room");
        let steps = std::iter::from_fn(|| sockets.deliver().then(|| reached(&clients)));
        assert_eq!(steps.collect::<Vec<_>>(), [SESSIONS_AT_ONCE, clients.len()]);
    }

    #[test]
    fn a_slot_that_is_used_again_gives_another_id() {
        let (mut queue, mut sockets) = sockets();
        drop(admit(&mut sockets));
        serve_until_one_is_gone(&mut queue, &mut sockets);
        let _client = admit(&mut sockets);
        assert_eq!(sockets.player(0).map(|connection| connection.id()), Some(session_id(0, 0, 1)));
    }
}
