//! Which resource gave out first, going by what server and generator said of themselves when the objectives were missed.

use crate::crowd::Found;
use crate::metrics::Counts;

/// A budget used beyond this part is used up.
const USED_UP: f64 = 0.75;
/// A core used beyond this part is used up.
const BUSY: f64 = 0.85;

/// The resource, and what speaks for it.
pub(super) fn gave_out(found: &Found, cores: usize) -> String {
    let server = found.beside.server.as_ref();
    if found.missing > 0 || Counts::total(&found.tally.counts.refusals) > 0 {
        let (reason, _) = found.tally.counts.refusals.iter().next().unzip();
        let reason = reason.map_or("they never came in".to_owned(), Clone::clone);
        return format!("seats: {} players were not let in ({reason})", found.missing);
    }
    if let Some(budget) = server.and_then(|server| server.tick_budget)
        && budget.p99 >= USED_UP
    {
        return format!(
            "simulation: a tick took {:.0} % of its time at p99, {:.0} % on average",
            budget.p99 * 100.0,
            budget.mean * 100.0
        );
    }
    if found.relieved {
        return "simulation: the server had to spare matches something to keep up".to_owned();
    }
    if let Some(load) = server.and_then(|server| server.sim_load).filter(|load| *load >= USED_UP) {
        return format!("simulation: the busiest of its threads was asked for {:.0} % of its time", load * 100.0);
    }
    if let Some(busiest) = server.and_then(|server| server.busiest.as_ref()).filter(|busiest| busiest.cores >= BUSY) {
        return format!("{}: {} used {:.2} of a core", kind(&busiest.thread), busiest.thread, busiest.cores);
    }
    let machine = found.beside.generator.machine_cores;
    if machine >= BUSY * cores as f64 {
        let server_cpu =
            server.and_then(|server| server.cpu_cores).map_or("an unknown part".to_owned(), |cpu| format!("{cpu:.2}"));
        return format!("processors: {machine:.2} of {cores} cores were at work, {server_cpu} of them for the server");
    }
    "none of those that are measured: neither ticks, nor threads, nor processors, nor seats".to_owned()
}

/// What a thread of the server does, by its name.
fn kind(thread: &str) -> &'static str {
    if thread.starts_with("edge-") { "reading and writing sockets" } else { "simulation" }
}
