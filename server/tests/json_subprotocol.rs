//! The subprotocol skirmish.v1.json: the same messages as text, where the configuration allows it.

mod http;

use std::net::TcpStream;

use http::{config, joined, refusal, socket, start, until_closed};
use serde_json::{Value, json};
use skirmish_protocol::{Mirror, ServerMessage, server_message_of_json};
use skirmish_server::{Config, Running};
use tungstenite::{Message, WebSocket};

const TEXT: &str = "skirmish.v1.json";

fn allowing() -> Running {
    start(Config { json_subprotocol: true, checksum_interval_s: 0.0, bots: 4, ..config() })
}

fn connect(server: &Running, offered: &str) -> (WebSocket<TcpStream>, Option<String>) {
    let ticket = joined(server.addr, "Ada")["ticket"].as_str().expect("a ticket").to_owned();
    socket(server.addr, &format!("/ws?ticket={ticket}"), Some(offered))
}

fn say(socket: &mut WebSocket<TcpStream>, message: &Value) {
    socket.send(Message::text(message.to_string())).expect("the server reads");
}

/// The next message as it came, and in MessagePack.
fn hear(socket: &mut WebSocket<TcpStream>) -> (Value, Vec<u8>) {
    let text = socket.read().expect("a message comes").into_text().expect("every message is a text");
    (serde_json::from_str(&text).expect("every text is JSON"), server_message_of_json(&text).expect("a message"))
}

/// A session that speaks text and has been welcomed.
fn welcomed(server: &Running) -> (WebSocket<TcpStream>, Mirror) {
    let (mut socket, chosen) = connect(server, TEXT);
    assert_eq!(chosen.as_deref(), Some(TEXT));
    say(&mut socket, &json!(["hello", 1, "by hand", 0]));
    let (text, bytes) = hear(&mut socket);
    assert_eq!((&text[0], &text[7]), (&json!("welcome"), &json!("arena")));
    let Ok(ServerMessage::Welcome(welcome)) = ServerMessage::decode(&bytes) else {
        panic!("the welcome comes first: {text}");
    };
    let schema = welcome.schema.expect("the hello named no schema");
    (socket, Mirror::new(schema, &welcome.settings).expect("the server's schema is sound"))
}

#[test]
fn a_client_that_is_told_everything_as_text_holds_what_the_server_believes() {
    let server = allowing();
    let (mut socket, mut mirror) = welcomed(&server);
    let mut snapshots = 0;
    let mut pongs = 0;
    say(&mut socket, &json!(["ping", 7]));
    while snapshots < 60 {
        let (text, bytes) = hear(&mut socket);
        match text[0].as_str() {
            Some("snapshot") => {
                let applied = mirror.apply(&bytes).unwrap_or_else(|error| panic!("{error}: {text}"));
                let checksum = applied.checksum.expect("each snapshot has one");
                assert_eq!(checksum.computed, checksum.expected, "{text}");
                snapshots += 1;
                say(&mut socket, &json!(["input", snapshots, applied.tick, [100, 0, 0, 1]]));
            }
            Some("pong") => pongs += u32::from(text[1] == 7),
            _ => {}
        }
    }
    assert_eq!(pongs, 1);
    say(&mut socket, &json!(["leave"]));
    assert_eq!(until_closed(&mut socket).1, 1000);
}

#[test]
fn of_a_client_that_offers_both_forms_messagepack_is_taken() {
    let (_socket, chosen) = connect(&allowing(), "skirmish.v1.json, skirmish.v1");
    assert_eq!(chosen.as_deref(), Some("skirmish.v1"));
}

#[test]
fn a_server_that_was_not_told_to_speaks_no_text_and_says_so() {
    let server = start(config());
    let (mut socket, chosen) = connect(&server, TEXT);
    assert_eq!(chosen.as_deref(), Some(TEXT), "an offered subprotocol is echoed");
    let (texts, code, reason) = refusal(&mut socket);
    assert_eq!(code, 4105);
    assert!(reason.contains("skirmish.v1.json is off here") && reason.contains("json_subprotocol"), "{reason}");
    assert!(!texts[0].starts_with('['), "a text for people is told from a message: {texts:?}");
}

#[test]
fn what_is_no_message_closes_its_session_with_a_readable_reason_and_nobody_elses() {
    let server = allowing();
    let (mut other, mut mirror) = welcomed(&server);
    let long = format!("[\"chat\",\"{}\"]", "a".repeat(1024));
    let deep = format!("[\"ack\",{}", "[".repeat(1000));
    let cases: &[(Message, u16, &str)] = &[
        (Message::text("hello"), 4000, "not JSON"),
        (Message::text("[\"ack\",1"), 4000, "not JSON: EOF"),
        (Message::text("{\"ack\":1}"), 4000, "a JSON array"),
        (Message::text("[\"ack\",{}]"), 4000, "an object"),
        (Message::text("[\"ack\",1.5]"), 4000, "found a float"),
        (Message::text("[\"ack\",4294967296]"), 4000, "32 bits"),
        (Message::text("[\"ack\",1,2]"), 4000, "an array of 2"),
        (Message::text("[\"dance\"]"), 4001, "\"dance\""),
        (Message::text("[\"snapshot\"]"), 4001, "\"snapshot\""),
        (Message::text(long), 4002, "1024"),
        (Message::text(deep), 4000, "not JSON"),
        (Message::text("[\"input\",1,0,[101,0,0,0]]"), 4005, "101"),
        (Message::binary(vec![0x92, 3, 0]), 4000, "skirmish.v1.json"),
    ];
    for (message, code, words) in cases {
        let (mut socket, _) = welcomed(&server);
        socket.send(message.clone()).expect("the server reads");
        let (_, given, reason) = until_closed(&mut socket);
        assert_eq!(given, *code, "{message}");
        assert!(reason.contains(words), "{words} is missing in {reason:?}");
    }
    say(&mut other, &json!(["ack", 0]));
    let snapshot = std::iter::from_fn(|| Some(hear(&mut other))).find(|(text, _)| text[0] == "snapshot");
    assert!(mirror.apply(&snapshot.expect("the other plays on").1).is_ok());
}
