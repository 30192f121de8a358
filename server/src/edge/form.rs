//! In which form a session's messages travel: MessagePack, or JSON text for people who look at frames.
//!
//! Invariant: nothing behind this knows of text. What comes is turned into the message that it stands for before it is looked at, what goes is turned into text last of all.
//!
//! Not here: what a text is (`skirmish_protocol`), who may speak it (`control`).

use std::borrow::Cow;

use skirmish_protocol::{JsonWriter, client_message_of_json};
use tungstenite::protocol::frame::coding::Data;

use super::fault::Fault;
use super::link::put_frame;

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
    pub(super) fn read_binary<'a>(&self, bytes: Cow<'a, [u8]>) -> Result<Cow<'a, [u8]>, Fault> {
        match self {
            Form::MessagePack => Ok(bytes),
            Form::Json(_) => Err(Fault::Binary),
        }
    }

    /// What a text message says.
    pub(super) fn read_text(&self, text: &str) -> Result<Cow<'static, [u8]>, Fault> {
        match self {
            Form::MessagePack => Err(Fault::Text),
            Form::Json(_) => Ok(client_message_of_json(text)?.into()),
        }
    }

    /// Puts a message, of these parts one after the other, behind other frames; gives the bytes that it takes.
    pub(super) fn put(&mut self, frames: &mut Vec<u8>, parts: &[&[u8]]) -> usize {
        match self {
            Form::MessagePack => put_frame(frames, Data::Binary, parts),
            Form::Json(writer) => {
                let text = writer.text(&parts.concat()).expect("a message of our own");
                put_frame(frames, Data::Text, &[text.as_bytes()])
            }
        }
    }
}
