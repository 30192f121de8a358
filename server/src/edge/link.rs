//! WebSocket messages on one socket, without waiting: a sync `WebSocket` over [`Wire`].
//!
//! A message that is one frame, as nearly all are, is read where it was received, beside the `WebSocket`; that is handed whole frames of all other kinds and never half of one.
//! Messages go out as whole frames, written in one go beside it too, and it has nothing waiting in it then: what it writes (pongs, closes) the wire takes at once.
//!
//! What a peer sends without finishing a message is limited, in frames without end as well.
//!
//! Invariant: once [`Link::close`] was called nothing but the close frame and what was written before it is sent, and nothing that the
//! peer sends is looked at.
//!
//! Not here: what the messages mean (`session`).

use std::borrow::Cow;
use std::io::{ErrorKind, Write};
use std::task::Poll;

use mio::event::Event;
use skirmish_protocol::{close_reason, limits::MESSAGE_BYTES_MAX};
use skirmish_sim::ahead::fetch;
use tungstenite::error::CapacityError;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Control, Data, OpCode};
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tungstenite::{Error, Message, WebSocket};

use super::received::{Frame, Received};
use super::wire::Wire;

/// Bytes that may come without a message ending. The largest message takes half of it if each of its bytes has a frame of its own.
const UNFINISHED_BYTES_MAX: usize = 16 * 1024;
/// Beyond what may wait for a socket, the close frame may.
const CLOSE_FRAME_BYTES: usize = 256;

/// What a peer sent.
#[derive(Debug)]
pub(super) enum Incoming<'a> {
    /// A binary message.
    Binary(Cow<'a, [u8]>),
    /// A text message.
    Text(Cow<'a, str>),
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
    /// What came and was not looked at yet, for the next time.
    kept: Vec<u8>,
    /// Bytes received since the last message ended.
    unfinished: usize,
    /// Whether the frames of one message are under way.
    is_fragmented: bool,
    /// Whether the `WebSocket` may have something to send.
    has_spoken: bool,
    shut_down: bool,
    ended: bool,
}

impl Link {
    /// A link whose upgrade is done; `kept` came after the request.
    pub(super) fn new(wire: Wire, kept: Vec<u8>) -> Link {
        let config = WebSocketConfig::default()
            .read_buffer_size(0)
            .write_buffer_size(0)
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let socket = WebSocket::from_raw_socket(wire, Role::Server, Some(config));
        Link { socket, kept, unfinished: 0, is_fragmented: false, has_spoken: false, shut_down: false, ended: false }
    }

    /// Has the memory on its way that each message and each frame needs.
    pub(super) fn fetch(&self) {
        fetch(&self.kept);
        self.socket.get_ref().fetch();
    }

    /// See [`Wire::follow`].
    pub(super) fn follow(&mut self, event: &Event) {
        self.socket.get_mut().follow(event);
    }

    /// The next message; none: nothing more has come. `received` is this link's until [`Link::keep`].
    pub(super) fn read<'a>(&mut self, received: &'a mut Received) -> Result<Option<Incoming<'a>>, LinkError> {
        loop {
            match received.next_frame().map_err(|error| self.explain(error))? {
                Some(frame) if frame.is_message() && !self.is_fragmented => {
                    self.unfinished = 0;
                    return message(frame.is_text(), received.unmasked(&frame)).map(Some);
                }
                Some(frame) => {
                    if let Some(incoming) = self.take(&frame, received.whole(&frame))? {
                        self.unfinished = 0;
                        return Ok(Some(incoming));
                    }
                }
                None => {
                    if !self.receive(received)? {
                        return Ok(None);
                    }
                }
            }
        }
    }

    /// Takes back what `read` has not come to.
    pub(super) fn keep(&mut self, received: &mut Received) {
        self.kept.splice(..0, received.take_left().iter().copied());
    }

    /// Whether more has come.
    fn receive(&mut self, received: &mut Received) -> Result<bool, LinkError> {
        if self.unfinished > UNFINISHED_BYTES_MAX {
            return Err(LinkError::Unfinished { max: UNFINISHED_BYTES_MAX });
        }
        let room = received.room();
        let count = if self.kept.is_empty() {
            match self.socket.get_mut().receive(room) {
                Ok(0) => return Err(LinkError::Lost("the peer ended it without a close frame".to_owned())),
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(error) => return Err(LinkError::Lost(error.to_string())),
            }
        } else {
            let count = self.kept.len().min(room.len());
            room[..count].copy_from_slice(&self.kept[..count]);
            // What was kept once seldom is again: it takes no lasting memory.
            self.kept = self.kept.split_off(count);
            count
        };
        self.unfinished += count;
        received.add(count);
        Ok(true)
    }

    /// Has the `WebSocket` take a frame, which may end a message.
    fn take(&mut self, frame: &Frame, bytes: &[u8]) -> Result<Option<Incoming<'static>>, LinkError> {
        if let OpCode::Data(_) = frame.header.opcode {
            self.is_fragmented = !frame.header.is_final;
        }
        self.has_spoken = true;
        self.socket.get_mut().hand_in(bytes);
        match self.socket.read() {
            Ok(Message::Binary(bytes)) => Ok(Some(Incoming::Binary(Vec::from(bytes).into()))),
            Ok(Message::Text(text)) => Ok(Some(Incoming::Text(text.to_string().into()))),
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
        self.has_spoken = true;
        match self.socket.write(message) {
            Err(error) if !would_block(&error) => Err(self.explain(error)),
            _ => Ok(()),
        }
    }

    /// Sends what waits; ready when the system has taken the last byte of it.
    pub(super) fn poll_flush(&mut self) -> Poll<Result<(), LinkError>> {
        let flushed =
            if self.has_spoken { self.socket.flush() } else { self.socket.get_mut().flush().map_err(Error::from) };
        match flushed {
            Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => {
                self.has_spoken = false;
                Poll::Ready(Ok(()))
            }
            Err(error) if would_block(&error) => Poll::Pending,
            Err(error) => Poll::Ready(Err(self.explain(error))),
        }
    }

    /// Puts the close frame behind what waits; [`Link::poll_close`] goes on.
    pub(super) fn close(&mut self, code: u16, reason: &str) {
        let reason = close_reason(reason).into();
        self.has_spoken = true;
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
    }

    fn explain(&self, error: Error) -> LinkError {
        match error {
            Error::Capacity(CapacityError::MessageTooLong { size, max_size }) => {
                LinkError::TooLarge { given: size, max: max_size }
            }
            Error::Utf8(_) => LinkError::Utf8,
            Error::Io(error) if error.kind() == ErrorKind::StorageFull => {
                LinkError::WriteBufferFull { max: self.socket.get_ref().unsent_max() }
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

/// A message of one frame.
fn message(is_text: bool, bytes: &[u8]) -> Result<Incoming<'_>, LinkError> {
    if is_text {
        let text = std::str::from_utf8(bytes).map_err(|_| LinkError::Utf8)?;
        Ok(Incoming::Text(text.into()))
    } else {
        Ok(Incoming::Binary(bytes.into()))
    }
}

/// Puts a ping of WebSocket's own behind other frames.
pub(super) fn put_ping(frames: &mut Vec<u8>) {
    let header = FrameHeader { opcode: OpCode::Control(Control::Ping), ..FrameHeader::default() };
    header.format(0, frames).expect("a vector takes everything");
}

fn would_block(error: &Error) -> bool {
    matches!(error, Error::Io(error) if error.kind() == ErrorKind::WouldBlock)
}
