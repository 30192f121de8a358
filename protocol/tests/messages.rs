//! Messages are the same after the wire, whatever their values.

mod messages_support;

use messages_support::{client_messages, encoded, schema, server_messages};
use proptest::prelude::*;
use skirmish_protocol::limits::{CHAT_BYTES_MAX, FIELDS_MAX, TICK_HZ_MAX};
use skirmish_protocol::{ClientMessage, CloseCode, Pong, RosterEntry, ServerMessage, Settings, Welcome};

fn client(message: &ClientMessage) -> ClientMessage {
    ClientMessage::decode(&encoded(|out| message.encode(out))).expect("a message of our own")
}

fn server(message: &ServerMessage) -> ServerMessage {
    ServerMessage::decode(&encoded(|out| message.encode(out))).expect("a message of our own")
}

#[test]
fn every_kind_of_message_is_the_same_after_the_wire() {
    for (name, message) in client_messages() {
        assert_eq!(client(&message), message, "{name}");
    }
    for (name, message) in server_messages() {
        assert_eq!(server(&message), message, "{name}");
    }
}

#[test]
fn an_ordinary_input_takes_nine_bytes() {
    let input = ClientMessage::Input { seq: 90, snapshot_ack: 100, values: vec![0, -1, 12, 1].into() };
    assert_eq!(encoded(|out| input.encode(out)), [0x94, 2, 90, 100, 0x94, 0, 0xff, 12, 1]);
}

#[test]
fn integers_are_taken_in_any_format_up_to_32_bits() {
    let formats: &[&[u8]] =
        &[b"\x07", b"\xcc\x07", b"\xcd\0\x07", b"\xce\0\0\0\x07", b"\xd0\x07", b"\xd1\0\x07", b"\xd2\0\0\0\x07"];
    for format in formats {
        let ack = [b"\x92\x03", *format].concat();
        assert_eq!(ClientMessage::decode(&ack), Ok(ClientMessage::Ack { snapshot_ack: 7 }), "{format:02x?}");
    }
}

#[test]
fn strings_and_arrays_are_taken_in_any_format() {
    let gg = Ok(ClientMessage::Chat { text: "gg".to_owned() });
    for bytes in [&b"\x92\x05\xa2gg"[..], b"\x92\x05\xd9\x02gg", b"\x92\x05\xda\0\x02gg", b"\x92\x05\xdb\0\0\0\x02gg"] {
        assert_eq!(ClientMessage::decode(bytes), gg, "{bytes:02x?}");
    }
    for bytes in [&b"\xdc\0\x02\x05\xa2gg"[..], b"\xdd\0\0\0\x02\x05\xa2gg"] {
        assert_eq!(ClientMessage::decode(bytes), gg, "{bytes:02x?}");
    }
}

#[test]
fn a_snapshot_is_told_apart_without_being_read() {
    assert_eq!(ServerMessage::decode(b"\x99\x11 and whatever follows"), Ok(ServerMessage::Snapshot));
}

#[test]
fn every_close_code_has_a_number_and_a_name_of_its_own() {
    let codes: Vec<u16> = CloseCode::all().iter().map(|code| code.code()).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let mut names: Vec<&str> = CloseCode::all().iter().map(|code| code.name()).collect();
    names.sort_unstable();
    assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
    for code in CloseCode::all() {
        assert_eq!(CloseCode::from_code(code.code()), Some(*code));
    }
    assert_eq!(CloseCode::from_code(4106), None);
}

#[test]
fn a_close_reason_is_cut_between_characters() {
    assert_eq!(skirmish_protocol::close_reason("short"), "short");
    let cut = skirmish_protocol::close_reason(&"語".repeat(42));
    assert_eq!(cut, "語".repeat(41));
    let cut = skirmish_protocol::close_reason(&format!("a{}", "語".repeat(42)));
    assert_eq!(cut.len(), 121);
}

fn a_client_message() -> impl Strategy<Value = ClientMessage> {
    let values = prop::collection::vec(any::<i32>(), 0..=FIELDS_MAX);
    prop_oneof![
        (any::<u32>(), "[ -~]{0,64}", any::<u32>())
            .prop_map(|(version, agent, schema_hash)| { ClientMessage::Hello { version, agent, schema_hash } }),
        (any::<u32>(), any::<u32>(), values).prop_map(|(seq, snapshot_ack, values)| {
            ClientMessage::Input { seq, snapshot_ack, values: values.into() }
        }),
        any::<u32>().prop_map(|snapshot_ack| ClientMessage::Ack { snapshot_ack }),
        any::<u32>().prop_map(|token| ClientMessage::Ping { token }),
        "\\PC{1,50}"
            .prop_filter("fits", |text| text.len() <= CHAT_BYTES_MAX)
            .prop_map(|text| ClientMessage::Chat { text }),
        Just(ClientMessage::Leave),
    ]
}

fn some_settings() -> impl Strategy<Value = Settings> {
    let delays = (any::<u32>(), any::<u32>(), any::<bool>());
    (any::<u32>(), 1..=TICK_HZ_MAX, 1..=240_u32, delays).prop_map(
        |(effective_tick, tick_hz, snapshot_interval, delays)| {
            let (interp_delay_ms, dilation_permille, paused) = delays;
            Settings { effective_tick, tick_hz, snapshot_interval, interp_delay_ms, dilation_permille, paused }
        },
    )
}

fn a_roster() -> impl Strategy<Value = Vec<RosterEntry>> {
    let entry = (any::<u32>(), prop::option::of("\\PC{1,24}"), any::<bool>(), any::<bool>())
        .prop_map(|(seat, name, connected, bot)| RosterEntry { seat, name, connected, bot });
    prop::collection::vec(entry, 0..200)
}

fn a_welcome() -> impl Strategy<Value = Welcome> {
    let strings = ("[a-z0-9-]{1,32}", "[!-~]{1,256}", "[a-z]{1,64}");
    (any::<[u32; 4]>(), strings, some_settings(), a_roster(), any::<bool>()).prop_map(
        |(numbers, strings, settings, roster, known)| {
            let [seat, tick, input_seq, schema_hash] = numbers;
            let (match_id, token, game) = strings;
            let schema = (!known).then(schema);
            Welcome { version: 1, match_id, seat, token, tick, input_seq, game, settings, roster, schema_hash, schema }
        },
    )
}

fn a_server_message() -> impl Strategy<Value = ServerMessage> {
    prop_oneof![
        a_welcome().prop_map(|welcome| ServerMessage::Welcome(Box::new(welcome))),
        some_settings().prop_map(ServerMessage::Settings),
        any::<[u32; 3]>().prop_map(|[token, tick, into_tick_us]| ServerMessage::Pong(Pong {
            token,
            tick,
            into_tick_us
        })),
        a_roster().prop_map(ServerMessage::Roster),
        (any::<u32>(), "\\PC{1,50}").prop_map(|(seat, text)| ServerMessage::Chat { seat, text }),
        (any::<u16>(), "\\PC{0,100}", any::<Option<u32>>())
            .prop_map(|(code, reason, retry_after_ms)| ServerMessage::Goodbye { code, reason, retry_after_ms }),
    ]
}

proptest! {
    #[test]
    fn any_client_message_is_the_same_after_the_wire(message in a_client_message()) {
        prop_assert_eq!(client(&message), message);
    }

    #[test]
    fn any_server_message_is_the_same_after_the_wire(message in a_server_message()) {
        prop_assert_eq!(server(&message), message);
    }
}
