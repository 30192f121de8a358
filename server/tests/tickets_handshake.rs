//! The WebSocket handshake: who is let in, and what the others can read.

mod http;
mod process;

use http::{ask_raw, config, get, joined, metric, refusal, socket, start, wait_until};
use process::Process;
use serde_json::Value;
use skirmish_protocol::{ClientMessage, PROTOCOL_VERSION, ServerMessage};
use tungstenite::Message;

const OURS: Option<&str> = Some("skirmish.v1");

fn path(joined: &Value) -> String {
    format!("/ws?ticket={}", joined["ticket"].as_str().expect("a ticket"))
}

fn hello() -> Message {
    let hello = ClientMessage::Hello { version: PROTOCOL_VERSION, agent: "test".into(), schema_hash: 0 };
    let mut bytes = Vec::new();
    hello.encode(&mut bytes);
    Message::binary(bytes)
}

#[test]
fn a_ticket_gives_a_welcome_whose_token_gives_another_one() {
    let server = start(config());
    let mut path = path(&joined(server.addr, "Ada"));
    for _ in 0..2 {
        let (mut socket, chosen) = socket(server.addr, &path, OURS);
        assert_eq!(chosen.as_deref(), OURS);
        socket.send(hello()).unwrap();
        let first = socket.read().unwrap().into_data();
        let ServerMessage::Welcome(welcome) = ServerMessage::decode(&first).unwrap() else {
            panic!("the welcome comes first");
        };
        assert_eq!((welcome.match_id.as_str(), welcome.seat), ("arena-1", 0));
        path = format!("/ws?ticket={}", welcome.token);
    }
}

#[test]
fn an_upgrade_on_the_root_behaves_as_on_ws() {
    let server = start(config());
    let path = path(&joined(server.addr, "Ada")).replace("/ws", "/");
    let (mut socket, _) = socket(server.addr, &path, OURS);
    socket.send(hello()).unwrap();
    assert!(matches!(ServerMessage::decode(&socket.read().unwrap().into_data()), Ok(ServerMessage::Welcome(_))));
}

#[test]
fn each_refusal_is_readable_and_has_its_own_code() {
    // What is counted is counted for the whole process.
    let server = Process::start(&[]);
    let used = path(&joined(server.addr, "Ada"));
    let _holder = socket(server.addr, &used, OURS);
    let fresh = path(&joined(server.addr, "Bob"));
    let cases = [
        ("/", None, 4105, "subprotocol skirmish.v1"),
        (fresh.as_str(), None, 4105, "subprotocol skirmish.v1"),
        (&fresh, Some("chat, mqtt"), 4105, "subprotocol skirmish.v1"),
        ("/ws", OURS, 4100, "no ticket"),
        ("/ws?ticket=", OURS, 4100, "no ticket"),
        ("/ws?ticket=nonsense", OURS, 4101, "not valid"),
        (&used, OURS, 4103, "used"),
    ];
    for (path, offered, code, words) in cases {
        let (mut socket, chosen) = socket(server.addr, path, offered);
        let expected = offered.map(|offered| offered.split(',').next().unwrap_or_default());
        assert_eq!(chosen.as_deref(), expected, "{path}: an offered subprotocol is echoed");
        let (texts, given, reason) = refusal(&mut socket);
        assert_eq!(given, code, "{path} {offered:?}");
        assert_eq!(texts.len(), 1, "{texts:?}");
        assert!(texts[0].contains(words), "{words} is missing in {texts:?}");
        assert!(!reason.is_empty());
    }
    assert_eq!(metric(server.addr, r#"skirmish_handshakes_total{result="subprotocol"}"#), 3.0);
    let (mut admitted, _) = socket(server.addr, &fresh, OURS);
    admitted.send(hello()).unwrap();
    assert!(admitted.read().is_ok(), "a refusal for another reason does not use a ticket up");
}

#[test]
fn the_simplest_client_gets_an_explanation() {
    let server = start(config());
    let (mut socket, _) = socket(server.addr, "/", None);
    // The client may be quicker or slower than the refusal; what it says changes nothing.
    let _ = socket.send(Message::text("Hello from client!"));
    let (texts, code, _) = refusal(&mut socket);
    assert_eq!(code, 4105);
    assert!(texts[0].contains("/api/join") && texts[0].contains("docs/protocol.md"), "{texts:?}");
}

#[test]
fn a_request_that_is_no_handshake_gets_plain_http() {
    let server = Process::start(&[]);
    let good = [
        "Host: localhost",
        "Connection: keep-alive, Upgrade",
        "Upgrade: WebSocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ];
    let send = |lines: &[&str]| {
        let lines: String = lines.iter().map(|line| format!("{line}\r\n")).collect();
        ask_raw(server.addr, &format!("GET /ws HTTP/1.1\r\n{lines}\r\n"))
    };
    let answer = send(&good);
    assert_eq!(answer.status, 101);
    assert_eq!(answer.header("Sec-WebSocket-Accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    let without = |line: usize| {
        good.iter().enumerate().filter(move |(at, _)| *at != line).map(|(_, line)| *line).collect::<Vec<_>>()
    };
    for (missing, status) in [(1, 426), (2, 426), (3, 426), (4, 400)] {
        assert_eq!(send(&without(missing)).status, status, "without {}", good[missing]);
    }
    let mut short = without(4);
    short.push("Sec-WebSocket-Key: c2hvcnQ=");
    assert_eq!(send(&short).status, 400);
    let mut old = without(3);
    old.push("Sec-WebSocket-Version: 8");
    let answer = send(&old);
    assert_eq!((answer.status, answer.header("Sec-WebSocket-Version")), (426, Some("13")));
    assert_eq!(metric(server.addr, r#"skirmish_handshakes_total{result="malformed"}"#), 6.0);
}

#[test]
fn a_claim_that_says_no_hello_gives_its_seat_back() {
    let server = start(config());
    let first = joined(server.addr, "Ada");
    let (socket, _) = socket(server.addr, &path(&first), OURS);
    drop(socket);
    wait_until("the seat is free again", || get(server.addr, "/api/matches").json()[0]["players"] == 0);
}
