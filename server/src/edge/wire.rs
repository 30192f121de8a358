//! A socket as `std::io::Read` and `Write`, on a tokio runtime, without waiting.
//!
//! The concrete stream is hidden here, so that an encrypted one needs no second path. What finds the socket not ready
//! answers `WouldBlock` and wakes the registered task when it is.
//!
//! What a peer sends without finishing a message is limited: framing itself would read an endless one for as long as it comes, and never return.
//!
//! Invariant: the socket is registered with the runtime of the thread that called [`Wire::new`], and with no other.
//!
//! Not here: WebSocket framing (`link`).

use std::io::{self, ErrorKind, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Bytes that may come without a message ending. The largest message takes half of it if each of its bytes has a frame of its own.
pub(super) const UNFINISHED_BYTES_MAX: usize = 16 * 1024;
/// Reads of one look for the peer's end: a peer that sends on and on must let others have their turn.
const END_READS_MAX: usize = 16;

/// One socket.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    waker: Waker,
    /// Bytes read since the last message ended.
    unfinished: usize,
}

impl Wire {
    /// Takes a connected socket over into the runtime of this thread.
    pub(super) fn new(stream: std::net::TcpStream) -> io::Result<Wire> {
        stream.set_nonblocking(true)?;
        // A snapshot must not wait for the acknowledgement of the one before.
        stream.set_nodelay(true)?;
        Ok(Wire { stream: TcpStream::from_std(stream)?, waker: Waker::noop().clone(), unfinished: 0 })
    }

    /// From now on wakes this task when the socket is ready again.
    pub(super) fn register(&mut self, waker: &Waker) {
        self.waker.clone_from(waker);
    }

    /// Wakes the registered task now.
    pub(super) fn wake(&self) {
        self.waker.wake_by_ref();
    }

    /// A message has ended: the next may be as long.
    pub(super) fn finished(&mut self) {
        self.unfinished = 0;
    }

    /// Tells the peer that nothing more will be sent.
    pub(super) fn shut_down(&mut self) {
        let mut context = Context::from_waker(&self.waker);
        // If it fails, the socket is broken, and the next read says so.
        let _ = Pin::new(&mut self.stream).poll_shutdown(&mut context);
    }

    /// Reads and forgets; ready when the peer has closed or the socket is broken.
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
        self.wake();
        Poll::Pending
    }

    // tokio's `poll_read` takes a short read as the end of what has come; `try_read` would ask the system once more for every message.
    fn receive(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut context = Context::from_waker(&self.waker);
        let mut buffer = ReadBuf::new(bytes);
        or_would_block(Pin::new(&mut self.stream).poll_read(&mut context, &mut buffer))?;
        Ok(buffer.filled().len())
    }
}

fn or_would_block<T>(poll: Poll<io::Result<T>>) -> io::Result<T> {
    match poll {
        Poll::Ready(result) => result,
        Poll::Pending => Err(ErrorKind::WouldBlock.into()),
    }
}

impl Read for Wire {
    /// [`ErrorKind::QuotaExceeded`]: more than [`UNFINISHED_BYTES_MAX`] came and no message ended.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        if self.unfinished > UNFINISHED_BYTES_MAX {
            return Err(ErrorKind::QuotaExceeded.into());
        }
        let count = self.receive(bytes)?;
        self.unfinished += count;
        Ok(count)
    }
}

impl Write for Wire {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut context = Context::from_waker(&self.waker);
        or_would_block(Pin::new(&mut self.stream).poll_write(&mut context, bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
