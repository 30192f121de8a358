//! One sim thread: waits for the next deadline or command, and visits the matches that are due.
//!
//! A round: drain what arrived, visit each due match once (tick, flush), push one batch and one wake to each reader thread. Between two rounds
//! that are due at most one command is obeyed, and at least one: neither holds up the other.
//!
//! Invariants: it waits for nothing but the clock and commands. A match that panics leaves the others alone. The directory hears of a
//! seat that was given up before the match hears of the next join, and only a claim that stands by then gets to the match: so
//! directory and match agree on who may sit where.
//!
//! Not here: one match (`running`), when it is due (`deadlines`), what is done when there is more work than time (`overload`).

#[cfg(test)]
mod under_load;

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use crossbeam_channel::{Receiver, RecvError, select_biased};
use skirmish_protocol::CloseCode;
use skirmish_sim::ahead::{AHEAD, STEPS};
use skirmish_sim::{Act, Arrival, Game, MatchHeader, Outlets};
use tokio::sync::oneshot;

use super::DriverConfig;
use super::deadlines::{Deadlines, VISIT_US_MAX};
use super::figures::Figures;
use super::load::Window;
use super::log_sink::LogWriter;
use super::outgoing::Outgoing;
use super::overload::{Load, Overload};
use super::running::{Fate, Running};
use crate::channels::{Joining, MatchClock, NextDue, NotPaused, Probe, SimCommand, SimEnd, Then, ToSim, on_grid_us};
use crate::clock::{instant_at, now_us};
use crate::directory::{Directory, Refusal};
use crate::match_key::MatchKey;
use crate::realtime;

/// Starts a sim thread.
pub(super) fn spawn(
    config: DriverConfig,
    end: SimEnd,
    directory: Arc<Directory>,
    logs: Option<LogWriter>,
) -> io::Result<JoinHandle<()>> {
    let name = format!("sim-{}", end.index);
    let matches = Matches::new(config, end, directory, logs);
    std::thread::Builder::new().name(name).spawn(move || matches.run())
}

/// All matches of one thread.
struct Matches {
    index: usize,
    config: DriverConfig,
    commands: Receiver<SimCommand>,
    stop: Receiver<u32>,
    arrivals: Receiver<ToSim>,
    /// Arrivals whose memory is on its way.
    soon: VecDeque<ToSim>,
    next_due: Arc<NextDue>,
    outgoing: Outgoing,
    directory: Arc<Directory>,
    logs: Option<LogWriter>,
    running: BTreeMap<MatchKey, Box<Running>>,
    deadlines: Deadlines,
    /// For its memory.
    due: Vec<MatchKey>,
    window: Window,
    overload: Overload,
    /// For its memory.
    loads: Vec<Load>,
    figures: Figures,
}

impl Matches {
    fn new(config: DriverConfig, end: SimEnd, directory: Arc<Directory>, logs: Option<LogWriter>) -> Matches {
        Matches {
            index: end.index,
            config,
            commands: end.commands,
            stop: end.stop,
            arrivals: end.arrivals,
            soon: VecDeque::new(),
            next_due: end.next_due,
            outgoing: Outgoing::new(end.edges),
            directory,
            logs,
            running: BTreeMap::new(),
            deadlines: Deadlines::default(),
            due: Vec::new(),
            window: Window::new(now_us()),
            overload: Overload::default(),
            loads: Vec::new(),
            figures: Figures::of_thread(end.index),
        }
    }

    fn run(mut self) {
        self.hasten();
        let mut rounded_us = now_us();
        loop {
            // Without matches there are still arrivals for matches that have ended, and their senders want to know.
            let next_us = self.deadlines.next_us().unwrap_or(rounded_us + VISIT_US_MAX);
            self.next_due.set(next_us);
            let rests_us = now_us();
            select_biased! {
                // An error: nobody is left who could stop it.
                recv(self.stop) -> retry_after_ms => return self.end(retry_after_ms.unwrap_or(0)),
                recv(self.commands) -> command => match command {
                    Ok(command) => self.obey(command),
                    Err(RecvError) => return self.end(0),
                },
                default(instant_at(next_us).saturating_duration_since(Instant::now())) => {}
            }
            let now_us = now_us();
            self.window.rested(rests_us, now_us, next_us);
            if now_us >= next_us {
                self.round();
                rounded_us = now_us;
            }
        }
    }

    /// Makes this thread wake up on time, as far as the system lets it.
    fn hasten(&self) {
        realtime::sleep_precisely();
        if self.config.realtime {
            let outcome = realtime::run_ahead();
            if self.index == 0 {
                realtime::tell(&outcome);
            }
        }
    }

    fn round(&mut self) {
        self.drain();
        let mut due = std::mem::take(&mut self.due);
        self.deadlines.take_due(now_us(), &mut due);
        due.drain(..).for_each(|key| self.visit(key));
        self.due = due;
        self.outgoing.push();
        self.judge(now_us());
        self.figures.publish_sometimes(now_us());
    }

    /// Takes exactly what is there now: what comes meanwhile is for the next round, so that a flood does not delay this one.
    fn drain(&mut self) {
        let now_us = now_us();
        for _ in 0..self.arrivals.len() {
            let Ok(arrival) = self.arrivals.try_recv() else {
                break;
            };
            self.soon.push_back(arrival);
            self.fetch();
            if self.soon.len() > AHEAD * STEPS {
                self.receive_first(now_us);
            }
        }
        while !self.soon.is_empty() {
            self.receive_first(now_us);
        }
        self.outgoing.resume();
    }

    /// Brings the memory nearer that the newest arrivals need, each by the step that is its turn.
    fn fetch(&self) {
        for (step, next) in self.soon.iter().rev().step_by(AHEAD).take(STEPS).enumerate() {
            if let Some(session) = next.arrival.frequent()
                && let Some(running) = self.running.get(&next.to)
            {
                running.fetch(session, step);
            }
        }
    }

    fn receive_first(&mut self, now_us: u64) {
        let first = self.soon.pop_front().expect("there is one");
        self.receive(first, now_us);
    }

    fn receive(&mut self, ToSim { to: key, arrival, joining }: ToSim, now_us: u64) {
        if let (Arrival::Join { session, seat, .. }, Some(joining)) = (&arrival, &joining)
            && let Err(Refusal { code, reason }) = self.directory.sit(key, *seat, joining.generation)
        {
            return self.outgoing.close(*session, code, reason);
        }
        if let Arrival::Join { .. } = arrival {
            self.obey_until_open(key);
        }
        let Some(running) = self.running.get_mut(&key) else {
            return;
        };
        if arrival.frequent().is_some() {
            return running.receive(arrival, now_us);
        }
        let mut looks = None;
        match &arrival {
            Arrival::Join { session, .. } => {
                let Joining { outbox, eyes, .. } = joining.unwrap_or_default();
                self.outgoing.enter(key, *session, outbox);
                looks = eyes.map(|seat| (*session, seat));
            }
            Arrival::Closed { session } => {
                if let Some((code, reason)) = self.outgoing.probe(*session).and_then(Probe::ended) {
                    running.note_close(*session, code, reason, now_us);
                }
                self.outgoing.leave(*session);
            }
            _ => {}
        }
        running.receive(arrival, now_us);
        if let Some((session, seat)) = looks {
            running.look_through(session, seat);
        }
        release_vacated(&self.directory, key, running);
    }

    /// Whoever may join a match was sent to it after it was to be opened: that command may still wait behind others.
    fn obey_until_open(&mut self, key: MatchKey) {
        while !self.running.contains_key(&key)
            && let Ok(command) = self.commands.try_recv()
        {
            self.obey(command);
        }
    }

    fn visit(&mut self, key: MatchKey) {
        let Some(running) = self.running.get_mut(&key) else {
            return;
        };
        let fate = running.visit(now_us(), &self.config, &mut self.outgoing, &mut self.figures);
        release_vacated(&self.directory, key, running);
        match fate {
            // The directory is asked first: nobody is sent to a match that is about to be gone.
            Fate::Deserted if self.directory.end_if_empty(key) => self.close(key, "nobody plays it any more"),
            Fate::GoesOn | Fate::Deserted => self.deadlines.add(running.visit_us(now_us()), key),
            Fate::Broken => {
                tracing::error!(key = key.0, "a match panicked and is closed");
                self.directory.ended(key);
                self.close(key, "a defect of the game or the server ended the match: join again");
            }
        }
    }

    /// Once a window: sees whether the work fits into the time, and relieves matches or takes relief back.
    fn judge(&mut self, now_us: u64) {
        let Some((length_us, busy_us)) = self.window.take(now_us) else {
            return;
        };
        let mut counted_us = 0;
        self.loads.clear();
        for (load, us) in self.running.values_mut().map(|running| running.load()) {
            self.loads.push(load);
            counted_us += us;
        }
        let other = busy_us.saturating_sub(counted_us) as f64 / length_us as f64;
        let steps = self.overload.judge(other, &mut self.loads);
        for (running, load) in self.running.values_mut().zip(&self.loads) {
            if running.relief() != load.relief {
                running.relieve(load.relief);
            }
        }
        self.figures.judged(&steps, other, &self.loads);
    }

    fn close(&mut self, key: MatchKey, reason: &str) {
        if let Some(running) = self.running.remove(&key) {
            running.close(key, CloseCode::MatchOver, reason, None, &mut self.outgoing);
        }
    }

    fn obey(&mut self, command: SimCommand) {
        match command {
            SimCommand::Open { key, header, game, bots, clock, kept } => {
                self.open(key, header, &*game, (bots, kept), clock);
            }
            SimCommand::Query { key, answer } => {
                if let Some(running) = self.running.get(&key) {
                    // Who asked may have gone.
                    let _ = answer.send(running.report());
                }
            }
            SimCommand::Survey { answer } => {
                // Who asked may have gone.
                let _ = answer.send(self.running.values().map(|running| running.row()).collect());
            }
            SimCommand::Watch { key, samples } => {
                if let Some(running) = self.running.get_mut(&key) {
                    running.watch(samples);
                }
            }
            SimCommand::Compare { key, tick, answer } => {
                if let Some(running) = self.running.get(&key) {
                    let _ = answer.send(running.compare(tick, now_us()));
                }
            }
            SimCommand::Act { key, act, then, answer } => self.act(key, act, then, answer),
            SimCommand::Arrival(arrival) => self.receive(arrival, now_us()),
        }
    }

    fn act(&mut self, key: MatchKey, act: Box<Act>, then: Then, answer: oneshot::Sender<Result<u32, NotPaused>>) {
        let Some(running) = self.running.get_mut(&key) else {
            return;
        };
        if matches!(then, Then::Step(_)) && !running.is_paused() {
            let _ = answer.send(Err(NotPaused));
            return;
        }
        running.receive(Arrival::Act(act), now_us());
        release_vacated(&self.directory, key, running);
        let tick = running.tick_now();
        match then {
            Then::GoOn => {}
            Then::Step(ticks) => running.step(ticks),
            Then::End(reason) => {
                self.directory.ended(key);
                self.close(key, &reason);
            }
        }
        // Who asked may have gone.
        let _ = answer.send(Ok(tick));
    }

    fn open(
        &mut self,
        key: MatchKey,
        header: MatchHeader,
        game: &dyn Game,
        (bots, kept): (u32, bool),
        clock: Arc<MatchClock>,
    ) {
        let log = self.logs.as_ref().map(|logs| logs.open(key, &header.match_id));
        let first_us = on_grid_us(now_us() + phase_us(key));
        let config = &self.config;
        let opened =
            catch_unwind(AssertUnwindSafe(|| Running::open(game, header, (bots, kept), clock, log, config, first_us)));
        match opened {
            Ok(Ok(running)) => {
                self.running.insert(key, Box::new(running));
                self.deadlines.add(first_us, key);
                return;
            }
            Ok(Err(error)) => tracing::error!(key = key.0, %error, "a match can't be opened"),
            Err(_) => tracing::error!(key = key.0, "a game panicked while its match was opened"),
        }
        self.directory.ended(key);
    }

    fn end(mut self, retry_after_ms: u32) {
        for (key, running) in std::mem::take(&mut self.running) {
            let reason = "the server is stopping";
            running.close(key, CloseCode::Shutdown, reason, Some(retry_after_ms), &mut self.outgoing);
        }
        self.outgoing.push_last();
        self.figures.publish();
    }
}

fn release_vacated(directory: &Directory, key: MatchKey, running: &mut Running) {
    for seat in running.vacated() {
        directory.release(key, seat);
    }
}

/// Spreads the first ticks of matches, so that those of equal rate don't all fall due at once: multiples of the golden ratio lie evenly.
/// Those that share a moment of the grid share a round, a batch and a wake.
fn phase_us(key: MatchKey) -> u64 {
    const GOLDEN: u64 = 618_034;
    const SPREAD_US: u64 = 50_000;
    u64::from(key.0) * GOLDEN % 1_000_000 * SPREAD_US / 1_000_000
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;
    use skirmish_sim::{Departure, SessionId, Tuning};
    use tokio::sync::oneshot;

    use super::*;
    use crate::channels::{EdgeEnd, Fabric, Joining, SimHandle, session_id};
    use crate::directory::{Claim, DirectoryLimits, Hosted};
    use crate::games;
    use crate::ticket::TicketKey;

    /// The matches of one sim thread, which the test plays, and the reader thread's end of its channels.
    fn house() -> (Matches, Arc<Directory>, EdgeEnd, SimHandle) {
        let mut fabric = Fabric::new(1, 1);
        let handle = fabric.handles[0].clone();
        let limits = DirectoryLimits {
            matches_max: 1,
            sessions_max: 10,
            bots: 0,
            ticket_ttl: Duration::from_secs(60),
            tuning: Tuning::default(),
        };
        let arena = Hosted::new(games::games().remove(0), json!({})).expect("arena's defaults are playable");
        let key = TicketKey::new(b"a test's secret");
        let directory = Directory::new(vec![arena], fabric.handles, limits, key, 1, Box::new(Instant::now));
        let directory = Arc::new(directory);
        let matches = Matches::new(DriverConfig::default(), fabric.sims.remove(0), Arc::clone(&directory), None);
        (matches, directory, fabric.edges.remove(0), handle)
    }

    fn say_hello(matches: &mut Matches, session: SessionId, claim: &Claim) {
        let Claim { key, seat, name, token, generation, .. } = claim.clone();
        let arrival = Arrival::Join { session, seat, name, token, schema_hash: 0 };
        let joining = Some(Joining { generation, ..Joining::default() });
        matches.receive(ToSim { to: key, arrival, joining }, now_us());
    }

    #[test]
    fn who_returns_to_a_seat_in_the_round_in_which_it_is_given_up_is_too_late() {
        let (mut matches, directory, edge, _) = house();
        let joined = directory.join("arena", "Ada", None, || true).expect("there is room");
        let open = matches.commands.try_recv().expect("a match is to be opened");
        matches.obey(open);
        let first = directory.claim(&joined.ticket).expect("the ticket is good");
        say_hello(&mut matches, session_id(0, 1, 0), &first);
        let late = directory.claim(&first.token).expect("the newest token");
        matches.receive(ToSim::new(first.key, Arrival::Leave { session: session_id(0, 1, 0) }), now_us());
        say_hello(&mut matches, session_id(0, 2, 0), &late);
        while matches.deadlines.next_us().is_some_and(|due_us| now_us() < due_us) {
            std::thread::yield_now();
        }
        matches.round();

        let closed = |departure| match departure {
            Departure::Close { session, code, .. } => Some((session, code)),
            Departure::Frame { .. } => None,
        };
        let batches: Vec<_> = edge.sims[0].departures.try_iter().collect();
        let mut closes: Vec<_> = batches.iter().flat_map(|batch| batch.iter().filter_map(closed)).collect();
        closes.sort_unstable_by_key(|(session, _)| *session);
        let expected = [(session_id(0, 1, 0), CloseCode::Left), (session_id(0, 2, 0), CloseCode::TicketExpired)];
        assert_eq!(closes, expected);
        assert_eq!(directory.matches()[0].players, 0);
    }

    #[test]
    fn who_joins_a_match_whose_opening_still_waits_among_the_commands_is_let_in() {
        let (mut matches, directory, edge, handle) = house();
        handle.send(SimCommand::Query { key: MatchKey(7), answer: oneshot::channel().0 }).expect("there is room");
        let joined = directory.join("arena", "Ada", None, || true).expect("there is room");
        let claim = directory.claim(&joined.ticket).expect("the ticket is good");
        say_hello(&mut matches, session_id(0, 1, 0), &claim);
        let first_us = matches.deadlines.next_us().expect("a tick is due");
        while now_us() < first_us {
            std::thread::yield_now();
        }
        matches.round();
        assert!(edge.sims[0].departures.try_recv().is_ok(), "the newcomer is welcomed");
    }

    #[test]
    fn a_flood_of_commands_holds_up_neither_the_ticks_nor_the_end() {
        let (matches, directory, _edge, handle) = house();
        let joined = directory.join("arena", "Ada", None, || true).expect("there is room");
        let clock = directory.claim(&joined.ticket).expect("the ticket is good").clock;
        let query = |key| SimCommand::Query { key: MatchKey(key), answer: oneshot::channel().0 };
        let fill = || while handle.send(query(0)).is_ok() {};
        fill();
        let thread = std::thread::spawn(move || matches.run());
        while clock.read().0 < 3 {
            assert!(!thread.is_finished(), "it has a match to run");
            fill();
        }
        fill();
        handle.stop(0);
        while !thread.is_finished() {
            fill();
        }
        thread.join().expect("it ends in order");
    }
}
