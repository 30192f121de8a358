//! What makes a thread wake up when it wanted to: real-time scheduling where the system permits it, and timers without slack.
//!
//! A thread under `SCHED_FIFO` runs as soon as it wants to, ahead of every ordinary thread, and until it sleeps. Sim threads sleep between ticks, and relieve their
//! matches before these take all their time (`driver::overload`); should one run on all the same, the kernel keeps some of each second for ordinary threads
//! (`sched_rt_runtime_us`).
//!
//! Invariant: threads inherit their scheduling from the one that starts them, so a thread that runs ahead starts no others.

use std::fmt;
use std::io;

use thread_priority::{
    Error, RealtimeThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id,
};

/// The lowest real-time priority is ahead of all ordinary threads, and behind those that the machine itself needs.
const PRIORITY: u32 = 1;

/// Why a thread is scheduled as any other.
#[derive(Debug)]
pub(crate) enum NotAhead {
    /// The system refuses.
    Refused(String),
    /// It would end a process whose real-time threads run for longer than so many microseconds without sleeping.
    Limited(u64),
}

/// Lets the calling thread run ahead of ordinary ones.
pub(crate) fn run_ahead() -> Result<(), NotAhead> {
    if let Some(limit_us) = runtime_limit_us() {
        return Err(NotAhead::Limited(limit_us));
    }
    let policy = ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy).map_err(|error| match error {
        Error::OS(code) => NotAhead::Refused(io::Error::from_raw_os_error(code).to_string()),
        other => NotAhead::Refused(other.to_string()),
    })
}

/// Says in the log how sim threads are scheduled, and what to grant where they are not as they asked.
pub(crate) fn tell(outcome: &Result<(), NotAhead>) {
    match outcome {
        Ok(()) => tracing::info!("sim threads are scheduled in real time (SCHED_FIFO, priority {PRIORITY})"),
        Err(reason) => tracing::info!("sim threads are scheduled like any other: {reason}"),
    }
}

impl fmt::Display for NotAhead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(error) => write!(
                f,
                "{error}. Ticks begin more punctually on a busy machine with CAP_SYS_NICE or LimitRTPRIO={PRIORITY} (ulimit -r {PRIORITY})"
            ),
            Self::Limited(limit_us) => write!(
                f,
                "RLIMIT_RTTIME ends processes whose real-time threads run for {limit_us} us on end. Ticks begin more punctually on a busy machine with LimitRTTIME=infinity"
            ),
        }
    }
}

/// Lets the calling thread's sleeps end when they should, and not up to 50 us later so that the kernel can wake several threads at once.
pub(crate) fn sleep_precisely() {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1)) {
        tracing::debug!(%error, "timers keep their slack");
    }
}

#[cfg(target_os = "linux")]
fn runtime_limit_us() -> Option<u64> {
    rustix::process::getrlimit(rustix::process::Resource::Rttime).current
}

#[cfg(not(target_os = "linux"))]
fn runtime_limit_us() -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_not_run_ahead_is_told_what_to_grant() {
        let refused = NotAhead::Refused("Operation not permitted".to_owned()).to_string();
        assert!(refused.contains("CAP_SYS_NICE") && refused.contains("LimitRTPRIO=1"), "{refused}");
        let limited = NotAhead::Limited(200_000).to_string();
        assert!(limited.contains("200000 us") && limited.contains("LimitRTTIME=infinity"), "{limited}");
    }
}
