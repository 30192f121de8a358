//! The report of a run of all benches: measured end to end, counted, analysed, held against the targets, shown.
//!
//! One file each: `cases` (what is measured), `rig` (programs started and stopped), `measure` (rounds and medians), `targets`, `doubts`, `heap` (allocations),
//! `stage_times` (what criterion found), `decoding` (what vitest found), `text` and `page` (how it is shown), `chart` (drawings for the page).
//!
//! Invariant: everything shown stands in the JSON file too.

pub mod cases;
mod chart;
mod decoding;
mod doubts;
pub mod heap;
pub mod measure;
mod page;
pub mod rig;
mod stage_times;
mod targets;
mod text;

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::bytes::Bytes;
use crate::instructions::Compared;
pub use decoding::DecodingTime;
pub use heap::Heap;
use measure::Measured;
pub use stage_times::StageTime;
pub use targets::Target;

/// Players of the matches whose bytes are analysed.
const ANALYSED: [u32; 3] = [8, 50, 200];

/// Everything that a run found.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Report {
    /// On which machine.
    pub machine: Machine,
    /// How long each window was, in seconds.
    pub window_s: f64,
    /// What was measured end to end.
    pub cases: Vec<Measured>,
    /// Memory of a server without players, in KiB.
    pub empty_rss_kib: u64,
    /// Heap allocations of a warm server.
    pub heap: Vec<Heap>,
    /// Where the bytes go.
    pub bytes: Vec<Bytes>,
    /// Instructions of each stage.
    pub instructions: Vec<Compared>,
    /// Time of each stage, if criterion has run.
    pub stages: Vec<StageTime>,
    /// Time that the TypeScript client takes, if its bench has run.
    pub decoding: Vec<DecodingTime>,
    /// What must be reached.
    pub targets: Vec<Target>,
}

/// The machine of a run.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Machine {
    /// Its processor.
    pub processor: String,
    /// How many of its cores we may use.
    pub cores: usize,
    /// Its Linux.
    pub kernel: String,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let processors = read("/proc/cpuinfo");
        let model = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
        Self {
            processor: model.map(|(_, model)| model.to_owned()).unwrap_or_default(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            kernel: read("/proc/sys/kernel/osrelease").trim().to_owned(),
        }
    }
}

/// Where other programs have left what they found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    /// criterion's directory.
    pub criterion: &'a Path,
    /// The JSON file of the TypeScript client's bench.
    pub decoding: &'a Path,
}

impl Report {
    /// A report of what was measured; analyses the bytes, reads what other programs found, and draws the conclusions.
    pub fn new(
        cases: Vec<Measured>,
        window_s: f64,
        empty_rss_kib: u64,
        heap: Vec<Heap>,
        instructions: Vec<Compared>,
        found: Found<'_>,
    ) -> Self {
        let mut report = Self {
            machine: Machine::here(),
            window_s,
            cases,
            empty_rss_kib,
            heap,
            bytes: ANALYSED.map(Bytes::new).to_vec(),
            instructions,
            stages: stage_times::read(found.criterion),
            decoding: decoding::read(found.decoding),
            targets: Vec::new(),
        };
        report.targets = targets::all(&report);
        report
    }

    /// What was measured of a case.
    pub fn case(&self, id: &str) -> Option<&Measured> {
        self.cases.iter().find(|measured| measured.case.id == id)
    }

    /// What makes the figures doubtful; empty in a sound run.
    pub fn doubts(&self) -> Vec<String> {
        doubts::all(self)
    }

    /// As text, for a terminal.
    pub fn text(&self) -> String {
        text::show(self)
    }

    /// Writes `bench.json` and `bench.html` into a directory.
    ///
    /// # Errors
    /// They can't be written.
    pub fn write(&self, directory: &Path) -> anyhow::Result<()> {
        fs::create_dir_all(directory)?;
        fs::write(directory.join("bench.json"), serde_json::to_string_pretty(self)?)?;
        Ok(fs::write(directory.join("bench.html"), page::show(self))?)
    }
}
