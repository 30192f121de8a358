//! One match on its sim thread: receive, tick when it is due, flush, and what becomes of it when it panics.
//!
//! Invariant: a panic of the game or the engine reaches nobody but this match: its sessions are told and closed, the thread goes on.
//!
//! Not here: what these steps do (`skirmish_sim::Room`), which match is visited when (`thread`), where departures go (`outgoing`).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crossbeam_channel::Sender;
use skirmish_protocol::{CloseCode, ServerMessage};
use skirmish_sim::ahead::fetch;
use skirmish_sim::{Arrival, FrameKind, Game, MatchHeader, OpenError, Outlets, Pace, Relief, Room, SessionId};

use super::DriverConfig;
use super::deadlines::Cadence;
use super::figures::{Figures, TickFigures};
use super::growth::Growth;
use super::load::Meter;
use super::log_sink::MatchLog;
use super::outgoing::Outgoing;
use super::overload::Load;
use super::reporter::Reporter;
use super::stretches::Stretches;
use crate::channels::{Comparison, MatchClock, MatchReport, MatchRow, MatchSample, TickSample};
use crate::clock;
use crate::match_key::MatchKey;

/// What becomes of a match after a visit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is to be visited again.
    GoesOn,
    /// Nobody has been there for long, or ever; somebody may be on the way.
    Deserted,
    /// It panicked, now or when it received something.
    Broken,
}

/// A running match.
pub(super) struct Running {
    room: Room,
    /// The newest pace that was asked for.
    pace: Pace,
    cadence: Cadence,
    clock: Arc<MatchClock>,
    log: Option<MatchLog>,
    /// What the match has logged last.
    records: Vec<u8>,
    skips_counted: u64,
    snapshots_counted: u64,
    meter: Meter,
    stretches: Stretches,
    /// While somebody watches.
    reporter: Option<Reporter>,
    opened_us: u64,
    was_visited: bool,
    /// Whether it goes on when nobody plays it.
    kept: bool,
    /// Ticks that happen although it is paused.
    steps: u32,
    bytes: Growth,
    is_broken: bool,
}

impl Running {
    /// Opens a match whose first tick is due at `first_us`.
    pub(super) fn open(
        game: &dyn Game,
        header: MatchHeader,
        (bots, kept): (u32, bool),
        clock: Arc<MatchClock>,
        log: Option<MatchLog>,
        config: &DriverConfig,
        first_us: u64,
    ) -> Result<Running, OpenError> {
        let mut room = Room::open(game, header, config.room)?;
        for number in 1..=bots {
            room.receive(Arrival::AddBot { name: format!("Bot {number}") }, first_us);
        }
        let settings = room.sim().settings();
        let cadence = Cadence::new(first_us, &settings);
        Ok(Running {
            room,
            pace: Pace { paused: settings.paused, dilation_permille: settings.dilation_permille },
            cadence,
            clock,
            log,
            records: Vec::new(),
            skips_counted: 0,
            snapshots_counted: 0,
            meter: Meter::default(),
            stretches: Stretches::new(first_us),
            reporter: None,
            opened_us: first_us,
            was_visited: false,
            kept,
            steps: 0,
            bytes: Growth::since(first_us),
            is_broken: false,
        })
    }

    /// See [`Room::fetch`].
    pub(super) fn fetch(&self, session: SessionId, step: usize) {
        if step == 0 {
            fetch(&self.is_broken);
            self.room.fetch(session, step);
        } else if !self.is_broken {
            self.room.fetch(session, step);
        }
    }

    /// Takes an arrival. A join's claim stands.
    pub(super) fn receive(&mut self, arrival: Arrival, now_us: u64) {
        match &arrival {
            Arrival::Join { .. } => self.was_visited = true,
            Arrival::Act(act) => {
                if act.arrivals.iter().any(is_change) {
                    self.guarded(|running| running.stretches.changed(&running.room, now_us));
                }
                act.arrivals.iter().for_each(|arrival| self.follow(arrival));
            }
            other => self.follow(other),
        }
        self.guarded(|running| running.room.receive(arrival, now_us));
    }

    fn follow(&mut self, arrival: &Arrival) {
        if let Arrival::Pace(pace) = arrival {
            self.pace = *pace;
            if !pace.paused {
                self.steps = 0;
            }
        }
    }

    /// Whether it is paused, or is about to be.
    pub(super) fn is_paused(&self) -> bool {
        self.pace.paused
    }

    /// The newest tick.
    pub(super) fn tick_now(&self) -> u32 {
        self.room.sim().tick()
    }

    /// Lets so many ticks more happen although it is paused.
    pub(super) fn step(&mut self, ticks: u32) {
        self.steps += ticks;
    }

    /// Ticks if a tick is due at `now_us`, and hands out what waits.
    pub(super) fn visit(
        &mut self,
        now_us: u64,
        config: &DriverConfig,
        out: &mut Outgoing,
        figures: &mut Figures,
    ) -> Fate {
        self.guarded(|running| {
            let began_us = clock::now_us();
            let late_us = running.tick(now_us, config, figures);
            let step_us = clock::now_us() - began_us;
            running.flush(now_us + step_us, out, figures);
            let work_us = clock::now_us() - began_us;
            running.write_log(now_us);
            if let Some(late_us) = late_us {
                running.account((late_us, step_us, work_us), now_us + work_us, figures);
            }
            running.tell(now_us + work_us, out);
        });
        if self.is_broken {
            return Fate::Broken;
        }
        // Whoever has a ticket for a match that was never visited is known to the directory, which is asked before it ends.
        let deserted_s_max = if self.was_visited { config.reap_after_s } else { 0.0 };
        if !self.kept && self.room.deserted_s(now_us) > deserted_s_max { Fate::Deserted } else { Fate::GoesOn }
    }

    /// When to visit it next.
    pub(super) fn visit_us(&self, now_us: u64) -> u64 {
        let stepping_us = (self.steps > 0).then(|| now_us + self.cadence.period_us());
        let visit_us = self.cadence.visit_us(now_us);
        stepping_us.map_or(visit_us, |stepping_us| stepping_us.min(visit_us))
    }

    /// What it asks of its thread, by what it cost since last asked, and the microseconds that was.
    pub(super) fn load(&mut self) -> (Load, u64) {
        let counted_us = self.meter.counted_us();
        self.bytes.note(self.room.figures().bytes, clock::now_us());
        (self.meter.load(&self.room.sim().settings(), self.room.relief()), counted_us)
    }

    /// The relief in force.
    pub(super) fn relief(&self) -> Relief {
        self.room.relief()
    }

    /// Relieves it so much from its next tick on.
    pub(super) fn relieve(&mut self, relief: Relief) {
        self.guarded(|running| running.room.relieve(relief));
    }

    /// Seats that people gave up since last asked; none once the match is broken.
    pub(super) fn vacated(&mut self) -> Vec<u32> {
        if self.is_broken { Vec::new() } else { self.room.vacated() }
    }

    /// Its state for the control plane.
    pub(super) fn report(&self) -> MatchReport {
        let sim = self.room.sim();
        MatchReport {
            match_id: sim.header().match_id.clone(),
            tick: sim.tick(),
            settings: sim.settings(),
            in_force: self.room.settings(),
            relief: self.room.relief(),
            tick_us: self.meter.mean_us(),
            tick_us_max: self.meter.max_us(),
            tuning: sim.tuning(),
            tuning_asked: sim.tuning_asked(),
            numbers: sim.numbers().map(|(_, value)| value).collect(),
            limits: self.room.limits(),
            pace: self.pace,
            seats: sim.seats().iter().cloned().collect(),
            seats_max: sim.seats().seats_max(),
            figures: self.room.figures(),
            bytes_per_s: self.bytes.per_s(),
        }
    }

    /// The match among all of its thread.
    pub(super) fn row(&self) -> MatchRow {
        let sim = self.room.sim();
        let bots = sim.seats().iter().filter(|seat| seat.bot).count() as u32;
        MatchRow {
            match_id: sim.header().match_id.clone(),
            game: sim.header().game.clone(),
            tick: sim.tick(),
            players: sim.seats().iter().count() as u32 - bots,
            bots,
            in_force: self.room.settings(),
            relief: self.room.relief(),
            tick_us: self.meter.mean_us(),
            budget_us: self.cadence.period_us(),
            bytes_per_s: self.bytes.per_s(),
            opened_us: self.opened_us,
        }
    }

    /// Hands samples over from now on, until nobody listens.
    pub(super) fn watch(&mut self, samples: Sender<MatchSample>) {
        self.reporter = Some(Reporter::new(samples));
    }

    /// What it was like before and since the first change at this tick or later.
    pub(super) fn compare(&self, tick: u32, now_us: u64) -> Option<Comparison> {
        self.stretches.compare(&self.room, tick, now_us)
    }

    /// This spectator is sent what the seat is sent.
    pub(super) fn look_through(&mut self, session: SessionId, seat: u32) {
        self.guarded(|running| running.room.look_through(session, seat));
    }

    /// A session is about to end for this reason.
    pub(super) fn note_close(&mut self, session: SessionId, code: u16, reason: &str, now_us: u64) {
        self.guarded(|running| running.room.note_close(session, code, reason, now_us));
    }

    /// Ends the match: everybody gets a goodbye and a close. Works on a broken match, too, of which nothing is asked any more.
    pub(super) fn close(
        mut self,
        key: MatchKey,
        code: CloseCode,
        reason: &str,
        retry_after_ms: Option<u32>,
        out: &mut Outgoing,
    ) {
        if !self.is_broken {
            self.guarded(|running| {
                running.room.close(code, reason, retry_after_ms, out);
                running.write_log(clock::now_us());
            });
        }
        // The room forgot the sessions that it closed itself.
        for session in out.players_of(key) {
            say_goodbye(session, code, reason, retry_after_ms, out);
        }
        if let Some(log) = &mut self.log {
            log.end();
        }
        // Even to drop what a panic left behind may panic.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(self.room)));
    }

    /// Ticks if a tick is due. How many microseconds after its deadline it began.
    fn tick(&mut self, now_us: u64, config: &DriverConfig, figures: &mut Figures) -> Option<u64> {
        self.cadence.follow(&self.room.settings(), now_us);
        figures.deadlines_dropped += self.cadence.drop_missed(now_us, config.catch_up_ticks_max);
        let due_us = match self.cadence.due_us() {
            None if self.steps > 0 => {
                self.steps -= 1;
                now_us
            }
            due_us => due_us.filter(|due_us| *due_us <= now_us)?,
        };
        self.room.step();
        self.cadence.advance();
        // The step may have tuned the match: the next deadline is one of the new rate already.
        self.cadence.follow(&self.room.settings(), now_us);
        self.clock.set(self.room.sim().tick(), due_us);
        Some(now_us - due_us)
    }

    /// Counts a tick that began so late and took `step_us`, and `work_us` with what it handed out.
    fn account(&mut self, (late_us, step_us, work_us): (u64, u64, u64), now_us: u64, figures: &mut Figures) {
        let snapshots = self.room.figures().snapshots;
        let sent = snapshots > self.snapshots_counted;
        self.snapshots_counted = snapshots;
        self.meter.ticked(work_us, work_us - step_us, sent);
        let period_us = self.cadence.period_us();
        let is_watched = self.room.sessions() > 0;
        figures.ticked(TickFigures { step_us, late_us, work_us, period_us, is_watched });
        self.stretches.ticked(&self.room, work_us, period_us, now_us);
        if let Some(reporter) = &mut self.reporter {
            let tick = self.room.sim().tick();
            reporter.ticked(TickSample { tick, work_us, late_us, overran: work_us > period_us });
        }
    }

    fn tell(&mut self, now_us: u64, out: &Outgoing) {
        if let Some(reporter) = &mut self.reporter
            && !reporter.report(&mut self.room, self.cadence.period_us(), now_us, out)
        {
            self.reporter = None;
        }
    }

    fn flush(&mut self, now_us: u64, out: &mut Outgoing, figures: &mut Figures) {
        self.room.flush(now_us, out);
        let skips = self.room.figures().skips_outbox + self.room.figures().skips_window;
        figures.snapshots_skipped += skips - self.skips_counted;
        self.skips_counted = skips;
    }

    fn write_log(&mut self, now_us: u64) {
        // Asked for even if nobody keeps it: what the match holds back is limited.
        self.records.clear();
        self.room.take_log(&mut self.records);
        if let Some(log) = &mut self.log {
            log.append(&self.records, now_us);
            if self.room.sim().log_records_dropped() > 0 {
                log.end_incomplete();
            }
        }
    }

    /// Runs something that the game or the engine may panic in. After a panic nothing runs any more.
    fn guarded(&mut self, act: impl FnOnce(&mut Running)) {
        if !self.is_broken {
            self.is_broken = catch_unwind(AssertUnwindSafe(|| act(self))).is_err();
        }
    }
}

/// Whether somebody changes how the match plays.
fn is_change(arrival: &Arrival) -> bool {
    matches!(arrival, Arrival::Tune(_) | Arrival::Number { .. } | Arrival::Pace(_) | Arrival::Limits(_))
}

fn say_goodbye(session: SessionId, code: CloseCode, reason: &str, retry_after_ms: Option<u32>, out: &mut Outgoing) {
    let mut bytes = Vec::new();
    ServerMessage::Goodbye { code: code.code(), reason: reason.to_owned(), retry_after_ms }.encode(&mut bytes);
    out.open(session).1.frame(session, FrameKind::Reliable, &bytes);
    out.close(session, code, reason.to_owned());
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use serde_json::json;
    use skirmish_sim::{LOG_FORMAT, LogReader, Tuning};

    use super::*;
    use crate::channels::Fabric;
    use crate::driver::log_sink::LogWriter;
    use crate::games;

    const KEY: MatchKey = MatchKey(0);
    /// When the first tick is due.
    const FIRST_US: u64 = 1_000_000;

    fn open(tick_hz: u32, log: Option<MatchLog>) -> Running {
        let game = games::games().remove(0);
        let header = MatchHeader {
            format: LOG_FORMAT,
            match_id: "one".to_owned(),
            game: game.name().to_owned(),
            seed: 1,
            config: json!({}),
            tuning: Tuning { tick_hz: Some(tick_hz), ..Tuning::default() },
        };
        let clock = Arc::new(MatchClock::new());
        Running::open(&*game, header, (0, false), clock, log, &DriverConfig::default(), FIRST_US)
            .expect("arena can be played")
    }

    /// Visits at this time; how many deadlines were dropped.
    fn visit(running: &mut Running, now_us: u64) -> u64 {
        let mut figures = Figures::of_thread(0);
        let mut out = Outgoing::new(Fabric::new(1, 1).sims.remove(0).edges);
        running.visit(now_us, &DriverConfig::default(), &mut out, &mut figures);
        figures.deadlines_dropped
    }

    fn receive(running: &mut Running, arrival: Arrival, now_us: u64) {
        running.receive(arrival, now_us);
    }

    fn tune(tick_hz: u32) -> Arrival {
        Arrival::Tune(Tuning { tick_hz: Some(tick_hz), ..Tuning::default() })
    }

    #[test]
    fn a_higher_tick_rate_holds_from_the_tick_that_brings_it_and_drops_nothing() {
        let mut running = open(10, None);
        visit(&mut running, FIRST_US);
        receive(&mut running, tune(128), FIRST_US + 50_000);
        let tuned_us = FIRST_US + 100_000;
        assert_eq!(visit(&mut running, tuned_us), 0);
        let next_us = running.visit_us(tuned_us);
        assert_eq!(next_us, tuned_us + 1_000_000 / 128);
        assert_eq!((visit(&mut running, next_us), running.room.sim().tick()), (0, 3));
    }

    #[test]
    fn a_quicker_pace_makes_the_next_tick_due_at_once_and_drops_nothing() {
        let mut running = open(1, None);
        visit(&mut running, FIRST_US);
        let changed_us = FIRST_US + 500_000;
        let pace = Pace { paused: false, dilation_permille: 10_000 };
        receive(&mut running, Arrival::Pace(pace), changed_us);
        assert_eq!((visit(&mut running, changed_us), running.room.sim().tick()), (0, 2));
        assert_eq!(running.visit_us(changed_us), changed_us + 100_000);
    }

    #[test]
    fn a_new_rate_does_not_excuse_ticks_that_were_late_before() {
        let mut running = open(100, None);
        visit(&mut running, FIRST_US);
        receive(&mut running, Arrival::Pace(Pace { paused: false, dilation_permille: 2_000 }), FIRST_US);
        assert!(visit(&mut running, FIRST_US + 1_000_000) > 100);
    }

    #[test]
    fn a_log_ends_where_the_match_dropped_records() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let (writer, thread) = LogWriter::start(dir.path(), u64::MAX).expect("it can be written");
        let mut running = open(10, Some(writer.open(KEY, "one")));
        drop(writer);
        visit(&mut running, FIRST_US);
        // Far more than a match holds back.
        (0..20_000).for_each(|number| receive(&mut running, tune(20 + number % 2), FIRST_US));
        visit(&mut running, FIRST_US + 100_000);
        assert!(running.room.sim().log_records_dropped() > 0);
        // The match goes on, its log does not: the writing thread ends with its last writer.
        let deadline = Instant::now() + std::time::Duration::from_secs(20);
        while !thread.is_finished() {
            assert!(Instant::now() < deadline, "the log goes on");
            std::thread::yield_now();
        }
        let file = dir.path().read_dir().expect("it is there").next().expect("a log").expect("it can be read");
        let log = std::fs::read(file.path()).expect("it can be read");
        let (_, mut reader) = LogReader::new(&log).expect("it has a header");
        let ended = std::iter::from_fn(|| reader.next_record().transpose()).find_map(Result::err);
        assert!(ended.is_some_and(|error| error.to_string().contains("incomplete")));
    }
}
