//! How a game's own types reach the wire: the traits that the derive macros implement.
//!
//! A type tells its fields once, as attributes in its source; the schema and the conversion both come from them.
//! Quantising what is measured is not here: see `wire_state`.

use crate::schema::{ComponentSchema, EventSchema, FieldSchema};

/// A component whose fields clients see.
pub trait Replicate: Send + Sync + 'static {
    /// The component's id, name and fields.
    fn schema() -> ComponentSchema;

    /// Writes the fields' values in quanta, not rounded, one slot for each field of the schema.
    fn measure(&self, row: &mut [f64]);
}

/// What a player does in one tick: an input command.
pub trait Input: Clone + Default + Send + Sync + 'static {
    /// The fields.
    fn schema() -> Vec<FieldSchema>;

    /// The command of these values, which [`Schema::input_values_valid`](crate::Schema::input_values_valid) has accepted.
    fn from_values(values: &[i32]) -> Self;

    /// Appends one integer for each field of the schema: rounded to the nearest, and at its range's end if it is beyond.
    fn to_values(&self, out: &mut Vec<i32>);
}

/// Something that happens at a tick and is told once.
pub trait GameEvent: Clone + Send + Sync + 'static {
    /// Every kind of event.
    fn schema() -> Vec<EventSchema>;

    /// Appends the event's integers, rounded and bounded like an input's; gives the event's id.
    fn encode(&self, values: &mut Vec<i32>) -> u8;

    /// The event of that id and these integers, if there is one and they are as many and within the ranges that it asks for.
    fn decode(id: u8, values: &[i32]) -> Option<Self>;
}

pub use skirmish_derive::{GameEvent, Input, Replicate};
