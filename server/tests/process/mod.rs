//! The binary `skirmish` as a process: a server on a free port, and commands that end by themselves.

#![allow(dead_code, reason = "each test file uses its part")]

use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

const BINARY: &str = env!("CARGO_BIN_EXE_skirmish");
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
const SERVE: [&str; 5] = ["serve", "--listen", "127.0.0.1:0", "--bots", "2"];

/// A server with two bots in a match, running; killed if the test ends before it does.
pub(crate) struct Process {
    child: Child,
    pub(crate) addr: SocketAddr,
    /// The first lines that it printed.
    pub(crate) lines: Vec<String>,
}

impl Process {
    /// Starts a server with these flags more, and waits until it says where it is.
    pub(crate) fn start(more: &[&str]) -> Process {
        Process::spawn(skirmish().args(SERVE).args(more).stderr(Stdio::null()))
    }

    /// The same; what it logs goes to this file.
    pub(crate) fn start_logging(more: &[&str], log: File) -> Process {
        Process::spawn(skirmish().args(SERVE).args(more).stderr(log))
    }

    /// The same, started by a shell after this command.
    pub(crate) fn start_after(command: &str, log: File) -> Process {
        let script = format!("{command} && exec \"$0\" \"$@\"");
        let mut shell = Command::new("sh");
        shell.current_dir(ROOT).args(["-c", &script, BINARY]).args(SERVE);
        Process::spawn(shell.stderr(log))
    }

    fn spawn(command: &mut Command) -> Process {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary starts");
        let stdout = child.stdout.take().expect("it is piped");
        let lines: Vec<String> = BufReader::new(stdout).lines().take(2).map(|line| line.expect("text")).collect();
        let addr = lines[0].trim_start_matches("game http://").trim_end_matches('/');
        Process { addr: addr.parse().unwrap_or_else(|_| panic!("no address in {lines:?}")), child, lines }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal, by its name without SIG.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill exists").success());
    }

    /// Waits until it has ended. Told by a signal, it does so by itself within 5 s, or with a failure.
    pub(crate) fn wait(mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Fails only if the process has ended already, as it should have.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a command printed, and how it ended.
pub(crate) fn output<A: AsRef<OsStr>>(arguments: impl IntoIterator<Item = A>) -> Output {
    skirmish().args(arguments).output().expect("the binary starts")
}

fn skirmish() -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(ROOT);
    command
}
