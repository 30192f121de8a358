//! A schema obeys its rules, is the same after the wire, and says which input values are sound.

use skirmish_protocol::SchemaProblem::*;
use skirmish_protocol::limits::{
    COMPONENT_ID_MAX, EVENT_ID_MAX, FIELD_ID_MAX, MOTION_QUANTA_MAX, SCHEMA_NAME_BYTES_MAX, WRAP_MAX,
};
use skirmish_protocol::{
    CloseCode, DecodeError, FieldKind, FieldSchema, Reader, Schema, SchemaError, SchemaProblem, ValueError,
};

use crate::messages_support::{encoded, field, schema};

fn decode(bytes: &[u8]) -> Result<Schema, DecodeError> {
    Schema::decode(&mut Reader::new(bytes))
}

#[test]
fn a_schema_is_the_same_after_the_wire() {
    assert_eq!(decode(&encoded(|out| schema().encode(out))), Ok(schema()));
    assert_eq!(decode(&encoded(|out| Schema::default().encode(out))), Ok(Schema::default()));
}

#[test]
fn a_quantum_is_taken_as_any_finite_number() {
    let with_quantum = |quantum: &[u8]| {
        let field = [b"\x99\x00\xa1a\x00", quantum, b"\x00\x07\xc0\xc2\xc0"].concat();
        decode(&[b"\x93\x90\x91", field.as_slice(), b"\x90"].concat()).map(|schema| schema.input[0].quantum)
    };
    assert_eq!(with_quantum(b"\x02"), Ok(2.0));
    assert_eq!(with_quantum(b"\xcd\x01\x00"), Ok(256.0));
    assert_eq!(with_quantum(b"\xca\x3f\0\0\0"), Ok(0.5));
    assert_eq!(with_quantum(b"\xcb\x3f\xe0\0\0\0\0\0\0"), Ok(0.5));
    for not_finite in [
        b"\xca\x7f\xc0\0\0".as_slice(),
        b"\xca\xff\x80\0\0",
        b"\xcb\x7f\xf0\0\0\0\0\0\0",
        b"\xcb\x7f\xf8\0\0\0\0\0\x01",
    ] {
        let error = with_quantum(not_finite).unwrap_err();
        assert!(matches!(error, DecodeError::NotFinite { .. }), "{error}");
    }
    let wide = with_quantum(b"\xcf\0\0\0\0\0\0\0\x02").unwrap_err();
    assert!(matches!(wide, DecodeError::Type { .. }), "{wide}");
}

#[test]
fn the_hash_tells_schemas_apart_by_what_is_on_the_wire() {
    let mut other = schema();
    other.components[0].fields[0].tolerance = 3.0;
    assert_eq!(other.hash(), schema().hash(), "the tolerance is the server's business");
    other.components[0].fields[0].max -= 1;
    assert_ne!(other.hash(), schema().hash());
    assert_ne!(Schema::default().hash(), 0);
}

/// What is wrong, how it comes about, where it is reported, and as what.
type Rule = (&'static str, fn(&mut Schema), &'static str, SchemaProblem);

fn rules_of_ids_and_names() -> Vec<Rule> {
    vec![
        (
            "a component's id too high",
            |s| s.components[2].id = 128,
            "Flag",
            IdTooHigh { given: 128, max: COMPONENT_ID_MAX },
        ),
        ("an event's id too high", |s| s.events[1].id = 128, "RoundOver", IdTooHigh { given: 128, max: EVENT_ID_MAX }),
        (
            "a field's id too high",
            |s| s.components[0].fields[5].id = 32,
            "Body.alive",
            IdTooHigh { given: 32, max: FIELD_ID_MAX },
        ),
        ("the same component id twice", |s| s.components[1].id = 0, "Purse", IdOrder { given: 0, before: 0 }),
        ("components out of order", |s| s.components.swap(0, 1), "Body", IdOrder { given: 0, before: 5 }),
        ("events out of order", |s| s.events.swap(0, 1), "Hit", IdOrder { given: 1, before: 9 }),
        ("fields out of order", |s| s.input.swap(0, 1), "input.move_x", IdOrder { given: 0, before: 1 }),
        ("a component without a name", |s| s.components[0].name.clear(), "", Name),
        ("a line break in a name", |s| s.input[1].name = "fi\nre".to_owned(), "input.fi\nre", Name),
        ("the same component name twice", |s| s.components[1].name = "Body".to_owned(), "Body", NameTaken),
        ("the same field name twice", |s| s.components[0].fields[1].name = "x".to_owned(), "Body.x", NameTaken),
        ("the same event name twice", |s| s.events[1].name = "Hit".to_owned(), "Hit", NameTaken),
        (
            "a component's field named id",
            |s| s.components[1].fields[0].name = "id".to_owned(),
            "Purse.id",
            NameReserved,
        ),
        ("an event's field named name", |s| s.events[0].fields[0].name = "name".to_owned(), "Hit.name", NameReserved),
        ("an event's field named tick", |s| s.events[0].fields[0].name = "tick".to_owned(), "Hit.tick", NameReserved),
        ("an event's field named own", |s| s.events[0].fields[0].name = "own".to_owned(), "Hit.own", NameReserved),
    ]
}

fn rules_of_values() -> Vec<Rule> {
    fn hp(s: &mut Schema) -> &mut FieldSchema {
        &mut s.components[0].fields[3]
    }
    vec![
        ("a quantum of 0", |s| hp(s).quantum = 0.0, "Body.hp", Quantum { given: 0.0 }),
        ("a negative quantum", |s| hp(s).quantum = -1.0, "Body.hp", Quantum { given: -1.0 }),
        ("an infinite quantum", |s| hp(s).quantum = f64::INFINITY, "Body.hp", Quantum { given: f64::INFINITY }),
        ("an empty range", |s| hp(s).min = 101, "Body.hp", Range { min: 101, max: 100 }),
        ("a negative tolerance", |s| hp(s).tolerance = -0.5, "Body.hp", Tolerance { given: -0.5 }),
        ("a boolean beyond 1", |s| s.input[1].max = 2, "input.fire", Boolean),
        ("a boolean below 0", |s| s.input[1].min = -1, "input.fire", Boolean),
        ("a boolean with a quantum", |s| s.input[1].quantum = 2.0, "input.fire", Boolean),
        ("a modulus of 1", |s| (hp(s).max, hp(s).wrap) = (0, Some(1)), "Body.hp", Wrap { given: 1 }),
        (
            "a modulus beyond its limit",
            |s| (hp(s).max, hp(s).wrap) = (1 << 30, Some(WRAP_MAX + 1)),
            "Body.hp",
            Wrap { given: WRAP_MAX + 1 },
        ),
        ("a modulus and another range", |s| hp(s).wrap = Some(100), "Body.hp", Wrap { given: 100 }),
        ("a modulus and a range from 1", |s| (hp(s).min, hp(s).wrap) = (1, Some(101)), "Body.hp", Wrap { given: 101 }),
        (
            "a cyclic motion field",
            |s| (hp(s).wrap, hp(s).velocity) = (Some(101), Some(1)),
            "Body.hp",
            Wrap { given: 101 },
        ),
        ("a private input", |s| s.input[0].private = true, "input.move_x", NotReplicated),
        ("a cyclic input", |s| (s.input[0].min, s.input[0].wrap) = (0, Some(101)), "input.move_x", NotReplicated),
        ("a motion field in an event", |s| s.events[0].fields[0].velocity = Some(1), "Hit.by", NotReplicated),
    ]
}

fn rules_of_motion() -> Vec<Rule> {
    fn x(s: &mut Schema) -> &mut FieldSchema {
        &mut s.components[0].fields[0]
    }
    let vx = || "vx".to_owned();
    vec![
        ("a velocity that is missing", |s| x(s).velocity = Some(6), "Body.x", VelocityMissing { id: 6 }),
        (
            "a velocity that is private",
            |s| x(s).velocity = Some(4),
            "Body.x",
            VelocityPrivacy { velocity: "ammo".to_owned() },
        ),
        (
            "a velocity that is the field itself",
            |s| x(s).velocity = Some(0),
            "Body.x",
            VelocityKind { velocity: "x".to_owned() },
        ),
        (
            "a velocity that is cyclic",
            |s| x(s).velocity = Some(2),
            "Body.x",
            VelocityKind { velocity: "aim".to_owned() },
        ),
        (
            "a velocity that is a boolean",
            |s| x(s).velocity = Some(31),
            "Body.x",
            VelocityKind { velocity: "alive".to_owned() },
        ),
        (
            "a range beyond the fixed point's",
            |s| x(s).max = MOTION_QUANTA_MAX + 1,
            "Body.x",
            MotionRange { min: -32_768, max: MOTION_QUANTA_MAX + 1 },
        ),
        (
            "a range below the fixed point's",
            |s| x(s).min = -MOTION_QUANTA_MAX - 1,
            "Body.x",
            MotionRange { min: -MOTION_QUANTA_MAX - 1, max: 32_768 },
        ),
        (
            "a velocity too coarse",
            |s| s.components[0].fields[1].quantum = 300.0,
            "Body.x",
            MotionStep { velocity: vx() },
        ),
        ("a position too fine", |s| x(s).quantum = 1e-9, "Body.x", MotionStep { velocity: vx() }),
        (
            "a velocity that may be too low",
            |s| s.components[0].fields[1].min = i32::MIN,
            "Body.x",
            MotionStep { velocity: vx() },
        ),
    ]
}

#[test]
fn every_rule_of_a_schema_is_held() {
    assert_eq!(schema().check(), Ok(()));
    for (what, break_it, place, problem) in [rules_of_ids_and_names(), rules_of_values(), rules_of_motion()].concat() {
        let mut broken = schema();
        break_it(&mut broken);
        assert_eq!(broken.check(), Err(SchemaError { place: place.to_owned(), problem }), "{what}");
    }
}

#[test]
fn what_is_just_within_the_rules_is_sound() {
    let mut widest = schema();
    widest.components[0].fields[0].min = -MOTION_QUANTA_MAX;
    widest.components[0].fields[0].max = MOTION_QUANTA_MAX;
    widest.components[0].fields[2].wrap = Some(WRAP_MAX);
    widest.components[0].fields[2].max = (1 << 30) - 1;
    widest.components[0].fields[3].name = "tick".to_owned();
    widest.events[0].fields[0].name = "id".to_owned();
    widest.input[0].name = "own".to_owned();
    widest.components[1].name = "é".repeat(SCHEMA_NAME_BYTES_MAX / 2);
    assert_eq!(widest.check(), Ok(()));
}

#[test]
fn a_schema_that_breaks_a_rule_is_refused_on_arrival() {
    let mut broken = schema();
    broken.components[0].fields[0].velocity = Some(6);
    let error = decode(&encoded(|out| broken.encode(out))).unwrap_err();
    assert_eq!(error.to_string(), "schema: Body.x: velocity is field 6, which does not exist");
    assert!(error.is_out_of_range());
}

#[test]
fn a_schema_of_another_shape_is_refused() {
    let table: &[(&str, &[u8])] = &[
        ("no array", b"\xc0"),
        ("two elements", b"\x92\x90\x90"),
        ("a map", b"\x83\x90\x90\x90"),
        ("4 billion components", b"\x93\xdd\xff\xff\xff\xff\x90\x90"),
        ("a component of two", b"\x93\x91\x92\x01\xa1A\x90\x90"),
        ("a field of eight", b"\x93\x90\x91\x98\x00\xa1a\x00\x01\x00\x07\xc0\xc2\x90"),
        ("an integer for private", b"\x93\x90\x91\x99\x00\xa1a\x00\x01\x00\x07\xc0\x00\xc0\x90"),
        ("a nil quantum", b"\x93\x90\x91\x99\x00\xa1a\x00\xc0\x00\x07\xc0\xc2\xc0\x90"),
        ("a float for min", b"\x93\x90\x91\x99\x00\xa1a\x00\x01\xca\0\0\0\0\x07\xc0\xc2\xc0\x90"),
    ];
    for (what, bytes) in table {
        let error = decode(bytes).unwrap_err();
        assert!(!error.is_out_of_range(), "{what}: {error}");
    }
    let kind_2 = decode(b"\x93\x90\x91\x99\x00\xa1a\x02\x01\x00\x07\xc0\xc2\xc0\x90").unwrap_err();
    assert!(kind_2.is_out_of_range(), "{kind_2}");
}

#[test]
fn input_values_are_as_many_as_the_fields_and_within_their_ranges() {
    let schema = schema();
    for values in [[-100, 0], [100, 1], [0, 0]] {
        assert_eq!(schema.input_values_valid(&values), Ok(()), "{values:?}");
    }
    let out_of_range =
        |field: &str, given, min, max| ValueError::OutOfRange { field: field.to_owned(), given, min, max };
    for (values, error, code) in [
        (&[][..], ValueError::Count { expected: 2, given: 0 }, CloseCode::BadMessage),
        (&[0], ValueError::Count { expected: 2, given: 1 }, CloseCode::BadMessage),
        (&[0, 0, 0], ValueError::Count { expected: 2, given: 3 }, CloseCode::BadMessage),
        (&[-101, 0], out_of_range("move_x", -101, -100, 100), CloseCode::BadValue),
        (&[101, 0], out_of_range("move_x", 101, -100, 100), CloseCode::BadValue),
        (&[0, 2], out_of_range("fire", 2, 0, 1), CloseCode::BadValue),
        (&[0, i32::MIN], out_of_range("fire", i32::MIN, 0, 1), CloseCode::BadValue),
    ] {
        assert_eq!(error.close_code(), code, "{values:?}");
        assert_eq!(schema.input_values_valid(values), Err(error), "{values:?}");
    }
}

#[test]
fn errors_tell_what_was_given_and_what_is_allowed() {
    let schema = schema();
    let error = schema.input_values_valid(&[101, 0]).unwrap_err();
    assert_eq!(error.to_string(), "input `move_x` is 101, outside -100..=100");
    let boolean = FieldSchema { kind: FieldKind::Boolean, ..field(0, "alive") };
    let error = Schema { input: vec![boolean], ..Schema::default() }.check().unwrap_err();
    assert_eq!(error.to_string(), "input.alive: a boolean has quantum 1, range 0 to 1, no wrap and no velocity");
}
