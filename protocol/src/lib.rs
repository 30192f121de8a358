//! Skirmish's wire, as `docs/protocol.md` describes it: messages, schema, wire state, delta, and every limit.
//!
//! Bytes in, bytes out: no clock, no socket, no thread, and the same result on every machine. What a peer sends is decoded with bounds and
//! without recursion; anything unexpected is a typed error that knows its close code.
//!
//! The simulation is in `skirmish-sim`, sockets and the clock in `skirmish-server`.

mod account;
mod bits;
mod checksum;
mod client_message;
mod close;
mod decode_error;
mod delta;
mod delta_apply;
mod delta_changes;
mod delta_read;
mod differences;
mod field_spec;
pub mod fixed;
mod json;
mod json_write;
mod layout;
pub mod limits;
mod message;
mod mirror;
mod mirror_error;
pub mod motion;
mod pack;
mod packed;
mod packing;
mod plan;
mod reader;
mod replicate;
mod row_index;
mod row_set;
mod rows;
mod schema;
mod schema_check;
mod server_message;
mod snapshot;
mod text;
mod tick_rates;
mod unpack;
mod values;
mod visible;
pub mod wire;
mod wire_state;

pub use account::{Account, Spent};
pub use bits::ones;
pub use checksum::{own_checksum, public_checksum, view_checksum};
pub use client_message::ClientMessage;
pub use close::{CloseCode, close_reason};
pub use delta::{Baseline, Scratch, encode_own_tables, encode_tables};
pub use differences::Differences;
pub use field_spec::FieldSpec;
pub use json::{JsonError, client_message_of_json, server_message_of_json};
pub use json_write::JsonWriter;
pub use layout::{ColumnLayout, MotionLayout, TableLayout};
pub use message::MessageError;
pub use mirror::{Applied, Checksum, Mirror};
pub use mirror_error::MirrorError;
pub use packed::ListError;
pub use plan::Plan;
pub use replicate::{GameEvent, Input, Replicate};
pub use schema::{ComponentSchema, EventSchema, FieldKind, FieldSchema, Schema, TOLERANCE_DEFAULT, ValueError};
pub use schema_check::{SchemaError, SchemaProblem};
pub use server_message::{Pong, RosterEntry, ServerMessage, Settings, Welcome};
pub use snapshot::{EventRecord, SnapshotHead, encode_events, encode_head};
pub use text::{TextError, check_chat, check_match_name, check_name};
pub use values::Values;
pub use visible::{Side, Visible};
pub use wire::{DecodeError, Reader};
pub use wire_state::{Column, Quantiser, Table, Truth, TruthTable, WireState};

/// The version of the protocol that this crate speaks.
pub const PROTOCOL_VERSION: u32 = 1;
/// The WebSocket subprotocol that clients offer.
pub const SUBPROTOCOL: &str = "skirmish.v1";
/// The WebSocket subprotocol of the same messages as JSON text.
pub const JSON_SUBPROTOCOL: &str = "skirmish.v1.json";
