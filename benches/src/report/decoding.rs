//! What the TypeScript client takes to read snapshots, from the file that its bench left.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The time of one piece of work in TypeScript.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct DecodingTime {
    /// What is done, and with what.
    pub name: String,
    /// Median time, in microseconds.
    pub median_us: f64,
    /// Time of all but the slowest hundredth, in microseconds.
    pub p99_us: f64,
}

#[derive(Deserialize)]
struct Output {
    files: Vec<BenchFile>,
}

#[derive(Deserialize)]
struct BenchFile {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    full_name: String,
    benchmarks: Vec<Benchmark>,
}

/// Times in milliseconds.
#[derive(Deserialize)]
struct Benchmark {
    name: String,
    median: f64,
    p99: f64,
}

/// All times in this file; none if it has not been written.
pub(super) fn read(file: &Path) -> Vec<DecodingTime> {
    let text = fs::read_to_string(file).unwrap_or_default();
    let files = serde_json::from_str::<Output>(&text).map_or(Vec::new(), |output| output.files);
    files.into_iter().flat_map(|file| file.groups).flat_map(times).collect()
}

fn times(Group { full_name, benchmarks }: Group) -> Vec<DecodingTime> {
    let group = full_name.rsplit(" > ").next().unwrap_or_default().to_owned();
    let time = |Benchmark { name, median, p99 }| DecodingTime {
        name: format!("{group}: {name}"),
        median_us: median * 1000.0,
        p99_us: p99 * 1000.0,
    };
    benchmarks.into_iter().map(time).collect()
}
