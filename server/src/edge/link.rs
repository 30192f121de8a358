//! WebSocket messages on one socket, without waiting: a sync `WebSocket` over [`Wire`].
//!
//! Buffers are small (4 KiB), and what a peer declares is compared with the protocol's limit before anything is reserved for it.
//!
//! Invariant: once [`Link::close`] was called nothing but the close frame and what was written before it is sent, and nothing that the
//! peer sends is looked at.
//!
//! Not here: what the messages mean (`session`).

use std::io::ErrorKind;
use std::task::{Poll, Waker};

use bytes::Bytes;
use skirmish_protocol::{close_reason, limits::MESSAGE_BYTES_MAX};
use tungstenite::error::CapacityError;
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tungstenite::{Error, Message, Utf8Bytes, WebSocket};

use super::wire::{UNFINISHED_BYTES_MAX, Wire};

const BUFFER_BYTES: usize = 4 * 1024;
/// Kept free in the write buffer for the close frame.
const CLOSE_FRAME_BYTES: usize = 256;

/// What a peer sent.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A binary message.
    Binary(Bytes),
    /// A text message.
    Text(Utf8Bytes),
    /// A ping or pong of WebSocket's own; the answer is under way.
    Control,
    /// The peer closes; the answer is under way.
    Close,
}

/// Why a link can't go on.
#[derive(Debug, thiserror::Error)]
pub(super) enum LinkError {
    /// A message beyond the protocol's limit.
    #[error("{given} bytes in one message, at most {max} allowed")]
    TooLarge {
        /// Bytes so far, or as declared.
        given: usize,
        /// The limit.
        max: usize,
    },
    /// Frames without end, and no message in them.
    #[error("more than {max} bytes of frames and no message in them")]
    Unfinished {
        /// The limit.
        max: usize,
    },
    /// Text that isn't UTF-8.
    #[error("text that is not UTF-8")]
    Utf8,
    /// Not WebSocket.
    #[error("not a WebSocket frame: {0}")]
    Protocol(String),
    /// More waits for the socket than its write buffer may hold.
    #[error("more than {max} bytes wait to be sent")]
    WriteBufferFull {
        /// The limit.
        max: usize,
    },
    /// The socket is broken, or the peer ended it without a close frame.
    #[error("connection lost: {0}")]
    Lost(String),
}

/// One socket, as messages.
#[derive(Debug)]
pub(super) struct Link {
    socket: WebSocket<Wire>,
    shut_down: bool,
    ended: bool,
}

impl Link {
    /// A link whose upgrade is done; `read_buf` came after the request.
    pub(super) fn new(wire: Wire, read_buf: &[u8], write_buffer_bytes_max: usize) -> Link {
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER_BYTES)
            .write_buffer_size(BUFFER_BYTES)
            .max_write_buffer_size(write_buffer_bytes_max.max(2 * BUFFER_BYTES))
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let part = read_buf.to_vec();
        let socket = WebSocket::from_partially_read(wire, part, Role::Server, Some(config));
        Link { socket, shut_down: false, ended: false }
    }

    /// From now on wakes this task when the socket is ready again.
    pub(super) fn register(&mut self, waker: &Waker) {
        self.socket.get_mut().register(waker);
    }

    /// Wakes the registered task now.
    pub(super) fn wake(&self) {
        self.socket.get_ref().wake();
    }

    /// The next message; none: nothing more has come.
    pub(super) fn read(&mut self) -> Result<Option<Incoming>, LinkError> {
        let read = self.socket.read();
        if read.is_ok() {
            self.socket.get_mut().finished();
        }
        match read {
            Ok(Message::Binary(bytes)) => Ok(Some(Incoming::Binary(bytes))),
            Ok(Message::Text(text)) => Ok(Some(Incoming::Text(text))),
            Ok(Message::Close(_)) => Ok(Some(Incoming::Close)),
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => Ok(Some(Incoming::Control)),
            Err(error) if would_block(&error) => Ok(None),
            Err(error) => Err(self.explain(error)),
        }
    }

    /// Puts a message behind what waits already. [`Link::flush`] sends it.
    pub(super) fn write(&mut self, message: Message) -> Result<(), LinkError> {
        self.put(message)
    }

    /// Puts a text message there, for people who look at a refused connection.
    pub(super) fn write_text(&mut self, text: &str) -> Result<(), LinkError> {
        self.put(Message::text(text))
    }

    /// Puts a ping of WebSocket's own there.
    pub(super) fn ping(&mut self) -> Result<(), LinkError> {
        self.put(Message::Ping(Bytes::new()))
    }

    fn put(&mut self, message: Message) -> Result<(), LinkError> {
        match self.socket.write(message) {
            Err(error) if !would_block(&error) => Err(self.explain(error)),
            _ => Ok(()),
        }
    }

    /// Sends what waits; ready when the system has taken the last byte of it.
    pub(super) fn poll_flush(&mut self) -> Poll<Result<(), LinkError>> {
        match self.socket.flush() {
            Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => Poll::Ready(Ok(())),
            Err(error) if would_block(&error) => Poll::Pending,
            Err(error) => Poll::Ready(Err(self.explain(error))),
        }
    }

    /// Puts the close frame behind what waits; [`Link::poll_close`] goes on.
    pub(super) fn close(&mut self, code: u16, reason: &str) {
        let reason = close_reason(reason).into();
        self.socket.set_config(|config| config.max_write_buffer_size += CLOSE_FRAME_BYTES);
        // Whether this sends at once, has to wait, or comes second to the peer's own close: `poll_close` takes it from there.
        let _ = self.socket.close(Some(CloseFrame { code: code.into(), reason }));
    }

    /// After [`Link::close`], or when the peer closes: sends what is left, tells the peer that this was all, and waits for it to
    /// close. To drop the socket with unread bytes in it would reset it, and the peer might never see the close frame.
    pub(super) fn poll_close(&mut self) -> Poll<()> {
        if self.ended {
            return Poll::Ready(());
        }
        if !self.shut_down {
            match self.poll_flush() {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Ok(())) => {}
                Poll::Ready(Err(_)) => return Poll::Ready(()),
            }
            self.socket.get_mut().shut_down();
            self.shut_down = true;
        }
        self.socket.get_mut().poll_end()
    }

    /// Gives up on a peer that doesn't close: [`Link::poll_close`] is ready from now on.
    pub(super) fn abandon(&mut self) {
        self.ended = true;
        self.wake();
    }

    fn explain(&self, error: Error) -> LinkError {
        match error {
            Error::Capacity(CapacityError::MessageTooLong { size, max_size }) => {
                LinkError::TooLarge { given: size, max: max_size }
            }
            Error::Io(error) if error.kind() == ErrorKind::QuotaExceeded => {
                LinkError::Unfinished { max: UNFINISHED_BYTES_MAX }
            }
            Error::Utf8(_) => LinkError::Utf8,
            Error::WriteBufferFull(_) => {
                LinkError::WriteBufferFull { max: self.socket.get_config().max_write_buffer_size }
            }
            Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
                LinkError::Lost("the peer ended it without a close frame".to_owned())
            }
            Error::Protocol(error) => LinkError::Protocol(error.to_string()),
            other => LinkError::Lost(other.to_string()),
        }
    }
}

fn would_block(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == ErrorKind::WouldBlock)
}
