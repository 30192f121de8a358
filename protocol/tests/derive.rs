//! The derive macros turn attributes into a schema, and fields into integers and back.

use skirmish_protocol::{FieldKind, FieldSchema, GameEvent, Input, Replicate, Schema};

#[derive(Replicate)]
#[replicate(id = 1)]
struct Body {
    #[replicate(id = 1, quantum = 0.02, range = -600.0..=600.0)]
    vx: f32,
    #[replicate(id = 0, quantum = 0.0625, range = -2048.0..=2048.0, velocity = "vx", tolerance = 0.75)]
    x: f32,
    #[replicate(id = 2, quantum = 0.0002, wrap = std::f64::consts::TAU)]
    aim: f64,
    #[replicate(id = 3, range = -5..=100)]
    hp: i16,
    #[replicate(id = 4, range = 0..=30, private)]
    ammo: u8,
    #[replicate(id = 9)]
    alive: bool,
    #[replicate(skip)]
    _path: Vec<u8>,
}

#[derive(Replicate)]
#[replicate(id = 2, name = "Flag")]
struct Marker;

#[derive(Clone, Default, PartialEq, Debug, Input)]
struct Command {
    #[input(id = 3)]
    fire: bool,
    #[input(id = 0, quantum = 0.01, range = -1.0..=1.0)]
    move_x: f32,
    #[input(id = 1, range = -7..=7)]
    slot: i8,
    #[input(id = 2, quantum = 0.5, range = 10.0..=20.0)]
    zoom: f64,
}

#[derive(Clone, PartialEq, Debug, GameEvent)]
enum Event {
    #[event(id = 4, name = "Finished")]
    RoundOver,
    #[event(id = 1)]
    Hit {
        #[event(id = 7)]
        fatal: bool,
        #[event(id = 0, range = 0..=199)]
        by: u32,
        #[event(id = 2, quantum = 0.1, range = 0.0..=10.0)]
        force: f32,
    },
    #[event(id = 2)]
    Awkward {
        #[event(id = 0)]
        id: bool,
        #[event(id = 1)]
        values: bool,
        #[event(id = 2)]
        field_0: bool,
    },
}

fn field(id: u8, name: &str, quantum: f64, min: i32, max: i32) -> FieldSchema {
    FieldSchema { quantum, ..FieldSchema::whole(id, name, min, max) }
}

#[test]
fn a_component_is_described_by_its_attributes_in_order_of_field_id() {
    let schema = Body::schema();
    let expected = [
        FieldSchema { velocity: Some(1), tolerance: 0.75, ..field(0, "x", 0.0625, -32_768, 32_768) },
        field(1, "vx", 0.02, -30_000, 30_000),
        FieldSchema { wrap: Some(31_416), ..field(2, "aim", std::f64::consts::TAU / 31_416.0, 0, 31_415) },
        field(3, "hp", 1.0, -5, 100),
        FieldSchema { private: true, ..field(4, "ammo", 1.0, 0, 30) },
        FieldSchema { kind: FieldKind::Boolean, ..field(9, "alive", 1.0, 0, 1) },
    ];
    assert_eq!((schema.id, schema.name.as_str()), (1, "Body"));
    assert_eq!(schema.fields, expected);
}

#[test]
fn a_component_may_have_no_fields_and_another_name() {
    let schema = Marker::schema();
    assert_eq!((schema.id, schema.name.as_str()), (2, "Flag"));
    assert!(schema.fields.is_empty());
    Marker.measure(&mut []);
}

#[test]
fn measures_are_quanta_that_nobody_has_rounded_or_bounded() {
    let body = Body { vx: 1e6, x: 1.03125, aim: -0.5, hp: -5, ammo: 7, alive: true, _path: Vec::new() };
    let mut row = [0.0; 6];
    body.measure(&mut row);
    let aim_quantum = std::f64::consts::TAU / 31_416.0;
    assert_eq!(row, [16.5, 5e7, -0.5 / aim_quantum, -5.0, 7.0, 1.0]);
}

#[test]
fn what_is_derived_makes_a_sound_schema() {
    let schema = Schema {
        components: vec![Body::schema(), Marker::schema()],
        input: Command::schema(),
        events: Event::schema(),
    };
    assert_eq!(schema.check(), Ok(()));
}

#[test]
fn an_input_is_the_same_after_its_integers() {
    let command = Command { fire: true, move_x: -0.25, slot: -7, zoom: 12.5 };
    let mut values = Vec::new();
    command.to_values(&mut values);
    assert_eq!(values, [-25, -7, 25, 1]);
    assert_eq!(Command::from_values(&values), command);
}

#[test]
fn input_values_are_rounded_and_kept_within_their_range() {
    let integers = |move_x, zoom| {
        let mut values = Vec::new();
        Command { move_x, zoom, ..Command::default() }.to_values(&mut values);
        (values[0], values[2])
    };
    assert_eq!(integers(0.126, 12.3), (13, 25));
    assert_eq!(integers(7.0, 1e300), (100, 40));
    assert_eq!(integers(f32::NEG_INFINITY, f64::NEG_INFINITY), (-100, 20));
    assert_eq!(integers(f32::NAN, f64::NAN), (-100, 20));
}

#[test]
fn events_and_their_fields_stand_in_order_of_id() {
    let schema = Event::schema();
    let names: Vec<_> = schema.iter().map(|event| (event.id, event.name.as_str())).collect();
    assert_eq!(names, [(1, "Hit"), (2, "Awkward"), (4, "Finished")]);
    let fatal = FieldSchema { kind: FieldKind::Boolean, ..field(7, "fatal", 1.0, 0, 1) };
    assert_eq!(schema[0].fields, [field(0, "by", 1.0, 0, 199), field(2, "force", 0.1, 0, 100), fatal]);
}

#[test]
fn an_event_is_the_same_after_its_integers() {
    for (event, id, integers) in [
        (Event::Hit { by: 12, force: 2.5, fatal: true }, 1, vec![12, 25, 1]),
        (Event::Awkward { id: true, values: false, field_0: true }, 2, vec![1, 0, 1]),
        (Event::RoundOver, 4, vec![]),
    ] {
        let mut values = Vec::new();
        assert_eq!(event.encode(&mut values), id);
        assert_eq!(values, integers);
        assert_eq!(Event::decode(id, &values), Some(event));
    }
}

#[test]
fn integers_that_are_no_event_make_none() {
    for (id, values) in [
        (0, vec![]),
        (3, vec![1, 1, 1]),
        (4, vec![0]),
        (1, vec![12, 25]),
        (1, vec![12, 25, 1, 0]),
        (1, vec![200, 25, 1]),
        (1, vec![12, -1, 1]),
        (1, vec![12, 25, 2]),
    ] {
        assert_eq!(Event::decode(id, &values), None, "event {id} of {values:?}");
    }
}
