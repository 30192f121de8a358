//! One client of two hundred on a thin line: it gets fewer and fresh snapshots, the server holds little for it, and the others notice nothing.
//!
//! In a network namespace of its own, a traffic shaper lets 64 kbit/s through to that client's port. Where namespaces are not permitted, the test says so,
//! and what remains is the other test, whose client reads no faster than that from a socket that holds little.
//!
//! Ages are held against the line's own time for a snapshot, plus what the other clients' snapshots show of the machine's noise.

mod common;

use std::fs;
use std::io::Write;
use std::process::Command;
use std::sync::Mutex;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use common::{looking, play, serve_with};
use skirmish_benches::swarm::{Odd, OddOne, Orders, Window};
use skirmish_benches::workload::Workload;
use skirmish_server::{Config, Running};

const PLAYERS: u32 = 200;
const TICK_MS: f64 = 50.0;
const LINE_BYTES_PER_S: u32 = 8_000;
/// What the line carries besides a snapshot: headers of WebSocket, TCP, IP and Ethernet.
const HEADER_BYTES: u64 = 4 + 32 + 20 + 14;
/// The client's port. The namespace is the test's own, so it is free.
const PORT: u16 = 40_000;
/// Set in the process that runs inside the namespace.
const INSIDE: &str = "THIN_LINE_INSIDE";
/// What the system may hold for the client, from the server's end, at any time.
const QUEUE_BYTES_MAX: u64 = 64 * 1024;
/// How much older than the line explains the client's snapshots may be, and how much later the others' answers: a busy machine does that.
const NOISE_MS: f64 = 25.0;

/// Lets everything through the loopback device, and to one port what a line of 64 kbit/s does.
const SHAPE: &str = "ip link set lo up && tc qdisc add dev lo root handle 1: htb default 1 \
    && tc class add dev lo parent 1: classid 1:1 htb rate 100gbit quantum 60000 \
    && tc class add dev lo parent 1: classid 1:2 htb rate 64kbit burst 1600 cburst 1600 quantum 1600";
const FILTER: &str = "tc filter add dev lo parent 1: protocol ip u32 match ip dport 40000 0xffff flowid 1:2";

/// Held by the test that runs: each is the other's noise.
static ALONE: Mutex<()> = Mutex::new(());

fn serve() -> Running {
    serve_with(Workload::default(), Config::default())
}

/// So many windows of a second, after as much warm-up, with this client among the others.
fn windows(server: &Running, odd: Odd, warmup_s: u64, windows: u32) -> Vec<Window> {
    let warmup = Duration::from_secs(warmup_s);
    play(&Orders { players: PLAYERS, odd: Some(odd), warmup, windows, ..looking(server) })
}

fn shell(script: &str) {
    let status = Command::new("sh").args(["-c", script]).status().expect("there is a shell");
    assert!(status.success(), "{script}");
}

/// A command in a network namespace of its own.
fn in_a_namespace() -> Command {
    let mut unshare = Command::new("unshare");
    unshare.arg("--net");
    if !rustix::process::getuid().is_root() {
        unshare.arg("--map-root-user");
    }
    unshare
}

fn namespaces_are_permitted() -> bool {
    in_a_namespace().args(["sh", "-c", SHAPE]).output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_client_on_a_line_of_64_kbit_gets_snapshots_as_fresh_as_the_line_allows() {
    if std::env::var_os(INSIDE).is_some() {
        return inside_the_namespace();
    }
    let _alone = ALONE.lock();
    if !namespaces_are_permitted() {
        let note =
            "no network namespaces or no traffic shaper here: a client that reads slowly stands in for the thin line";
        // Past the harness, which shows nothing of tests that pass.
        writeln!(std::io::stderr(), "{note}").expect("it can be said");
        return;
    }
    let this_test = "a_client_on_a_line_of_64_kbit_gets_snapshots_as_fresh_as_the_line_allows";
    let mut inside = in_a_namespace();
    inside.arg(std::env::current_exe().expect("it runs")).args(["--exact", this_test, "--nocapture"]).env(INSIDE, "1");
    assert!(inside.status().expect("it can be run").success());
}

fn inside_the_namespace() {
    shell(SHAPE);
    let server = serve();
    let before = windows(&server, Odd::Port(PORT), 1, 2);
    server.stop();
    shell(FILTER);
    let server = serve();
    // The line needs some seconds for its welcome and keyframe.
    let (during, queued_bytes) = while_the_queue_is_watched(&server, || windows(&server, Odd::Port(PORT), 4, 4));
    server.stop();
    let is_fresh = |window: &&Window| {
        let odd = odd_one(window);
        let line_ms = (odd.bytes_p50 + HEADER_BYTES) as f64 * 1e3 / f64::from(LINE_BYTES_PER_S);
        let allowed_ms = TICK_MS + 2.0 * line_ms + NOISE_MS + window.age_p99_ms;
        println!("on the line {line_ms:.0} ms, {allowed_ms:.0} ms at most: {odd:?}");
        assert!(odd.snapshots > 0, "{odd:?}");
        odd.age_p95_ms <= allowed_ms
    };
    // A busy machine disturbs single windows.
    let fresh = during.iter().filter(is_fresh).count();
    assert!(fresh * 2 >= during.len(), "snapshots are too old in {} of {} windows", during.len() - fresh, during.len());
    assert_the_queue_is_short(queued_bytes);
    assert_the_others_notice_nothing(&before, &during);
}

#[test]
fn a_client_that_reads_8_kb_a_second_has_a_short_queue_and_costs_the_others_nothing() {
    let _alone = ALONE.lock();
    let server = serve();
    let before = windows(&server, Odd::Slow { bytes_per_s: u32::MAX }, 1, 2);
    server.stop();
    let server = serve();
    let slow = Odd::Slow { bytes_per_s: LINE_BYTES_PER_S };
    let during = windows(&server, slow, 1, 3);
    server.stop();
    let odd: u64 = during.iter().map(|window| odd_one(window).snapshots).sum();
    let everyone = during.iter().map(|window| window.patch_rate * window.seconds).sum::<f64>();
    assert!(odd > 0 && (odd as f64) < everyone, "{odd} snapshots came of {everyone}");
    assert_the_others_notice_nothing(&before, &during);
}

fn odd_one(window: &Window) -> &OddOne {
    window.odd.as_ref().expect("there is an odd one")
}

/// Does something, and tells how many bytes the system held for the client at most.
fn while_the_queue_is_watched<T>(server: &Running, act: impl FnOnce() -> T) -> (T, u64) {
    let (done, is_done) = mpsc::channel::<()>();
    thread::scope(|scope| {
        let watcher = scope.spawn(move || {
            let mut most = 0;
            while is_done.recv_timeout(Duration::from_millis(20)) == Err(RecvTimeoutError::Timeout) {
                most = most.max(queued_bytes(server.addr.port()));
            }
            most
        });
        let result = act();
        drop(done);
        (result, watcher.join().expect("it watches"))
    })
}

/// What the system holds for the client on the server's socket, as `/proc/net/tcp` has it.
fn queued_bytes(server_port: u16) -> u64 {
    let sockets = fs::read_to_string("/proc/self/net/tcp").expect("Linux tells");
    let ends = format!(" 0100007F:{server_port:04X} 0100007F:{PORT:04X} ");
    let line = sockets.lines().find_map(|line| line.split_once(&ends));
    let queue = line.and_then(|(_, rest)| rest.split(' ').nth(1)?.split_once(':'));
    queue.map_or(0, |(sent, _)| u64::from_str_radix(sent, 16).expect("a number"))
}

fn assert_the_queue_is_short(queued_bytes: u64) {
    println!("{queued_bytes} bytes waited in the system at most");
    assert!(queued_bytes > 0, "nothing ever waited: that was not the client's socket");
    assert!(queued_bytes <= QUEUE_BYTES_MAX, "{queued_bytes} bytes waited");
}

/// Their median answer comes as soon as before, and nobody gets fewer snapshots than the rest.
fn assert_the_others_notice_nothing(before: &[Window], during: &[Window]) {
    let medians = |windows: &[Window]| windows.iter().map(|window| window.lat_p50_ms).collect::<Vec<_>>();
    let (before, medians) = (medians(before), medians(during));
    println!("the others' medians: {before:.1?} ms before, {medians:.1?} ms meanwhile");
    let least = medians.into_iter().fold(f64::INFINITY, f64::min);
    let most = before.into_iter().fold(0.0, f64::max);
    assert!(least <= most + NOISE_MS, "{least} ms, before at most {most} ms");
    for window in during {
        assert_eq!((window.lost, window.starved), (0, 0), "{window:?}");
    }
}
