//! A socket on a tokio runtime, without waiting, and `std::io::Read` and `Write` for who frames.
//!
//! The concrete stream is hidden here, so that an encrypted one needs no second path. What finds the socket not ready
//! answers `WouldBlock` and wakes the socket's slot when it is. What is written and the system does not take at once is kept here: that is the connection's whole
//! outbox, and it has a limit. Who frames reads what it was handed, and not the socket.
//!
//! Invariant: the socket is registered with the runtime of the thread that called [`Wire::new`], and with no other.
//!
//! Not here: WebSocket framing (`link`).

use std::io::{self, ErrorKind, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

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
    waker: Waker,
    /// What framing reads next.
    inlet: Vec<u8>,
    /// What the system has yet to take.
    unsent: Vec<u8>,
    unsent_max: usize,
    /// How many bytes the system has taken, all told.
    taken: u64,
}

impl Wire {
    /// Takes a connected socket over into the runtime of this thread. The waker is woken whenever the socket is ready again;
    /// `unsent_max` bytes may wait for it.
    pub(super) fn new(stream: std::net::TcpStream, waker: Waker, unsent_max: usize) -> io::Result<Wire> {
        stream.set_nonblocking(true)?;
        // A snapshot must not wait for the acknowledgement of the one before.
        stream.set_nodelay(true)?;
        let options = SockRef::from(&stream);
        #[cfg(target_os = "linux")]
        options.set_tcp_notsent_lowat(UNSENT_BYTES_MAX)?;
        options.set_send_buffer_size(SEND_BUFFER_BYTES)?;
        let stream = TcpStream::from_std(stream)?;
        Ok(Wire { stream, waker, inlet: Vec::new(), unsent: Vec::new(), unsent_max, taken: 0 })
    }

    /// Wakes its slot now.
    pub(super) fn wake(&self) {
        self.waker.wake_by_ref();
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
        let mut context = Context::from_waker(&self.waker);
        // If it fails, the socket is broken, and the next read says so.
        let _ = Pin::new(&mut self.stream).poll_shutdown(&mut context);
    }

    /// Reads and forgets; ready when the peer has closed or the socket is broken. Ask again from time to time: of a peer that sends on and on no
    /// wake tells.
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

    /// How many bytes have come; 0: the peer has closed. [`ErrorKind::WouldBlock`]: none, and the socket will wake.
    // tokio's `poll_read` takes a short read as the end of what has come; `try_read` would ask the system once more for every message.
    pub(super) fn receive(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut context = Context::from_waker(&self.waker);
        let mut buffer = ReadBuf::new(bytes);
        or_would_block(Pin::new(&mut self.stream).poll_read(&mut context, &mut buffer))?;
        Ok(buffer.filled().len())
    }

    /// How many of these bytes the system takes now; 0: the socket will wake when it takes more.
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut context = Context::from_waker(&self.waker);
        match Pin::new(&mut self.stream).poll_write(&mut context, bytes) {
            Poll::Ready(Ok(0)) if !bytes.is_empty() => Err(ErrorKind::WriteZero.into()),
            Poll::Ready(Ok(count)) => {
                self.taken += count as u64;
                Ok(count)
            }
            Poll::Ready(Err(error)) => Err(error),
            Poll::Pending => Ok(0),
        }
    }
}

fn or_would_block<T>(poll: Poll<io::Result<T>>) -> io::Result<T> {
    match poll {
        Poll::Ready(result) => result,
        Poll::Pending => Err(ErrorKind::WouldBlock.into()),
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

    /// Hands over what waits; [`ErrorKind::WouldBlock`]: some still does, and the socket will wake.
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
