//! Messages are the same after the wire, whatever their values.

use proptest::prelude::*;
use skirmish_protocol::{ClientMessage, CloseCode, ServerMessage};

use crate::messages_support::strategies::{a_client_message, a_server_message};
use crate::messages_support::{client_messages, encoded, server_messages};

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
