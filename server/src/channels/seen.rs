//! What the control plane is shown of running matches: rows of all, samples of a watched one, and what a match was like before and since a change.
//!
//! Invariant: these are copies; whoever holds one holds nobody up. Not here: who asks (`control::feed`), who answers (`driver`).

use std::sync::Arc;

use skirmish_protocol::{Account, Plan, Settings};
use skirmish_sim::{PlayerFigures, Relief, RoomFigures, Waits};

use super::LineFigures;

/// One match among all.
#[derive(Clone, Debug)]
pub struct MatchRow {
    /// The match's name.
    pub match_id: String,
    /// The game's name.
    pub game: String,
    /// Newest tick.
    pub tick: u32,
    /// People who hold a seat.
    pub players: u32,
    /// Seats that the simulation plays.
    pub bots: u32,
    /// What is in force.
    pub in_force: Settings,
    /// What it is spared.
    pub relief: Relief,
    /// What a tick cost of late, snapshots included, in microseconds.
    pub tick_us: f64,
    /// The time from tick to tick, in microseconds.
    pub budget_us: u64,
    /// Bytes sent in the last second, about.
    pub bytes_per_s: u64,
    /// When it was opened, in microseconds of the process's time.
    pub opened_us: u64,
}

/// One tick of a watched match.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TickSample {
    /// Which.
    pub tick: u32,
    /// What it took, sending included, in microseconds.
    pub work_us: u64,
    /// How long after its deadline it began, in microseconds.
    pub late_us: u64,
    /// Whether it took more than the time from tick to tick.
    pub overran: bool,
}

/// A watched match, since the sample before.
#[derive(Clone, Debug)]
pub struct MatchSample {
    /// When it was taken, in microseconds of the process's time.
    pub at_us: u64,
    /// Newest tick.
    pub tick: u32,
    /// What is in force.
    pub in_force: Settings,
    /// How far seats see, in units; 0: any distance.
    pub interest_radius: f32,
    /// What it is spared.
    pub relief: Relief,
    /// The time from tick to tick, in microseconds.
    pub budget_us: u64,
    /// The ticks since the sample before, the newest last; of more than [`TICKS_MAX`](Self::TICKS_MAX) those that took longest.
    pub ticks: Vec<TickSample>,
    /// How many ticks that leaves out.
    pub ticks_left_out: u32,
    /// Ticks that overran, of all since the match is watched.
    pub overruns: u64,
    /// What the room has counted.
    pub figures: RoomFigures,
    /// How long its players have waited.
    pub waits: Waits,
    /// Sessions it has now.
    pub sessions: usize,
    /// Samples that were lost before this one, since nobody took them in time.
    pub lost: u64,
    /// What snapshots were spent on since the last sample that has it, in every tenth sample.
    pub spent: Option<SpentSample>,
    /// The players, in every fifth sample.
    pub players: Option<Vec<PlayerSample>>,
}

impl MatchSample {
    /// The most ticks of one sample.
    pub const TICKS_MAX: usize = 64;
}

/// What a watched match spent its bytes on for a while.
#[derive(Clone, Debug)]
pub struct SpentSample {
    /// How long, in microseconds.
    pub length_us: u64,
    /// What snapshots were spent on.
    pub account: Account,
    /// What their bytes are about.
    pub plan: Arc<Plan>,
}

/// One player of a watched match.
#[derive(Clone, Debug)]
pub struct PlayerSample {
    /// What the match knows.
    pub known: PlayerFigures,
    /// What the reader thread measured of the line, if there is a session and it has measured.
    pub line: Option<LineFigures>,
}

/// What a match was like for a while.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stretch {
    /// How long, in microseconds.
    pub length_us: u64,
    /// Ticks computed.
    pub ticks: u64,
    /// Those that took more than the time from tick to tick.
    pub overruns: u64,
    /// What the ticks took, sending included, in microseconds.
    pub work_us: u64,
    /// What they might have taken: the time from tick to tick of each.
    pub budget_us: u64,
    /// Sessions at each tick, summed up.
    pub sessions: u64,
    /// Bytes sent.
    pub bytes: u64,
    /// Snapshots sent.
    pub snapshots: u64,
    /// How long players waited.
    pub waits: Waits,
}

impl Stretch {
    /// Adds what came after.
    pub fn add(&mut self, other: &Stretch) {
        self.length_us += other.length_us;
        self.ticks += other.ticks;
        self.overruns += other.overruns;
        self.work_us += other.work_us;
        self.budget_us += other.budget_us;
        self.sessions += other.sessions;
        self.bytes += other.bytes;
        self.snapshots += other.snapshots;
        self.waits.input_ack.add(&other.waits.input_ack);
        self.waits.snapshot_age.add(&other.waits.snapshot_age);
    }
}

/// A match before and since a change.
#[derive(Clone, Copy, Debug)]
pub struct Comparison {
    /// About 15 s before it, or less if the match was younger or had been changed before.
    pub before: Stretch,
    /// Since then, the last minute at most.
    pub since: Stretch,
}
