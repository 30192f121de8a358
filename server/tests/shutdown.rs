//! How a server starts, logs and ends as a process.

mod http;
mod process;

use http::{ask, get, joined, socket, until_closed, wait_until};
use process::Process;
use skirmish_protocol::{ClientMessage, PROTOCOL_VERSION, ServerMessage};
use tempfile::NamedTempFile;
use tungstenite::Message;

#[test]
fn the_first_lines_are_the_addresses_of_the_game_and_the_console() {
    let process = Process::start(&[]);
    assert_ne!(process.addr.port(), 0);
    assert_eq!(process.lines[0], format!("game http://{}/", process.addr));
    let console = format!("console http://{}/console#token=", process.addr);
    let token = process.lines[1].strip_prefix(&console).expect("the console's address brings the token that was made");
    let bearer = format!("Authorization: Bearer {token}");
    assert_eq!(ask(process.addr, "GET", "/api/admin/session", &[&bearer], "").json()["role"], "operator");
    assert_eq!(get(process.addr, "/healthz").status, 200);
}

#[test]
fn a_token_that_was_given_is_not_printed() {
    let process = Process::start(&["--admin-token", "token-of-this-test"]);
    assert_eq!(process.lines[1], format!("console http://{}/console", process.addr));
}

/// A file for what a process logs.
fn log() -> NamedTempFile {
    NamedTempFile::new().expect("a temporary file")
}

fn text(log: &NamedTempFile) -> String {
    std::fs::read_to_string(log.path()).expect("it logs text")
}

#[test]
#[cfg(target_os = "linux")]
fn as_many_files_may_be_open_as_the_system_allows() {
    let log = log();
    let process = Process::start_after("ulimit -S -n 100", log.reopen().expect("it is there"));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", process.id())).expect("it runs");
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files")).expect("Linux says so");
    let files: Vec<&str> = files.split_whitespace().collect();
    assert_eq!(files[0], files[1], "{files:?}");
    assert!(text(&log).contains("raised the limit of open files"), "{}", text(&log));
}

#[test]
fn a_limit_of_files_below_that_of_sessions_is_told() {
    let log = log();
    let _process = Process::start_after("ulimit -n 600", log.reopen().expect("it is there"));
    assert!(text(&log).contains("lower sessions_max"), "{}", text(&log));
}

#[test]
fn what_a_client_calls_itself_is_in_the_log() {
    let log = log();
    let process = Process::start_logging(&["--log-level", "debug"], log.reopen().expect("it is there"));
    let ticket = joined(process.addr, "Ada")["ticket"].as_str().unwrap().to_owned();
    let (mut player, _) = socket(process.addr, &format!("/ws?ticket={ticket}"), Some("skirmish.v1"));
    let hello = ClientMessage::Hello { version: PROTOCOL_VERSION, agent: "a made-up client".into(), schema_hash: 0 };
    let mut bytes = Vec::new();
    hello.encode(&mut bytes);
    player.send(Message::binary(bytes)).unwrap();
    wait_until("the agent is logged", || text(&log).contains("a made-up client"));
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
