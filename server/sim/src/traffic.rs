//! What comes into a room. What leaves it is in `departures.rs`.
//!
//! Arrivals were decoded, bounded and validated by whoever owns the socket.

use skirmish_protocol::Values;

use crate::ranges::{HISTORY_TICKS_MAX, HISTORY_TICKS_MIN, SECONDS_MAX, WINDOW_MS_MAX, WINDOW_MS_MIN};
use crate::tuning::{TuningError, check};
use crate::{Pace, Tuning};

/// One socket, once. A seat that reconnects has a new session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

/// Something that happened to a room from outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Arrival {
    /// A session claims a seat: for the first time, or to return to it.
    Join {
        /// The new session.
        session: SessionId,
        /// The seat it has the right to.
        seat: u32,
        /// The player's name.
        name: String,
        /// The reconnect token for its welcome.
        token: String,
        /// Hash of the schema it already holds, 0 if none.
        schema_hash: u32,
    },
    /// One input command.
    Input {
        /// From whom.
        session: SessionId,
        /// Its number, above the one before.
        seq: u32,
        /// Newest tick applied, 0 if none.
        snapshot_ack: u32,
        /// One integer for each input field, valid under the schema.
        values: Values,
        /// When it was taken off its socket, by the room's clock.
        at_us: u64,
    },
    /// An acknowledgement by itself.
    Ack {
        /// From whom.
        session: SessionId,
        /// Newest tick applied, 0 if none.
        snapshot_ack: u32,
    },
    /// A line for everybody.
    Chat {
        /// From whom.
        session: SessionId,
        /// What it says.
        text: String,
    },
    /// The session gives its seat up.
    Leave {
        /// Who.
        session: SessionId,
    },
    /// The session's socket is gone; its seat stays for a while.
    Closed {
        /// Which.
        session: SessionId,
    },
    /// New tuning, from the next tick on; nothing happens if it is out of range.
    Tune(Tuning),
    /// One of the game's numbers, from the next tick on; nothing happens if there is none of that name or it is out of range.
    Number {
        /// Which.
        key: String,
        /// What it is to be.
        value: f64,
    },
    /// New bounds, at once; nothing happens if they are out of range.
    Limits(RoomLimits),
    /// New pace, at once; nothing happens if it is out of range.
    Pace(Pace),
    /// A bot takes the highest free seat; nothing happens if there is none, or if the name is not one.
    AddBot {
        /// Its name.
        name: String,
    },
    /// The bot in this seat leaves; nothing happens if there is none.
    RemoveBot {
        /// Its seat.
        seat: u32,
    },
    /// Whoever holds this seat loses it.
    Kick {
        /// The seat.
        seat: u32,
        /// What the player is told.
        reason: String,
    },
    /// Something for people to read, from the server and nobody's seat.
    Notice {
        /// To whom; none: everybody.
        seat: Option<u32>,
        /// At most `limits::CHAT_BYTES_MAX` bytes.
        text: String,
    },
    /// An operator's act: noted in the log, then done, all before the next tick.
    Act(Box<Act>),
}

impl Arrival {
    /// The session of an input or an acknowledgement, which is nearly every arrival.
    #[must_use]
    pub fn frequent(&self) -> Option<SessionId> {
        match self {
            Arrival::Input { session, .. } | Arrival::Ack { session, .. } => Some(*session),
            _ => None,
        }
    }
}

/// What an operator does to a match.
#[derive(Clone, Debug, PartialEq)]
pub struct Act {
    /// Who, at most `limits::NAME_CHARS_MAX` characters.
    pub who: String,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// What, for people to read.
    pub what: String,
    /// What it does, in this order.
    pub arrivals: Vec<Arrival>,
}

/// The bounds under which a room serves its sessions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoomLimits {
    /// How many ticks old a baseline may be; an older one costs a keyframe.
    pub history_ticks: u32,
    /// How long snapshots may go unacknowledged beyond the smoothed round trip.
    pub window_ms: u32,
    /// How long, in real time, a seat outlives its session.
    pub seat_timeout_s: f32,
    /// How often a session is sent a checksum; 0: with every snapshot.
    pub checksum_interval_s: f32,
}

impl RoomLimits {
    /// Whether each is within its range, see [`ranges`](crate::ranges).
    ///
    /// # Errors
    /// The first that is not.
    pub fn check(&self) -> Result<(), TuningError> {
        check("history_ticks", Some(self.history_ticks), HISTORY_TICKS_MIN, HISTORY_TICKS_MAX)?;
        check("window_ms", Some(self.window_ms), WINDOW_MS_MIN, WINDOW_MS_MAX)?;
        check("seat_timeout_s", Some(self.seat_timeout_s), 0.0, SECONDS_MAX)?;
        check("checksum_interval_s", Some(self.checksum_interval_s), 0.0, SECONDS_MAX)
    }
}

impl Default for RoomLimits {
    fn default() -> Self {
        Self { history_ticks: 128, window_ms: 250, seat_timeout_s: 30.0, checksum_interval_s: 1.0 }
    }
}
