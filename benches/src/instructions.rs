//! How many instructions each stage takes, counted by valgrind: a figure that a busy machine does not move.
//!
//! The counts of a known state lie in `benches/instructions.json`; `./scripts/bench --accept` writes them anew. They depend a little on the
//! machine (its C library chooses among instructions) and on the compiler, hence [`TOLERANCE`].
//!
//! Invariant: nothing is compared but what both sides have counted.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

use crate::stages::Stage;

/// A count that is higher than accepted by more than this part of it is a regression.
pub const TOLERANCE: f64 = 0.02;

/// Instructions of one piece of work, by stage and number of entities.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Instructions(BTreeMap<String, BTreeMap<u32, u64>>);

/// One count beside the accepted one.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Compared {
    /// The stage.
    pub stage: String,
    /// How many entities.
    pub entities: u32,
    /// The count now, of one piece of work.
    pub instructions: u64,
    /// The same for one entity and tick.
    pub per_entity: f64,
    /// The accepted count, if there is one.
    pub accepted: Option<u64>,
}

impl Compared {
    /// How much more it is, as a part of what is accepted; none if nothing is.
    pub fn growth(&self) -> Option<f64> {
        self.accepted.map(|accepted| self.instructions as f64 / accepted as f64 - 1.0)
    }

    /// Whether it is more than is accepted.
    pub fn is_regression(&self) -> bool {
        self.growth().is_some_and(|growth| growth > TOLERANCE)
    }
}

impl Instructions {
    /// Counts every stage at these sizes with the program `stage`.
    ///
    /// # Errors
    /// valgrind is missing or fails.
    pub fn count(stage: &Path, entities: &[u32]) -> anyhow::Result<Self> {
        let count_all = |known: Stage| {
            let counts = entities.iter().map(|&entities| Ok((entities, count_one(stage, known, entities)?)));
            Ok((known.name().to_owned(), counts.collect::<anyhow::Result<_>>()?))
        };
        Ok(Self(Stage::ALL.into_iter().map(count_all).collect::<anyhow::Result<_>>()?))
    }

    /// The accepted counts; none if there is no such file.
    ///
    /// # Errors
    /// The file is not what it should be.
    pub fn load(path: &Path) -> anyhow::Result<Self> {
        if !path.exists() {
            return Ok(Self::default());
        }
        serde_json::from_str(&fs::read_to_string(path)?).with_context(|| format!("{} can't be read", path.display()))
    }

    /// Makes these the accepted ones.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn save(&self, path: &Path) -> anyhow::Result<()> {
        Ok(fs::write(path, serde_json::to_string_pretty(self)? + "\n")?)
    }

    /// Each count beside the accepted one, in the order of the pipeline.
    pub fn compare(&self, accepted: &Self) -> Vec<Compared> {
        let compare = |stage: Stage| {
            let counts = self.0.get(stage.name()).into_iter().flatten();
            counts.map(move |(&entities, &instructions)| Compared {
                stage: stage.name().to_owned(),
                entities,
                instructions,
                per_entity: instructions as f64 / f64::from(entities) / stage.ticks() as f64,
                accepted: accepted.0.get(stage.name()).and_then(|counts| counts.get(&entities)).copied(),
            })
        };
        Stage::ALL.into_iter().flat_map(compare).collect()
    }
}

fn count_one(program: &Path, stage: Stage, entities: u32) -> anyhow::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*counted*"])
        .arg(program)
        .args([stage.name(), &entities.to_string()])
        .output()
        .context("valgrind can't be run")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{} with {entities} entities under valgrind: {said}", stage.name());
    let collected = said.lines().find_map(|line| line.split_once("Collected : "));
    let count = collected.and_then(|(_, count)| count.trim().parse().ok()).filter(|count| *count > 0);
    count.with_context(|| format!("valgrind counted nothing: {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_the_tolerance_above_the_accepted_count_is_a_regression() {
        let counts = |count| Instructions(BTreeMap::from([("delta".to_owned(), BTreeMap::from([(10, count)]))]));
        let growth = |now, accepted: &Instructions| counts(now).compare(accepted)[0].is_regression();
        let accepted = counts(1000);
        assert!(!growth(1019, &accepted) && growth(1021, &accepted) && !growth(500, &accepted));
        assert!(!growth(1021, &Instructions::default()), "nothing is accepted yet");
    }
}
