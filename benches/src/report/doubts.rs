//! What makes the figures of a run doubtful: a machine that was busy with something else, clients that could not keep up, or a server that did not serve.

use super::Report;
use super::measure::{Measured, median};
use crate::swarm::Window;

/// CPU time of other programs, in cores, beyond which a run is doubtful.
const OTHERS_MAX: f64 = 0.1;
/// The part of its snapshots that each client must have had.
const RATE_MIN: f64 = 0.97;
/// What plain epoll takes, as a multiple of the floor, on a machine that is as it should be.
const EPOLL_RATIOS: std::ops::RangeInclusive<f64> = 1.4..=2.3;

/// Every doubt, to read; none in a sound run.
pub(super) fn all(report: &Report) -> Vec<String> {
    let mut doubts: Vec<_> = report.cases.iter().flat_map(of_case).collect();
    if let Some(ratio) = report.case("c").map(|c| median(c.epoll_ratios()))
        && !EPOLL_RATIOS.contains(&ratio)
    {
        let (from, to) = EPOLL_RATIOS.into_inner();
        doubts.push(format!("plain epoll takes {ratio:.2} x the floor; {from} to {to} are usual"));
    }
    doubts
}

fn of_case(measured: &Measured) -> Vec<String> {
    let Measured { case, server, floor, epoll, verified } = measured;
    let windows = || server.iter().chain(floor).chain(epoll).chain(verified);
    let sum = |count: fn(&Window) -> u64| windows().map(count).sum::<u64>();
    let most = |count: fn(&Window) -> u32| windows().map(count).max().unwrap_or(0);
    let (missed, wrong) = (sum(|window| window.inputs_missed), sum(|window| window.checksums_wrong));
    let (lost, starved) = (most(|window| window.lost), most(|window| window.starved));
    let others = median(windows().map(|window| window.others_cpu_s / window.seconds));
    let worst = measured.median(|window| window.patch_rate_worst) / f64::from(case.hz);

    let doubts = [
        (missed > 0, format!("the clients were too busy to send {missed} inputs")),
        (wrong > 0, format!("{wrong} checksums did not agree")),
        (lost > 0, format!("{lost} clients lost their connections")),
        (starved > 0, format!("{starved} clients got no snapshot at all")),
        (starved == 0 && worst < RATE_MIN, format!("one client got only {:.0} % of its snapshots", worst * 100.0)),
        (others > OTHERS_MAX, format!("other programs used {:.0} % of a core", others * 100.0)),
    ];
    let doubts = doubts.into_iter().filter(|(is_so, _)| *is_so);
    doubts.map(|(_, doubt)| format!("case {}: {doubt}", case.id)).collect()
}
