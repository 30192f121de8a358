//! The reader threads: they own every player's socket from the upgrade to its end.
//!
//! Stages, one file each: `admission` (a socket on its way here), `wire` (bytes of a socket), `link` (WebSocket messages), `form` (MessagePack or text), `session` (what the protocol allows next),
//! `rate` (how often), `connection` (one socket's life: the stages above tied to the channels), `refusal` (a socket that is only told why not), `impairments` and `bad_line` (bad networks on demand),
//! `sockets` (all sockets of one thread), `thread` (its loop), `turns` (when it turns to them), `figures` (what is counted).
//!
//! Invariants: a socket belongs to one thread for life; only well-formed, bounded, validated and rate-limited events go on to a
//! sim thread; nothing a peer does ends anything but its own session; no reader thread ever waits for one peer.
//!
//! Not here: the HTTP upgrade and the decision who may come in (`control`), what a match does with an event (`skirmish_sim`), ticks (`driver`).

mod admission;
mod bad_line;
mod connection;
mod fault;
mod figures;
mod form;
mod impairments;
mod link;
mod rate;
mod received;
mod refusal;
mod session;
mod sockets;
mod thread;
mod turns;
mod wire;

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use crossbeam_channel::{Sender, bounded};
use skirmish_protocol::limits::{HELLO_TIMEOUT_MS, IDLE_TIMEOUT_MS};

use crate::channels::{Bell, EdgeEnd};
pub use admission::{Admission, Verdict};
pub use impairments::{Conditions, Impairment, Impairments, Whose};
use thread::Newcomer;

/// Sockets that may wait for one reader thread to take them.
const ADMISSIONS_MAX: usize = 1_024;

/// How reader threads treat their sockets.
#[derive(Clone, Debug)]
pub struct EdgeConfig {
    /// Within how many seconds a hello must come.
    pub hello_timeout_s: f32,
    /// After how many seconds of silence the server sends a WebSocket ping.
    pub idle_ping_s: f32,
    /// After how many seconds of silence a connection is closed.
    pub idle_timeout_s: f32,
    /// For how many seconds a socket may take nothing of what waits for it; then its session is closed as too slow.
    pub stall_timeout_s: f32,
    /// Bytes that may wait for one socket; a session that needs more is closed as too slow.
    pub write_buffer_bytes_max: usize,
    /// Admitted sockets at once, those that have yet to say hello or to close included; more are dropped without a word.
    pub sockets_max: usize,
    /// Refused sockets that are told why at the same time; more are dropped without a word.
    pub refusals_max: usize,
}

impl Default for EdgeConfig {
    fn default() -> EdgeConfig {
        EdgeConfig {
            hello_timeout_s: HELLO_TIMEOUT_MS as f32 / 1e3,
            idle_ping_s: 10.0,
            idle_timeout_s: IDLE_TIMEOUT_MS as f32 / 1e3,
            stall_timeout_s: 30.0,
            write_buffer_bytes_max: 1024 * 1024,
            sockets_max: 4_096,
            refusals_max: 256,
        }
    }
}

/// All reader threads.
#[derive(Debug)]
pub struct Edge {
    threads: Vec<Reader>,
    sockets_max: usize,
    refusals: Arc<AtomicUsize>,
    refusals_max: usize,
    impairments: Arc<Impairments>,
}

#[derive(Debug)]
struct Reader {
    /// None once the thread was told to stop.
    newcomers: Mutex<Option<Sender<Newcomer>>>,
    bell: Arc<Bell>,
    sockets: Arc<AtomicUsize>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Edge {
    /// Starts one reader thread for each of `ends`, which come from [`Fabric`](crate::channels::Fabric).
    ///
    /// # Errors
    /// The system gave no thread or no event queue.
    pub fn start(config: &EdgeConfig, ends: Vec<EdgeEnd>) -> io::Result<Edge> {
        let impairments = Arc::new(Impairments::default());
        let readers = ends.into_iter().map(|end| Reader::start(config, end, &impairments));
        let threads = readers.collect::<io::Result<Vec<Reader>>>()?;
        let EdgeConfig { sockets_max, refusals_max, .. } = *config;
        Ok(Edge { threads, sockets_max, refusals: Arc::default(), refusals_max, impairments })
    }

    /// The lines that were made bad.
    pub fn impairments(&self) -> &Impairments {
        &self.impairments
    }

    /// Hands an upgraded socket to the reader thread that has the fewest. Never waits; beyond the limits the socket is dropped.
    pub fn admit(&self, admission: Admission) {
        let Some(reader) = self.threads.iter().min_by_key(|reader| reader.load()) else {
            return;
        };
        let place = match admission.verdict {
            Verdict::Admit(_) if self.load() >= self.sockets_max => None,
            Verdict::Admit(_) => Place::take(&reader.sockets, usize::MAX),
            Verdict::Refuse { .. } => Place::take(&self.refusals, self.refusals_max),
        };
        let admission = Box::new(admission);
        let refused = match place {
            Some(place) => reader.take(Newcomer { admission, place }).err(),
            None => Some(admission),
        };
        if let Some(dropped) = refused {
            tracing::debug!(peer = %dropped.peer, "dropped a socket: too many wait or are being refused");
            dropped.verdict.abandon();
        }
    }

    fn load(&self) -> usize {
        self.threads.iter().map(Reader::load).sum()
    }

    /// Sends what sim threads handed over, closes every session that is still open and ends the threads. Blocks for at most about 2 s; a second call does nothing.
    pub fn stop(&self) {
        for reader in &self.threads {
            drop(lock(&reader.newcomers).take());
            reader.bell.ring();
        }
        for reader in &self.threads {
            let thread = lock(&reader.thread).take();
            if thread.is_some_and(|thread| thread.join().is_err()) {
                tracing::error!("a reader thread had panicked");
            }
        }
    }
}

impl Reader {
    fn start(config: &EdgeConfig, end: EdgeEnd, impairments: &Arc<Impairments>) -> io::Result<Reader> {
        let (sender, newcomers) = bounded(ADMISSIONS_MAX);
        let bell = Arc::clone(&end.bell);
        let thread = thread::spawn(config.clone(), end, Arc::clone(impairments), newcomers)?;
        Ok(Reader {
            newcomers: Mutex::new(Some(sender)),
            bell,
            sockets: Arc::default(),
            thread: Mutex::new(Some(thread)),
        })
    }

    fn load(&self) -> usize {
        self.sockets.load(Ordering::Relaxed)
    }

    fn take(&self, newcomer: Newcomer) -> Result<(), Box<Admission>> {
        let Some(sender) = &*lock(&self.newcomers) else {
            return Err(newcomer.admission);
        };
        sender.try_send(newcomer).map_err(|refused| refused.into_inner().admission)?;
        self.bell.ring();
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("nothing panics while it holds this lock")
}

/// A place under a limit, given back when dropped.
#[derive(Debug)]
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(count: &Arc<AtomicUsize>, max: usize) -> Option<Place> {
        let place = Place(Arc::clone(count));
        let before = count.fetch_add(1, Ordering::Relaxed);
        (before < max).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
