//! A watched match's samples on their way to whoever watches, ten times a second.
//!
//! Invariant: nobody is waited for: a sample that finds no room is dropped and counted, and the reporter ends when nobody listens any more. A match that nobody
//! watches has none. Not here: what becomes of samples (`control::feed`).

use std::sync::Arc;

use crossbeam_channel::{Sender, TrySendError};
use skirmish_sim::Room;

use super::outgoing::Outgoing;
use crate::channels::{MatchSample, PlayerSample, SpentSample, TickSample};

/// From sample to sample.
const SAMPLE_US: u64 = 100_000;
/// Every so many samples has the players.
const PLAYERS_EVERY: u64 = 5;
/// Every so many samples has what bytes were spent on.
const SPENT_EVERY: u64 = 10;
/// For how long a line is measured after players were asked for.
const PROBE_US: u64 = 2_000_000;

/// Gathers what a watched match does.
#[derive(Debug)]
pub(super) struct Reporter {
    samples: Sender<MatchSample>,
    ticks: Vec<TickSample>,
    ticks_left_out: u32,
    overruns: u64,
    taken: u64,
    taken_us: u64,
    lost: u64,
    spent_us: u64,
}

impl Reporter {
    /// Hands samples over here.
    pub(super) fn new(samples: Sender<MatchSample>) -> Reporter {
        Reporter {
            samples,
            ticks: Vec::new(),
            ticks_left_out: 0,
            overruns: 0,
            taken: 0,
            taken_us: 0,
            lost: 0,
            spent_us: 0,
        }
    }

    /// A tick was computed.
    pub(super) fn ticked(&mut self, tick: TickSample) {
        self.overruns += u64::from(tick.overran);
        if self.ticks.len() < MatchSample::TICKS_MAX {
            return self.ticks.push(tick);
        }
        self.ticks_left_out += 1;
        let quickest = (0..self.ticks.len()).min_by_key(|place| self.ticks[*place].work_us);
        if let Some(place) = quickest.filter(|place| self.ticks[*place].work_us < tick.work_us) {
            self.ticks.remove(place);
            self.ticks.push(tick);
        }
    }

    /// Takes a sample if it is time for one. False: nobody listens any more.
    pub(super) fn report(&mut self, room: &mut Room, budget_us: u64, now_us: u64, out: &Outgoing) -> bool {
        if now_us.saturating_sub(self.taken_us) < SAMPLE_US {
            return true;
        }
        self.taken_us = now_us;
        let with_players = self.taken.is_multiple_of(PLAYERS_EVERY);
        let spent = self.taken.is_multiple_of(SPENT_EVERY).then(|| self.spent(room, now_us));
        self.taken += 1;
        let sample = MatchSample {
            at_us: now_us,
            tick: room.sim().tick(),
            in_force: room.settings(),
            interest_radius: room.sim().tuning().interest_radius.unwrap_or_default(),
            relief: room.relief(),
            budget_us,
            ticks: std::mem::take(&mut self.ticks),
            ticks_left_out: std::mem::take(&mut self.ticks_left_out),
            overruns: self.overruns,
            figures: room.figures(),
            waits: *room.waits(),
            sessions: room.sessions(),
            lost: self.lost,
            spent,
            players: with_players.then(|| players(room, now_us, out)),
        };
        match self.samples.try_send(sample) {
            Ok(()) => true,
            Err(TrySendError::Full(_)) => {
                self.lost += 1;
                true
            }
            Err(TrySendError::Disconnected(_)) => {
                room.end_account();
                false
            }
        }
    }

    fn spent(&mut self, room: &mut Room, now_us: u64) -> SpentSample {
        let account = room.take_account();
        let since_us = std::mem::replace(&mut self.spent_us, now_us);
        SpentSample { length_us: now_us - since_us, account, plan: Arc::clone(room.sim().plan()) }
    }
}

fn players(room: &Room, now_us: u64, out: &Outgoing) -> Vec<PlayerSample> {
    let players = room.players(now_us).map(|known| {
        let probe = known.session.and_then(|session| out.probe(session));
        let line = probe.and_then(|probe| {
            probe.want_until(now_us + PROBE_US);
            probe.figures()
        });
        PlayerSample { known, line }
    });
    players.collect()
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;

    #[test]
    fn of_more_ticks_than_a_sample_holds_those_that_took_longest_are_kept() {
        let mut reporter = Reporter::new(bounded(1).0);
        let ticks = 1..=2 * MatchSample::TICKS_MAX as u32;
        for tick in ticks {
            reporter.ticked(TickSample { tick, work_us: u64::from(tick % 100), late_us: 0, overran: false });
        }
        assert_eq!((reporter.ticks.len(), reporter.ticks_left_out), (MatchSample::TICKS_MAX, 64));
        assert!(reporter.ticks.iter().any(|tick| tick.work_us == 99));
        assert!(reporter.ticks.is_sorted_by_key(|tick| tick.tick));
    }
}
