//! The open matches, and which of them a join gets.
//!
//! Invariant: names are unique among open matches, keys for the life of the process.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use super::{Hosted, JoinError, MatchInfo, SeatBook};
use crate::channels::MatchClock;
use crate::match_key::MatchKey;
use crate::metrics::MATCHES_OPEN;

/// The open matches.
#[derive(Default)]
pub(super) struct Matches {
    open: BTreeMap<MatchKey, OpenMatch>,
    keys_used: u32,
    /// No match is opened, joined or claimed any more.
    pub(super) stopping: bool,
}

/// One of them.
pub(super) struct OpenMatch {
    pub(super) match_id: String,
    pub(super) game: Arc<Hosted>,
    /// Index of the sim thread that runs it.
    pub(super) sim: usize,
    pub(super) clock: Arc<MatchClock>,
    /// Seats for people: the game's without those of the bots.
    pub(super) seats: u32,
    pub(super) book: SeatBook,
    /// When it was opened, in milliseconds since 1970.
    pub(super) opened_ms: u64,
}

impl Matches {
    pub(super) fn count(&self) -> usize {
        self.open.len()
    }

    /// The key that the next match gets.
    pub(super) fn next_key(&self) -> MatchKey {
        MatchKey(self.keys_used)
    }

    pub(super) fn insert(&mut self, key: MatchKey, open: OpenMatch) {
        self.open.insert(key, open);
        self.keys_used += 1;
        self.show_count();
    }

    pub(super) fn remove(&mut self, key: MatchKey) {
        if let Some(removed) = self.open.remove(&key) {
            tracing::info!(match_id = removed.match_id, "match ended");
        }
        self.show_count();
    }

    fn show_count(&self) {
        metrics::gauge!(MATCHES_OPEN).set(self.open.len() as f64);
    }

    pub(super) fn get_mut(&mut self, key: MatchKey) -> Option<&mut OpenMatch> {
        self.open.get_mut(&key)
    }

    pub(super) fn get(&self, key: MatchKey) -> Option<&OpenMatch> {
        self.open.get(&key)
    }

    pub(super) fn find(&self, match_id: &str) -> Option<(MatchKey, &OpenMatch)> {
        let mut all = self.open.iter().map(|(key, open)| (*key, open));
        all.find(|(_, open)| open.match_id == match_id)
    }

    pub(super) fn infos(&self) -> Vec<MatchInfo> {
        self.open.values().map(OpenMatch::info).collect()
    }

    /// Frees the seats whose reservation nobody claimed in time.
    pub(super) fn lapse(&mut self, now: Instant) {
        self.open.values_mut().for_each(|open| open.book.lapse(now));
    }

    /// Seats that are reserved or taken, all matches together.
    pub(super) fn held(&self) -> usize {
        self.open.values().map(|open| open.book.held()).sum()
    }

    /// The match of that name, if there is one, which must play `game`.
    pub(super) fn named(&self, match_id: &str, game: &Hosted) -> Result<Option<MatchKey>, JoinError> {
        match self.find(match_id) {
            Some((_, open)) if open.game.name() != game.name() => {
                Err(JoinError::WrongGame { match_id: match_id.to_owned(), game: open.game.name().to_owned() })
            }
            found => Ok(found.map(|(key, _)| key)),
        }
    }

    /// The match of `game` that has a free seat and the most players; of equally full ones the oldest.
    pub(super) fn fullest(&self, game: &Hosted) -> Option<MatchKey> {
        self.busiest(game, |open| open.book.players() < open.seats as usize)
    }

    /// The match of `game` that has the most players among those that `fit`; of equally full ones the oldest.
    pub(super) fn busiest(&self, game: &Hosted, fit: impl Fn(&OpenMatch) -> bool) -> Option<MatchKey> {
        let fitting = self.open.iter().filter(|(_, open)| open.game.name() == game.name() && fit(open));
        fitting.rev().max_by_key(|(_, open)| open.book.players()).map(|(key, _)| *key)
    }

    /// The sim thread of these many that runs the fewest matches.
    pub(super) fn idlest_sim(&self, sims: usize) -> usize {
        let load = |sim: &usize| self.open.values().filter(|open| open.sim == *sim).count();
        (0..sims).min_by_key(load).expect("there is at least one sim thread")
    }

    /// A name that no open match has: the game's, and a number.
    pub(super) fn fresh_name(&self, game: &str) -> String {
        let mut names = (1..).map(|number: u32| format!("{game}-{number}"));
        names.find(|name| self.find(name).is_none()).expect("there are more numbers than matches")
    }
}

impl OpenMatch {
    fn info(&self) -> MatchInfo {
        MatchInfo {
            match_id: self.match_id.clone(),
            game: self.game.name().to_owned(),
            players: self.book.players() as u32,
            seats: self.seats,
        }
    }
}
