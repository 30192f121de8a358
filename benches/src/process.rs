//! What the system says about a process: CPU time, memory, open files. Linux only.

use std::fs;
use std::io;
use std::path::Path;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// The unit of times in `/proc/stat`, on every Linux of today.
const TICKS_PER_S: f64 = 100.0;

/// CPU time, user and system, of all threads of a process so far, in seconds.
///
/// This is the sum that `/proc/PID/stat` shows in steps of 10 ms, here in nanoseconds. Threads that have ended are missing from it.
///
/// # Errors
/// The process is gone.
pub fn cpu_s(pid: u32) -> io::Result<f64> {
    Ok(thread_cpu_s(pid)?.iter().map(|(_, cpu_s)| cpu_s).sum())
}

/// CPU time of each thread, with its name.
///
/// # Errors
/// The process is gone.
pub fn thread_cpu_s(pid: u32) -> io::Result<Vec<(String, f64)>> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"))?;
    // A thread may end while we look.
    Ok(tasks.filter_map(|task| one_thread(&task.ok()?.path()).ok()).collect())
}

fn one_thread(task: &Path) -> io::Result<(String, f64)> {
    let name = fs::read_to_string(task.join("comm"))?.trim().to_owned();
    let times = fs::read_to_string(task.join("schedstat"))?;
    let run_ns = times.split(' ').next().and_then(|run_ns| run_ns.parse::<f64>().ok());
    Ok((name, run_ns.ok_or(io::ErrorKind::InvalidData)? / 1e9))
}

/// CPU time that all processes have had since the machine started, in seconds; in steps of 10 ms.
///
/// # Errors
/// The system does not say.
pub fn machine_cpu_s() -> io::Result<f64> {
    let stat = fs::read_to_string("/proc/stat")?;
    let mut times = stat.lines().next().unwrap_or_default().split_ascii_whitespace().skip(1);
    let mut time = || times.next().and_then(|ticks| ticks.parse::<f64>().ok()).ok_or(io::ErrorKind::InvalidData);
    let (user, nice, system, _idle, _waiting, interrupts, soft_interrupts) =
        (time()?, time()?, time()?, time()?, time()?, time()?, time()?);
    Ok((user + nice + system + interrupts + soft_interrupts) / TICKS_PER_S)
}

/// Resident memory of a process, in KiB.
///
/// # Errors
/// The process is gone.
pub fn rss_kib(pid: u32) -> io::Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
    kib.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// Lets this process have as many open files as it may.
///
/// # Errors
/// The system refuses.
pub fn raise_file_limit() -> io::Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?)
}
