//! One sim thread: waits for the next deadline or command, and visits the matches that are due.
//!
//! A round: drain what arrived, visit each due match once (tick, flush), push one batch and one wake to each reader thread.
//!
//! Invariant: it waits for nothing but the clock and commands. A match that panics leaves the others alone.
//!
//! Not here: one match (`running`), when it is due (`deadlines`).

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, RecvTimeoutError};
use skirmish_protocol::CloseCode;
use skirmish_sim::{Arrival, Departure, Game, MatchHeader};

use super::DriverConfig;
use super::deadlines::{Deadlines, VISIT_US_MAX};
use super::figures::Figures;
use super::log_sink::LogWriter;
use super::match_clock::{MatchClock, instant_at, now_us};
use super::outgoing::Outgoing;
use super::running::{Fate, Running};
use crate::channels::{MatchKey, SimCommand, SimEnd, ToSim};
use crate::directory::Directory;

/// Starts a sim thread.
pub(super) fn spawn(
    config: DriverConfig,
    end: SimEnd,
    directory: Arc<Directory>,
    logs: Option<LogWriter>,
) -> io::Result<JoinHandle<()>> {
    let name = format!("sim-{}", end.index);
    let matches = Matches {
        config,
        commands: end.commands,
        arrivals: end.arrivals,
        outgoing: Outgoing::new(end.edges),
        directory,
        logs,
        running: BTreeMap::new(),
        deadlines: Deadlines::default(),
        figures: Figures::default(),
    };
    std::thread::Builder::new().name(name).spawn(move || matches.run())
}

/// All matches of one thread.
struct Matches {
    config: DriverConfig,
    commands: Receiver<SimCommand>,
    arrivals: Receiver<ToSim>,
    outgoing: Outgoing,
    directory: Arc<Directory>,
    logs: Option<LogWriter>,
    running: BTreeMap<MatchKey, Running>,
    deadlines: Deadlines,
    figures: Figures,
}

impl Matches {
    fn run(mut self) {
        loop {
            // Without matches there are still arrivals for matches that have ended, and their senders want to know.
            let next_us = self.deadlines.next_us().unwrap_or_else(|| now_us() + VISIT_US_MAX);
            match self.commands.recv_deadline(instant_at(next_us)) {
                Ok(SimCommand::Stop { retry_after_ms }) => return self.stop(retry_after_ms),
                Ok(command) => self.obey(command),
                Err(RecvTimeoutError::Timeout) => self.round(),
                // Nobody is left who could stop it.
                Err(RecvTimeoutError::Disconnected) => return self.stop(0),
            }
        }
    }

    fn round(&mut self) {
        self.drain();
        for key in self.deadlines.take_due(now_us()) {
            self.visit(key);
        }
        self.outgoing.push();
        self.figures.publish_sometimes(now_us());
    }

    /// Takes exactly what is there now: what comes meanwhile is for the next round, so that a flood does not delay this one.
    fn drain(&mut self) {
        let now_us = now_us();
        for _ in 0..self.arrivals.len() {
            let Ok(arrival) = self.arrivals.try_recv() else {
                break;
            };
            self.receive(arrival, now_us);
        }
        self.outgoing.resume();
    }

    fn receive(&mut self, arrival: ToSim, now_us: u64) {
        if let Some(running) = self.running.get_mut(&arrival.to) {
            running.receive(arrival, now_us);
        } else if let Arrival::Join { session, .. } = arrival.arrival {
            let (code, reason) = (CloseCode::MatchGone, "the match has ended: join again".to_owned());
            self.outgoing.put(session, Departure::Close { session, code, reason });
        }
    }

    fn visit(&mut self, key: MatchKey) {
        let Some(running) = self.running.get_mut(&key) else {
            return;
        };
        let fate = running.visit(&self.config, &mut self.outgoing, &mut self.figures);
        if fate != Fate::Broken {
            for seat in running.vacated() {
                self.directory.release(key, seat);
            }
        }
        match fate {
            Fate::GoesOn => self.deadlines.add(running.visit_us(now_us()), key),
            Fate::Deserted => self.end(key, "nobody plays it any more"),
            Fate::Broken => {
                tracing::error!(key = key.0, "a match panicked and is closed");
                self.end(key, "a defect of the game or the server ended the match: join again");
            }
        }
    }

    fn end(&mut self, key: MatchKey, reason: &str) {
        // The directory first: nobody is sent to a match that is about to be gone.
        self.directory.ended(key);
        if let Some(running) = self.running.remove(&key) {
            running.close(CloseCode::MatchOver, reason, None, &mut self.outgoing);
        }
    }

    fn obey(&mut self, command: SimCommand) {
        match command {
            SimCommand::Open { key, header, game, bots, clock } => {
                self.open(key, header, &*game, bots, clock);
            }
            SimCommand::Query { key, answer } => {
                if let Some(running) = self.running.get(&key) {
                    // Who asked may have gone.
                    let _ = answer.send(running.report());
                }
            }
            SimCommand::Arrival(arrival) => self.receive(arrival, now_us()),
            SimCommand::Stop { .. } => unreachable!("`run` handles it"),
        }
    }

    fn open(&mut self, key: MatchKey, header: MatchHeader, game: &dyn Game, bots: u32, clock: Arc<MatchClock>) {
        let log = self.logs.as_ref().map(|logs| logs.open(key, &header.match_id));
        let first_us = now_us() + phase_us(key);
        let config = &self.config;
        let opened = catch_unwind(AssertUnwindSafe(|| Running::open(game, header, bots, clock, log, config, first_us)));
        match opened {
            Ok(Ok(running)) => {
                self.running.insert(key, running);
                self.deadlines.add(first_us, key);
                return;
            }
            Ok(Err(error)) => tracing::error!(key = key.0, %error, "a match can't be opened"),
            Err(_) => tracing::error!(key = key.0, "a game panicked while its match was opened"),
        }
        self.directory.ended(key);
    }

    fn stop(mut self, retry_after_ms: u32) {
        for running in std::mem::take(&mut self.running).into_values() {
            let reason = "the server is stopping";
            running.close(CloseCode::Shutdown, reason, Some(retry_after_ms), &mut self.outgoing);
        }
        self.outgoing.push_last();
        self.figures.publish();
    }
}

/// Spreads the first ticks of matches, so that those of equal rate don't all fall due at once: multiples of the golden ratio lie evenly.
fn phase_us(key: MatchKey) -> u64 {
    const GOLDEN: u64 = 618_034;
    const SPREAD_US: u64 = 50_000;
    u64::from(key.0) * GOLDEN % 1_000_000 * SPREAD_US / 1_000_000
}
