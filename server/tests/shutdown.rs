//! How a server starts and ends as a process.

mod http;
mod process;

use http::{get, joined, socket, until_closed};
use process::Process;
use skirmish_protocol::{ClientMessage, PROTOCOL_VERSION, ServerMessage};
use tungstenite::Message;

#[test]
fn the_first_lines_are_the_addresses_of_the_game_and_the_console() {
    let process = Process::start(&[]);
    assert_ne!(process.addr.port(), 0);
    let expected = [format!("game http://{}/", process.addr), format!("console http://{}/console", process.addr)];
    assert_eq!(process.lines, expected);
    assert_eq!(get(process.addr, "/healthz").status, 200);
}

#[test]
fn a_signal_ends_the_process_in_order_and_players_are_told_when_to_return() {
    for signal in ["TERM", "INT"] {
        let process = Process::start(&[]);
        let ticket = joined(process.addr, "Ada")["ticket"].as_str().unwrap().to_owned();
        let (mut player, _) = socket(process.addr, &format!("/ws?ticket={ticket}"), Some("skirmish.v1"));
        let hello = ClientMessage::Hello { version: PROTOCOL_VERSION, agent: "test".into(), schema_hash: 0 };
        let mut bytes = Vec::new();
        hello.encode(&mut bytes);
        player.send(Message::binary(bytes)).unwrap();
        player.read().expect("the welcome");

        process.signal(signal);
        let (messages, code, reason) = until_closed(&mut player);
        assert_eq!(code, 4203, "{reason}");
        let goodbye = messages.into_iter().find_map(|message| match ServerMessage::decode(&message.into_data()) {
            Ok(ServerMessage::Goodbye { code, retry_after_ms, .. }) => Some((code, retry_after_ms)),
            _ => None,
        });
        assert!(matches!(goodbye, Some((4203, Some(1..)))), "{goodbye:?}");
        assert_eq!(process.wait().code(), Some(0), "{signal}");
    }
}
