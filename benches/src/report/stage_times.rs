//! What criterion found out about the stages, from the files that it left.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::stages::{ENTITIES, Stage};

/// The time of one stage.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct StageTime {
    /// Its name.
    pub stage: String,
    /// How many entities.
    pub entities: u32,
    /// Median time for one tick, in nanoseconds.
    pub ns_per_tick: f64,
}

#[derive(Deserialize)]
struct Estimates {
    median: Estimate,
}

#[derive(Deserialize)]
struct Estimate {
    point_estimate: f64,
}

/// All times under criterion's directory; none of what was not run.
pub(super) fn read(criterion: &Path) -> Vec<StageTime> {
    let mut times = Vec::new();
    for stage in Stage::ALL {
        for entities in ENTITIES {
            let file = criterion.join(format!("{}/{entities}/new/estimates.json", stage.name()));
            let text = fs::read_to_string(file).ok();
            if let Some(Estimates { median }) = text.and_then(|text| serde_json::from_str(&text).ok()) {
                let ns_per_tick = median.point_estimate / stage.ticks() as f64;
                times.push(StageTime { stage: stage.name().to_owned(), entities, ns_per_tick });
            }
        }
    }
    times
}
