//! The match log: a header, then records, each stamped with its tick.
//!
//! ```text
//! log    = header, record, record, …      each a u32 length, little-endian, and that many bytes of MessagePack
//! header = [format, match_id, game, seed, config, tuning]
//! record = [kind, tick, …]                as `write` and `read` have it
//! ```
//!
//! Invariant: ticks never fall, and a checksum at every second of match time keeps two records from being more than
//! `limits::TICK_HZ_MAX` ticks apart. Where a log is kept is not here: the sim hands its bytes out, the server has a file for them.

mod read;
mod write;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use read::{LogError, LogReader};
pub(crate) use write::{LogWriter, pending_bytes_max};

use crate::{MatchEvent, Pace, Tuning};

/// The version of the log's format: 2 since games' numbers and operators' acts are logged.
pub const LOG_FORMAT: u32 = 2;
/// The oldest format that can be read: what came since are further kinds of records.
pub(crate) const LOG_FORMAT_OLDEST: u32 = 1;

/// Longest header, in bytes.
pub(crate) const HEADER_BYTES_MAX: usize = 32 * 1024;
/// Longest record, in bytes.
const RECORD_BYTES_MAX: usize = 1024;
/// Most bytes of an act that are logged; what a longer one says beyond that is left out.
const ACT_BYTES_MAX: usize = 768;
/// Most bytes that wait to be taken, besides a tick's inputs.
const PENDING_BYTES: usize = 64 * 1024;

/// What a record is, and so how many elements it has.
#[derive(Clone, Copy)]
enum Kind {
    Join = 1,
    Leave = 2,
    Connect = 3,
    Disconnect = 4,
    Input = 5,
    Tune = 6,
    Number = 7,
    Pace = 32,
    Checksum = 33,
    Chat = 34,
    Incomplete = 35,
    Act = 36,
}

impl Kind {
    const ALL: [Kind; 12] = {
        use Kind::*;
        [Join, Leave, Connect, Disconnect, Input, Tune, Number, Pace, Checksum, Chat, Incomplete, Act]
    };

    fn of(number: u32) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| *kind as u32 == number)
    }

    /// Its own number and the tick included.
    fn elements(self) -> usize {
        match self {
            Kind::Incomplete => 2,
            Kind::Leave | Kind::Connect | Kind::Disconnect | Kind::Checksum => 3,
            Kind::Pace | Kind::Chat | Kind::Number => 4,
            Kind::Join | Kind::Input | Kind::Act => 5,
            Kind::Tune => 6,
        }
    }
}

/// All that a match depends on, besides its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchHeader {
    /// [`LOG_FORMAT`], or an older one that can still be read.
    pub format: u32,
    /// The match's name.
    pub match_id: String,
    /// The game's name.
    pub game: String,
    /// Where all chance comes from.
    pub seed: u64,
    /// The whole configuration of the game, with every default resolved.
    pub config: Value,
    /// What differs from the game's own tuning from the first tick on.
    pub tuning: Tuning,
}

/// What a log says besides events. It does not change the match, and replay ignores it but for checksums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Annotation {
    /// The pace has changed.
    Pace(Pace),
    /// Somebody has said something.
    Chat {
        /// Whose seat it came from.
        seat: u32,
        /// What was said, at most `limits::CHAT_BYTES_MAX` bytes.
        text: String,
    },
    /// The match checksum of the wire state at this tick. The match writes one each second.
    Checksum(u32),
    /// An operator has done something. What it did to the match follows as events.
    Act {
        /// Who, at most `limits::NAME_CHARS_MAX` characters.
        who: String,
        /// When, in milliseconds since 1970.
        at_ms: u64,
        /// What, for people to read; the log keeps at most 768 bytes of it.
        what: String,
    },
}

/// One record of a log.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The tick that an event was applied in, or that an annotation followed.
    pub tick: u32,
    /// What happened.
    pub entry: Entry,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Something that changed the match.
    Event(MatchEvent),
    /// Something that did not.
    Annotation(Annotation),
}
