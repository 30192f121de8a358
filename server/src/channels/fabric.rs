//! All channels of the process, made at once, so that each thread is given its own ends and nothing is shared by accident.
//!
//! Invariants: every channel is bounded, and nobody blocks on one while a match runs. Between one sim thread and one reader thread there is one departures channel of
//! their own, so a sim thread that saw room in it will find that room when it pushes. A reader thread that found a sim thread's
//! channel full is woken after the next drain.
//!
//! Not here: what crosses (`channels`), how a thread uses its ends (`edge::thread`, `driver::thread`).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use skirmish_sim::Departures;

use super::{Bell, NextDue, SimCommand, ToSim};

/// Arrivals that may wait for one sim thread; a reader thread that finds no room stops reading the socket.
const ARRIVALS_MAX: usize = 16_384;
/// Batches that may wait for one reader thread from one sim thread.
const BATCHES_MAX: usize = 64;
/// Emptied batches that are kept for one sim thread and reader thread: enough that in steady play none is made anew.
const SPENT_MAX: usize = 2;
/// Commands that may wait for one sim thread.
const COMMANDS_MAX: usize = 1_024;

/// The control plane's way to one sim thread.
#[derive(Clone)]
pub struct SimHandle {
    commands: Sender<SimCommand>,
    stop: Sender<u32>,
}

impl SimHandle {
    /// Hands a command over without waiting.
    ///
    /// # Errors
    /// The thread does not take it; the command is gone.
    pub fn send(&self, command: SimCommand) -> Result<(), SimBusy> {
        self.commands.try_send(command).map_err(|_| SimBusy)
    }

    /// Tells the thread to close every match and end, however many commands wait for it; clients are told to return after
    /// `retry_after_ms`. Once is enough.
    pub fn stop(&self, retry_after_ms: u32) {
        // A thread that was told already, or has ended, needs no telling.
        let _ = self.stop.try_send(retry_after_ms);
    }
}

/// A sim thread takes no command now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the simulation thread has ended, or {COMMANDS_MAX} commands wait for it")]
pub struct SimBusy;

/// One sim thread's ends.
pub struct SimEnd {
    /// Which sim thread.
    pub index: usize,
    /// From the control plane.
    pub commands: Receiver<SimCommand>,
    /// From the control plane: close every match and end. How many milliseconds clients are to stay away.
    pub stop: Receiver<u32>,
    /// From all reader threads.
    pub arrivals: Receiver<ToSim>,
    /// To each reader thread, by its index.
    pub edges: Vec<EdgePort>,
    pub(crate) next_due: Arc<NextDue>,
}

/// A sim thread's way to one reader thread.
#[derive(Debug)]
pub struct EdgePort {
    /// Only this sim thread pushes here.
    pub departures: Sender<Departures>,
    /// The reader thread's.
    pub bell: Arc<Bell>,
    /// Emptied batches come back here, for their memory.
    spent: Receiver<Departures>,
    stalled: Arc<AtomicBool>,
}

impl EdgePort {
    /// An empty batch: one that came back, or a new one.
    pub fn empty_batch(&self) -> Departures {
        self.spent.try_recv().unwrap_or_default()
    }

    /// After draining arrivals: wakes the reader thread if it found the channel full meanwhile.
    pub fn resume(&self) {
        if self.stalled.swap(false, Ordering::SeqCst) {
            self.bell.ring();
        }
    }
}

/// One reader thread's ends.
pub struct EdgeEnd {
    /// Which reader thread.
    pub index: usize,
    /// Rung after each push to one of its departures channels.
    pub bell: Arc<Bell>,
    /// To and from each sim thread, by its index.
    pub sims: Vec<SimPort>,
}

/// A reader thread's way to and from one sim thread.
#[derive(Debug)]
pub struct SimPort {
    arrivals: Sender<ToSim>,
    /// Only this sim thread pushes here.
    pub departures: Receiver<Departures>,
    pub(crate) next_due: Arc<NextDue>,
    spent: Sender<Departures>,
    stalled: Arc<AtomicBool>,
}

/// Why an arrival was not taken.
#[derive(Debug)]
pub enum NotTaken {
    /// No room now: here it is back. The reader thread will be woken when there is.
    Full(ToSim),
    /// The sim thread has ended.
    Gone,
}

impl SimPort {
    /// Gives a batch back to the sim thread, emptied.
    pub fn give_back(&self, mut batch: Departures) {
        batch.clear();
        // If nobody wants it, it is dropped.
        let _ = self.spent.try_send(batch);
    }

    /// Pushes an arrival without waiting.
    pub fn send(&self, arrival: ToSim) -> Result<(), NotTaken> {
        self.try_send(arrival).or_else(|not_taken| match not_taken {
            // The sim thread looks at the flag after it drained: setting it and then trying once more can't miss that moment.
            NotTaken::Full(arrival) => {
                self.stalled.store(true, Ordering::SeqCst);
                self.try_send(arrival)
            }
            NotTaken::Gone => Err(NotTaken::Gone),
        })
    }

    fn try_send(&self, arrival: ToSim) -> Result<(), NotTaken> {
        self.arrivals.try_send(arrival).map_err(|error| match error {
            TrySendError::Full(arrival) => NotTaken::Full(arrival),
            TrySendError::Disconnected(_) => NotTaken::Gone,
        })
    }
}

/// All channels between `sims` sim threads, `edges` reader threads and the control plane.
pub struct Fabric {
    /// For the control plane, by index of the sim thread.
    pub handles: Vec<SimHandle>,
    /// For [`Driver::start`](crate::driver::Driver::start).
    pub sims: Vec<SimEnd>,
    /// For [`Edge::start`](crate::edge::Edge::start).
    pub edges: Vec<EdgeEnd>,
}

impl Fabric {
    /// Channels for so many threads of each kind, with room for what a busy server has in flight.
    pub fn new(sims: usize, edges: usize) -> Fabric {
        Fabric::with_room_for(sims, edges, ARRIVALS_MAX)
    }

    /// The same with room for `arrivals_max` arrivals at each sim thread.
    pub fn with_room_for(sims: usize, edges: usize, arrivals_max: usize) -> Fabric {
        let mut fabric =
            Fabric { handles: Vec::new(), sims: Vec::new(), edges: (0..edges).map(EdgeEnd::new).collect() };
        for index in 0..sims {
            let (commands_in, commands) = bounded(COMMANDS_MAX);
            let (stop_in, stop) = bounded(1);
            let (arrivals_in, arrivals) = bounded(arrivals_max);
            let next_due = Arc::new(NextDue::default());
            let ports = fabric.edges.iter_mut().map(|edge| edge.connect(&arrivals_in, &next_due));
            let edges = ports.collect();
            fabric.handles.push(SimHandle { commands: commands_in, stop: stop_in });
            fabric.sims.push(SimEnd { index, commands, stop, arrivals, edges, next_due });
        }
        fabric
    }
}

impl EdgeEnd {
    fn new(index: usize) -> EdgeEnd {
        EdgeEnd { index, bell: Arc::default(), sims: Vec::new() }
    }

    fn connect(&mut self, arrivals: &Sender<ToSim>, next_due: &Arc<NextDue>) -> EdgePort {
        let (batches_in, batches) = bounded(BATCHES_MAX);
        let (spent_in, spent) = bounded(SPENT_MAX);
        let stalled = Arc::new(AtomicBool::new(false));
        self.sims.push(SimPort {
            arrivals: arrivals.clone(),
            departures: batches,
            next_due: Arc::clone(next_due),
            spent: spent_in,
            stalled: Arc::clone(&stalled),
        });
        EdgePort { departures: batches_in, bell: Arc::clone(&self.bell), spent, stalled }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::match_key::MatchKey;
    use skirmish_protocol::CloseCode;
    use skirmish_sim::{Arrival, SessionId};

    fn arrival(number: u64) -> ToSim {
        let arrival = Arrival::Closed { session: SessionId(number) };
        ToSim::new(MatchKey(0), arrival)
    }

    #[test]
    fn an_arrival_that_finds_no_room_comes_back_and_its_sender_is_woken_after_the_drain() {
        let fabric = Fabric::with_room_for(1, 1, 1);
        let (port, end) = (&fabric.edges[0].sims[0], &fabric.sims[0]);
        assert!(port.send(arrival(1)).is_ok());
        let Err(NotTaken::Full(back)) = port.send(arrival(2)) else { panic!("there was room") };
        assert_eq!(back.arrival, arrival(2).arrival);
        assert_eq!(end.arrivals.try_recv().map(|first| first.arrival), Ok(arrival(1).arrival));
        end.edges[0].resume();
        assert!(fabric.edges[0].bell.take_ring());
        assert!(port.send(back).is_ok());
    }

    #[test]
    fn nobody_is_woken_who_found_room() {
        let fabric = Fabric::with_room_for(1, 1, 1);
        assert!(fabric.edges[0].sims[0].send(arrival(1)).is_ok());
        fabric.sims[0].edges[0].resume();
        assert!(!fabric.edges[0].bell.take_ring());
    }

    #[test]
    fn each_pair_of_threads_has_a_departures_channel_of_its_own() {
        let fabric = Fabric::new(2, 3);
        fabric.sims[1].edges[2].departures.try_send(Departures::default()).expect("there is room");
        let waiting = |edge: &EdgeEnd| -> Vec<usize> { edge.sims.iter().map(|sim| sim.departures.len()).collect() };
        let waiting: Vec<_> = fabric.edges.iter().map(waiting).collect();
        assert_eq!(waiting, [[0, 0], [0, 0], [0, 1]]);
    }

    #[test]
    fn a_batch_that_was_given_back_serves_again_and_is_empty() {
        let fabric = Fabric::new(1, 1);
        let (port, end) = (&fabric.edges[0].sims[0], &fabric.sims[0].edges[0]);
        let mut batch = end.empty_batch();
        batch.close(SessionId(1), CloseCode::Left, String::new());
        port.give_back(batch);
        assert_eq!(end.spent.len(), 1);
        assert!(end.empty_batch().is_empty());
        assert_eq!(end.spent.len(), 0);
    }
}
