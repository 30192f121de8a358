//! Starts the programs that are measured, lets the swarm loose on them, and ends them.
//!
//! Invariant: a program that was started here is gone when its `Process` is.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, ensure};

use super::cases::Case;
use crate::process;
use crate::swarm::Window;

/// The directory of the programs, and how long to look at each.
#[derive(Clone, Debug)]
pub struct Rig {
    /// Where the programs lie.
    pub programs: PathBuf,
    /// Seconds from the last join to the first window.
    pub warmup_s: f64,
    /// Seconds of a window.
    pub window_s: f64,
    /// Windows of one run of a program.
    pub windows: u32,
}

/// What is held against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The server with the workload.
    Server,
    /// The same, with clients that apply every snapshot.
    Verified,
    /// The floor, with frames of so many bytes of payload.
    Floor(u32),
    /// Plain epoll, with the same.
    Epoll(u32),
}

impl Rig {
    /// Runs one subject under one case's load.
    ///
    /// # Errors
    /// A program that can't be started, or that clients can't join.
    pub fn measure(&self, case: &Case, subject: Subject) -> anyhow::Result<Vec<Window>> {
        let process = Process::start(&mut self.subject(case, subject))?;
        let mut swarm = Command::new(self.programs.join("skirmish-swarm"));
        swarm
            .arg(process.addr.to_string())
            .args(["--pid", &process.child.id().to_string()])
            .args(["--rooms", &case.rooms.to_string(), "--players", &case.players.to_string()])
            .args(["--hz", &case.hz.to_string(), "--warmup-s", &self.warmup_s.to_string()])
            .args(["--window-s", &self.window_s.to_string(), "--windows", &self.windows.to_string()]);
        match subject {
            Subject::Server | Subject::Verified => drop(swarm.args(["--guests-hz", &case.guests_hz.to_string()])),
            Subject::Floor(_) | Subject::Epoll(_) => drop(swarm.arg("--floor")),
        }
        if subject == Subject::Verified {
            swarm.arg("--verify");
        }
        let output = swarm.stderr(Stdio::inherit()).output().context("the swarm can't be run")?;
        ensure!(output.status.success(), "the swarm failed in case {}", case.id);
        let lines = std::str::from_utf8(&output.stdout)?.lines();
        Ok(lines.map(serde_json::from_str).collect::<Result<_, _>>()?)
    }

    /// Memory of a server that nobody has joined, in KiB.
    ///
    /// # Errors
    /// The server can't be started.
    pub fn empty_rss_kib(&self, case: &Case) -> anyhow::Result<u64> {
        let process = Process::start(&mut self.subject(case, Subject::Server))?;
        Ok(process::rss_kib(process.child.id())?)
    }

    fn subject(&self, case: &Case, subject: Subject) -> Command {
        let program = |name: &str| {
            let mut command = Command::new(self.programs.join(name));
            command.args(["--listen", "127.0.0.1:0"]);
            command
        };
        let hz = case.hz.to_string();
        match subject {
            Subject::Server | Subject::Verified => {
                let mut server = program("skirmish-workload");
                server.args(["--seats", &case.seats().to_string(), "--tick-hz", &hz]).args(&case.flags);
                server
            }
            Subject::Floor(bytes) | Subject::Epoll(bytes) => {
                let mut floor = program("skirmish-floor");
                floor.args(["--bytes", &bytes.to_string(), "--hz", &hz]);
                if matches!(subject, Subject::Epoll(_)) {
                    floor.arg("--epoll");
                }
                floor
            }
        }
    }
}

/// A program that listens; killed when dropped.
struct Process {
    child: Child,
    addr: SocketAddr,
}

impl Process {
    /// Starts a program that prints `ready` and its address.
    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let name = Path::new(command.get_program()).display().to_string();
        let mut child = command.stdout(Stdio::piped()).spawn().with_context(|| format!("{name} can't be started"))?;
        let stdout = child.stdout.take().expect("it is piped");
        match read_addr(stdout) {
            Ok(addr) => Ok(Self { child, addr }),
            Err(error) => {
                end(&mut child);
                Err(error.context(format!("{name} did not start")))
            }
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        end(&mut self.child);
    }
}

/// It may have ended by itself.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

fn read_addr(stdout: impl Read) -> anyhow::Result<SocketAddr> {
    let mut lines = BufReader::new(stdout).lines();
    let mut line = || lines.next().context("it ended")?.context("its output can't be read");
    let ready = line()?;
    ensure!(ready == "ready", "it said {ready:?} instead of `ready`");
    Ok(line()?.parse()?)
}
