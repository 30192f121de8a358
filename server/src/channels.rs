//! The types that cross threads, and the channels they cross on.
//!
//! What goes to and from the sim threads (`sim-N`): arrivals from the reader threads (`edge-N`), commands from the control
//! plane, and batches of departures to the reader threads.
//!
//! Invariant: what crosses is owned by one side at a time, but for [`Outbox`] with its [`Probe`] and [`MatchClock`], which are atomic words.
//!
//! Not here: the channels themselves (`channels/fabric.rs`), when reader threads look into theirs (`channels/slots.rs`), what the messages mean to a match (`skirmish_sim`), sockets on
//! their way to a reader thread (`edge::Admission`).

mod fabric;
mod match_clock;
mod probe;
mod seen;
mod slots;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::Sender;
use skirmish_protocol::Settings;
use skirmish_sim::{Act, Arrival, Game, MatchHeader, Pace, Relief, RoomFigures, RoomLimits, Seat, SessionId, Tuning};
use tokio::sync::oneshot;

use crate::match_key::MatchKey;
pub use fabric::{EdgeEnd, EdgePort, Fabric, NotTaken, SimBusy, SimEnd, SimHandle, SimPort};
pub use match_clock::MatchClock;
pub use probe::{LineFigures, Probe};
pub use seen::{Comparison, MatchRow, MatchSample, PlayerSample, SpentSample, Stretch, TickSample};
pub use slots::Bell;
pub(crate) use slots::{NextDue, next_turn_us, on_grid_us};

/// The bits of a session's id that tell its reader thread, its slot there and the slot's generation.
const SLOT_SHIFT: u32 = 32;
const EDGE_SHIFT: u32 = 56;

/// Which reader thread owns a session's socket.
pub fn edge_of(session: SessionId) -> usize {
    (session.0 >> EDGE_SHIFT) as usize
}

/// Where among its reader thread's sessions a session stands. Slots are used again.
pub fn slot_of(session: SessionId) -> usize {
    (session.0 << (u64::BITS - EDGE_SHIFT) >> (u64::BITS - EDGE_SHIFT + SLOT_SHIFT)) as usize
}

/// The id of the `generation`-th session in this slot of a reader thread, of which there are at most 256 with 2^24 slots each.
pub fn session_id(edge: usize, slot: usize, generation: u32) -> SessionId {
    SessionId(((edge as u64) << EDGE_SHIFT) | ((slot as u64) << SLOT_SHIFT) | u64::from(generation))
}

/// Whether frames are on their way to a session's socket. The sim thread fills it before it pushes some, the reader thread
/// empties it when the system has taken their last byte; between the two the match hands out nothing else for that session.
#[derive(Debug, Default)]
pub struct Outbox {
    is_full: AtomicBool,
    probe: Probe,
}

impl Outbox {
    /// Whether nothing is on its way.
    pub fn is_empty(&self) -> bool {
        !self.is_full.load(Ordering::Acquire)
    }

    /// Frames are about to be pushed.
    pub fn fill(&self) {
        self.is_full.store(true, Ordering::Release);
    }

    /// All that was pushed has been accepted for writing.
    pub fn clear(&self) {
        self.is_full.store(false, Ordering::Release);
    }

    /// What is measured of its line.
    pub fn probe(&self) -> &Probe {
        &self.probe
    }
}

/// One event for a match.
#[derive(Debug)]
pub struct ToSim {
    /// The match it is for.
    pub to: MatchKey,
    /// What happened.
    pub arrival: Arrival,
    /// With [`Arrival::Join`] only.
    pub joining: Option<Joining>,
}

/// What a session brings along that says hello.
#[derive(Debug, Default)]
pub struct Joining {
    /// Which of its seat's claims the session has: only the newest may sit down.
    pub generation: u32,
    /// The session's outbox.
    pub outbox: Arc<Outbox>,
    /// The seat whose view it is to be sent, if it looks on through another's eyes.
    pub eyes: Option<u32>,
}

impl ToSim {
    /// An event that is no join.
    pub fn new(to: MatchKey, arrival: Arrival) -> ToSim {
        ToSim { to, arrival, joining: None }
    }
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
        /// Whether it goes on when nobody plays it.
        kept: bool,
    },
    /// How is this match? Answered between two ticks; the sender is dropped if there is no such match.
    Query {
        /// Which match.
        key: MatchKey,
        /// Where the answer goes.
        answer: oneshot::Sender<MatchReport>,
    },
    /// How are all the matches of this thread? Answered between two ticks.
    Survey {
        /// Where the answer goes.
        answer: oneshot::Sender<Vec<MatchRow>>,
    },
    /// Hand samples of this match over until nobody listens. Whoever watched it before hears no more; the sender is dropped if there is no such match.
    Watch {
        /// Which match.
        key: MatchKey,
        /// Where samples go.
        samples: Sender<MatchSample>,
    },
    /// What was this match like before and since the first change at this tick or later? None if there was no such change; the sender is dropped if there is no
    /// such match.
    Compare {
        /// Which match.
        key: MatchKey,
        /// Which change.
        tick: u32,
        /// Where the answer goes.
        answer: oneshot::Sender<Option<Comparison>>,
    },
    /// An operator's act: taken between two ticks and noted in the match's log. The sender is dropped if there is no such match.
    Act {
        /// Which match.
        key: MatchKey,
        /// What is done, and by whom.
        act: Box<Act>,
        /// What happens besides.
        then: Then,
        /// Where the match's tick goes.
        answer: oneshot::Sender<Result<u32, NotPaused>>,
    },
    /// An event that comes from no reader thread.
    Arrival(ToSim),
}

/// What an operator's act does to a match as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    GoOn,
    /// It advances by so many ticks at its own pace, and stays paused.
    Step(u32),
    /// It ends, and its players are told this.
    End(String),
}

/// A match that is not paused can't be stepped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotPaused;

/// A match as it was between two ticks.
#[derive(Clone, Debug)]
pub struct MatchReport {
    /// The match's name.
    pub match_id: String,
    /// Newest tick.
    pub tick: u32,
    /// What its designer set.
    pub settings: Settings,
    /// What is in force, and clients are told: the same unless it is relieved.
    pub in_force: Settings,
    /// What it is spared, since its thread can't keep up.
    pub relief: Relief,
    /// What a tick cost of late, snapshots included, in microseconds.
    pub tick_us: f64,
    /// The longest tick of late, in microseconds.
    pub tick_us_max: u64,
    /// What it is tuned to; all set.
    pub tuning: Tuning,
    /// What it is tuned to once all that was asked for is in force; all set.
    pub tuning_asked: Tuning,
    /// The game's numbers in its order, once all that was asked for is in force.
    pub numbers: Vec<f64>,
    /// The bounds of its sessions.
    pub limits: RoomLimits,
    /// The pace that it was last told, which is in force from the next tick at the latest.
    pub pace: Pace,
    /// The taken seats, in order.
    pub seats: Vec<Seat>,
    /// How many seats there are, free ones included.
    pub seats_max: u32,
    /// What was sent so far.
    pub figures: RoomFigures,
    /// Bytes sent a second, of late.
    pub bytes_per_s: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sessions_id_tells_its_reader_thread_and_its_slot() {
        for (edge, slot, generation) in [(0, 0, 0), (63, 5, u32::MAX), (255, (1 << 24) - 1, 1)] {
            let id = session_id(edge, slot, generation);
            assert_eq!((edge_of(id), slot_of(id)), (edge, slot));
        }
    }
}
