//! What a room counts about its sending and its players. Counters only grow; nothing in the room reads them.

use crate::spread::Spread;
use crate::traffic::SessionId;

/// Counters of one room since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoomFigures {
    /// Snapshots handed over, keyframes included.
    pub snapshots: u64,
    /// Keyframes handed over.
    pub keyframes: u64,
    /// Shared parts encoded; snapshots beyond these were copies.
    pub shared_parts: u64,
    /// Snapshots skipped because the session had not taken the one before.
    pub skips_outbox: u64,
    /// Snapshots skipped because the flow window was closed.
    pub skips_window: u64,
    /// Bytes of all frames handed over.
    pub bytes: u64,
    /// Sessions that the room closed.
    pub closes: u64,
}

/// How long players waited, all of a room's together, since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waits {
    /// From taking an input off its socket to handing over the first snapshot that includes it. One sample a snapshot: the input that waited longest.
    pub input_ack: Spread,
    /// How old the snapshot that a client holds has become when the next is due: since it was handed over, and half a round trip.
    pub snapshot_age: Spread,
}

/// What one session has counted since it began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SessionFigures {
    /// Inputs that came.
    pub inputs: u64,
    /// Those of them that came to a tick which had one already: one of the two was late.
    pub inputs_late: u64,
    /// Those that made an older one of the same tick give way, since a tick takes so many of a seat and no more.
    pub inputs_dropped: u64,
    /// Snapshots handed over.
    pub snapshots: u64,
    /// Snapshots skipped.
    pub skips: u64,
    /// Those of them that the flow window was closed for: the line would have taken them, but too much was unacknowledged.
    pub skips_window: u64,
    /// Bytes of all frames handed over.
    pub bytes: u64,
    /// From taking the newest measured input off its socket to handing over a snapshot that includes it, in microseconds.
    pub input_ack_us: u64,
}

/// How a connection of a player ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlayerClose {
    /// The close code; 1006 if the socket was lost.
    pub code: u16,
    /// The readable reason.
    pub reason: String,
    /// When, by the room's clock.
    pub at_us: u64,
}

/// One player, as the server knows the line to them.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayerFigures {
    /// The seat.
    pub seat: u32,
    /// The player's name.
    pub name: String,
    /// Played from within the simulation: it has no session, and no figures.
    pub bot: bool,
    /// The session, if there is one now.
    pub session: Option<SessionId>,
    /// What the session has counted.
    pub figures: SessionFigures,
    /// Smoothed time from handing a snapshot over to taking in its acknowledgement, in microseconds: the round trip, what the client takes to apply the snapshot and to say so, and
    /// the wait for the tick that hears of it.
    pub ack_us: u64,
    /// How old the newest snapshot that the client holds is, in microseconds: since it was handed over, and half of that time.
    pub snapshot_age_us: u64,
    /// How often the player has come back to the seat.
    pub reconnects: u32,
    /// How the last connections ended, oldest first.
    pub closes: Vec<PlayerClose>,
}
