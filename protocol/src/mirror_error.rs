//! Why a snapshot cannot be applied.

use crate::packed::ListError;
use crate::wire::DecodeError;

/// What is wrong with a snapshot, for the one who holds the baseline.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MirrorError {
    /// The bytes are not the array that is described.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// A message of another type.
    #[error("message type {given} is not a snapshot")]
    Kind {
        /// The type.
        given: i64,
    },
    /// A difference from a state that is not held.
    #[error("a difference from tick {given}, tick {held} is held (0: none)")]
    Baseline {
        /// The baseline.
        given: u32,
        /// The tick held; 0 if none.
        held: u32,
    },
    /// A tick that does not follow.
    #[error("tick {given} does not come after tick {after}")]
    Tick {
        /// The snapshot's tick.
        given: u32,
        /// What it must be above.
        after: u32,
    },
    /// A difference over a stretch in which the tick rate changed.
    #[error("the tick rate changed between baseline {baseline} and tick {tick}, where only a keyframe is right")]
    TickRate {
        /// The baseline.
        baseline: u32,
        /// The snapshot's tick.
        tick: u32,
    },
    /// A table that has no place in the list.
    #[error("table {given} is not in the schema, is in the wrong list, or is out of order")]
    Table {
        /// The table's id.
        given: u32,
    },
    /// Ids that do not ascend within 32 bits.
    #[error("table {table}: the id {step} after {previous} is not an id above it")]
    IdOrder {
        /// The table's id.
        table: u16,
        /// The id before.
        previous: u32,
        /// The difference given.
        step: u32,
    },
    /// A row leaves that is not there.
    #[error("table {table}: {id} leaves, but is not there")]
    RowMissing {
        /// The table's id.
        table: u16,
        /// The row's id.
        id: u32,
    },
    /// A row enters that is there.
    #[error("table {table}: {id} enters, but is there")]
    RowPresent {
        /// The table's id.
        table: u16,
        /// The row's id.
        id: u32,
    },
    /// A list that is not as it should be.
    #[error("table {table}: a list of which {error}")]
    List {
        /// The table's id.
        table: u16,
        /// What is wrong.
        error: ListError,
    },
    /// A presence that names no row, one that is not there, or the rows of a change that is missing.
    #[error("table {table}: presence must name at least one of {rows} rows and no other")]
    Presence {
        /// The table's id.
        table: u16,
        /// How many rows there are.
        rows: usize,
    },
    /// A value that is, or would become, one outside its field's range.
    #[error("table {table}, column {column}: the value of {id} would be {given}, outside {min}..={max}")]
    Value {
        /// The table's id.
        table: u16,
        /// The column's number.
        column: usize,
        /// The row's id.
        id: u32,
        /// The value, in quanta.
        given: f64,
        /// The smallest allowed.
        min: i32,
        /// The largest allowed.
        max: i32,
    },
    /// An event that the schema does not have.
    #[error("event {given} is not in the schema")]
    Event {
        /// The event's id.
        given: u8,
    },
    /// An event out of order.
    #[error("an event of tick {given}, from {min} to {max} expected")]
    EventTick {
        /// The event's tick.
        given: u32,
        /// The newest event before it.
        min: u32,
        /// The snapshot's tick.
        max: u32,
    },
}
