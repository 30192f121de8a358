//! One reader thread: an event queue with all its sockets, and the loop that serves them.
//!
//! `turns` decides when the thread looks for what has come. A turn serves the sockets that are ready, one after the other; when a sim thread calls, its departures are written,
//! to a few sockets at a time: when a turn falls due meanwhile, it comes first, since an input that is read too late for its tick waits for the next. Ten times a second the loop looks at time limits.
//!
//! Invariant: everything of a connection is touched by this thread only. Not here: the sockets themselves (`sockets`).

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, TryRecvError};
use mio::{Poll, Token, Waker};

use super::admission::Admission;
use super::connection::CLOSE_TIMEOUT_US;
use super::sockets::Sockets;
use super::turns::Turns;
use super::{EdgeConfig, Impairments, Place};
use crate::channels::EdgeEnd;
use crate::clock::now_us;

/// How often time limits and the load are looked at and figures are published.
const HOUSEKEEPING_US: u64 = 100_000;
/// Of the bell, in the event queue; sockets have the numbers of their slots.
const BELL: Token = Token(usize::MAX);

/// A socket for a reader thread, and its place under a limit, given back when it is gone.
#[derive(Debug)]
pub(super) struct Newcomer {
    pub(super) admission: Box<Admission>,
    pub(super) place: Place,
}

/// Starts a reader thread. Its bell is to be rung for `newcomers` too. It ends when their sender is dropped: it sends what was handed over, closes everything, and waits for
/// peers to close, but not long.
pub(super) fn spawn(
    config: EdgeConfig,
    end: EdgeEnd,
    impairments: Arc<Impairments>,
    newcomers: Receiver<Newcomer>,
) -> io::Result<JoinHandle<()>> {
    let queue = Poll::new()?;
    let waker = Waker::new(queue.registry(), BELL)?;
    let registry = queue.registry().try_clone()?;
    std::thread::Builder::new().name(format!("edge-{}", end.index)).spawn(move || {
        end.bell.answer_with(waker);
        run(end, queue, newcomers, |end| Sockets::new(config, end, impairments, registry));
    })
}

fn run(end: EdgeEnd, mut queue: Poll, newcomers: Receiver<Newcomer>, sockets: impl FnOnce(EdgeEnd) -> Sockets) {
    let bell = Arc::clone(&end.bell);
    let mut turns = Turns::new(Arc::clone(&bell), end.sims.iter().map(|sim| Arc::clone(&sim.next_due)).collect());
    let mut sockets = sockets(end);
    let mut events = Turns::events();
    let mut housekeeping_us = now_us();
    // When to end, however many sockets are left.
    let mut stop_us: Option<u64> = None;
    // Whether there may be something to write.
    let mut delivers = false;
    while !stop_us.is_some_and(|at_us| sockets.is_empty() || now_us() >= at_us) {
        let until_us = if delivers { 0 } else { housekeeping_us.min(sockets.release_us()) };
        turns.wait(&mut queue, &mut events, until_us);
        let is_rung = bell.take_ring();
        let began_us = now_us();
        if sockets.serve(&events, began_us) {
            turns.read_for(now_us() - began_us);
        }
        delivers = (delivers || is_rung) && sockets.deliver();
        // Only now: what was found must not be taken for a newcomer's who got the slot of one that is gone.
        if is_rung && stop_us.is_none() && !admit(&mut sockets, &newcomers) {
            sockets.stop();
            stop_us = Some(now_us() + CLOSE_TIMEOUT_US);
        }
        if sockets.release_us() <= began_us {
            sockets.release(began_us);
        }
        if housekeeping_us <= began_us {
            housekeeping_us = began_us + HOUSEKEEPING_US;
            sockets.check_time();
            turns.follow_load(sockets.figures().messages());
            sockets.figures().publish(turns.take_counts());
        }
    }
    sockets.figures().publish(turns.take_counts());
}

/// Takes all newcomers; whether there may be more.
fn admit(sockets: &mut Sockets, newcomers: &Receiver<Newcomer>) -> bool {
    loop {
        match newcomers.try_recv() {
            Ok(newcomer) => sockets.admit(newcomer),
            Err(TryRecvError::Empty) => return true,
            Err(TryRecvError::Disconnected) => return false,
        }
    }
}
