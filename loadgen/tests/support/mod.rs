//! Real servers and the real load generator, as processes.
//!
//! The generator must not depend on the server, so cargo does not hand its tests the server's program. They build it once a test
//! binary, with the cargo that runs them; for whoever has built it already, SKIRMISH_BINARIES names the folder where it lies.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
/// Whatever takes longer is waited for in vain.
const PATIENCE: Duration = Duration::from_secs(60);
/// From one look at a server's metrics to the next.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
const LOADGEN: &str = env!("CARGO_BIN_EXE_skirmish-loadgen");

/// Where the servers' programs lie.
static BINARIES: LazyLock<PathBuf> = LazyLock::new(|| {
    if let Some(folder) = std::env::var_os("SKIRMISH_BINARIES") {
        return folder.into();
    }
    let folder = Path::new(LOADGEN).parent().expect("a program lies in a folder");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(ROOT).args(["build", "--quiet", "--offline", "--bin", "skirmish", "--bin", "skirmish-workload"]);
    cargo.args(["--package", "skirmish-server", "--package", "skirmish-benches"]);
    if folder.ends_with("release") {
        cargo.arg("--release");
    }
    let built = cargo.status().expect("cargo runs");
    assert!(built.success(), "the servers can't be built; SKIRMISH_BINARIES may name a folder where they lie");
    folder.to_owned()
});

/// Where a server's program lies.
pub(crate) fn program(name: &str) -> PathBuf {
    BINARIES.join(name)
}

/// One load at a time: two would starve each other, and declare themselves void.
static MACHINE: Mutex<()> = Mutex::new(());

pub(crate) fn alone() -> MutexGuard<'static, ()> {
    MACHINE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A server; killed when dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
}

impl Server {
    /// The server with arena, without bots.
    pub(crate) fn arena(more: &[&str]) -> Self {
        Self::start("skirmish", &[&["serve", "--listen", "127.0.0.1:0", "--bots", "0"], more].concat())
    }

    /// The server with the benchmark workload, which can be put under strain.
    pub(crate) fn workload(more: &[&str]) -> Self {
        Self::start("skirmish-workload", &[&["--listen", "127.0.0.1:0"], more].concat())
    }

    fn start(program: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(self::program(program));
        command.current_dir(ROOT).args(arguments).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut lines = lines.map(|line| line.expect("text"));
        let address = lines.find_map(|line| {
            let address = line.trim_start_matches("game http://").trim_end_matches('/').to_owned();
            address.parse::<std::net::SocketAddr>().ok()
        });
        let url = format!("http://{}", address.unwrap_or_else(|| panic!("{program} says no address")));
        Self { child, url }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What one of its metrics says, of all labels together.
    pub(crate) fn metric(&self, name: &str) -> f64 {
        let addr = self.url.trim_start_matches("http://");
        let mut stream = TcpStream::connect(addr).expect("it listens");
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\n\r\n").expect("it reads");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("it answers and closes");
        let lines = text.lines().filter_map(|line| line.strip_prefix(name)?.rsplit_once(' '));
        lines.map(|(_, value)| value.parse::<f64>().expect("metrics are numbers")).sum()
    }

    /// Waits until one of its metrics has grown by so much.
    pub(crate) fn wait_for(&self, name: &str, growth: f64) {
        let (from, deadline) = (self.metric(name), Instant::now() + PATIENCE);
        while self.metric(name) < from + growth {
            assert!(Instant::now() < deadline, "{name} does not grow by {growth} from {from}");
            std::thread::sleep(LOOK_AGAIN);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the generator printed, how it ended, and its report.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) text: String,
    pub(crate) report: Value,
    pub(crate) page: String,
    folder: TempDir,
}

/// A generator that runs.
pub(crate) struct Running {
    child: Child,
    folder: TempDir,
}

/// Starts the generator with these arguments; its report goes to a folder of its own.
pub(crate) fn start(arguments: &[&str]) -> Running {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(LOADGEN);
    command.args(arguments).arg("--out").arg(folder.path().join("report"));
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the generator starts");
    Running { child, folder }
}

/// Runs the generator to its end.
pub(crate) fn run(arguments: &[&str]) -> Run {
    start(arguments).wait()
}

/// A plain run of so many players, for some seconds.
pub(crate) fn load(server: &Server, users: &str, run_time: &str, more: &[&str]) -> Run {
    run(&[&["--host", &server.url, "-u", users, "-r", "100", "-t", run_time, "--no-progress"], more].concat())
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.id().to_string()]).status();
        assert!(sent.expect("kill exists").success());
    }

    pub(crate) fn wait(self) -> Run {
        let Output { status, stdout, stderr } = self.child.wait_with_output().expect("the generator ends");
        let text = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
        let read = |extension: &str| std::fs::read_to_string(self.folder.path().join(format!("report.{extension}")));
        let report = read("json").map_or(Value::Null, |json| serde_json::from_str(&json).expect("the report is JSON"));
        let code = status.code().unwrap_or(-1);
        Run { code, text, report, page: read("html").unwrap_or_default(), folder: self.folder }
    }
}

impl Run {
    /// Where the report's JSON lies.
    pub(crate) fn json(&self) -> String {
        self.folder.path().join("report.json").display().to_string()
    }

    /// Samples of a time, corrected.
    pub(crate) fn samples(&self, metric: &str) -> u64 {
        self.report["figures"]["corrected_ms"][metric]["count"].as_u64().unwrap_or(0)
    }

    /// A figure in milliseconds, corrected.
    pub(crate) fn corrected_ms(&self, metric: &str, quantile: &str) -> f64 {
        self.report["figures"]["corrected_ms"][metric][quantile].as_f64().unwrap_or(f64::NAN)
    }

    pub(crate) fn counts(&self) -> &Value {
        &self.report["tally"]["counts"]
    }

    /// The server did nothing that a correct one does not do.
    #[track_caller]
    pub(crate) fn is_correct(&self) {
        assert_eq!(self.counts()["violations"], serde_json::json!({}), "{}", self.text);
        assert!(self.counts()["checksums"].as_u64() > Some(0), "checksums are verified: {}", self.text);
        assert!([0, 4].contains(&self.code), "passed, or void on a busy machine, not {}: {}", self.code, self.text);
    }
}
