//! Why a connection was closed: the codes of `docs/protocol.md`, section 8, and nothing about when they apply.

use crate::limits::CLOSE_REASON_BYTES_MAX;

/// A WebSocket close code of this protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum CloseCode {
    /// The player left, or the match is over for them.
    Left = 1000,
    /// Not one MessagePack array of the described shape, or bytes after it.
    BadMessage = 4000,
    /// The message type is not known.
    UnknownMessage = 4001,
    /// The message is longer than [`MESSAGE_BYTES_MAX`](crate::limits::MESSAGE_BYTES_MAX).
    TooLarge = 4002,
    /// A text message.
    NotBinary = 4003,
    /// Anything before the hello, or a second hello.
    OutOfOrder = 4004,
    /// Well-formed, but a value is outside its range.
    BadValue = 4005,
    /// An input whose `seq` is not above the one before.
    Stale = 4006,
    /// An acknowledgement of a tick that was never sent.
    BadAck = 4007,
    /// More messages of a kind than its rate limit allows.
    TooFrequent = 4008,
    /// No ticket in the address.
    TicketMissing = 4100,
    /// Not a ticket of this server, or replaced by a newer one.
    TicketInvalid = 4101,
    /// The ticket is too old, or its seat was given up meanwhile.
    TicketExpired = 4102,
    /// A join ticket serves once.
    TicketUsed = 4103,
    /// The protocol version is not spoken here.
    Version = 4104,
    /// The subprotocol was not offered.
    Subprotocol = 4105,
    /// The match has ended.
    MatchGone = 4107,
    /// The seat was claimed by a newer connection.
    Replaced = 4200,
    /// Removed by the operator.
    Kicked = 4201,
    /// The match was closed.
    MatchOver = 4202,
    /// The server is stopping.
    Shutdown = 4203,
    /// No hello came in time.
    HelloTimeout = 4204,
    /// Nothing was heard for too long.
    Idle = 4205,
    /// Too many undelivered events or messages.
    TooSlow = 4206,
}

impl CloseCode {
    /// Every code there is, ascending.
    pub const fn all() -> &'static [CloseCode] {
        use CloseCode::*;
        &[
            Left,
            BadMessage,
            UnknownMessage,
            TooLarge,
            NotBinary,
            OutOfOrder,
            BadValue,
            Stale,
            BadAck,
            TooFrequent,
            TicketMissing,
            TicketInvalid,
            TicketExpired,
            TicketUsed,
            Version,
            Subprotocol,
            MatchGone,
            Replaced,
            Kicked,
            MatchOver,
            Shutdown,
            HelloTimeout,
            Idle,
            TooSlow,
        ]
    }

    /// The number in the close frame.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The code of that number, if it is one of this protocol.
    pub fn from_code(code: u16) -> Option<CloseCode> {
        Self::all().iter().copied().find(|known| known.code() == code)
    }

    /// The name used in the documentation, in metrics and in logs.
    pub const fn name(self) -> &'static str {
        match self {
            CloseCode::Left => "left",
            CloseCode::BadMessage => "bad_message",
            CloseCode::UnknownMessage => "unknown_message",
            CloseCode::TooLarge => "too_large",
            CloseCode::NotBinary => "not_binary",
            CloseCode::OutOfOrder => "out_of_order",
            CloseCode::BadValue => "bad_value",
            CloseCode::Stale => "stale",
            CloseCode::BadAck => "bad_ack",
            CloseCode::TooFrequent => "too_frequent",
            CloseCode::TicketMissing => "ticket_missing",
            CloseCode::TicketInvalid => "ticket_invalid",
            CloseCode::TicketExpired => "ticket_expired",
            CloseCode::TicketUsed => "ticket_used",
            CloseCode::Version => "version",
            CloseCode::Subprotocol => "subprotocol",
            CloseCode::MatchGone => "match_gone",
            CloseCode::Replaced => "replaced",
            CloseCode::Kicked => "kicked",
            CloseCode::MatchOver => "match_over",
            CloseCode::Shutdown => "shutdown",
            CloseCode::HelloTimeout => "hello_timeout",
            CloseCode::Idle => "idle",
            CloseCode::TooSlow => "too_slow",
        }
    }
}

/// `text`, cut at a character boundary to what a close frame holds.
pub fn close_reason(text: &str) -> String {
    text[..text.floor_char_boundary(CLOSE_REASON_BYTES_MAX)].to_owned()
}
