//! The right of one socket to one seat, as it travels from the handshake to the reader thread.
//!
//! Invariant: either the socket says hello, and the sim thread asks [`Directory::sit`] whether the claim still stands; or the
//! socket ends before, and the claim is abandoned. Not here: which claims there are (`directory/seats.rs`).

use std::sync::Arc;

use skirmish_protocol::Schema;

use super::{Directory, Refusal};
use crate::channels::MatchClock;
use crate::match_key::MatchKey;

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
    /// The seat whose view it is to be sent, if it looks on through another's eyes.
    pub eyes: Option<u32>,
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

    /// If a newer one was made for the same seat: what to close this one's socket with.
    pub(crate) fn superseded(&self) -> Option<Refusal> {
        self.directory.superseded(self.key, self.seat, self.generation)
    }

    /// The socket ended before its hello.
    pub(crate) fn abandon(&self) {
        self.directory.abandon(self.key, self.seat, self.generation);
    }
}
