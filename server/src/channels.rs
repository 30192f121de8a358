//! The types that cross threads, and the channels they cross on.
//!
//! Everything between the reader threads (`edge-N`), the sim threads (`sim-N`) and the control plane goes through here:
//! arrivals and commands to a sim thread, batches of departures to a reader thread, admissions and claims from the
//! control plane.
//!
//! Invariant: what crosses is owned by one side at a time, but for [`Outbox`] and [`MatchClock`], which are atomic words.
//!
//! Not here: the channels themselves (`channels/fabric.rs`), what the messages mean to a match (`skirmish_sim`).

mod fabric;

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use skirmish_protocol::{CloseCode, Schema, Settings};
use skirmish_sim::{Arrival, Departure, Game, MatchHeader, RoomFigures, SessionId};
use tokio::sync::oneshot;

use crate::directory::Directory;
pub use crate::driver::match_clock::MatchClock;
pub use fabric::{EdgeEnd, EdgePort, Fabric, NotTaken, SimBusy, SimEnd, SimHandle, SimPort};

/// A running match, unique for the life of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchKey(pub u32);

/// Which reader thread owns a session's socket: the upper half of its id.
pub fn edge_of(session: SessionId) -> usize {
    (session.0 >> 32) as usize
}

/// The id of the `counter`-th session of a reader thread.
pub fn session_id(edge: usize, counter: u32) -> SessionId {
    SessionId(((edge as u64) << 32) | u64::from(counter))
}

/// Whether frames are on their way to a session's socket. The sim thread fills it before it pushes some, the reader thread
/// empties it when the system has taken their last byte; between the two the match hands out nothing else for that session.
#[derive(Debug, Default)]
pub struct Outbox(AtomicBool);

impl Outbox {
    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        !self.0.load(Ordering::Acquire)
    }

    /// Frames are about to be pushed.
    pub fn fill(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// All that was pushed has been accepted for writing.
    pub fn clear(&self) {
        self.0.store(false, Ordering::Release);
    }
}

/// One event for a match, from a reader thread.
#[derive(Debug)]
pub struct ToSim {
    /// The match it is for.
    pub to: MatchKey,
    /// What happened.
    pub arrival: Arrival,
    /// With [`Arrival::Join`] only: the session's outbox.
    pub outbox: Option<Arc<Outbox>>,
}

/// What the control plane asks of a sim thread.
pub enum SimCommand {
    /// Run a new match. If the game refuses its header, the directory is told that the match has ended.
    Open {
        /// The match's key from now on.
        key: MatchKey,
        /// What the match is a function of.
        header: MatchHeader,
        /// The game that runs in it.
        game: Arc<dyn Game>,
        /// How many bots join at once.
        bots: u32,
        /// Where reader threads read the match's time.
        clock: Arc<MatchClock>,
    },
    /// How is this match? Answered between two ticks; the sender is dropped if there is no such match.
    Query {
        /// Which match.
        key: MatchKey,
        /// Where the answer goes.
        answer: oneshot::Sender<MatchReport>,
    },
    /// An operator's act: tune, pace, add or remove a bot, kick.
    Arrival(ToSim),
    /// Close every match and end the thread; clients are told to return after so many milliseconds.
    Stop {
        /// In milliseconds.
        retry_after_ms: u32,
    },
}

/// A match as it was between two ticks.
#[derive(Clone, Debug)]
pub struct MatchReport {
    /// The match's name.
    pub match_id: String,
    /// Newest tick.
    pub tick: u32,
    /// Settings in force.
    pub settings: Settings,
    /// Seats held by people.
    pub humans: u32,
    /// Seats held by bots.
    pub bots: u32,
    /// What was sent so far.
    pub figures: RoomFigures,
}

/// What one reader thread's sockets have to send: one for each flush of a sim thread.
#[derive(Debug)]
pub struct Batch {
    /// In the order in which they must be written.
    pub departures: Vec<Departure>,
}

/// An upgraded socket on its way to a reader thread.
#[derive(Debug)]
pub struct Admission {
    /// The socket, taken out of the runtime that accepted it.
    pub stream: TcpStream,
    /// What was read from it beyond the upgrade request.
    pub read_buf: Vec<u8>,
    /// The other end.
    pub peer: SocketAddr,
    /// What is to become of it.
    pub verdict: Verdict,
}

/// What is to become of an upgraded socket.
#[derive(Debug)]
pub enum Verdict {
    /// It claimed a seat.
    Admit(Claim),
    /// It gets one readable text message and a close code.
    Refuse {
        /// The close code.
        code: CloseCode,
        /// Why, for people to read.
        reason: String,
    },
}

impl Verdict {
    /// The socket is dropped before it could say hello.
    pub(crate) fn abandon(&self) {
        if let Verdict::Admit(claim) = self {
            claim.abandon();
        }
    }
}

/// The right of one socket to one seat.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The match.
    pub key: MatchKey,
    /// Index of the sim thread that runs it.
    pub sim: usize,
    /// The seat.
    pub seat: u32,
    /// The player's name.
    pub name: String,
    /// The reconnect token that the welcome will carry.
    pub token: String,
    /// Which of the seat's tokens this claim made the newest.
    pub generation: u32,
    /// What inputs are checked against.
    pub input: Arc<Schema>,
    /// Answers pings without asking the sim thread.
    pub clock: Arc<MatchClock>,
    /// Told at the first message under this claim.
    pub directory: Arc<Directory>,
}

impl Claim {
    /// The first message after the hello has come.
    pub(crate) fn confirm(&self) {
        self.directory.confirm(self.key, self.seat, self.generation);
    }

    /// The socket ended before its hello.
    pub(crate) fn abandon(&self) {
        self.directory.abandon(self.key, self.seat, self.generation);
    }
}
