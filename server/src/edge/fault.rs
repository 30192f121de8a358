//! Why a reader thread ends a session, in words that the peer's developer can act on, and the close code of each.
//!
//! Not here: closes that a match decides on; they come as departures with code and reason.

use skirmish_protocol::{CloseCode, JSON_SUBPROTOCOL, JsonError, MessageError, PROTOCOL_VERSION, ValueError};

use super::link::LinkError;
use crate::directory::Refusal;

/// A reason to end a session.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error(transparent)]
    Message(#[from] MessageError),
    #[error(transparent)]
    Json(#[from] JsonError),
    #[error(transparent)]
    Values(#[from] ValueError),
    #[error(transparent)]
    Link(#[from] LinkError),
    #[error("a text message: this protocol takes binary messages in MessagePack")]
    Text,
    #[error("a binary message: this session speaks {JSON_SUBPROTOCOL}, in text messages")]
    Binary,
    #[error("{given} came before hello, which must be the first message")]
    BeforeHello { given: &'static str },
    #[error("a second hello: it is said once, as the first message")]
    SecondHello,
    #[error("protocol version {given} is not spoken here, version {PROTOCOL_VERSION} is")]
    Version { given: u32 },
    #[error("too many {kind} messages: {per_s_max} a second are allowed")]
    TooFrequent { kind: &'static str, per_s_max: u32 },
    #[error("no hello within {timeout_s} s")]
    HelloTimeout { timeout_s: f32 },
    #[error("{}", .0.reason)]
    Superseded(Refusal),
    #[error("nothing heard for {timeout_s} s")]
    Idle { timeout_s: f32 },
    #[error("the socket has taken nothing of what waits for it for {timeout_s} s: read what comes")]
    Stalled { timeout_s: f32 },
    #[error("the server is stopping")]
    Shutdown,
    #[error("a defect of this server")]
    Internal,
}

impl Fault {
    /// The code to close with; none: the socket is dropped without a word.
    pub(super) fn close_code(&self) -> Option<CloseCode> {
        Some(match self {
            Fault::Message(error) => error.close_code(),
            Fault::Json(error) => error.close_code(),
            Fault::Values(error) => error.close_code(),
            Fault::Link(LinkError::TooLarge { .. }) => CloseCode::TooLarge,
            Fault::Link(LinkError::Utf8) | Fault::Text => CloseCode::NotBinary,
            Fault::Link(LinkError::Protocol(_)) | Fault::Binary => CloseCode::BadMessage,
            Fault::Link(LinkError::WriteBufferFull { .. }) | Fault::Stalled { .. } => CloseCode::TooSlow,
            Fault::Link(LinkError::Lost(_)) | Fault::Internal => return None,
            Fault::BeforeHello { .. } | Fault::SecondHello => CloseCode::OutOfOrder,
            Fault::Version { .. } => CloseCode::Version,
            Fault::TooFrequent { .. } | Fault::Link(LinkError::Unfinished { .. }) => CloseCode::TooFrequent,
            Fault::Superseded(refusal) => refusal.code,
            Fault::HelloTimeout { .. } => CloseCode::HelloTimeout,
            Fault::Idle { .. } => CloseCode::Idle,
            Fault::Shutdown => CloseCode::Shutdown,
        })
    }
}
