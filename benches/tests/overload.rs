//! A server whose ticks take longer than they may, as a process: it relieves its match, players go on, and when they have left it recovers.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use skirmish_benches::swarm::{self, Orders, Target};

/// Whatever takes longer is waited for in vain.
const PATIENCE: Duration = Duration::from_secs(50);

struct Process {
    child: Child,
    addr: SocketAddr,
}

impl Process {
    fn start(flags: &[&str]) -> Process {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skirmish-workload"));
        command.args(["--listen", "127.0.0.1:0"]).args(flags).stdout(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let stdout = child.stdout.take().expect("it is piped");
        let addr = BufReader::new(stdout).lines().nth(1).expect("two lines").expect("text");
        Process { child, addr: addr.parse().expect("an address") }
    }

    fn metric(&self, name: &str) -> f64 {
        let mut stream = TcpStream::connect(self.addr).expect("it listens");
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.addr).expect("it reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers and closes");
        let mut values = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        values.next().map_or(0.0, |value| value.parse().expect("metrics are numbers"))
    }

    fn steps(&self, step: &str) -> f64 {
        self.metric(&format!("skirmish_relief_steps_total{{step=\"{step}\"}}"))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_match_that_is_too_heavy_is_relieved_and_recovers_when_it_no_longer_is() {
    // Eight players make a tick of 80 ms, and there are 50.
    let process = Process::start(&["--seats", "8", "--tick-hz", "20", "--burn-us-per-seat", "10000"]);
    let orders = Orders {
        target: Target::Skirmish { addr: process.addr, verify: true },
        rooms: 1,
        players: 8,
        hz: 20.0,
        warmup: Duration::from_secs(4),
        window: Duration::from_secs(4),
        windows: 1,
        pid: None,
        odd: None,
        guests_hz: 0,
    };
    let window = swarm::run(&orders).expect("all clients can join").remove(0);
    assert_eq!((window.lost, window.starved, window.checksums_wrong), (0, 0, 0), "{window:?}");
    assert!(window.snapshots > 0);
    assert!(process.steps("rate_lowered") >= 2.0, "snapshots came less often");
    assert!(process.steps("slowed") >= 1.0, "and then time went slower");
    assert!(process.metric("skirmish_ticks_overrun_total") > 0.0);

    // The players are gone, and with them the load; the match stays open for a while.
    let deadline = Instant::now() + PATIENCE;
    while process.steps("rate_raised") < process.steps("rate_lowered") {
        assert!(Instant::now() < deadline, "the match does not recover");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(process.steps("quickened") >= 1.0);
    assert_eq!(process.metric("skirmish_matches_relieved{sim=\"0\"}"), 0.0);
    assert_eq!(process.metric("skirmish_relief_dilation_permille{sim=\"0\"}"), 1000.0);
    assert_eq!(process.metric("skirmish_relief_snapshot_factor{sim=\"0\"}"), 1.0);
}
