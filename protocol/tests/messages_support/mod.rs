//! One message of every kind and every noteworthy shape, named: what the message tests and the golden vectors are about.
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod strategies;

use skirmish_protocol::{
    ClientMessage, ComponentSchema, EventSchema, FieldKind, FieldSchema, Pong, RosterEntry, Schema, ServerMessage,
    Settings, TOLERANCE_DEFAULT, Welcome,
};

pub(crate) fn client_messages() -> Vec<(&'static str, ClientMessage)> {
    let chat = |text: &str| ClientMessage::Chat { text: text.to_owned() };
    let hello = |agent: &str, schema_hash| ClientMessage::Hello { version: 1, agent: agent.to_owned(), schema_hash };
    let input = |seq, snapshot_ack, values: &[i32]| ClientMessage::Input { seq, snapshot_ack, values: values.into() };
    vec![
        ("hello of a newcomer", hello("skirmish-client/0.1.0", 0)),
        ("hello with a known schema and no agent", hello("", u32::MAX)),
        ("first input", input(1, 0, &[0, -100, 100, 0, 1])),
        ("input without fields", input(u32::MAX, 65_536, &[])),
        (
            "input at every edge of the unsigned formats",
            input(128, 256, &[127, 128, 255, 256, 65_535, 65_536, i32::MAX]),
        ),
        (
            "input at every edge of the signed formats",
            input(255, 65_535, &[-1, -32, -33, -128, -129, -32_768, -32_769, i32::MIN]),
        ),
        ("ack of nothing", ClientMessage::Ack { snapshot_ack: 0 }),
        ("ack", ClientMessage::Ack { snapshot_ack: 4_000 }),
        ("ping", ClientMessage::Ping { token: 3_000_000_000 }),
        ("chat", chat("gg")),
        ("chat of 31 bytes", chat(&"a".repeat(31))),
        ("chat of 32 bytes", chat(&"a".repeat(32))),
        ("chat of 200 bytes in many scripts", chat(&"aé語🎯".repeat(20))),
        ("leave", ClientMessage::Leave),
    ]
}

pub(crate) fn server_messages() -> Vec<(&'static str, ServerMessage)> {
    let goodbye =
        |code, reason: &str, retry_after_ms| ServerMessage::Goodbye { code, reason: reason.to_owned(), retry_after_ms };
    let paused = Settings {
        effective_tick: 70_000,
        tick_hz: 240,
        snapshot_interval: 12,
        interp_delay_ms: 0,
        dilation_permille: 250,
        paused: true,
    };
    vec![
        ("welcome with the schema", ServerMessage::Welcome(Box::new(welcome(Some(schema()))))),
        ("welcome to one who holds the schema", ServerMessage::Welcome(Box::new(welcome(None)))),
        ("settings", ServerMessage::Settings(settings())),
        ("settings of a pause", ServerMessage::Settings(paused)),
        ("pong", ServerMessage::Pong(Pong { token: 3_000_000_000, tick: 1_234, into_tick_us: 16_667 })),
        ("roster", ServerMessage::Roster(roster())),
        ("roster without a change", ServerMessage::Roster(Vec::new())),
        ("chat from a seat", ServerMessage::Chat { seat: 3, text: "schön 🎯".to_owned() }),
        ("goodbye for a while", goodbye(4203, "the server is stopping", Some(5_000))),
        ("goodbye for good", goodbye(4202, "the match was closed", None)),
        ("notice", ServerMessage::Notice { text: "fighter.speed is 300 now 🎯".to_owned() }),
    ]
}

pub(crate) fn welcome(schema: Option<Schema>) -> Welcome {
    Welcome {
        version: 1,
        match_id: "duel-7".to_owned(),
        seat: 3,
        token: "r1.3.bm90IGEgcmVhbCB0b2tlbg".to_owned(),
        tick: 1_200,
        input_seq: 41,
        game: "arena".to_owned(),
        settings: settings(),
        roster: roster(),
        schema_hash: self::schema().hash(),
        schema,
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        effective_tick: 1,
        tick_hz: 30,
        snapshot_interval: 2,
        interp_delay_ms: 100,
        dilation_permille: 1_000,
        paused: false,
    }
}

pub(crate) fn roster() -> Vec<RosterEntry> {
    let entry =
        |seat, name: Option<&str>, connected, bot| RosterEntry { seat, name: name.map(str::to_owned), connected, bot };
    vec![
        entry(0, Some("Ada"), true, false),
        entry(1, Some("Грейс 語🎯"), false, false),
        entry(2, Some("bot 2"), true, true),
        entry(200, None, false, false),
    ]
}

pub(crate) fn field(id: u8, name: &str) -> FieldSchema {
    FieldSchema {
        id,
        name: name.to_owned(),
        kind: FieldKind::Number,
        quantum: 1.0,
        min: 0,
        max: 100,
        wrap: None,
        private: false,
        velocity: None,
        tolerance: TOLERANCE_DEFAULT,
    }
}

fn boolean(id: u8, name: &str) -> FieldSchema {
    FieldSchema { kind: FieldKind::Boolean, max: 1, ..field(id, name) }
}

/// A component of every kind of field, one that is nothing but private, and one without fields.
pub(crate) fn schema() -> Schema {
    let body = vec![
        FieldSchema { quantum: 0.0625, min: -32_768, max: 32_768, velocity: Some(1), ..field(0, "x") },
        FieldSchema { quantum: 0.02, min: -30_000, max: 30_000, ..field(1, "vx") },
        FieldSchema { quantum: std::f64::consts::TAU / 31_416.0, max: 31_415, wrap: Some(31_416), ..field(2, "aim") },
        field(3, "hp"),
        FieldSchema { max: 30, private: true, ..field(4, "ammo") },
        boolean(31, "alive"),
    ];
    let purse = vec![FieldSchema { max: i32::MAX, private: true, ..field(0, "coins") }];
    let component = |id, name: &str, fields| ComponentSchema { id, name: name.to_owned(), fields };
    let event = |id, name: &str, fields| EventSchema { id, name: name.to_owned(), fields };
    Schema {
        components: vec![component(0, "Body", body), component(5, "Purse", purse), component(127, "Flag", Vec::new())],
        input: vec![FieldSchema { quantum: 0.01, min: -100, ..field(0, "move_x") }, boolean(1, "fire")],
        events: vec![event(1, "Hit", vec![field(0, "by"), boolean(1, "fatal")]), event(9, "RoundOver", Vec::new())],
    }
}

pub(crate) fn encoded(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}
