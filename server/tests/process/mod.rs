//! The binary `skirmish` as a process: a server on a free port, and commands that end by themselves.

#![allow(dead_code, reason = "each test file uses its part")]

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Output, Stdio};

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
        let mut child = skirmish()
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
    let mut command = Command::new(env!("CARGO_BIN_EXE_skirmish"));
    command.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    command
}
