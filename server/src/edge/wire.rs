//! A socket in a reader thread's event queue, without waiting, and `std::io::Read` and `Write` for who frames.
//!
//! The concrete stream is hidden here, so that an encrypted one needs no second path. What finds the socket not ready
//! answers `WouldBlock`, and the event queue tells when it is. What is written and the system does not take at once is kept here: that is the connection's whole
//! outbox, and it has a limit. Who frames reads what it was handed, and not the socket.
//!
//! Invariant: the event queue tells only of changes, so the system is asked again after each, until it has no more or takes no more.
//!
//! Not here: WebSocket framing (`link`).

use std::io::{self, ErrorKind, Read, Write};
use std::net::Shutdown;
use std::task::Poll;

use mio::event::Event;
use mio::net::TcpStream;
use mio::{Interest, Registry, Token};
use rustix::io::{Errno, retry_on_intr};
use rustix::net::{RecvFlags, SendFlags, recv, send};
use skirmish_sim::ahead::fetch;
use socket2::SockRef;

/// Reads of one look for the peer's end: a peer that sends on and on must let others have their turn.
const END_READS_MAX: usize = 16;

// What both limits cost together does not show beyond the noise: 200 seats at 20 Hz, medians of three windows of 3 s, 10.7 us a snapshot with them and 10.4 without.
/// The system holds at most about so much that it has not sent: the rest waits here, where it counts as not taken, and the match sends no more.
#[cfg(target_os = "linux")]
const UNSENT_BYTES_MAX: u32 = 16 * 1024;
/// What the system may hold in all, sent and unacknowledged too: a second's worth of what a fast match sends, with the system's own overhead.
const SEND_BUFFER_BYTES: usize = 64 * 1024;

/// One socket.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    /// Whether something may have come.
    can_read: bool,
    /// Whether the system may take something.
    can_write: bool,
    /// Whether the peer sends no more, or the socket is broken: of that no second event tells.
    is_ended: bool,
    /// What framing reads next.
    inlet: Vec<u8>,
    /// What the system has yet to take.
    unsent: Vec<u8>,
    unsent_max: usize,
    /// How many bytes the system has taken, all told.
    taken: u64,
}

impl Wire {
    /// Takes a connected socket over into this event queue, which tells of it under this number; `unsent_max` bytes may wait for it.
    pub(super) fn new(
        stream: std::net::TcpStream,
        (registry, token): (&Registry, Token),
        unsent_max: usize,
    ) -> io::Result<Wire> {
        stream.set_nonblocking(true)?;
        // A snapshot must not wait for the acknowledgement of the one before.
        stream.set_nodelay(true)?;
        let options = SockRef::from(&stream);
        #[cfg(target_os = "linux")]
        options.set_tcp_notsent_lowat(UNSENT_BYTES_MAX)?;
        options.set_send_buffer_size(SEND_BUFFER_BYTES)?;
        let mut stream = TcpStream::from_std(stream);
        registry.register(&mut stream, token, Interest::READABLE | Interest::WRITABLE)?;
        Ok(Wire {
            stream,
            can_read: true,
            can_write: true,
            is_ended: false,
            inlet: Vec::new(),
            unsent: Vec::new(),
            unsent_max,
            taken: 0,
        })
    }

    /// Has its memory on the way.
    pub(super) fn fetch(&self) {
        fetch(&self.inlet);
        fetch(&self.can_write);
    }

    /// The event queue told this of it.
    pub(super) fn follow(&mut self, event: &Event) {
        self.can_read |= event.is_readable();
        self.can_write |= event.is_writable();
        self.is_ended |= event.is_read_closed() || event.is_error();
    }

    /// Hands these bytes to framing.
    pub(super) fn hand_in(&mut self, bytes: &[u8]) {
        self.inlet.extend_from_slice(bytes);
    }

    /// Lets so many bytes more wait.
    pub(super) fn allow(&mut self, bytes: usize) {
        self.unsent_max += bytes;
    }

    /// How many bytes may wait.
    pub(super) fn unsent_max(&self) -> usize {
        self.unsent_max
    }

    /// How many bytes the system has taken so far if it has yet to take some; none if nothing waits.
    pub(super) fn stuck_at(&self) -> Option<u64> {
        (!self.unsent.is_empty()).then_some(self.taken)
    }

    /// Tells the peer that nothing more will be sent.
    pub(super) fn shut_down(&mut self) {
        // If it fails, the socket is broken, and the next read says so.
        let _ = self.stream.shutdown(Shutdown::Write);
    }

    /// Reads and forgets; ready when the peer has closed or the socket is broken. Ask again from time to time: of a peer that sends on and on no
    /// event tells.
    pub(super) fn poll_end(&mut self) -> Poll<()> {
        let mut scratch = [0; 4096];
        for _ in 0..END_READS_MAX {
            match self.receive(&mut scratch) {
                Ok(0) => return Poll::Ready(()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Poll::Pending,
                Err(_) => return Poll::Ready(()),
            }
        }
        Poll::Pending
    }

    /// How many bytes have come; 0: the peer has closed. [`ErrorKind::WouldBlock`]: none.
    pub(super) fn receive(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if !self.can_read {
            return Err(ErrorKind::WouldBlock.into());
        }
        let received = retry_on_intr(|| recv(&self.stream, &mut *bytes, RecvFlags::empty())).map(|(count, _)| count);
        // A short read was the last one, without asking once more for every message; after it the end may still come.
        self.can_read = match &received {
            Ok(count) => *count == bytes.len() || self.is_ended,
            Err(error) => *error != Errno::WOULDBLOCK,
        };
        Ok(received?)
    }

    /// How many of these bytes the system takes now.
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.can_write {
            return Ok(0);
        }
        let sent = match retry_on_intr(|| send(&self.stream, bytes, SendFlags::empty())) {
            Ok(0) if !bytes.is_empty() => return Err(ErrorKind::WriteZero.into()),
            Err(Errno::WOULDBLOCK) => 0,
            sent => sent?,
        };
        self.can_write = sent == bytes.len();
        self.taken += sent as u64;
        Ok(sent)
    }
}

impl Read for Wire {
    /// Of what was handed in.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.inlet.is_empty() {
            return Err(ErrorKind::WouldBlock.into());
        }
        let count = self.inlet.len().min(bytes.len());
        bytes[..count].copy_from_slice(&self.inlet[..count]);
        self.inlet.drain(..count);
        Ok(count)
    }
}

impl Write for Wire {
    /// Takes all bytes: what the system does not take now waits. [`ErrorKind::StorageFull`]: too much would.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = if self.unsent.is_empty() { self.send(bytes)? } else { 0 };
        let left = &bytes[sent..];
        if self.unsent.len() + left.len() > self.unsent_max {
            return Err(ErrorKind::StorageFull.into());
        }
        self.unsent.extend_from_slice(left);
        Ok(bytes.len())
    }

    /// Hands over what waits; [`ErrorKind::WouldBlock`]: some still does.
    fn flush(&mut self) -> io::Result<()> {
        if self.unsent.is_empty() {
            return Ok(());
        }
        let mut sent = 0;
        while sent < self.unsent.len() {
            let unsent = std::mem::take(&mut self.unsent);
            let count = self.send(&unsent[sent..]);
            self.unsent = unsent;
            match count? {
                0 => break,
                count => sent += count,
            }
        }
        if sent < self.unsent.len() {
            self.unsent.drain(..sent);
            return Err(ErrorKind::WouldBlock.into());
        }
        // What waited once seldom waits again: a slow moment takes no lasting memory.
        self.unsent = Vec::new();
        Ok(())
    }
}
