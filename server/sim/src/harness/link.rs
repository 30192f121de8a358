//! The fake link from the room to a virtual client: ordered, lossless, late, and sometimes stalled, as a WebSocket
//! is.
//!
//! Invariant: what was put in comes out in order, never before its time, unless the connection is cut. What is under
//! way to the room stands in the harness, in one order for all clients.

use std::collections::VecDeque;

use skirmish_protocol::CloseCode;

/// What a link of unlimited patience would hold: the bytes a network takes from a server while nobody reads.
pub const BUFFER_BYTES_DEFAULT: usize = 64 * 1024;

/// A link, seen from the client.
#[derive(Debug)]
pub struct Link {
    /// Time from one end to the other, in microseconds, each way.
    pub latency_us: u64,
    /// Once this many bytes are on their way down, the server's outbox stays full until the client has read. 0: one
    /// frame at a time.
    pub buffer_bytes: usize,
    /// The client reads nothing while this is set.
    stalled: bool,
    down: VecDeque<(u64, Down)>,
    /// When the newest message to the room will reach it.
    up_due_us: u64,
}

/// What comes down a link.
#[derive(Debug)]
pub(super) enum Down {
    Frame(Vec<u8>),
    Close(CloseCode, String),
}

impl Default for Link {
    fn default() -> Self {
        Self { latency_us: 0, stalled: false, buffer_bytes: BUFFER_BYTES_DEFAULT, down: VecDeque::new(), up_due_us: 0 }
    }
}

impl Link {
    /// Whether the server could write another snapshot now.
    pub(super) fn is_ready(&self) -> bool {
        let bytes = self.down.iter().map(|(_, down)| match down {
            Down::Frame(bytes) => bytes.len(),
            Down::Close(..) => 0,
        });
        self.down.is_empty() || bytes.sum::<usize>() < self.buffer_bytes
    }

    /// Stops the client's reading at `now_us`, or lets it go on.
    pub(super) fn stall(&mut self, stalled: bool, now_us: u64) {
        self.stalled = stalled;
        for (due_us, _) in &mut self.down {
            *due_us = now_us.max(*due_us);
        }
    }

    pub(super) fn put_down(&mut self, down: Down, now_us: u64) {
        self.down.push_back((now_us + self.latency_us, down));
    }

    /// When something sent to the room at `now_us` will reach it: never before what was sent earlier.
    pub(super) fn up_due_us(&mut self, now_us: u64) -> u64 {
        self.up_due_us = self.up_due_us.max(now_us + self.latency_us);
        self.up_due_us
    }

    /// The next thing that has reached the client by `now_us`, and when.
    pub(super) fn take_down(&mut self, now_us: u64) -> Option<(u64, Down)> {
        self.down.pop_front_if(|(due_us, _)| !self.stalled && *due_us <= now_us)
    }

    /// Loses all that is on its way down.
    pub(super) fn cut(&mut self) {
        self.down.clear();
    }
}
