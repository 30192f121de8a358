//! Tickets: signed rights to claim a seat, in a form that fits into an address.
//!
//! A ticket is base64url of a fixed payload followed by its HMAC-SHA256. The server keeps no list of them: what a ticket
//! says is believed because it is signed, and whether it still holds is decided by the seat's generation.
//!
//! Invariant: [`TicketKey::read`] returns only what [`TicketKey::sign`] of the same key was given; signatures are
//! compared in constant time. Not here: seats, generations, expiry against a clock, and single use (`directory`).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::match_key::MatchKey;

/// Length of the payload: kind, run, match, seat, generation, expiry.
const PAYLOAD_BYTES: usize = 1 + 4 + 4 + 4 + 4 + 8;
/// Length of the signature.
const SIGNATURE_BYTES: usize = 32;

/// What a ticket is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketKind {
    /// A first connection; good once, and until it expires.
    Join,
    /// A return to a seat; good while the seat holds that generation. Its `expires_ms` is 0.
    Reconnect,
}

/// What a ticket says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// What it is for.
    pub kind: TicketKind,
    /// Which run of the server made it: match keys start anew with every run.
    pub run: u32,
    /// The match.
    pub key: MatchKey,
    /// The seat.
    pub seat: u32,
    /// The seat's generation when it was made.
    pub generation: u32,
    /// Milliseconds after the start of that run at which it expires.
    pub expires_ms: u64,
}

/// Not a ticket that this key signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a ticket of this server")]
pub struct TicketError;

/// The secret that signs tickets.
pub struct TicketKey(Hmac<Sha256>);

impl TicketKey {
    /// A key from a secret of any length.
    pub fn new(secret: &[u8]) -> Self {
        Self(Hmac::new_from_slice(secret).expect("HMAC takes keys of any length"))
    }

    /// The ticket's text: base64url, 76 characters.
    pub fn sign(&self, ticket: &Ticket) -> String {
        let mut bytes = encode(ticket).to_vec();
        let signature = self.0.clone().chain_update(&bytes).finalize().into_bytes();
        bytes.extend_from_slice(&signature);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// What `text` says, if this key signed it.
    ///
    /// # Errors
    /// When it is not a ticket at all, was changed, or was signed by another key.
    pub fn read(&self, text: &str) -> Result<Ticket, TicketError> {
        let mut bytes = [0; PAYLOAD_BYTES + SIGNATURE_BYTES];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).map_err(|_| TicketError)?;
        if length != bytes.len() {
            return Err(TicketError);
        }
        let (payload, signature) = bytes.split_at(PAYLOAD_BYTES);
        self.0.clone().chain_update(payload).verify_slice(signature).map_err(|_| TicketError)?;
        decode(payload).ok_or(TicketError)
    }
}

fn encode(ticket: &Ticket) -> [u8; PAYLOAD_BYTES] {
    let mut bytes = [0; PAYLOAD_BYTES];
    bytes[0] = match ticket.kind {
        TicketKind::Join => 1,
        TicketKind::Reconnect => 2,
    };
    bytes[1..5].copy_from_slice(&ticket.run.to_le_bytes());
    bytes[5..9].copy_from_slice(&ticket.key.0.to_le_bytes());
    bytes[9..13].copy_from_slice(&ticket.seat.to_le_bytes());
    bytes[13..17].copy_from_slice(&ticket.generation.to_le_bytes());
    bytes[17..].copy_from_slice(&ticket.expires_ms.to_le_bytes());
    bytes
}

fn decode(bytes: &[u8]) -> Option<Ticket> {
    let (kind, bytes) = bytes.split_first()?;
    let (run, bytes) = bytes.split_first_chunk()?;
    let (key, bytes) = bytes.split_first_chunk()?;
    let (seat, bytes) = bytes.split_first_chunk()?;
    let (generation, bytes) = bytes.split_first_chunk()?;
    Some(Ticket {
        kind: match kind {
            1 => TicketKind::Join,
            2 => TicketKind::Reconnect,
            _ => return None,
        },
        run: u32::from_le_bytes(*run),
        key: MatchKey(u32::from_le_bytes(*key)),
        seat: u32::from_le_bytes(*seat),
        generation: u32::from_le_bytes(*generation),
        expires_ms: u64::from_le_bytes(bytes.try_into().ok()?),
    })
}

/// A fresh secret from the system's random source, in printable form.
///
/// # Errors
/// When the system has no randomness to give.
pub fn random_secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
