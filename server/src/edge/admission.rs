//! A socket on its way from the handshake to a reader thread.
//!
//! Invariant: an admission that nobody takes gives its claim back, see [`Verdict::abandon`]. Not here: who may come in (`control`).

use std::net::{SocketAddr, TcpStream};

use skirmish_protocol::CloseCode;

use crate::directory::Claim;

/// An upgraded socket on its way to a reader thread.
#[derive(Debug)]
pub struct Admission {
    /// The socket, taken out of the runtime that accepted it.
    pub stream: TcpStream,
    /// What was read from it beyond the upgrade request.
    pub read_buf: Vec<u8>,
    /// The other end.
    pub peer: SocketAddr,
    /// Whether its messages are told as JSON text.
    pub json: bool,
    /// What is to become of it.
    pub verdict: Verdict,
}

/// What is to become of an upgraded socket.
#[derive(Debug)]
pub enum Verdict {
    /// It claimed a seat.
    Admit(Claim),
    /// It gets one readable text message and a close code.
    Refuse {
        /// The close code.
        code: CloseCode,
        /// Why, for people to read.
        reason: String,
    },
}

impl Verdict {
    /// The socket is dropped before it could say hello.
    pub(crate) fn abandon(&self) {
        if let Verdict::Admit(claim) = self {
            claim.abandon();
        }
    }
}
