//! The generator's own cores: its players' threads are bound to them and come first there, where the system allows it.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::process::setpriority_process;
use rustix::thread::{CpuSet, gettid, sched_getaffinity, sched_setaffinity};

/// What the threads of players are called, with a number after it.
pub(crate) const THREAD: &str = "players-";
/// Their priority: before everything usual.
const NICE: i32 = -10;

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
        let first = if self.first.load(Ordering::Relaxed) { "comes first there" } else { "shares it like any other" };
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
    // Linux takes the id of a thread where POSIX says process.
    if setpriority_process(Some(gettid()), NICE).is_err() {
        reserved.first.store(false, Ordering::Relaxed);
    }
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
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
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
