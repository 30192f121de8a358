//! All sockets of one reader thread, each in a slot of its own.
//!
//! Invariants: an id names at most one socket, for ever: a slot that is used again gives another id. A panic on the way of one socket ends that one only.
//!
//! Not here: what happens on one connection (`connection`), when the thread turns to its sockets (`thread`, `turns`).

use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Poll, Waker};

use skirmish_sim::SessionId;

use super::admission::{Admission, Verdict};
use super::connection::{Connection, Shared};
use super::fault::Fault;
use super::figures::Figures;
use super::form::Form;
use super::link::Link;
use super::ready::Ready;
use super::refusal::Refusal;
use super::thread::Newcomer;
use super::wire::Wire;
use super::{EdgeConfig, Impairments, Place};
use crate::channels::{EdgeEnd, session_id, slot_of};
use crate::clock::now_us;

/// The sockets of one thread.
#[derive(Debug)]
pub(super) struct Sockets {
    edge: usize,
    shared: Rc<Shared>,
    ready: Arc<Ready>,
    /// Taken from the list of those that are ready.
    taken: Vec<usize>,
    slots: Vec<Slot>,
    free: Vec<usize>,
    /// The version of the impairments that its connections know.
    impairments_seen: u64,
}

/// A place for one socket after the other.
#[derive(Debug)]
struct Slot {
    generation: u32,
    waker: Waker,
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

impl Sockets {
    /// None yet.
    pub(super) fn new(config: EdgeConfig, end: EdgeEnd, impairments: Arc<Impairments>) -> Sockets {
        let shared = Shared {
            config,
            sims: end.sims,
            figures: Figures::new(),
            impairments,
            release_us: Cell::new(u64::MAX),
            stalled: Cell::default(),
            frames: RefCell::default(),
            answer: RefCell::default(),
        };
        Sockets {
            edge: end.index,
            shared: Rc::new(shared),
            ready: Arc::default(),
            taken: Vec::new(),
            slots: Vec::new(),
            free: Vec::new(),
            impairments_seen: 0,
        }
    }

    /// The list of those that are ready.
    pub(super) fn ready(&self) -> &Arc<Ready> {
        &self.ready
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
        let slot = &mut self.slots[index];
        let wire = match Wire::new(stream, slot.waker.clone(), self.shared.config.write_buffer_bytes_max) {
            Ok(wire) => wire,
            Err(error) => {
                tracing::debug!(%peer, %error, "a socket was lost on its way in");
                self.free.push(index);
                return verdict.abandon();
            }
        };
        let link = Link::new(wire, &read_buf);
        let role = match verdict {
            Verdict::Admit(claim) => {
                let id = session_id(self.edge, index, slot.generation);
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
        slot.socket = Some(Socket { role, _place: place });
        // The first look at it asks the runtime to tell of the next.
        slot.waker.wake_by_ref();
    }

    fn free_slot(&mut self) -> usize {
        self.free.pop().unwrap_or_else(|| {
            let index = self.slots.len();
            self.slots.push(Slot { generation: 0, waker: self.ready.waker(index), socket: None });
            index
        })
    }

    /// Serves those that are ready.
    pub(super) fn serve_ready(&mut self, now_us: u64) {
        let mut taken = std::mem::take(&mut self.taken);
        self.ready.take(&mut taken);
        for index in taken.drain(..) {
            self.serve(index, now_us);
        }
        self.taken = taken;
    }

    fn serve(&mut self, index: usize, now_us: u64) {
        let slot = &mut self.slots[index];
        let ended = match slot.socket.as_mut().map(|socket| &mut socket.role) {
            Some(Role::Player(connection)) => guarded(connection, |connection| connection.poll(now_us)),
            Some(Role::Refused(refusal)) => Some(refusal.poll()),
            // A wake for the socket that was here before.
            None => None,
        };
        if let Some(Poll::Ready(())) = ended {
            slot.socket = None;
            slot.generation = slot.generation.wrapping_add(1);
            self.free.push(index);
        }
    }

    /// Writes everything that the sim threads handed over, and wakes connections that waited for room.
    pub(super) fn deliver(&mut self) {
        let shared = Rc::clone(&self.shared);
        for sim in &shared.sims {
            for batch in sim.departures.try_iter() {
                for (session, departures) in batch.by_session() {
                    self.with(session, |connection| connection.deliver(departures));
                }
                sim.give_back(batch);
            }
        }
        if shared.stalled.take() {
            self.with_each(|connection| connection.resume());
        }
    }

    /// When something is there on a line that was made bad; none: on no line.
    pub(super) fn release_us(&self) -> Option<u64> {
        Some(self.shared.release_us.get()).filter(|at_us| *at_us < u64::MAX)
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
        let sockets = self.slots.iter_mut().filter_map(|slot| slot.socket.as_mut());
        for socket in sockets {
            if let Role::Refused(refusal) = &mut socket.role {
                refusal.check_time(now_us);
            }
        }
    }

    /// Delivers what is there, and closes every session that is still open.
    pub(super) fn stop(&mut self) {
        self.deliver();
        self.with_each(|connection| connection.fail(&Fault::Shutdown));
    }

    fn with(&mut self, session: SessionId, act: impl FnOnce(&mut Connection)) {
        let socket = self.slots.get_mut(slot_of(session)).and_then(|slot| slot.socket.as_mut());
        if let Some(Socket { role: Role::Player(connection), .. }) = socket
            && connection.id() == session
        {
            guarded(connection, act);
        }
    }

    fn with_each(&mut self, act: impl Fn(&mut Connection)) {
        for socket in self.slots.iter_mut().filter_map(|slot| slot.socket.as_mut()) {
            if let Role::Player(connection) = &mut socket.role {
                guarded(connection, &act);
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

    use skirmish_protocol::Schema;
    use skirmish_sim::Tuning;

    use super::*;
    use crate::MatchKey;
    use crate::channels::Fabric;
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

    #[test]
    fn a_panic_over_one_connection_ends_that_one_only() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an event queue");
        runtime.block_on(async {
            let mut fabric = Fabric::new(1, 1);
            let mut sockets = Sockets::new(EdgeConfig::default(), fabric.edges.remove(0), Arc::default());
            let _clients = [admit(&mut sockets), admit(&mut sockets)];
            let [unlucky, other] = [session_id(0, 0, 0), session_id(0, 1, 0)];
            sockets.with(unlucky, |_| panic!("a defect that a test made up"));
            sockets.serve_ready(now_us());
            assert_eq!(sockets.free, [slot_of(unlucky)]);
            sockets.check_time();
            sockets.serve_ready(now_us());
            assert_eq!(sockets.free, [slot_of(unlucky)]);
            let mut is_served = false;
            sockets.with(other, |_| is_served = true);
            assert!(is_served);
        });
    }

    #[test]
    fn a_slot_that_is_used_again_gives_another_id() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an event queue");
        runtime.block_on(async {
            let mut fabric = Fabric::new(1, 1);
            let mut sockets = Sockets::new(EdgeConfig::default(), fabric.edges.remove(0), Arc::default());
            drop(admit(&mut sockets));
            while !sockets.is_empty() {
                sockets.ready.clone().listed().await;
                sockets.serve_ready(now_us());
            }
            let _client = admit(&mut sockets);
            let mut served = Vec::new();
            for generation in [0, 1] {
                sockets.with(session_id(0, 0, generation), |connection| served.push(connection.id()));
            }
            assert_eq!(served, [session_id(0, 0, 1)]);
        });
    }
}
