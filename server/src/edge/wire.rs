//! A socket as `std::io::Read` and `Write`, on a tokio runtime, without waiting.
//!
//! The concrete stream is hidden here, so that an encrypted one needs no second path. What finds the socket not ready
//! answers `WouldBlock` and wakes the registered task when it is.
//!
//! Invariant: the socket is registered with the runtime of the thread that called [`Wire::new`], and with no other.
//!
//! Not here: WebSocket framing (`link`).

use std::io::{self, ErrorKind, Read, Write};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// One socket.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    waker: Waker,
}

impl Wire {
    /// Takes a connected socket over into the runtime of this thread.
    pub(super) fn new(stream: std::net::TcpStream) -> io::Result<Wire> {
        stream.set_nonblocking(true)?;
        // A snapshot must not wait for the acknowledgement of the one before.
        stream.set_nodelay(true)?;
        Ok(Wire { stream: TcpStream::from_std(stream)?, waker: Waker::noop().clone() })
    }

    /// From now on wakes this task when the socket is ready again.
    pub(super) fn register(&mut self, waker: &Waker) {
        self.waker.clone_from(waker);
    }

    /// Wakes the registered task now.
    pub(super) fn wake(&self) {
        self.waker.wake_by_ref();
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
        loop {
            match self.read(&mut scratch) {
                Ok(0) => return Poll::Ready(()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Poll::Pending,
                Err(_) => return Poll::Ready(()),
            }
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
    // tokio's `poll_read` takes a short read as the end of what has come; `try_read` would ask the system once more for every message.
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let mut context = Context::from_waker(&self.waker);
        let mut buffer = ReadBuf::new(bytes);
        or_would_block(Pin::new(&mut self.stream).poll_read(&mut context, &mut buffer))?;
        Ok(buffer.filled().len())
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
