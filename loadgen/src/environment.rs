//! What a run ran on, and with: what one must know to hold two reports against each other.

use std::fs;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::reserve;

/// Machine, versions, and the command.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Environment {
    pub(crate) cores: usize,
    pub(crate) processor: String,
    pub(crate) kernel: String,
    pub(crate) memory_mib: u64,
    pub(crate) version: String,
    /// The commit of the working copy that the command was given in, if it was one.
    pub(crate) commit: Option<String>,
    pub(crate) command: String,
}

impl Environment {
    pub(crate) fn here() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let memory = read("/proc/meminfo");
        let kib = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"));
        Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor: reserve::processor(),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
            memory_mib: kib.and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: commit(),
            command: command(),
        }
    }

    /// In a line's part, for a page's head.
    pub(crate) fn shown(&self) -> String {
        let commit = self.commit.as_deref().unwrap_or("no commit known");
        format!("{} cores, {} · {commit}", self.cores, self.processor)
    }

    /// All that is known of the machine.
    pub(crate) fn machine(&self) -> String {
        format!("{} cores, {}, {} MiB, Linux {}", self.cores, self.processor, self.memory_mib, self.kernel)
    }
}

fn commit() -> Option<String> {
    let output = Command::new("git").args(["describe", "--always", "--dirty"]).output().ok()?;
    let commit = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !commit.is_empty()).then_some(commit)
}

fn command() -> String {
    let mut words = std::env::args();
    let program = words.next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    let quoted = words.map(|word| if word.contains([' ', '<', '>', ';', '*']) { format!("'{word}'") } else { word });
    [program].into_iter().chain(quoted).collect::<Vec<_>>().join(" ")
}
