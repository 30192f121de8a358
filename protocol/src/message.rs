//! What client and server messages have in common: their type numbers, and why one is refused.

use crate::close::CloseCode;
use crate::limits::MESSAGE_BYTES_MAX;
use crate::text::TextError;
use crate::wire::{self, DecodeError, Reader};

/// The first element of each message, named as in `docs/protocol.md`, section 2.
pub(crate) mod kind {
    pub(crate) const HELLO: i64 = 1;
    pub(crate) const INPUT: i64 = 2;
    pub(crate) const ACK: i64 = 3;
    pub(crate) const PING: i64 = 4;
    pub(crate) const CHAT: i64 = 5;
    pub(crate) const LEAVE: i64 = 6;
    pub(crate) const WELCOME: i64 = 16;
    pub(crate) const SNAPSHOT: i64 = 17;
    pub(crate) const SETTINGS: i64 = 18;
    pub(crate) const PONG: i64 = 19;
    pub(crate) const ROSTER: i64 = 20;
    pub(crate) const CHAT_FROM: i64 = 21;
    pub(crate) const GOODBYE: i64 = 22;
    pub(crate) const NOTICE: i64 = 23;
}

/// The names of the client's message types.
pub(crate) const CLIENT_KINDS: [(&str, i64); 6] = [
    ("hello", kind::HELLO),
    ("input", kind::INPUT),
    ("ack", kind::ACK),
    ("ping", kind::PING),
    ("chat", kind::CHAT),
    ("leave", kind::LEAVE),
];

/// The names of the server's message types.
pub(crate) const SERVER_KINDS: [(&str, i64); 8] = [
    ("welcome", kind::WELCOME),
    ("snapshot", kind::SNAPSHOT),
    ("settings", kind::SETTINGS),
    ("pong", kind::PONG),
    ("roster", kind::ROSTER),
    ("chat", kind::CHAT_FROM),
    ("goodbye", kind::GOODBYE),
    ("notice", kind::NOTICE),
];

/// Why a message is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MessageError {
    /// Longer than any message a client may send.
    #[error("a message of {given} bytes, at most {MESSAGE_BYTES_MAX} allowed")]
    TooLarge {
        /// Its length in bytes.
        given: usize,
    },
    /// A message type that this side does not take.
    #[error("message type {given} is not known")]
    Unknown {
        /// The type.
        given: i64,
    },
    /// Another shape, or a value outside its range.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A text that breaks its rule.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl MessageError {
    /// The code with which to close the connection of the peer that sent it.
    pub fn close_code(&self) -> CloseCode {
        match self {
            MessageError::TooLarge { .. } => CloseCode::TooLarge,
            MessageError::Unknown { .. } => CloseCode::UnknownMessage,
            MessageError::Decode(error) if error.is_out_of_range() => CloseCode::BadValue,
            MessageError::Decode(_) => CloseCode::BadMessage,
            MessageError::Text(_) => CloseCode::BadValue,
        }
    }
}

/// How a message begins.
pub(crate) struct Head {
    /// Its type; of any value, since strangers send it.
    pub(crate) kind: i64,
    /// How many elements it has, the type included.
    pub(crate) elements: usize,
}

impl Head {
    /// Writes the header of an array of `elements` elements, and the first of them.
    pub(crate) fn encode(out: &mut Vec<u8>, kind: i64, elements: usize) {
        wire::array(out, elements);
        wire::u32(out, kind as u32);
    }

    pub(crate) fn decode(reader: &mut Reader<'_>) -> Result<Head, DecodeError> {
        let elements = reader.array_len(usize::MAX)?;
        let kind = reader.int(i64::MIN, i64::MAX)?;
        Ok(Head { kind, elements })
    }

    /// Refuses a message of another number of elements than its type has.
    pub(crate) fn elements(&self, expected: usize) -> Result<(), DecodeError> {
        if self.elements != expected {
            return Err(DecodeError::Length { at: 0, expected, given: self.elements });
        }
        Ok(())
    }
}
