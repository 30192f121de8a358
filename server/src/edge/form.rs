//! In which form a session's messages travel: MessagePack, or JSON text for people who look at frames.
//!
//! Invariant: nothing behind this knows of text. What comes is turned into the message that it stands for before it is looked at, what goes is turned into text last of all.
//!
//! Not here: what a text is (`skirmish_protocol`), who may speak it (`control`).

use skirmish_protocol::{JsonWriter, client_message_of_json};
use tungstenite::{Bytes, Message, Utf8Bytes};

use super::fault::Fault;

/// The form of one session's messages.
#[derive(Debug)]
pub(super) enum Form {
    MessagePack,
    Json(Box<JsonWriter>),
}

impl Form {
    pub(super) fn new(json: bool) -> Form {
        if json { Form::Json(Box::default()) } else { Form::MessagePack }
    }

    /// What a binary message says.
    pub(super) fn read_binary(&self, bytes: Bytes) -> Result<Bytes, Fault> {
        match self {
            Form::MessagePack => Ok(bytes),
            Form::Json(_) => Err(Fault::Binary),
        }
    }

    /// What a text message says.
    pub(super) fn read_text(&self, text: &Utf8Bytes) -> Result<Bytes, Fault> {
        match self {
            Form::MessagePack => Err(Fault::Text),
            Form::Json(_) => Ok(client_message_of_json(text)?.into()),
        }
    }

    /// What is sent for a message.
    pub(super) fn write(&mut self, message: Vec<u8>) -> Message {
        match self {
            Form::MessagePack => Message::Binary(message.into()),
            Form::Json(writer) => Message::text(writer.text(&message).expect("a message of our own")),
        }
    }
}
