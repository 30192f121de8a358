//! Stage 6's outlet: what a room hands out for sockets, gathered for each thread that owns some.
//!
//! The bytes of many frames lie in one buffer, so that a frame costs no memory of its own, and sessions that share a part of their
//! snapshots have it there once. Emptied, a buffer serves again.
//!
//! Invariant: departures are in the order in which they must be written. What they say is decided in `room.rs` and `fanout.rs`; who owns the sockets is the server's business.

use std::ops::Range;

use skirmish_protocol::CloseCode;

use crate::SessionId;

/// An emptied buffer keeps at most this much memory: what a crowd's first keyframes took is given back.
const KEPT_BYTES_MAX: usize = 256 * 1024;

/// Where a room's departures go: whoever owns the sockets.
pub trait Outlets {
    /// Whether this session has taken all that it was given.
    fn is_ready(&mut self, session: SessionId) -> bool;

    /// The departures to which something for this session is about to be added, and the number of their lane. Until a flush is over, a number
    /// stands for the same departures, and nobody else adds to them.
    fn open(&mut self, session: SessionId) -> (usize, &mut Departures);

    /// Adds a close of this session, after which there is nothing for it.
    fn close(&mut self, session: SessionId, code: CloseCode, reason: String) {
        self.open(session).1.close(session, code, reason);
    }
}

/// One lane for everybody, and everybody is ready.
impl Outlets for Departures {
    fn is_ready(&mut self, _: SessionId) -> bool {
        true
    }

    fn open(&mut self, _: SessionId) -> (usize, &mut Departures) {
        (0, self)
    }
}

/// What is to be done to sockets, in order.
#[derive(Debug, Default)]
pub struct Departures {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

#[derive(Debug)]
enum Entry {
    Frame { session: SessionId, kind: FrameKind, head: Range<usize>, body: Body },
    Close { session: SessionId, code: CloseCode, reason: String },
}

/// Where the shared part of a frame lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Body(Range<usize>);

/// Something a room wants done to a session's socket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Departure<'a> {
    /// Write one message.
    Frame {
        /// To whom.
        session: SessionId,
        /// What kind of message.
        kind: FrameKind,
        /// The message: these one after the other.
        parts: [&'a [u8]; 2],
    },
    /// Close the socket, after all frames before it. Nothing follows for this session.
    Close {
        /// Which.
        session: SessionId,
        /// The close code.
        code: CloseCode,
        /// The readable reason.
        reason: &'a str,
    },
}

/// The two kinds of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameKind {
    /// Welcome, settings, roster, chat, goodbye: few, every one is sent.
    Reliable,
    /// A snapshot: the next one waits until this one was taken.
    Snapshot,
}

impl Departure<'_> {
    /// Whose socket it is about.
    #[must_use]
    pub fn session(&self) -> SessionId {
        match *self {
            Departure::Frame { session, .. } | Departure::Close { session, .. } => session,
        }
    }
}

impl Entry {
    fn session(&self) -> SessionId {
        match *self {
            Entry::Frame { session, .. } | Entry::Close { session, .. } => session,
        }
    }
}

impl Departures {
    /// Adds a message.
    pub fn frame(&mut self, session: SessionId, kind: FrameKind, message: &[u8]) {
        self.frame_of_two(session, kind, Body::default(), |out| out.extend_from_slice(message));
    }

    /// Adds a close of this session.
    pub fn close(&mut self, session: SessionId, code: CloseCode, reason: String) {
        self.entries.push(Entry::Close { session, code, reason });
    }

    /// Everything, in order.
    pub fn iter(&self) -> impl Iterator<Item = Departure<'_>> {
        self.entries.iter().map(|entry| self.departure(entry))
    }

    /// Everything but the first `done` in order, those that follow each other for one session together.
    pub fn by_session(
        &self,
        done: usize,
    ) -> impl Iterator<Item = (SessionId, impl ExactSizeIterator<Item = Departure<'_>>)> {
        let runs = self.entries[done..].chunk_by(|one, next| one.session() == next.session());
        runs.map(|run| (run[0].session(), run.iter().map(|entry| self.departure(entry))))
    }

    /// Whose they are but the first `done`, in order.
    pub fn sessions(&self, done: usize) -> impl Iterator<Item = SessionId> + Clone {
        self.entries[done..].iter().map(Entry::session)
    }

    fn departure<'a>(&'a self, entry: &'a Entry) -> Departure<'a> {
        match entry {
            Entry::Frame { session, kind, head, body } => {
                let parts = [head, &body.0].map(|part| &self.bytes[part.clone()]);
                Departure::Frame { session: *session, kind: *kind, parts }
            }
            Entry::Close { session, code, reason } => Departure::Close { session: *session, code: *code, reason },
        }
    }

    /// Whether there is nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Forgets everything. The memory serves what comes next.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.bytes.shrink_to(KEPT_BYTES_MAX);
        self.entries.clear();
    }

    /// The parts of the frame that was added last.
    pub(crate) fn last_frame(&self) -> Option<[&[u8]; 2]> {
        match self.departure(self.entries.last()?) {
            Departure::Frame { parts, .. } => Some(parts),
            Departure::Close { .. } => None,
        }
    }

    /// Puts a part here that frames may share.
    pub(crate) fn share(&mut self, part: &[u8]) -> Body {
        self.body(|out| out.extend_from_slice(part))
    }

    /// Puts a part here that is what `encode` writes.
    pub(crate) fn body(&mut self, encode: impl FnOnce(&mut Vec<u8>)) -> Body {
        let start = self.bytes.len();
        encode(&mut self.bytes);
        Body(start..self.bytes.len())
    }

    /// Adds a message that begins with what `encode_head` writes and ends with a shared part. How many bytes it has.
    pub(crate) fn frame_of_two(
        &mut self,
        session: SessionId,
        kind: FrameKind,
        body: Body,
        encode_head: impl FnOnce(&mut Vec<u8>),
    ) -> usize {
        let start = self.bytes.len();
        encode_head(&mut self.bytes);
        let head = start..self.bytes.len();
        let length = head.len() + body.0.len();
        self.entries.push(Entry::Frame { session, kind, head, body });
        length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: SessionId = SessionId(1);
    const BOB: SessionId = SessionId(2);

    #[test]
    fn frames_that_share_a_part_have_it_once_and_each_its_own_head() {
        let mut departures = Departures::default();
        let body = departures.share(b"shared");
        for (session, head) in [(ADA, b"ada:"), (BOB, b"bob:")] {
            departures.frame_of_two(session, FrameKind::Snapshot, body.clone(), |out| out.extend_from_slice(head));
        }
        let message = |departure| match departure {
            Departure::Frame { parts, .. } => parts.concat(),
            Departure::Close { .. } => panic!("there is none"),
        };
        assert_eq!(departures.iter().map(message).collect::<Vec<_>>(), [b"ada:shared", b"bob:shared"]);
        assert_eq!(departures.bytes.len(), "shared".len() + 2 * "ada:".len());
    }

    #[test]
    fn those_that_follow_each_other_for_one_session_come_together() {
        let mut departures = Departures::default();
        for session in [ADA, ADA, BOB, ADA] {
            departures.frame(session, FrameKind::Reliable, b"message");
        }
        let runs: Vec<_> = departures.by_session(0).map(|(session, run)| (session, run.len())).collect();
        assert_eq!(runs, [(ADA, 2), (BOB, 1), (ADA, 1)]);
        let left: Vec<_> = departures.by_session(3).map(|(session, run)| (session, run.len())).collect();
        assert_eq!(left, [(ADA, 1)]);
    }

    #[test]
    fn emptied_it_has_nothing_and_keeps_no_more_memory_than_it_may() {
        let mut departures = Departures::default();
        departures.frame(ADA, FrameKind::Reliable, &vec![0; 2 * KEPT_BYTES_MAX]);
        departures.close(ADA, CloseCode::Left, String::new());
        assert_eq!(departures.iter().map(|departure| departure.session()).collect::<Vec<_>>(), [ADA, ADA]);
        departures.clear();
        assert!(departures.is_empty() && departures.iter().next().is_none());
        assert!(departures.bytes.capacity() <= KEPT_BYTES_MAX);
    }
}
