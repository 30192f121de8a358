//! The report: everything a run measured, with the verdict first, as JSON for machines and as a page for people.
//!
//! Invariant: the page is a function of the JSON, so that a merged or a saved report can be shown again.

mod baseline;
mod chart;
mod page;
mod sections;
mod text;
mod timeline;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::environment::Environment;
use crate::exit::Failure;
use crate::field::Seen;
use crate::metrics::{Kind, Metric, Quantiles, Tally};
use crate::monitor::{Beside, BesideSeries};
use crate::slo::{Judged, Slo};
use crate::verdict::{self, Verdict};

pub(crate) use chart::{Axes, Line, escaped, lines, shown};
pub(crate) use page::{band, frame, section, table};
pub(crate) use text::print;

/// The version of the JSON's layout.
const LAYOUT: u32 = 1;

/// What a run was asked to do.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Asked {
    pub(crate) target: String,
    /// Scenarios with their weights.
    pub(crate) scenarios: Vec<(String, usize)>,
    pub(crate) seed: u64,
    /// Whether every snapshot was applied and its checksum verified; else only acks were read.
    pub(crate) verified: bool,
    /// The generator's cores, and what came of reserving them.
    pub(crate) reserved: String,
    pub(crate) slos: Vec<Slo>,
}

/// One run, or several processes' part in it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Report {
    pub(crate) layout: u32,
    pub(crate) verdict: Verdict,
    pub(crate) judged: Vec<Judged>,
    /// What goose's thresholds missed.
    pub(crate) goose_missed: Vec<String>,
    /// When the run began, in Unix milliseconds.
    pub(crate) began_unix_ms: u64,
    /// From when the load was steady; none: it never was.
    pub(crate) steady_from_unix_ms: Option<u64>,
    /// How long it was.
    pub(crate) steady_s: f64,
    /// Stopped by Ctrl-C.
    pub(crate) interrupted: bool,
    /// Generator processes.
    pub(crate) processes: u32,
    pub(crate) asked: Asked,
    pub(crate) seen: Option<Seen>,
    pub(crate) environment: Environment,
    /// Server and generator over the steady window.
    pub(crate) beside: Beside,
    pub(crate) figures: Figures,
    pub(crate) tally: Tally,
    pub(crate) beside_series: BesideSeries,
}

/// What scripts look at: all of it follows from the rest.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Figures {
    /// Times in milliseconds from the moment at which something should have been done.
    pub(crate) corrected_ms: BTreeMap<Metric, Quantiles>,
    /// Times in milliseconds from the moment at which it was done.
    pub(crate) raw_ms: BTreeMap<Metric, Quantiles>,
    /// Payload bytes that one client received a second, by kind.
    pub(crate) received_bytes_per_client_s: BTreeMap<Kind, f64>,
    /// Payload bytes that one client sent a second, by kind.
    pub(crate) sent_bytes_per_client_s: BTreeMap<Kind, f64>,
    /// Clients in the steady window, on average.
    pub(crate) players: f64,
    /// The part of snapshots that were skipped.
    pub(crate) skipped_part: f64,
}

impl Figures {
    fn of(tally: &Tally, steady_s: f64) -> Self {
        let quantiles = |times: fn(&crate::metrics::Measured) -> &crate::metrics::Distribution| {
            let all = tally.times.iter();
            all.filter_map(|(metric, measured)| Some((*metric, times(measured).quantiles()?))).collect()
        };
        let client_s = tally.counts.client_s();
        let per_client = |traffic: &BTreeMap<Kind, crate::metrics::Traffic>| {
            traffic.iter().map(|(kind, traffic)| (*kind, traffic.bytes as f64 / client_s)).collect()
        };
        Self {
            corrected_ms: quantiles(|measured| &measured.corrected),
            raw_ms: quantiles(|measured| &measured.raw),
            received_bytes_per_client_s: per_client(&tally.counts.received),
            sent_bytes_per_client_s: per_client(&tally.counts.sent),
            players: if steady_s > 0.0 { client_s / steady_s } else { 0.0 },
            skipped_part: tally.counts.skipped_part(),
        }
    }
}

impl Report {
    /// Judges what was measured, in place of what was judged before.
    pub(crate) fn judged(self) -> Self {
        let server = self.beside.server.as_ref();
        let judged: Vec<_> = self.asked.slos.iter().map(|slo| slo.judge(&self.tally, server)).collect();
        Self {
            layout: LAYOUT,
            verdict: verdict::judge(&self.tally, &self.beside.generator, &judged, &self.goose_missed),
            judged,
            figures: Figures::of(&self.tally, self.steady_s),
            ..self
        }
    }

    /// A report that was written as JSON.
    ///
    /// # Errors
    /// The file is something else.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path).map_err(|error| Failure::file(path, error))?;
        let report: Report = serde_json::from_str(&text)
            .map_err(|error| Failure::file(path, format!("not a report of this program: {error}")))?;
        if report.layout != LAYOUT {
            return Err(Failure::file(path, format!("layout {}, only {LAYOUT} is known", report.layout)));
        }
        Ok(report)
    }

    /// Writes `OUT.json` and `OUT.html`; gives their paths.
    ///
    /// # Errors
    /// A file can't be written.
    pub(crate) fn write(&self, out: &Path, baseline: Option<&Report>) -> Result<[PathBuf; 2], Failure> {
        let json = serde_json::to_string(self).expect("a report has nothing that JSON lacks");
        write_both(out, &json, &page::show(self, baseline))
    }
}

/// Writes what goes to `OUT.json` and to `OUT.html`.
pub(crate) fn write_both(out: &Path, json: &str, html: &str) -> Result<[PathBuf; 2], Failure> {
    if let Some(folder) = out.parent() {
        fs::create_dir_all(folder).map_err(|error| Failure::file(folder, error))?;
    }
    let named = |extension: &str| PathBuf::from(format!("{}.{extension}", out.display()));
    let paths = [named("json"), named("html")];
    for (path, text) in paths.iter().zip([json, html]) {
        fs::write(path, text).map_err(|error| Failure::file(path, error))?;
    }
    Ok(paths)
}
