//! The end-to-end measurements: every case, its floor beside it, again and again.
//!
//! Rounds go through all cases, so that a machine that grows slower or faster meanwhile does so for server and floor alike.

use serde::{Deserialize, Serialize};

use super::cases::Case;
use super::rig::{Rig, Subject};
use crate::swarm::Window;

/// The part of a machine's capacity at which latency is measured.
const LOAD: f64 = 0.7;

/// What was measured of one case; sample `k` of each list was taken in the same round.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Measured {
    /// The case.
    pub case: Case,
    /// The server.
    pub server: Vec<Window>,
    /// The floor.
    pub floor: Vec<Window>,
    /// Plain epoll.
    pub epoll: Vec<Window>,
    /// The server, with clients that apply every snapshot; taken in the first round only.
    pub verified: Vec<Window>,
}

impl Measured {
    fn new(case: Case) -> Self {
        Self { case, server: Vec::new(), floor: Vec::new(), epoll: Vec::new(), verified: Vec::new() }
    }

    /// The median over the server's windows.
    pub fn median(&self, figure: impl Fn(&Window) -> f64) -> f64 {
        median(self.samples(figure))
    }

    /// A figure of each of the server's windows.
    pub fn samples(&self, figure: impl Fn(&Window) -> f64) -> Vec<f64> {
        self.server.iter().map(figure).collect()
    }

    /// CPU for each snapshot as a multiple of the floor's, sample by sample.
    pub fn ratios(&self) -> Vec<f64> {
        ratios(&self.server, &self.floor)
    }

    /// The same of plain epoll: in a sound run 1.4 to 2.3.
    pub fn epoll_ratios(&self) -> Vec<f64> {
        ratios(&self.epoll, &self.floor)
    }

    fn measure(&mut self, rig: &Rig) -> anyhow::Result<()> {
        eprintln!("case {}: {}", self.case.id, self.case.title);
        self.server.extend(rig.measure(&self.case, Subject::Server)?);
        let bytes = self.median(|window| window.bytes_per_snap).round() as u32;
        if self.case.with_floor {
            self.floor.extend(rig.measure(&self.case, Subject::Floor(bytes))?);
        }
        if self.case.with_epoll {
            self.epoll.extend(rig.measure(&self.case, Subject::Epoll(bytes))?);
        }
        if self.case.verified && self.verified.is_empty() {
            self.verified.extend(rig.measure(&self.case, Subject::Verified)?);
        }
        Ok(())
    }
}

/// Measures `cases` in so many rounds, and the latency at part of the capacity that case g shows.
///
/// # Errors
/// A program that does not work.
pub fn measure(rig: &Rig, cases: Vec<Case>, rounds: u32) -> anyhow::Result<Vec<Measured>> {
    let mut all: Vec<_> = cases.into_iter().map(Measured::new).collect();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        all.iter_mut().try_for_each(|measured| measured.measure(rig))?;
        let at_capacity = all.iter().find(|measured| measured.case.id == "g").map(rooms_at_load);
        if let (1, Some(rooms)) = (round, at_capacity) {
            for case in Case::at_load(rooms) {
                let mut latency = Measured::new(case);
                latency.measure(rig)?;
                all.push(latency);
            }
        }
    }
    Ok(all)
}

/// How many matches of eight load the machine to [`LOAD`], going by what each snapshot of a measured case took of the busiest thread, be it the
/// clients', and of all cores together.
fn rooms_at_load(measured: &Measured) -> u32 {
    let cores = std::thread::available_parallelism().map_or(1, usize::from) as f64;
    let snapshot_s = measured.median(|window| {
        let threads = window.server_threads_cpu_s.iter().map(|(_, cpu_s)| *cpu_s);
        let busiest = threads.fold(window.swarm_cpu_s, f64::max);
        let together = (window.server_cpu_s + window.swarm_cpu_s) / cores;
        busiest.max(together) / window.snapshots.max(1) as f64
    });
    let Case { players, hz, .. } = measured.case;
    let rooms = LOAD / (snapshot_s * f64::from(players * hz));
    (rooms as u32).max(1)
}

fn ratios(one: &[Window], other: &[Window]) -> Vec<f64> {
    one.iter().zip(other).map(|(one, other)| one.us_per_snap / other.us_per_snap).collect()
}

/// The middle one; of an even number the lower of the two in the middle. Not a number if there is none.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get((values.len().max(1) - 1) / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_one() {
        assert_eq!(median([5.0, 1.0, 3.0]), 3.0);
        assert_eq!(median([4.0, 1.0, 3.0, 2.0]), 2.0);
        assert!(median([]).is_nan());
    }
}
