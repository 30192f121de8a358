//! When and how the process ends.
//!
//! SIGINT and SIGTERM stop the server in order: readiness turns to 503 and joins are refused, sims say goodbye to every
//! player, reader threads flush, the listener closes. Invariant: the process ends within [`STOP_TIME_MAX`] of the signal, whatever
//! hangs. The order itself stands in [`Running::stop`](crate::Running::stop).

use std::io;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

/// When players are told to come back, in milliseconds: time for a restart.
pub const RETRY_AFTER_MS: u32 = 3_000;
/// The process ends this long after the signal at the latest.
pub const STOP_TIME_MAX: Duration = Duration::from_millis(4_500);

/// Blocks until the process is told to end, and says by what.
///
/// # Errors
/// The system gave no way to wait for signals.
pub fn wait_for_signal() -> io::Result<&'static str> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = interrupt.recv() => Ok("SIGINT"),
            _ = terminate.recv() => Ok("SIGTERM"),
        }
    })
}

/// Ends the process with a failure if it is still there after [`STOP_TIME_MAX`].
///
/// # Errors
/// The system gave no thread.
pub fn end_in_time() -> io::Result<()> {
    let guard = std::thread::Builder::new().name("stop-guard".into()).spawn(|| {
        std::thread::sleep(STOP_TIME_MAX);
        tracing::error!("the server did not stop within {STOP_TIME_MAX:?}");
        std::process::exit(1);
    });
    guard.map(drop)
}
