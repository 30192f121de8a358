//! Stage 6, the frame: a snapshot message is its head, the session's own events and tables, and the shared events and tables.
//!
//! Invariant: the elements are written in exactly this order, so a frame is [`encode_head`], [`encode_events`] with the seat's
//! own events, [`encode_own_tables`], and then a part whose bytes sessions with the same baseline and view may share:
//! [`encode_events`] with the public events and [`encode_tables`].
//! What a client does with a frame is [`crate::mirror`].
//!
//! [`encode_own_tables`]: crate::encode_own_tables
//! [`encode_tables`]: crate::encode_tables

use crate::limits::{EVENT_ID_MAX, EVENTS_UNDELIVERED_MAX};
use crate::message::{Head, kind};
use crate::mirror_error::MirrorError;
use crate::schema::{FieldSchema, Schema};
use crate::values::Values;
use crate::wire::{self, DecodeError, Reader};

/// How many elements a snapshot message has.
pub(crate) const ELEMENTS: usize = 9;

/// The first elements of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotHead {
    /// What tick this is the state of.
    pub tick: u32,
    /// The tick of the snapshot it is a difference from; none makes it a keyframe.
    pub baseline: Option<u32>,
    /// The newest input of the session's seat that the state includes; 0 if none.
    pub input_ack: u32,
    /// The checksum of what the session holds after applying this, if it is to be verified.
    pub checksum: Option<u32>,
}

/// Something that happened at a tick.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord {
    /// When it happened.
    pub tick: u32,
    /// The event's id in the schema.
    pub event: u8,
    /// One integer for each of the event's fields.
    pub values: Values,
}

/// Begins a snapshot message: the array, its type, and the head.
pub fn encode_head(out: &mut Vec<u8>, head: &SnapshotHead) {
    Head::encode(out, kind::SNAPSHOT, ELEMENTS);
    wire::u32(out, head.tick);
    wire::optional_u32(out, head.baseline);
    wire::u32(out, head.input_ack);
    wire::optional_u32(out, head.checksum);
}

/// Writes a list of events, which must be in order of their ticks.
pub fn encode_events<'a>(out: &mut Vec<u8>, events: impl ExactSizeIterator<Item = &'a EventRecord>) {
    wire::array(out, events.len());
    for record in events {
        wire::array(out, 3);
        wire::u32(out, record.tick);
        wire::u32(out, record.event.into());
        wire::array(out, record.values.len());
        record.values.iter().for_each(|&value| wire::i32(out, value));
    }
}

/// Takes the beginning of a snapshot message up to and with its head.
pub(crate) fn decode_head(reader: &mut Reader<'_>) -> Result<SnapshotHead, MirrorError> {
    let head = Head::decode(reader)?;
    if head.kind != kind::SNAPSHOT {
        return Err(MirrorError::Kind { given: head.kind });
    }
    head.elements(ELEMENTS)?;
    Ok(SnapshotHead {
        tick: reader.u32()?,
        baseline: reader.optional(Reader::u32)?,
        input_ack: reader.u32()?,
        checksum: reader.optional(Reader::u32)?,
    })
}

/// Takes a list of events; the ticks must rise, or stay, from `after` to `until`.
pub(crate) fn decode_events(
    reader: &mut Reader<'_>,
    schema: &Schema,
    after: u32,
    until: u32,
) -> Result<Vec<EventRecord>, MirrorError> {
    let count = reader.array_len(EVENTS_UNDELIVERED_MAX)?;
    let mut events = Vec::with_capacity(count);
    let mut earliest = after;
    for _ in 0..count {
        let record = decode_event(reader, schema)?;
        if record.tick < earliest || record.tick > until {
            return Err(MirrorError::EventTick { given: record.tick, min: earliest, max: until });
        }
        earliest = record.tick;
        events.push(record);
    }
    Ok(events)
}

fn decode_event(reader: &mut Reader<'_>, schema: &Schema) -> Result<EventRecord, MirrorError> {
    reader.array(3)?;
    let tick = reader.u32()?;
    let event = reader.int(0, EVENT_ID_MAX.into())? as u8;
    let known = schema.events.iter().find(|known| known.id == event).ok_or(MirrorError::Event { given: event })?;
    reader.array(known.fields.len())?;
    let value = |field: &FieldSchema| Ok(reader.int(field.min.into(), field.max.into())? as i32);
    let values = known.fields.iter().map(value).collect::<Result<_, DecodeError>>()?;
    Ok(EventRecord { tick, event, values })
}
