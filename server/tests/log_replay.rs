//! The log that a server writes of a match: it has all that was played, replays to the same checksums, and shows when it was changed.

mod http;
mod player;
mod process;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use http::ask;
use player::Player;
use process::{Process, output};
use serde_json::json;
use skirmish_sim::{Annotation, Entry, LogReader, MatchEvent, Tuning};

const ADMIN_TOKEN: &str = "the-token-of-this-test";

/// What two players did.
struct Played {
    /// Whose inputs up to which were applied.
    inputs: [(u32, u32); 2],
    /// The seat that was given up.
    left: u32,
    newest_tick: u32,
}

#[test]
fn the_log_of_a_played_match_replays_and_a_changed_one_does_not() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let server = Process::start(&["--data-dir", path(data.path()), "--admin-token", ADMIN_TOKEN]);
    let played = play(server.addr);
    server.signal("TERM");
    // A server that does not stop within 5 s ends itself with a failure.
    assert_eq!(server.wait().code(), Some(0));

    let file = only_file_in(data.path());
    let log = std::fs::read(&file).expect("the log can be read");
    let entries = entries(&log);
    let logged = |event: &MatchEvent| entries.iter().any(|(_, entry)| *entry == Entry::Event(event.clone()));
    assert!(logged(&MatchEvent::Tune(Tuning { tick_hz: Some(60), ..Tuning::default() })));
    assert!(logged(&MatchEvent::Leave { seat: played.left }));
    for (of_seat, newest) in played.inputs {
        let seqs = entries.iter().filter_map(|(_, entry)| seq(entry, of_seat));
        assert!(seqs.eq(1..=newest), "the log lacks inputs of seat {of_seat}");
    }

    let (code, text) = replay(&file);
    assert_eq!((code, number(&text, "mismatches")), (Some(0), 0), "{text}");
    assert!(number(&text, "checksums compared") > 0, "{text}");
    assert!(number(&text, "ticks") >= played.newest_tick, "{text}");

    let changed = data.path().join("changed.log");
    let (first_input, _) = entries.iter().find(|(_, entry)| seq(entry, played.inputs[0].0) == Some(1)).expect("it is");
    let is_checksum = |entry: &Entry| matches!(entry, Entry::Annotation(Annotation::Checksum(_)));
    let (last_checksum, _) = entries.iter().rfind(|(_, entry)| is_checksum(entry)).expect("one was compared");
    // The last byte of an input of arena is its trigger.
    for end in [first_input, last_checksum] {
        let mut log = log.clone();
        log[end - 1] ^= 1;
        std::fs::write(&changed, log).expect("it can be written");
        let (code, text) = replay(&changed);
        assert_eq!(code, Some(1), "{text}");
        assert!(number(&text, "mismatches") > 0 && text.contains("\nmismatch tick "), "{text}");
    }
}

#[test]
fn a_file_that_is_no_log_is_refused_by_its_name() {
    let file = tempfile::NamedTempFile::with_suffix("-no.log").expect("a temporary file");
    std::fs::write(file.path(), b"this is no log").expect("it can be written");
    let output = output(["replay", path(file.path())]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("-no.log"), "{output:?}");
}

/// Two players play, the tick rate is doubled under them, and one of them leaves.
fn play(addr: SocketAddr) -> Played {
    let (mut ada, mut bob) = (Player::join(addr, "Ada", 1), Player::join(addr, "Bob", 2));
    for _ in 0..60 {
        take_turn(&mut ada);
        take_turn(&mut bob);
    }
    let bearer = format!("Authorization: Bearer {ADMIN_TOKEN}");
    let answer = ask(addr, "PATCH", "/api/admin/matches/arena-1", &[&bearer], &json!({ "tick_hz": 60 }).to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
    while ada.tick_hz != 60 {
        take_turn(&mut ada);
    }
    for _ in 0..90 {
        take_turn(&mut ada);
        take_turn(&mut bob);
    }
    rest(&mut bob);
    let (left, newest) = (bob.seat, bob.seq);
    assert_eq!(bob.leave(), 1000);
    // When this turn has been applied, so has everything before it.
    take_turn(&mut ada);
    rest(&mut ada);
    Played { inputs: [(ada.seat, ada.seq), (left, newest)], left, newest_tick: ada.mirror.tick() }
}

fn take_turn(player: &mut Player) {
    player.hear().expect("snapshots come");
    player.play();
}

/// Sends no more inputs and waits until the last one was applied.
fn rest(player: &mut Player) {
    while player.input_ack < player.seq {
        player.hear().expect("snapshots come");
        player.acknowledge();
    }
}

/// What the log has after its header, and where each record ends.
fn entries(log: &[u8]) -> Vec<(usize, Entry)> {
    let (_, mut reader) = LogReader::new(log).expect("the log has a header");
    let mut entries = Vec::new();
    while let Some(record) = reader.next_record().expect("the log has nothing but records") {
        entries.push((reader.position(), record.entry));
    }
    entries
}

/// The number of an input of this seat.
fn seq(entry: &Entry, of_seat: u32) -> Option<u32> {
    match entry {
        Entry::Event(MatchEvent::Input { seat, seq, .. }) if *seat == of_seat => Some(*seq),
        _ => None,
    }
}

/// How `skirmish replay` ended, and what it printed.
fn replay(file: &Path) -> (Option<i32>, String) {
    let output = output(["replay", path(file)]);
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The number on the line that begins with `what`.
fn number(text: &str, what: &str) -> u32 {
    let mut rests = text.lines().filter_map(|line| line.strip_prefix(what)?.strip_prefix(' '));
    rests.next().and_then(|rest| rest.parse().ok()).unwrap_or_else(|| panic!("no {what} in {text:?}"))
}

fn only_file_in(folder: &Path) -> PathBuf {
    let files: Vec<_> = folder.read_dir().expect("the folder is there").map(|file| file.expect("readable")).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].path()
}

fn path(path: &Path) -> &str {
    path.to_str().expect("temporary paths are text")
}
