//! Many cheap clients in one thread, for the benchmark workload: they send inputs at their phases and read snapshots.
//!
//! ```text
//! joiner thread --Socket--> one thread with all sockets: send what is due, wait in epoll, read what has come
//! ```
//!
//! Of a snapshot only the head is looked at, unless it is to be verified. One file each: `entry` (from an address to a socket that plays),
//! `socket` (WebSocket frames), `client` (what one player says and counts), `field` (all of them, on the clock), `age` (how old snapshots are),
//! `guests` (who comes for a moment), `tally` (what a window showed).
//!
//! Invariant: every client sends at its own phase, whatever the others do, so a server sees what it would see from as many players.
//! Guests are counted and nothing else. Not here: what a player does (`player`).

mod age;
mod client;
mod entry;
mod field;
mod guests;
mod socket;
mod tally;

use std::net::SocketAddr;
use std::time::Duration;

pub use field::run;
pub use tally::{OddOne, Window};

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Orders {
    /// Whom to talk to.
    pub target: Target,
    /// How many matches.
    pub rooms: u32,
    /// Clients in each.
    pub players: u32,
    /// Inputs a second of each client, and snapshots that it should get.
    pub hz: f64,
    /// From the last join to the first window.
    pub warmup: Duration,
    /// Length of each window.
    pub window: Duration,
    /// How many windows follow each other.
    pub windows: u32,
    /// The server's process, to ask for its CPU time and memory.
    pub pid: Option<u32>,
    /// What is odd about the last client, whose figures are then told apart from the others'.
    pub odd: Option<Odd>,
    /// Guests a second: each joins the match of the first client in a window, plays for a second and leaves.
    pub guests_hz: u32,
}

impl Orders {
    /// The clients that play all the time.
    pub fn clients(&self) -> u32 {
        self.rooms * self.players
    }

    /// Which match client `index` plays in.
    fn room(&self, index: usize) -> usize {
        index / self.players as usize
    }

    /// What is odd about client `index`.
    fn odd(&self, index: usize) -> Option<Odd> {
        self.odd.filter(|_| index + 1 == self.clients() as usize)
    }
}

/// What one client does unlike the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Odd {
    /// Its socket has this port, so that a traffic shaper can know it.
    Port(u16),
    /// It takes only so many bytes a second, and its socket holds few.
    Slow {
        /// How many.
        bytes_per_s: u32,
    },
    /// It reads nothing during the first window.
    Paused,
}

/// Whom the clients talk to.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// A Skirmish server with the workload.
    Skirmish {
        /// Its address.
        addr: SocketAddr,
        /// Whether to apply every snapshot, and hold its checksum against the server's.
        verify: bool,
    },
    /// The floor program: no HTTP, no messages; any input is taken, any frame counts as a snapshot.
    Floor(SocketAddr),
}
