//! One reader thread: a current-thread runtime with all its sockets, and the loop that serves them.
//!
//! `turns` decides when the thread looks for what has come. A turn serves the sockets that are ready, one after the other; when a sim thread calls, its departures are written to
//! all sockets in one go. Ten times a second the loop looks at time limits.
//!
//! Invariant: everything of a connection is touched by this thread only. Not here: the sockets themselves (`sockets`).

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::coop::unconstrained;
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::admission::Admission;
use super::connection::CLOSE_TIMEOUT_US;
use super::sockets::Sockets;
use super::turns::Turns;
use super::{EdgeConfig, Impairments, Place};
use crate::channels::{Bell, EdgeEnd};
use crate::clock::{instant_at, now_us};

/// How often time limits and the load are looked at and figures are published.
const HOUSEKEEPING: Duration = Duration::from_millis(100);

/// A socket for a reader thread, and its place under a limit, given back when it is gone.
#[derive(Debug)]
pub(super) struct Newcomer {
    pub(super) admission: Box<Admission>,
    pub(super) place: Place,
}

/// Starts a reader thread. It ends when the sender of `newcomers` is dropped: it sends what was handed over, closes everything, and waits for
/// peers to close, but not long.
pub(super) fn spawn(
    config: EdgeConfig,
    end: EdgeEnd,
    impairments: Arc<Impairments>,
    newcomers: mpsc::Receiver<Newcomer>,
) -> io::Result<JoinHandle<()>> {
    let dues = end.sims.iter().map(|sim| Arc::clone(&sim.next_due)).collect();
    let bell = Arc::clone(&end.bell);
    let turns = Arc::new(Turns::new(Arc::clone(&bell), dues));
    let asked = Arc::clone(&turns);
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().on_thread_park(move || asked.before_waiting()).build()?;
    std::thread::Builder::new().name(format!("edge-{}", end.index)).spawn(move || {
        runtime.block_on(unconstrained(run(Sockets::new(config, end, impairments), bell, turns, newcomers)));
    })
}

async fn run(mut sockets: Sockets, bell: Arc<Bell>, turns: Arc<Turns>, mut newcomers: mpsc::Receiver<Newcomer>) {
    let ready = Arc::clone(sockets.ready());
    let mut housekeeping = interval(HOUSEKEEPING);
    housekeeping.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // When to end, however many sockets are left.
    let mut stop_at: Option<Instant> = None;
    while !stop_at.is_some_and(|at| sockets.is_empty() || Instant::now() >= at) {
        tokio::select! {
            () = bell.called() => sockets.deliver(),
            () = ready.listed() => {
                let began_us = now_us();
                sockets.serve_ready(began_us);
                turns.read_for(now_us() - began_us);
            }
            () = reached(sockets.release_us()), if sockets.release_us().is_some() => sockets.release(now_us()),
            newcomer = newcomers.recv(), if stop_at.is_none() => match newcomer {
                Some(newcomer) => sockets.admit(newcomer),
                None => {
                    sockets.stop();
                    stop_at = Some(Instant::now() + Duration::from_micros(CLOSE_TIMEOUT_US));
                }
            },
            _ = housekeeping.tick() => {
                sockets.check_time();
                turns.follow_load(sockets.figures().messages());
                sockets.figures().publish(turns.take_counts());
            }
        }
    }
    sockets.figures().publish(turns.take_counts());
}

/// Waits until this time of the process; for ever without one.
async fn reached(at_us: Option<u64>) {
    match at_us {
        Some(at_us) => tokio::time::sleep_until(instant_at(at_us).into()).await,
        None => std::future::pending().await,
    }
}
