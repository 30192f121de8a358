//! Messages are the same whether they travel as MessagePack or as JSON text.

use proptest::prelude::*;
use skirmish_protocol::limits::MESSAGE_BYTES_MAX;
use skirmish_protocol::{ClientMessage, CloseCode, JsonWriter, client_message_of_json, server_message_of_json};

use crate::messages_support::strategies::{a_client_message, a_server_message};
use crate::messages_support::{client_messages, encoded, server_messages};

fn text(frame: &[u8]) -> String {
    JsonWriter::default().text(frame).expect("a message of our own")
}

fn close_code(text: &str) -> Option<CloseCode> {
    match client_message_of_json(text) {
        Ok(bytes) => ClientMessage::decode(&bytes).err().map(|error| error.close_code()),
        Err(error) => Some(error.close_code()),
    }
}

#[test]
fn every_kind_of_message_is_the_same_bytes_after_a_text() {
    for (name, message) in client_messages() {
        let frame = encoded(|out| message.encode(out));
        assert_eq!(client_message_of_json(&text(&frame)), Ok(frame), "{name}");
    }
    for (name, message) in server_messages() {
        let frame = encoded(|out| message.encode(out));
        assert_eq!(server_message_of_json(&text(&frame)), Ok(frame), "{name}");
    }
}

#[test]
fn a_text_is_what_a_person_would_type() {
    let chat = ClientMessage::Chat { text: "say \"語\"".to_owned() };
    assert_eq!(text(&encoded(|out| chat.encode(out))), r#"["chat","say \"語\""]"#);
    let typed = " [\"input\", 7,\t12, [0, -1, 100]]\n";
    let input = ClientMessage::Input { seq: 7, snapshot_ack: 12, values: vec![0, -1, 100].into() };
    assert_eq!(client_message_of_json(typed), Ok(encoded(|out| input.encode(out))));
}

#[test]
fn texts_that_are_no_message_are_refused_with_the_code_of_their_fault() {
    let cases = [
        ("", CloseCode::BadMessage),
        ("hello", CloseCode::BadMessage),
        ("[\"leave\"", CloseCode::BadMessage),
        ("[\"leave\"] [\"leave\"]", CloseCode::BadMessage),
        ("[]", CloseCode::BadMessage),
        ("[6]", CloseCode::BadMessage),
        ("{\"type\":\"leave\"}", CloseCode::BadMessage),
        ("[\"ack\"]", CloseCode::BadMessage),
        ("[\"ack\",1,2]", CloseCode::BadMessage),
        ("[\"ack\",null]", CloseCode::BadMessage),
        ("[\"ack\",{\"tick\":1}]", CloseCode::BadMessage),
        ("[\"ack\",1.0]", CloseCode::BadMessage),
        ("[\"ack\",1e400]", CloseCode::BadMessage),
        ("[\"ack\",4294967296]", CloseCode::BadMessage),
        ("[\"ack\",99999999999999999999]", CloseCode::BadMessage),
        ("[\"ack\",NaN]", CloseCode::BadMessage),
        ("[\"ack\",[[[[[[[]]]]]]]]", CloseCode::BadMessage),
        ("[\"chat\",\"\\ud800\"]", CloseCode::BadMessage),
        ("[\"dance\"]", CloseCode::UnknownMessage),
        ("[\"snapshot\",1]", CloseCode::UnknownMessage),
        ("[\"ack\",-1]", CloseCode::BadValue),
        ("[\"input\",1,0,[2147483648]]", CloseCode::BadValue),
        ("[\"chat\",\"\"]", CloseCode::BadValue),
        ("[\"chat\",\"\\u0007\"]", CloseCode::BadValue),
    ];
    for (text, code) in cases {
        assert_eq!(close_code(text), Some(code), "{text}");
    }
}

#[test]
fn a_refusal_says_what_is_wrong_and_where() {
    let reason = |text| client_message_of_json(text).expect_err("it is no message").to_string();
    assert_eq!(reason("[\"ack\",]"), "not JSON: trailing comma at line 1 column 8");
    assert_eq!(reason("[\"dance\"]"), "message type \"dance\" is not known");
    assert_eq!(reason("[\"ack\",4294967296]"), "the number 4294967296 does not fit into 32 bits");
    assert!(reason("7").contains("[\"ack\",7]"), "an example helps");
}

#[test]
fn arrays_without_end_are_refused_and_do_not_overflow_the_stack() {
    let deep = format!("[\"ack\",{}", "[".repeat(1_000_000));
    assert_eq!(close_code(&deep), Some(CloseCode::BadMessage));
    let array = [&b"\x92\x03"[..], &[0x91; 100_000], b"\x01"].concat();
    assert!(JsonWriter::default().text(&array).is_err());
}

#[test]
fn the_longest_sound_messages_fit_their_limit_as_text_too() {
    let input = ClientMessage::Input { seq: u32::MAX, snapshot_ack: u32::MAX, values: vec![i32::MIN; 32].into() };
    assert!(text(&encoded(|out| input.encode(out))).len() <= MESSAGE_BYTES_MAX);
    let chat = format!("[\"chat\",\"{}\"]", "\\ud83c\\udfaf".repeat(50));
    assert!(chat.len() <= MESSAGE_BYTES_MAX);
    assert_eq!(close_code(&chat), None);
}

proptest! {
    #[test]
    fn any_client_message_is_the_same_bytes_after_a_text(message in a_client_message()) {
        let frame = encoded(|out| message.encode(out));
        prop_assert_eq!(client_message_of_json(&text(&frame)), Ok(frame));
    }

    #[test]
    fn any_server_message_is_the_same_bytes_after_a_text(message in a_server_message()) {
        let frame = encoded(|out| message.encode(out));
        prop_assert_eq!(server_message_of_json(&text(&frame)), Ok(frame));
    }

    #[test]
    fn no_text_panics_the_reader(text in "[\\[\\]{},\"0-9a-z.eE+\\\\-]{0,80}") {
        let _ = close_code(&text);
        let _ = close_code(&format!("[\"input\",1,{text}]"));
    }

    #[test]
    fn no_bytes_panic_the_writer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let head = [0x99, 17, 5, 0xC0, 0, 0xC0, 0x90];
        let _ = JsonWriter::default().text(&bytes);
        let _ = JsonWriter::default().text(&[&head[..], &bytes].concat());
    }
}
