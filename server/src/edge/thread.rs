//! One reader thread: a current-thread runtime with all its sockets, and the loop that serves them.
//!
//! Each connection has a task that runs when its socket is found to be ready; `turns` decides when that is looked at. The loop takes admissions, delivers departures when a sim
//! thread called it, writing to all sockets in one go, and looks at time limits ten times a second.
//!
//! Invariants: everything of a connection is touched by this thread only. A panic on the way of one connection ends that one only.
//!
//! Not here: what happens on one connection (`connection`).

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::thread::JoinHandle;
use std::time::Duration;

use skirmish_sim::SessionId;
use tokio::sync::mpsc;
use tokio::task::coop::unconstrained;
use tokio::task::{JoinError, JoinSet, LocalSet};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::admission::{Admission, Verdict};
use super::connection::{CLOSE_TIMEOUT_US, Connection, Shared};
use super::fault::Fault;
use super::figures::Figures;
use super::link::Link;
use super::refusal::refuse;
use super::turns::Turns;
use super::wire::Wire;
use super::{EdgeConfig, Place};
use crate::channels::{Bell, EdgeEnd, session_id, slot_of};
use crate::clock::now_us;

/// How often time limits and the load are looked at and figures are published.
const HOUSEKEEPING: Duration = Duration::from_millis(100);

/// A socket for a reader thread, and its place under a limit, given back when it is gone.
#[derive(Debug)]
pub(super) struct Newcomer {
    pub(super) admission: Box<Admission>,
    pub(super) place: Place,
}

/// Starts a reader thread. It ends when the sender of `newcomers` is dropped: it sends what was handed over, closes everything, and waits for
/// peers to close, but not long.
pub(super) fn spawn(
    config: EdgeConfig,
    end: EdgeEnd,
    newcomers: mpsc::Receiver<Newcomer>,
) -> io::Result<JoinHandle<()>> {
    let dues = end.sims.iter().map(|sim| Arc::clone(&sim.next_due)).collect();
    let turns = Arc::new(Turns::new(Arc::clone(&end.bell), dues));
    let asked = Arc::clone(&turns);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().on_thread_park(move || asked.before_waiting()).build()?;
    std::thread::Builder::new().name(format!("edge-{}", end.index)).spawn(move || {
        let sockets = Sockets::new(config, end, turns);
        LocalSet::new().block_on(&runtime, unconstrained(sockets.run(newcomers)));
    })
}

/// All sockets of one thread.
struct Sockets {
    edge: usize,
    bell: Arc<Bell>,
    turns: Arc<Turns>,
    shared: Rc<Shared>,
    open: BTreeMap<SessionId, Rc<RefCell<Connection>>>,
    /// Ends with the id of a connection that is over, or with none for a refused socket.
    tasks: JoinSet<Option<SessionId>>,
    /// Slots that are free, and the generation of their next sessions.
    free: Vec<(usize, u32)>,
    /// When to end, however many sockets are left.
    stop_at: Option<Instant>,
}

impl Sockets {
    fn new(config: EdgeConfig, end: EdgeEnd, turns: Arc<Turns>) -> Sockets {
        Sockets {
            edge: end.index,
            bell: end.bell,
            turns,
            shared: Rc::new(Shared { config, sims: end.sims, figures: Figures::default(), stalled: Cell::default() }),
            open: BTreeMap::new(),
            tasks: JoinSet::new(),
            free: Vec::new(),
            stop_at: None,
        }
    }

    async fn run(mut self, mut newcomers: mpsc::Receiver<Newcomer>) {
        let bell = Arc::clone(&self.bell);
        let mut housekeeping = interval(HOUSEKEEPING);
        housekeeping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while !self.is_over() {
            tokio::select! {
                () = bell.called() => self.deliver(),
                newcomer = newcomers.recv(), if self.stop_at.is_none() => match newcomer {
                    Some(newcomer) => self.admit(newcomer),
                    None => self.stop(),
                },
                Some(ended) = self.tasks.join_next() => self.forget(ended),
                _ = housekeeping.tick() => self.keep_house(),
            }
        }
        self.publish();
    }

    fn is_over(&self) -> bool {
        self.stop_at.is_some_and(|at| self.tasks.is_empty() || Instant::now() >= at)
    }

    fn admit(&mut self, Newcomer { admission, place }: Newcomer) {
        let Admission { stream, read_buf, peer, verdict } = *admission;
        let wire = match Wire::new(stream) {
            Ok(wire) => wire,
            Err(error) => {
                tracing::debug!(%peer, %error, "a socket was lost on its way in");
                return verdict.abandon();
            }
        };
        let link = Link::new(wire, &read_buf, self.shared.config.write_buffer_bytes_max);
        match verdict {
            Verdict::Admit(claim) => {
                let (slot, generation) = self.free.pop().unwrap_or((self.open.len(), 0));
                let id = session_id(self.edge, slot, generation);
                let shared = Rc::clone(&self.shared);
                self.serve(id, Connection::new(id, peer, link, claim, shared), place);
            }
            Verdict::Refuse { code, reason } => {
                tracing::debug!(%peer, code = code.code(), reason, "refused");
                self.tasks.spawn_local(async move {
                    refuse(link, code, &reason).await;
                    drop(place);
                    None
                });
            }
        }
    }

    fn serve(&mut self, id: SessionId, connection: Connection, place: Place) {
        let connection = Rc::new(RefCell::new(connection));
        let polled = Rc::clone(&connection);
        self.tasks.spawn_local(async move {
            std::future::poll_fn(|context| {
                guarded(&mut polled.borrow_mut(), |connection| connection.poll(context)).unwrap_or(Poll::Pending)
            })
            .await;
            drop(place);
            Some(id)
        });
        self.open.insert(id, connection);
    }

    /// Writes everything that the sim threads handed over, and wakes connections that waited for room.
    fn deliver(&mut self) {
        let shared = Rc::clone(&self.shared);
        for (sim, batch) in shared.sims.iter().flat_map(|sim| sim.departures.try_iter().map(move |batch| (sim, batch)))
        {
            for departure in batch.iter() {
                self.with(departure.session(), |connection| connection.deliver(departure));
            }
            for departure in batch.iter() {
                self.with(departure.session(), Connection::flush);
            }
            sim.give_back(batch);
        }
        if shared.stalled.take() {
            self.with_each(|connection| connection.resume());
        }
    }

    fn with(&self, session: SessionId, act: impl FnOnce(&mut Connection)) {
        if let Some(connection) = self.open.get(&session) {
            guarded(&mut connection.borrow_mut(), act);
        }
    }

    fn with_each(&self, act: impl Fn(&mut Connection)) {
        self.open.keys().for_each(|session| self.with(*session, &act));
    }

    fn keep_house(&self) {
        let now_us = now_us();
        self.with_each(|connection| connection.check_time(now_us));
        self.turns.follow_load(self.shared.figures.messages());
        self.publish();
    }

    fn publish(&self) {
        self.shared.figures.publish(self.turns.take_counts());
    }

    fn stop(&mut self) {
        self.deliver();
        self.with_each(|connection| connection.fail(&Fault::Shutdown));
        self.stop_at = Some(Instant::now() + Duration::from_micros(CLOSE_TIMEOUT_US));
    }

    fn forget(&mut self, ended: Result<Option<SessionId>, JoinError>) {
        match ended {
            Ok(Some(id)) => {
                self.open.remove(&id);
                self.free.push((slot_of(id), (id.0 as u32).wrapping_add(1)));
            }
            Ok(None) => {}
            Err(error) => tracing::error!(%error, "a socket's task failed"),
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
        let admission = Admission { stream, read_buf: Vec::new(), peer, verdict: Verdict::Admit(claim()) };
        let place = Place::take(&Arc::new(AtomicUsize::new(0)), 1).expect("it is free");
        sockets.admit(Newcomer { admission: Box::new(admission), place });
        client
    }

    #[test]
    fn a_panic_over_one_connection_ends_that_one_only() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("an event queue");
        LocalSet::new().block_on(&runtime, async {
            let mut fabric = Fabric::new(1, 1);
            let turns = Arc::new(Turns::new(Arc::default(), Vec::new()));
            let mut sockets = Sockets::new(EdgeConfig::default(), fabric.edges.remove(0), turns);
            let _clients = [admit(&mut sockets), admit(&mut sockets)];
            let [unlucky, other] = [session_id(0, 0, 0), session_id(0, 1, 0)];
            sockets.with(unlucky, |_| panic!("a defect that a test made up"));
            let ended = sockets.tasks.join_next().await.expect("there are two tasks").expect("it has not panicked");
            assert_eq!(ended, Some(unlucky));
            sockets.forget(Ok(ended));
            assert!(sockets.open.keys().eq([&other]));
            sockets.keep_house();
            assert_eq!(sockets.tasks.len(), 1);
        });
    }
}
