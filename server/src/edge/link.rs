//! WebSocket messages on one socket, without waiting: a sync `WebSocket` over [`Wire`].
//!
//! Buffers are small, and what a peer declares is compared with the protocol's limit before anything is reserved for it. Messages go out as whole frames, written in one go
//! beside the `WebSocket`, which has nothing waiting in it then: what it writes (pongs, closes) the wire takes at once.
//!
//! Invariant: once [`Link::close`] was called nothing but the close frame and what was written before it is sent, and nothing that the
//! peer sends is looked at.
//!
//! Not here: what the messages mean (`session`).

use std::io::{ErrorKind, Write};
use std::task::Poll;

use bytes::Bytes;
use skirmish_protocol::{close_reason, limits::MESSAGE_BYTES_MAX};
use tungstenite::error::CapacityError;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tungstenite::{Error, Message, Utf8Bytes, WebSocket};

use super::wire::{UNFINISHED_BYTES_MAX, Wire};

/// A client sends some tens of bytes at a time.
const READ_BUFFER_BYTES: usize = 1024;
/// Beyond what may wait for a socket, the close frame may.
const CLOSE_FRAME_BYTES: usize = 256;

/// What a peer sent.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A binary message.
    Binary(Bytes),
    /// A text message.
    Text(Utf8Bytes),
    /// A ping of WebSocket's own; the answer is under way.
    Ping,
    /// The answer to a ping of ours.
    Pong,
    /// The peer closes with this code, 1005 if it names none; the answer is under way.
    Close(u16),
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
    pub(super) fn new(wire: Wire, read_buf: &[u8]) -> Link {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .write_buffer_size(0)
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let socket = WebSocket::from_partially_read(wire, read_buf.to_vec(), Role::Server, Some(config));
        Link { socket, shut_down: false, ended: false }
    }

    /// Wakes its slot now.
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
            Ok(Message::Close(frame)) => Ok(Some(Incoming::Close(frame.map_or(1005, |frame| frame.code.into())))),
            Ok(Message::Pong(_)) => Ok(Some(Incoming::Pong)),
            Ok(Message::Ping(_) | Message::Frame(_)) => Ok(Some(Incoming::Ping)),
            Err(error) if would_block(&error) => Ok(None),
            Err(error) => Err(self.explain(error)),
        }
    }

    /// Sends whole frames, from [`put_frame`], behind what waits already. [`Link::poll_flush`] tells when the system has taken them.
    pub(super) fn send(&mut self, frames: &[u8]) -> Result<(), LinkError> {
        self.socket.get_mut().write_all(frames).map_err(|error| self.explain(error.into()))
    }

    /// Sends a text message, for people who look at a refused connection.
    pub(super) fn send_text(&mut self, text: &str) -> Result<(), LinkError> {
        self.put(Message::text(text))
    }

    /// See [`Wire::stuck_at`].
    pub(super) fn stuck_at(&self) -> Option<u64> {
        self.socket.get_ref().stuck_at()
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
        self.socket.get_mut().allow(CLOSE_FRAME_BYTES);
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
            Error::Io(error) if error.kind() == ErrorKind::StorageFull => {
                LinkError::WriteBufferFull { max: self.socket.get_ref().unsent_max() }
            }
            Error::Protocol(tungstenite::error::ProtocolError::ResetWithoutClosingHandshake) => {
                LinkError::Lost("the peer ended it without a close frame".to_owned())
            }
            Error::Protocol(error) => LinkError::Protocol(error.to_string()),
            other => LinkError::Lost(other.to_string()),
        }
    }
}

/// Puts one message, of these parts one after the other, behind other frames; gives its bytes.
pub(super) fn put_frame(frames: &mut Vec<u8>, kind: Data, parts: &[&[u8]]) -> usize {
    let header = FrameHeader { opcode: OpCode::Data(kind), ..FrameHeader::default() };
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    header.format(length as u64, frames).expect("a vector takes everything");
    parts.iter().for_each(|part| frames.extend_from_slice(part));
    length
}

/// Puts a ping of WebSocket's own behind other frames.
pub(super) fn put_ping(frames: &mut Vec<u8>) {
    let header = FrameHeader { opcode: OpCode::Control(Control::Ping), ..FrameHeader::default() };
    header.format(0, frames).expect("a vector takes everything");
}

fn would_block(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == ErrorKind::WouldBlock)
}
