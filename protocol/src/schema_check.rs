//! The rules a schema obeys. Schemas come from a game's source or from a server; both are checked here, once.
//!
//! The derive macros refuse most mistakes earlier, with the field's place in the source; these rules do not rely on that.

use crate::fixed::ONE;
use crate::limits::{
    COMPONENT_ID_MAX, EVENT_ID_MAX, FIELD_ID_MAX, MOTION_QUANTA_MAX, MOTION_STEP_MAX, SCHEMA_NAME_BYTES_MAX, WRAP_MAX,
};
use crate::schema::{FieldKind, FieldSchema, Schema};

/// What is wrong with a schema, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct SchemaError {
    /// The component, event or field, for example `Body.x` or `input.fire`.
    pub place: String,
    /// What is wrong with it.
    pub problem: SchemaProblem,
}

/// A rule that a schema breaks.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SchemaProblem {
    /// An id beyond its limit.
    #[error("id {given}, at most {max} allowed")]
    IdTooHigh {
        /// The id.
        given: u8,
        /// The limit.
        max: u8,
    },
    /// An id that is not above the one before it.
    #[error("id {given} follows id {before}; ids must ascend")]
    IdOrder {
        /// The id.
        given: u8,
        /// The id before it.
        before: u8,
    },
    /// A name that is empty, too long, or has control characters.
    #[error("a name has 1 to {SCHEMA_NAME_BYTES_MAX} bytes and no control characters")]
    Name,
    /// Two of the same name.
    #[error("the name is taken by another one of its kind")]
    NameTaken,
    /// A field named like what clients show beside the fields: `id` in a component, `name`, `tick` or `own` in an event.
    #[error("clients show a value of their own under this name")]
    NameReserved,
    /// A quantum that is not a finite number above 0.
    #[error("quantum {given}, a finite number above 0 expected")]
    Quantum {
        /// The quantum.
        given: f64,
    },
    /// A range with no values.
    #[error("min {min} is above max {max}")]
    Range {
        /// The smallest integer.
        min: i32,
        /// The largest integer.
        max: i32,
    },
    /// A boolean that is more than that.
    #[error("a boolean has quantum 1, range 0 to 1, no wrap and no velocity")]
    Boolean,
    /// A modulus beyond its limits, or a range that is not the modulus'.
    #[error("wrap {given}: 2 to {WRAP_MAX} allowed, with min 0, max wrap - 1 and no velocity")]
    Wrap {
        /// The modulus.
        given: u32,
    },
    /// Wrap, velocity or privacy where there are none.
    #[error("fields of inputs and events have no wrap, no velocity and are not private")]
    NotReplicated,
    /// A velocity that is no field of the component.
    #[error("velocity is field {id}, which does not exist")]
    VelocityMissing {
        /// The id given.
        id: u8,
    },
    /// A velocity that some who see the position do not see, or the reverse.
    #[error("its velocity `{velocity}` must be private exactly if it is")]
    VelocityPrivacy {
        /// Name of the velocity field.
        velocity: String,
    },
    /// A velocity that is itself moved, cyclic or a boolean.
    #[error("its velocity `{velocity}` must be a plain number")]
    VelocityKind {
        /// Name of the velocity field.
        velocity: String,
    },
    /// A motion field whose fixed point would not fit.
    #[error(
        "a motion field's range is {min}..={max} quanta, at most ±{MOTION_QUANTA_MAX} allowed; use a coarser quantum"
    )]
    MotionRange {
        /// The smallest integer.
        min: i32,
        /// The largest integer.
        max: i32,
    },
    /// A velocity too great for the position's quantum.
    #[error(
        "its velocity `{velocity}` may move it too far in a second for exact arithmetic; use a smaller range or a coarser quantum"
    )]
    MotionStep {
        /// Name of the velocity field.
        velocity: String,
    },
    /// A tolerance that is not a finite number of at least 0.
    #[error("tolerance {given}, a finite number of at least 0 expected")]
    Tolerance {
        /// The tolerance.
        given: f64,
    },
}

use SchemaProblem::*;

type Check = Result<(), SchemaProblem>;

impl Schema {
    /// Checks every rule of `docs/protocol.md`, section 3, and that motion stays within what a double holds.
    pub fn check(&self) -> Result<(), SchemaError> {
        check_listing("", self.components.iter().map(|c| (c.id, c.name.as_str())), COMPONENT_ID_MAX)?;
        for component in &self.components {
            check_fields(&component.name, &component.fields, Owner::Component)?;
        }
        check_fields("input", &self.input, Owner::Input)?;
        check_listing("", self.events.iter().map(|e| (e.id, e.name.as_str())), EVENT_ID_MAX)?;
        for event in &self.events {
            check_fields(&event.name, &event.fields, Owner::Event)?;
        }
        Ok(())
    }
}

/// What a field is a field of.
#[derive(Clone, Copy, PartialEq)]
enum Owner {
    Component,
    Input,
    Event,
}

impl Owner {
    /// The names under which clients show other things beside the fields.
    fn names_reserved(self) -> &'static [&'static str] {
        match self {
            Owner::Component => &["id"],
            Owner::Input => &[],
            Owner::Event => &["name", "tick", "own"],
        }
    }
}

fn check_fields(owner_name: &str, fields: &[FieldSchema], owner: Owner) -> Result<(), SchemaError> {
    let prefix = format!("{owner_name}.");
    check_listing(&prefix, fields.iter().map(|f| (f.id, f.name.as_str())), FIELD_ID_MAX)?;
    for field in fields {
        let place = || format!("{prefix}{}", field.name);
        check_field(field, fields, owner).map_err(|problem| SchemaError { place: place(), problem })?;
    }
    Ok(())
}

/// Ids ascend within their limit; names are sound and unique.
fn check_listing<'a>(
    prefix: &str,
    entries: impl Iterator<Item = (u8, &'a str)>,
    id_max: u8,
) -> Result<(), SchemaError> {
    let mut seen: Vec<(u8, &str)> = Vec::new();
    for (given, name) in entries {
        let problem = if given > id_max {
            Some(IdTooHigh { given, max: id_max })
        } else if let Some(&(before, _)) = seen.last().filter(|(before, _)| *before >= given) {
            Some(IdOrder { given, before })
        } else if name.is_empty() || name.len() > SCHEMA_NAME_BYTES_MAX || name.chars().any(char::is_control) {
            Some(Name)
        } else {
            seen.iter().any(|(_, taken)| *taken == name).then_some(NameTaken)
        };
        if let Some(problem) = problem {
            return Err(SchemaError { place: format!("{prefix}{name}"), problem });
        }
        seen.push((given, name));
    }
    Ok(())
}

fn check_field(field: &FieldSchema, siblings: &[FieldSchema], owner: Owner) -> Check {
    if owner.names_reserved().contains(&field.name.as_str()) {
        return Err(NameReserved);
    }
    if !(field.quantum.is_finite() && field.quantum > 0.0) {
        return Err(Quantum { given: field.quantum });
    }
    if field.min > field.max {
        return Err(Range { min: field.min, max: field.max });
    }
    if !(field.tolerance.is_finite() && field.tolerance >= 0.0) {
        return Err(Tolerance { given: field.tolerance });
    }
    if owner != Owner::Component && (field.wrap.is_some() || field.velocity.is_some() || field.private) {
        return Err(NotReplicated);
    }
    if field.kind == FieldKind::Boolean {
        return check_boolean(field);
    }
    if let Some(wrap) = field.wrap {
        check_wrap(field, wrap)?;
    }
    if let Some(id) = field.velocity {
        let velocity = siblings.iter().find(|sibling| sibling.id == id).ok_or(VelocityMissing { id })?;
        check_motion(field, velocity)?;
    }
    Ok(())
}

fn check_boolean(field: &FieldSchema) -> Check {
    let plain = field.quantum == 1.0 && field.wrap.is_none() && field.velocity.is_none();
    if plain && field.min == 0 && field.max == 1 { Ok(()) } else { Err(Boolean) }
}

fn check_wrap(field: &FieldSchema, given: u32) -> Check {
    let fits = (2..=WRAP_MAX).contains(&given) && field.min == 0 && i64::from(field.max) == i64::from(given) - 1;
    if fits && field.velocity.is_none() { Ok(()) } else { Err(Wrap { given }) }
}

fn check_motion(field: &FieldSchema, velocity: &FieldSchema) -> Check {
    let name = || velocity.name.clone();
    if velocity.private != field.private {
        return Err(VelocityPrivacy { velocity: name() });
    }
    if velocity.velocity.is_some() || velocity.wrap.is_some() || velocity.kind == FieldKind::Boolean {
        return Err(VelocityKind { velocity: name() });
    }
    let (min, max) = (field.min, field.max);
    if min < -MOTION_QUANTA_MAX || max > MOTION_QUANTA_MAX {
        return Err(MotionRange { min, max });
    }
    let fastest = f64::from(velocity.min).abs().max(f64::from(velocity.max).abs());
    let step_in_1_s = velocity.quantum / field.quantum * ONE as f64 * fastest;
    if step_in_1_s < MOTION_STEP_MAX { Ok(()) } else { Err(MotionStep { velocity: name() }) }
}
