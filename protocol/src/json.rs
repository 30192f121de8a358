//! Messages as JSON text, for people who look at frames: section 9 of `docs/protocol.md`.
//!
//! A text is a message's array with its type by name. Reading one gives the message in MessagePack, for the same strict decoding as any other;
//! here only what JSON adds is refused. What is read has at most [`DEPTH_MAX`] arrays within one another, and is never longer than its text
//! by more than a factor. Writing texts is in [`crate::json_write`].

use serde_json::{Number, Value};

use crate::close::CloseCode;
use crate::message::{CLIENT_KINDS, Head, SERVER_KINDS};
use crate::wire;

/// Most arrays within one another, the message itself not counted; a snapshot's columns lie so deep.
pub(crate) const DEPTH_MAX: usize = 6;

/// Why a text is not a message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// Not JSON.
    #[error("not JSON: {reason}")]
    Syntax {
        /// What is wrong, and where.
        reason: String,
    },
    /// Not an array that begins with a string.
    #[error("a message is a JSON array that begins with the name of its type, such as [\"ack\",7]")]
    Shape,
    /// A name that no message of this side has.
    #[error("message type {given:?} is not known")]
    Unknown {
        /// The name.
        given: String,
    },
    /// An object.
    #[error("an object: messages have only arrays, strings, numbers, booleans and null")]
    Object,
    /// An integer beyond any of the protocol's.
    #[error("the number {given} does not fit into 32 bits")]
    Integer {
        /// The number as it was given.
        given: String,
    },
    /// Arrays within arrays.
    #[error("more than {DEPTH_MAX} arrays within one another")]
    Deep,
}

impl JsonError {
    /// The code with which to close the connection of the peer that sent it.
    pub fn close_code(&self) -> CloseCode {
        match self {
            JsonError::Unknown { .. } => CloseCode::UnknownMessage,
            _ => CloseCode::BadMessage,
        }
    }
}

/// The MessagePack form of a client's message.
///
/// # Errors
/// What is no text of one. Whether it is a sound message, [`ClientMessage::decode`](crate::ClientMessage::decode) tells.
pub fn client_message_of_json(text: &str) -> Result<Vec<u8>, JsonError> {
    message(text, &CLIENT_KINDS)
}

/// The MessagePack form of a server's message.
///
/// # Errors
/// What is no text of one. Whether it is a sound message, [`ServerMessage::decode`](crate::ServerMessage::decode) or a
/// [`Mirror`](crate::Mirror) tells.
pub fn server_message_of_json(text: &str) -> Result<Vec<u8>, JsonError> {
    message(text, &SERVER_KINDS)
}

fn message(text: &str, kinds: &[(&str, i64)]) -> Result<Vec<u8>, JsonError> {
    let value = serde_json::from_str(text).map_err(|error| JsonError::Syntax { reason: error.to_string() })?;
    let Value::Array(elements) = value else {
        return Err(JsonError::Shape);
    };
    let Some((Value::String(name), rest)) = elements.split_first() else {
        return Err(JsonError::Shape);
    };
    let kind = kinds.iter().find(|(known, _)| known == name);
    let (_, kind) = kind.ok_or_else(|| JsonError::Unknown { given: name.clone() })?;
    let mut out = Vec::with_capacity(text.len());
    Head::encode(&mut out, *kind, elements.len());
    rest.iter().try_for_each(|value| element(&mut out, value, DEPTH_MAX))?;
    Ok(out)
}

fn element(out: &mut Vec<u8>, value: &Value, depth: usize) -> Result<(), JsonError> {
    match value {
        Value::Null => wire::nil(out),
        Value::Bool(value) => wire::bool(out, *value),
        Value::Number(value) => number(out, value)?,
        Value::String(value) => wire::str(out, value),
        Value::Array(values) => {
            let depth = depth.checked_sub(1).ok_or(JsonError::Deep)?;
            wire::array(out, values.len());
            values.iter().try_for_each(|value| element(out, value, depth))?;
        }
        Value::Object(_) => return Err(JsonError::Object),
    }
    Ok(())
}

fn number(out: &mut Vec<u8>, value: &Number) -> Result<(), JsonError> {
    let integer = value.as_i64();
    if let Some(value) = integer.and_then(|value| u32::try_from(value).ok()) {
        wire::u32(out, value);
    } else if let Some(value) = integer.and_then(|value| i32::try_from(value).ok()) {
        wire::i32(out, value);
    } else if let Some(value) = value.as_f64().filter(|_| value.is_f64()) {
        wire::f64(out, value);
    } else {
        return Err(JsonError::Integer { given: value.to_string() });
    }
    Ok(())
}
