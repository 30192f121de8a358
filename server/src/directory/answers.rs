//! What the directory answers: a reserved seat, a listed match, and every reason why not.
//!
//! Invariant: each refusal says what was asked for and which limit or fact stands against it.

use serde::Serialize;
use skirmish_protocol::CloseCode;
use skirmish_protocol::limits::SPECTATORS_MAX;

/// A seat reserved for whoever joins with its ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The match's name.
    pub match_id: String,
    /// The seat.
    pub seat: u32,
    /// The join ticket.
    pub ticket: String,
    /// For how many seconds it is good.
    pub expires_in_s: u64,
}

/// Why a join was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// There is no such game.
    #[error("there is no game {given:?} here; there is {known}")]
    UnknownGame {
        /// The game asked for.
        given: String,
        /// The games there are.
        known: String,
    },
    /// A match of that name plays another game.
    #[error("the match {match_id:?} plays {game:?}")]
    WrongGame {
        /// The match asked for.
        match_id: String,
        /// The game it plays.
        game: String,
    },
    /// All seats of the match are held.
    #[error("all {seats} seats of the match {match_id:?} are taken")]
    MatchFull {
        /// The match asked for.
        match_id: String,
        /// Its seats for people.
        seats: u32,
    },
    /// A match of that name is open already.
    #[error("there is a match {match_id:?} already")]
    MatchExists {
        /// The match asked for.
        match_id: String,
    },
    /// The game can't be played with the configuration asked for.
    #[error("config: {0}")]
    Config(String),
    /// There is no such match to look on at, or none at all.
    #[error("there is no match{} to look on at", given.as_ref().map_or_else(String::new, |given| format!(" {given:?}")))]
    NoMatch {
        /// The match asked for, if one was.
        given: Option<String>,
    },
    /// All spectators' seats of the match are held.
    #[error("all {SPECTATORS_MAX} places to look on at the match {match_id:?} are taken")]
    TooManySpectators {
        /// The match asked for.
        match_id: String,
    },
    /// The match would have to be opened, and who asks has opened too many lately.
    #[error("too many matches were opened from this address: join one that is open, or try again in a few seconds")]
    TooManyOpened,
    /// A limit of the process is reached.
    #[error("the server is full: {0}")]
    ServerFull(String),
    /// The server is stopping.
    #[error("the server is stopping")]
    ShuttingDown,
}

/// Why a ticket does not open the door, or a claim leads to no seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The close code.
    pub code: CloseCode,
    /// Why, for people to read.
    pub reason: String,
}

/// An open match, as `GET /api/matches` lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchInfo {
    /// Its name.
    #[serde(rename = "match")]
    pub match_id: String,
    /// The game it plays.
    pub game: String,
    /// Seats held by people or reserved for them.
    pub players: u32,
    /// Seats for people.
    pub seats: u32,
}

impl JoinError {
    /// The code in the answer of `POST /api/join`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownGame { .. } => "unknown_game",
            Self::WrongGame { .. } => "wrong_game",
            Self::NoMatch { .. } => "no_match",
            Self::MatchExists { .. } => "match_exists",
            Self::Config(_) => "bad_request",
            Self::MatchFull { .. } | Self::TooManySpectators { .. } => "match_full",
            Self::TooManyOpened => "too_frequent",
            Self::ServerFull(_) => "server_full",
            Self::ShuttingDown => "shutting_down",
        }
    }
}

impl Refusal {
    pub(super) fn of(code: CloseCode) -> Self {
        let reason = match code {
            CloseCode::TicketInvalid => "this ticket is not valid here, or was replaced by a newer one: join again",
            CloseCode::TicketExpired => {
                "this ticket is too old, or its seat was given up or claimed anew meanwhile: join again"
            }
            CloseCode::TicketUsed => "this ticket was used already, and it serves once: join again",
            CloseCode::MatchGone => "the match of this ticket has ended: join again",
            CloseCode::Replaced => "your seat was claimed by a newer connection",
            _ => "the server is stopping: come back in a moment",
        };
        Self { code, reason: reason.to_owned() }
    }
}
