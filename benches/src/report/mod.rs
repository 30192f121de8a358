//! The report of a run of all benches: measured end to end, counted, analysed, held against the targets, shown.
//!
//! One file each: `cases` (what is measured), `rig` (programs started and stopped), `measure` (rounds and medians), `targets`, `doubts`, `stage_times`
//! (what criterion found), `text` and `page` (how it is shown), `chart` (drawings for the page).
//!
//! Invariant: everything shown stands in the JSON file too.

pub mod cases;
mod chart;
mod doubts;
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
    /// Where the bytes go.
    pub bytes: Vec<Bytes>,
    /// Instructions of each stage.
    pub instructions: Vec<Compared>,
    /// Time of each stage, if criterion has run.
    pub stages: Vec<StageTime>,
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

impl Report {
    /// A report of what was measured; analyses the bytes, reads criterion's times under `criterion`, and draws the conclusions.
    pub fn new(
        cases: Vec<Measured>,
        window_s: f64,
        empty_rss_kib: u64,
        instructions: Vec<Compared>,
        criterion: &Path,
    ) -> Self {
        let mut report = Self {
            machine: Machine::here(),
            window_s,
            cases,
            empty_rss_kib,
            bytes: ANALYSED.map(Bytes::new).to_vec(),
            instructions,
            stages: stage_times::read(criterion),
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
