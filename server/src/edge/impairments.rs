//! Bad networks on demand: which lines are impaired, how, and until when.
//!
//! The control plane writes here, reader threads look when something has changed. Invariants: an impairment ends at its time, whoever is there then; one of a
//! single player ends with the session, and is nobody else's; of each player and of each match as a whole there is one at most. Not here: what an impaired
//! line does (`bad_line`).

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use skirmish_protocol::limits::SPECTATOR_SEATS;

use super::lock;
use crate::match_key::MatchKey;

/// How bad a line is, from the server to the client. Times are in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// So long everything takes on its way.
    pub delay_us: u64,
    /// And up to so much longer, each time anew.
    pub jitter_us: u64,
    /// For so long nothing goes.
    pub stall_us: u64,
    /// As often as this; 0: never.
    pub stall_every_us: u64,
    /// Bytes that go in a second, at most; none: any number.
    pub bytes_per_s: Option<u64>,
}

/// Whose line is bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// That of everybody who plays in the match, whoever comes later too. Spectators are not players.
    All,
    /// That of one session: the one of this claim to this seat.
    One {
        /// The seat.
        seat: u32,
        /// Which of the seat's claims.
        generation: u32,
    },
}

/// One impairment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Impairment {
    /// Its number.
    pub id: u32,
    /// The match.
    pub key: MatchKey,
    /// Whose line.
    pub whose: Whose,
    /// How bad it is.
    pub conditions: Conditions,
    /// When it ends, in microseconds of the process's time.
    pub ends_us: u64,
}

/// All impairments of the process.
#[derive(Debug, Default)]
pub struct Impairments {
    /// Grows with every change.
    version: AtomicU64,
    list: Mutex<List>,
}

#[derive(Debug, Default)]
struct List {
    ids_used: u32,
    in_force: Vec<Impairment>,
}

impl Impairments {
    /// Makes lines bad until `ends_us`, in place of what was said of the same ones before.
    pub fn begin(
        &self,
        key: MatchKey,
        whose: Whose,
        conditions: Conditions,
        (now_us, ends_us): (u64, u64),
    ) -> Impairment {
        let mut list = self.lock(now_us);
        list.in_force.retain(|held| held.key != key || held.whose != whose);
        list.ids_used += 1;
        let impairment = Impairment { id: list.ids_used, key, whose, conditions, ends_us };
        list.in_force.push(impairment);
        self.changed();
        impairment
    }

    /// Ends one. False if it has ended already.
    pub fn end(&self, key: MatchKey, id: u32, now_us: u64) -> bool {
        let mut list = self.lock(now_us);
        let before = list.in_force.len();
        list.in_force.retain(|held| held.key != key || held.id != id);
        self.changed();
        list.in_force.len() < before
    }

    /// Those of a match, the oldest first.
    pub fn of_match(&self, key: MatchKey, now_us: u64) -> Vec<Impairment> {
        self.lock(now_us).in_force.iter().filter(|held| held.key == key).copied().collect()
    }

    /// That of one session: its own, or else the match's.
    pub(super) fn of_session(&self, key: MatchKey, seat: u32, generation: u32, now_us: u64) -> Option<Impairment> {
        let list = self.lock(now_us);
        let of = |whose: Whose| list.in_force.iter().find(|held| held.key == key && held.whose == whose);
        let is_player = !SPECTATOR_SEATS.contains(&seat);
        of(Whose::One { seat, generation }).or_else(|| of(Whose::All).filter(|_| is_player)).copied()
    }

    /// Another number than before if anything has changed.
    pub(super) fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    fn changed(&self) {
        self.version.fetch_add(1, Ordering::Release);
    }

    /// Those that have not ended.
    fn lock(&self, now_us: u64) -> MutexGuard<'_, List> {
        let mut list = lock(&self.list);
        list.in_force.retain(|held| now_us < held.ends_us);
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: MatchKey = MatchKey(1);
    const ADA: Whose = Whose::One { seat: 0, generation: 7 };

    fn delay(ms: u64) -> Conditions {
        Conditions { delay_us: ms * 1000, ..Conditions::default() }
    }

    fn delay_ms(impairments: &Impairments, seat: u32, generation: u32, now_us: u64) -> Option<u64> {
        let found = impairments.of_session(KEY, seat, generation, now_us);
        found.map(|found| found.conditions.delay_us / 1000)
    }

    #[test]
    fn a_players_own_comes_before_that_of_all_and_is_nobody_elses() {
        let impairments = Impairments::default();
        impairments.begin(KEY, Whose::All, delay(50), (0, 1_000));
        impairments.begin(KEY, ADA, delay(150), (0, 1_000));
        assert_eq!(delay_ms(&impairments, 0, 7, 0), Some(150));
        assert_eq!(delay_ms(&impairments, 1, 7, 0), Some(50));
        assert_eq!(delay_ms(&impairments, 0, 8, 0), Some(50), "another session has the seat");
        assert_eq!(impairments.of_session(MatchKey(2), 0, 7, 0), None);
        assert_eq!(delay_ms(&impairments, SPECTATOR_SEATS.start, 7, 0), None, "a spectator is no player");
    }

    #[test]
    fn one_ends_at_its_time_and_what_is_said_anew_takes_its_place() {
        let impairments = Impairments::default();
        let first = impairments.begin(KEY, ADA, delay(50), (0, 1_000));
        let second = impairments.begin(KEY, ADA, delay(60), (10, 1_000));
        assert_ne!(first.id, second.id);
        assert_eq!(impairments.of_match(KEY, 999), [second]);
        assert_eq!(impairments.of_match(KEY, 1_000), []);
        assert!(!impairments.end(KEY, second.id, 1_000));
    }

    #[test]
    fn every_change_shows_in_the_version() {
        let impairments = Impairments::default();
        let before = impairments.version();
        let begun = impairments.begin(KEY, Whose::All, delay(50), (0, 1_000));
        let between = impairments.version();
        assert!(!impairments.end(MatchKey(2), begun.id, 0) && impairments.end(KEY, begun.id, 0));
        assert!(before < between && between < impairments.version());
    }
}
