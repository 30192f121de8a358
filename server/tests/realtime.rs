//! How the server's threads are scheduled, and what the log says of it.

#![cfg(target_os = "linux")]

mod http;
mod process;

use std::fs::{self, File};
use std::path::Path;

use http::wait_until;
use process::Process;

/// `SCHED_OTHER` and `SCHED_FIFO`, as the kernel numbers them.
const OTHER: u32 = 0;
const FIFO: u32 = 1;

/// The scheduling policies of the threads whose name begins so; a thread names itself only when it runs.
fn policies(process: &Process, name: &str) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{}/task", process.id())).expect("it runs");
    let stats = tasks.map(|task| fs::read_to_string(task.expect("a thread").path().join("stat")).unwrap_or_default());
    // After the name in parentheses comes the third field; the policy is the 41st.
    let named = stats.filter(|stat| stat.contains(&format!("({name}")));
    let policies = named.map(|stat| {
        let field = stat.rsplit_once(')').and_then(|(_, rest)| rest.split_whitespace().nth(41 - 3));
        field.and_then(|field| field.parse().ok()).expect("a number")
    });
    let mut policies: Vec<u32> = policies.collect();
    policies.dedup();
    policies
}

fn logged(dir: &Path) -> String {
    fs::read_to_string(dir.join("log")).expect("it is there")
}

#[test]
fn sim_threads_run_ahead_where_that_is_permitted_and_the_log_says_which() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let log = File::create(dir.path().join("log")).expect("it can be written");
    let process = Process::start_logging(&["--sim-threads", "2"], log);
    wait_until("the log says how sim threads are scheduled", || {
        logged(dir.path()).contains("sim threads are scheduled")
    });
    let log = logged(dir.path());
    assert_eq!(log.matches("sim threads are scheduled").count(), 1, "{log}");
    let is_ahead = log.contains("SCHED_FIFO, priority 1");
    assert!(is_ahead || log.contains("LimitRTPRIO=1") || log.contains("LimitRTTIME"), "{log}");
    wait_until("both have asked", || policies(&process, "sim-") == [if is_ahead { FIFO } else { OTHER }]);
    wait_until("no others have", || ["edge-", "control"].iter().all(|name| policies(&process, name) == [OTHER]));
}

#[test]
fn sim_threads_that_are_not_to_run_ahead_do_not() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let log = File::create(dir.path().join("log")).expect("it can be written");
    let process = Process::start_logging(&["--realtime", "off"], log);
    let ticks = || http::metric(process.addr, "skirmish_ticks_total");
    http::joined(process.addr, "Ada");
    wait_until("it ticks", || ticks() > 0.0);
    assert_eq!(policies(&process, "sim-"), [OTHER]);
    assert!(!logged(dir.path()).contains("sim threads are scheduled"));
}
