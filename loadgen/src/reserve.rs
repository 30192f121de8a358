//! The generator's own cores: its players' threads are bound to them, and run there ahead of everything usual where the system permits it.
//!
//! Invariant: a thread that runs ahead starts no others, for they would inherit that.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id,
};

/// What the threads of players are called, with a number after it.
pub(crate) const THREAD: &str = "players-";
/// Their real-time priority: one above the server's simulation threads, which can move to another core; these can't.
const PRIORITY: u8 = 2;

/// What was reserved.
#[derive(Clone, Debug)]
pub(crate) struct Reserved {
    pub(crate) cores: Vec<usize>,
    bound: Arc<AtomicBool>,
    first: Arc<AtomicBool>,
}

impl Reserved {
    pub(crate) fn new(cores: &[usize]) -> Self {
        Self { cores: cores.to_vec(), bound: Arc::new(AtomicBool::new(true)), first: Arc::new(AtomicBool::new(true)) }
    }

    /// In words.
    pub(crate) fn shown(&self) -> String {
        let cores: Vec<_> = self.cores.iter().map(usize::to_string).collect();
        let bound = if self.bound.load(Ordering::Relaxed) { "bound to" } else { "could not be bound to" };
        let first =
            if self.first.load(Ordering::Relaxed) { "ahead of ordinary threads" } else { "scheduled like any other" };
        format!("{bound} core {}, {first}", cores.join(", "))
    }
}

/// Takes a core for the calling thread.
pub(crate) fn take(core: usize, reserved: &Reserved) {
    let mut cores = CpuSet::new();
    cores.set(core);
    if sched_setaffinity(None, &cores).is_err() {
        reserved.bound.store(false, Ordering::Relaxed);
    }
    if !run_ahead() {
        reserved.first.store(false, Ordering::Relaxed);
    }
}

fn run_ahead() -> bool {
    // Under such a limit the system would end the process.
    if getrlimit(Resource::Rttime).current.is_some() {
        return false;
    }
    let priority = ThreadPriority::try_from(PRIORITY).expect("a low priority is one");
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    set_thread_priority_and_policy(thread_native_id(), priority, policy).is_ok()
}

/// The cores to use when none are named: the last quarter of those that this process may use, at least one.
pub(crate) fn usual_cores() -> Vec<usize> {
    let allowed = allowed_cores();
    let count = (allowed.len() / 4).max(1);
    allowed[allowed.len() - count..].to_vec()
}

/// The cores that this process may use.
pub(crate) fn allowed_cores() -> Vec<usize> {
    let Ok(set) = sched_getaffinity(None) else { return vec![0] };
    let allowed: Vec<_> = (0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core)).collect();
    if allowed.is_empty() { vec![0] } else { allowed }
}

/// Lets this process have as many open files as it may.
pub(crate) fn raise_file_limit() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    // Refused: the usual limit stays, and a connection beyond it is told as refused.
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// The processor's name.
pub(crate) fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or("unknown".to_owned(), |(_, name)| name.trim().to_owned())
}
