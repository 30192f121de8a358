//! Which threads of a server wake up for a message: the reader thread that owns the socket, and not the one that accepted it; and under load
//! not even that one for each.

#![cfg(target_os = "linux")]

mod http;
mod player;
mod process;

use player::Player;
use process::Process;

/// So many messages are sent, each after the reader thread has come to rest.
const MESSAGES: u64 = 300;

/// How often the threads whose name begins so went to sleep, all together.
fn sleeps(process: &Process, name: &str) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", process.id())).expect("it runs");
    let read = |path: std::path::PathBuf| std::fs::read_to_string(path).unwrap_or_default();
    let folders = tasks.map(|task| task.expect("it can be read").path());
    let named = folders.filter(|folder| read(folder.join("comm")).starts_with(name));
    let counts = named.map(|folder| {
        let status = read(folder.join("status"));
        let count = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        count.and_then(|count| count.trim().parse::<u64>().ok()).expect("Linux counts them")
    });
    counts.sum()
}

#[test]
fn a_readers_socket_wakes_no_other_thread() {
    let process = Process::start(&["--edge-threads", "1", "--sim-threads", "1"]);
    let mut player = Player::join(process.addr, "Ada", 1);
    let before = (sleeps(&process, "edge"), sleeps(&process, "control"));
    assert!(before.0 > 0 && before.1 > 0, "both threads are there: {before:?}");
    for _ in 0..MESSAGES {
        let resting = sleeps(&process, "edge");
        player.acknowledge();
        http::wait_until("the reader thread wakes", || sleeps(&process, "edge") > resting);
    }
    let edge = sleeps(&process, "edge") - before.0;
    let control = sleeps(&process, "control") - before.1;
    assert!(edge >= MESSAGES, "the reader thread slept {edge} times between {MESSAGES} messages");
    // It wakes by itself every few seconds.
    assert!(control < MESSAGES / 10, "the control plane woke {control} times for {MESSAGES} messages");
}

#[test]
fn under_load_a_reader_turns_to_its_sockets_in_slots_and_then_on_readiness_again() {
    const SLOTS: &str = "skirmish_reader_turns_total{by=\"slot\"}";
    const READINESS: &str = "skirmish_reader_turns_total{by=\"readiness\"}";
    let process = Process::start(&["--edge-threads", "1", "--sim-threads", "1"]);
    let turns = |by| http::metric(process.addr, by);
    // None of them ever says more than it may: the server answers a request in between.
    let mut players: Vec<Player> = (0..30).map(|seed| Player::join(process.addr, &format!("P{seed}"), seed)).collect();
    assert_eq!(turns(SLOTS), 0.0);
    http::wait_until("it goes into slots", || {
        players.iter_mut().for_each(Player::acknowledge);
        turns(SLOTS) > 0.0
    });
    // What they said is counted in the end, and whoever hears a snapshot was served meanwhile.
    players.iter_mut().for_each(|player| assert!(player.hear().is_some()));
    drop(players);
    let before = turns(READINESS);
    http::wait_until("it leaves them", || turns(READINESS) > before);
}
