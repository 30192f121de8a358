//! What clients say. Every byte here comes from a stranger: decoding is bounded by [`crate::limits`] and never guesses.
//!
//! Whether a message may come now, how often, and whether input values fit the match's schema is not decided here.

use crate::limits::{AGENT_BYTES_MAX, CHAT_BYTES_MAX, FIELDS_MAX, MESSAGE_BYTES_MAX};
use crate::message::{Head, MessageError, kind};
use crate::text::check_chat;
use crate::values::Values;
use crate::wire::{self, Reader};

/// A message from a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientMessage {
    /// The first message of a connection.
    Hello {
        /// The protocol version that the client speaks.
        version: u32,
        /// What the client calls itself.
        agent: String,
        /// The hash of the schema it holds already, or 0.
        schema_hash: u32,
    },
    /// One input command.
    Input {
        /// Its number, above the one before.
        seq: u32,
        /// The newest tick applied, 0 if none.
        snapshot_ack: u32,
        /// One integer for each input field of the schema.
        values: Values,
    },
    /// An acknowledgement without an input.
    Ack {
        /// The newest tick applied, 0 if none.
        snapshot_ack: u32,
    },
    /// Asks for a pong.
    Ping {
        /// Comes back in the pong.
        token: u32,
    },
    /// Says something to everybody.
    Chat {
        /// 1 to 200 bytes, no control characters.
        text: String,
    },
    /// Gives the seat up.
    Leave,
}

impl ClientMessage {
    /// Writes the message.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            ClientMessage::Hello { version, agent, schema_hash } => {
                Head::encode(out, kind::HELLO, 4);
                wire::u32(out, *version);
                wire::str(out, agent);
                wire::u32(out, *schema_hash);
            }
            ClientMessage::Input { seq, snapshot_ack, values } => {
                Head::encode(out, kind::INPUT, 4);
                wire::u32(out, *seq);
                wire::u32(out, *snapshot_ack);
                wire::array(out, values.len());
                for value in values {
                    wire::i32(out, *value);
                }
            }
            ClientMessage::Ack { snapshot_ack } => {
                Head::encode(out, kind::ACK, 2);
                wire::u32(out, *snapshot_ack);
            }
            ClientMessage::Ping { token } => {
                Head::encode(out, kind::PING, 2);
                wire::u32(out, *token);
            }
            ClientMessage::Chat { text } => {
                Head::encode(out, kind::CHAT, 2);
                wire::str(out, text);
            }
            ClientMessage::Leave => Head::encode(out, kind::LEAVE, 1),
        }
    }

    /// The message that these bytes are, all of them.
    ///
    /// # Errors
    /// Anything else; [`MessageError::close_code`] tells how to close.
    pub fn decode(bytes: &[u8]) -> Result<ClientMessage, MessageError> {
        if bytes.len() > MESSAGE_BYTES_MAX {
            return Err(MessageError::TooLarge { given: bytes.len() });
        }
        let mut reader = Reader::new(bytes);
        let head = Head::decode(&mut reader)?;
        let message = match head.kind {
            kind::HELLO => {
                head.elements(4)?;
                ClientMessage::Hello {
                    version: reader.u32()?,
                    agent: reader.str(AGENT_BYTES_MAX)?.to_owned(),
                    schema_hash: reader.u32()?,
                }
            }
            kind::INPUT => {
                head.elements(4)?;
                ClientMessage::Input {
                    seq: reader.u32()?,
                    snapshot_ack: reader.u32()?,
                    values: reader.list(FIELDS_MAX, Reader::i32)?,
                }
            }
            kind::ACK => {
                head.elements(2)?;
                ClientMessage::Ack { snapshot_ack: reader.u32()? }
            }
            kind::PING => {
                head.elements(2)?;
                ClientMessage::Ping { token: reader.u32()? }
            }
            kind::CHAT => {
                head.elements(2)?;
                ClientMessage::Chat { text: decode_chat(&mut reader)? }
            }
            kind::LEAVE => {
                head.elements(1)?;
                ClientMessage::Leave
            }
            given => return Err(MessageError::Unknown { given }),
        };
        reader.end()?;
        Ok(message)
    }
}

fn decode_chat(reader: &mut Reader<'_>) -> Result<String, MessageError> {
    let text = reader.str(CHAT_BYTES_MAX)?;
    check_chat(text)?;
    Ok(text.to_owned())
}
