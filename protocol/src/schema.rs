//! The schema: what the integers on the wire mean, so that no client needs generated code.
//!
//! A schema that passed [`Schema::check`] is sound; everything that takes one may rely on that.
//!
//! The rules themselves are in `schema_check`; which columns a component's tables have is in `layout`.

use crate::CloseCode;
use crate::limits::{COMPONENT_ID_MAX, EVENT_ID_MAX, FIELD_ID_MAX, FIELDS_MAX, SCHEMA_NAME_BYTES_MAX, WRAP_MAX};
use crate::wire::{self, DecodeError, Reader};

/// What a game replicates, takes as input, and tells as events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schema {
    /// The components, in ascending order of id.
    pub components: Vec<ComponentSchema>,
    /// The fields of an input command, in ascending order of id.
    pub input: Vec<FieldSchema>,
    /// The events, in ascending order of id.
    pub events: Vec<EventSchema>,
}

/// One component: a public table, and a private one if it has private fields.
#[derive(Clone, Debug, PartialEq)]
pub struct ComponentSchema {
    /// 0 to 127; 0 is the engine's own `Round`.
    pub id: u8,
    /// The name clients know it by.
    pub name: String,
    /// Its fields, in ascending order of id.
    pub fields: Vec<FieldSchema>,
}

/// One kind of event.
#[derive(Clone, Debug, PartialEq)]
pub struct EventSchema {
    /// 0 to 127.
    pub id: u8,
    /// The name clients know it by.
    pub name: String,
    /// Its values, in ascending order of id.
    pub fields: Vec<FieldSchema>,
}

/// One field: an integer whose value is `integer * quantum`.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldSchema {
    /// 0 to 31.
    pub id: u8,
    /// The name clients know it by.
    pub name: String,
    /// What the integer stands for.
    pub kind: FieldKind,
    /// The value of 1, in the game's units; finite and above 0.
    pub quantum: f64,
    /// The smallest integer.
    pub min: i32,
    /// The largest integer.
    pub max: i32,
    /// For a cyclic field its modulus: `min` is 0, `max` one less than this, and the two are neighbours.
    pub wrap: Option<u32>,
    /// Whether only the owner of the entity sees it.
    pub private: bool,
    /// For a motion field the id of the field, of the same component, that is its velocity per second.
    pub velocity: Option<u8>,
    /// How far, in quanta, a motion field's truth may lie from its prediction before it is corrected. The server's business, not on the wire.
    pub tolerance: f64,
}

/// What a field's integer stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A number: `integer * quantum`.
    Number = 0,
    /// 0 false, 1 true.
    Boolean = 1,
}

/// Why values do not fit the input fields they were sent for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// Not one value for each field.
    #[error("{given} input values, the schema has {expected} input fields")]
    Count {
        /// How many fields there are.
        expected: usize,
        /// How many values came.
        given: usize,
    },
    /// A value outside its field's range.
    #[error("input `{field}` is {given}, outside {min}..={max}")]
    OutOfRange {
        /// The field's name.
        field: String,
        /// The value.
        given: i32,
        /// The smallest allowed.
        min: i32,
        /// The largest allowed.
        max: i32,
    },
}

impl ValueError {
    /// The code with which to close the connection of a peer that sent such values.
    pub fn close_code(&self) -> CloseCode {
        match self {
            ValueError::Count { .. } => CloseCode::BadMessage,
            ValueError::OutOfRange { .. } => CloseCode::BadValue,
        }
    }
}

/// The tolerance of a motion field that names none, in quanta.
pub const TOLERANCE_DEFAULT: f64 = 0.5;

impl Schema {
    /// Writes the schema's array.
    pub fn encode(&self, out: &mut Vec<u8>) {
        wire::array(out, 3);
        wire::array(out, self.components.len());
        for component in &self.components {
            encode_named(out, component.id, &component.name, &component.fields);
        }
        encode_fields(out, &self.input);
        wire::array(out, self.events.len());
        for event in &self.events {
            encode_named(out, event.id, &event.name, &event.fields);
        }
    }

    /// Takes a schema and checks it.
    pub fn decode(reader: &mut Reader<'_>) -> Result<Schema, DecodeError> {
        reader.array(3)?;
        let components = reader.list(usize::from(COMPONENT_ID_MAX) + 1, |reader| {
            let (id, name, fields) = decode_named(reader, COMPONENT_ID_MAX)?;
            Ok(ComponentSchema { id, name, fields })
        })?;
        let input = reader.list(FIELDS_MAX, FieldSchema::decode)?;
        let events = reader.list(usize::from(EVENT_ID_MAX) + 1, |reader| {
            let (id, name, fields) = decode_named(reader, EVENT_ID_MAX)?;
            Ok(EventSchema { id, name, fields })
        })?;
        let schema = Schema { components, input, events };
        schema.check()?;
        Ok(schema)
    }

    /// Equal for schemas that are equal on the wire, never 0: FNV-1a over the encoded bytes, folded to 32 bits.
    pub fn hash(&self) -> u32 {
        let mut bytes = Vec::new();
        self.encode(&mut bytes);
        let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        ((hash >> 32) as u32 ^ hash as u32).max(1)
    }

    /// Checks one input command: one value for each input field, each within its field's range.
    pub fn input_values_valid(&self, values: &[i32]) -> Result<(), ValueError> {
        if values.len() != self.input.len() {
            return Err(ValueError::Count { expected: self.input.len(), given: values.len() });
        }
        for (field, &given) in self.input.iter().zip(values) {
            let (min, max) = (field.min, field.max);
            if given < min || given > max {
                return Err(ValueError::OutOfRange { field: field.name.clone(), given, min, max });
            }
        }
        Ok(())
    }
}

impl FieldSchema {
    /// A field of whole numbers that everybody sees, and that neither wraps around nor moves.
    #[must_use]
    pub fn whole(id: u8, name: &str, min: i32, max: i32) -> FieldSchema {
        FieldSchema {
            id,
            name: name.to_owned(),
            kind: FieldKind::Number,
            quantum: 1.0,
            min,
            max,
            wrap: None,
            private: false,
            velocity: None,
            tolerance: TOLERANCE_DEFAULT,
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        wire::array(out, 9);
        wire::u32(out, u32::from(self.id));
        wire::str(out, &self.name);
        wire::u32(out, self.kind as u32);
        wire::f64(out, self.quantum);
        wire::i32(out, self.min);
        wire::i32(out, self.max);
        wire::optional_u32(out, self.wrap);
        wire::bool(out, self.private);
        wire::optional_u32(out, self.velocity.map(u32::from));
    }

    fn decode(reader: &mut Reader<'_>) -> Result<FieldSchema, DecodeError> {
        reader.array(9)?;
        Ok(FieldSchema {
            id: decode_id(reader, FIELD_ID_MAX)?,
            name: reader.str(SCHEMA_NAME_BYTES_MAX)?.to_owned(),
            kind: match reader.int(0, 1)? {
                0 => FieldKind::Number,
                _ => FieldKind::Boolean,
            },
            quantum: reader.f64()?,
            min: reader.i32()?,
            max: reader.i32()?,
            wrap: reader.optional(|reader| Ok(reader.int(0, i64::from(WRAP_MAX))? as u32))?,
            private: reader.bool()?,
            velocity: reader.optional(|reader| decode_id(reader, FIELD_ID_MAX))?,
            tolerance: TOLERANCE_DEFAULT,
        })
    }
}

fn encode_named(out: &mut Vec<u8>, id: u8, name: &str, fields: &[FieldSchema]) {
    wire::array(out, 3);
    wire::u32(out, u32::from(id));
    wire::str(out, name);
    encode_fields(out, fields);
}

fn encode_fields(out: &mut Vec<u8>, fields: &[FieldSchema]) {
    wire::array(out, fields.len());
    for field in fields {
        field.encode(out);
    }
}

fn decode_named(reader: &mut Reader<'_>, id_max: u8) -> Result<(u8, String, Vec<FieldSchema>), DecodeError> {
    reader.array(3)?;
    let id = decode_id(reader, id_max)?;
    let name = reader.str(SCHEMA_NAME_BYTES_MAX)?.to_owned();
    let fields = reader.list(FIELDS_MAX, FieldSchema::decode)?;
    Ok((id, name, fields))
}

fn decode_id(reader: &mut Reader<'_>, max: u8) -> Result<u8, DecodeError> {
    Ok(reader.int(0, i64::from(max))? as u8)
}
