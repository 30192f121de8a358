//! How a server starts and ends as a process.

mod http;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};

use http::{get, joined, metric, socket, until_closed, wait_until};
use skirmish_protocol::{ClientMessage, PROTOCOL_VERSION, ServerMessage};
use skirmish_sim::{Annotation, Entry, LogReader};
use tungstenite::Message;

/// The binary, running; killed if the test ends before it does.
struct Process {
    child: Child,
    addr: SocketAddr,
    lines: Vec<String>,
}

impl Process {
    fn start(more: &[&str]) -> Process {
        let mut child = Command::new(env!("CARGO_BIN_EXE_skirmish"))
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
            .args(["serve", "--listen", "127.0.0.1:0", "--bots", "2"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts");
        let stdout = child.stdout.take().expect("it is piped");
        let lines: Vec<String> = BufReader::new(stdout).lines().take(2).map(|line| line.expect("text")).collect();
        let addr = lines[0].trim_start_matches("game http://").trim_end_matches('/');
        Process { addr: addr.parse().unwrap_or_else(|_| panic!("no address in {lines:?}")), child, lines }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill exists").success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails only if the process has ended already, as it should have.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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
        let mut process = Process::start(&[]);
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
        let status = process.child.wait().expect("it ends");
        assert_eq!(status.code(), Some(0), "{signal}");
    }
}

#[test]
fn a_log_that_the_server_wrote_replays_and_one_that_was_changed_does_not() {
    let data = tempfile::tempdir().unwrap();
    let mut process = Process::start(&["--data-dir", data.path().to_str().unwrap()]);
    joined(process.addr, "Ada");
    wait_until("two seconds of ticks", || metric(process.addr, "skirmish_ticks_total") >= 60.0);
    process.signal("TERM");
    process.child.wait().expect("it ends");
    let logs: Vec<_> = std::fs::read_dir(data.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(logs.len(), 1, "{logs:?}");

    let replay = |path: &std::path::Path| {
        let output = Command::new(env!("CARGO_BIN_EXE_skirmish")).arg("replay").arg(path).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned(), output.stderr)
    };
    let (code, stdout, _) = replay(&logs[0]);
    assert_eq!(code, Some(0), "{stdout}");
    assert!(stdout.contains("mismatches 0\n"), "{stdout}");
    assert!(!stdout.contains("checksums compared 0\n"), "{stdout}");

    let changed = data.path().join("changed.log");
    std::fs::write(&changed, with_another_checksum(std::fs::read(&logs[0]).unwrap())).unwrap();
    let (code, stdout, _) = replay(&changed);
    assert_eq!(code, Some(1), "{stdout}");
    assert!(stdout.contains("mismatches 1\n") && stdout.contains("mismatch tick "), "{stdout}");

    let broken = data.path().join("broken.log");
    std::fs::write(&broken, b"this is no log").unwrap();
    let (code, _, stderr) = replay(&broken);
    assert_eq!(code, Some(2));
    assert!(String::from_utf8_lossy(&stderr).contains("broken.log"));
}

/// The log with one bit of its last checksum turned over.
fn with_another_checksum(mut log: Vec<u8>) -> Vec<u8> {
    let (_, mut reader) = LogReader::new(&log).expect("the server's log has a header");
    let mut last = None;
    let mut from = reader.position();
    while let Some(record) = reader.next_record().expect("the server's log has only records") {
        if let Entry::Annotation(Annotation::Checksum(checksum)) = record.entry {
            last = Some((from..reader.position(), checksum));
        }
        from = reader.position();
    }
    let (record, checksum) = last.expect("the server's log has checksums");
    // MessagePack writes it in as few bytes as it needs, big end first: these are its last two.
    let low = (checksum as u16).to_be_bytes();
    let at = log[record.clone()].windows(2).rposition(|bytes| bytes == low).expect("the checksum is in its record");
    log[record.start + at + 1] ^= 1;
    log
}
