//! Which matches there are, where each runs, and which of their seats are free.
//!
//! The control plane joins and claims here, reader threads confirm, sim threads ask whether a claim still stands, release seats
//! and end matches.
//! Invariant: nothing waits while it holds the lock; time comes from the clock given at the start, so tests need not wait.
//! Not here: which match a join gets (`directory/matches.rs`), what happens to a seat's tickets (`directory/seats.rs`), their signatures (`ticket`), HTTP (`control`).

mod answers;
mod claim;
mod hosted;
mod matches;
mod seats;

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::Value;
use skirmish_protocol::CloseCode;
use skirmish_protocol::limits::SPECTATOR_SEATS;
use skirmish_sim::{LOG_FORMAT, MatchHeader, Tuning};

use crate::channels::{MatchClock, SimCommand, SimHandle};
use crate::clock::wall_ms;
use crate::match_key::MatchKey;
use crate::ticket::{Ticket, TicketKey, TicketKind};
pub use answers::{JoinError, Joined, MatchInfo, Refusal};
pub use claim::Claim;
pub use hosted::{HostError, Hosted};
use matches::{Matches, OpenMatch};
use seats::SeatBook;

/// Tells the time. Injected so that tests can move it.
pub type Clock = Box<dyn Fn() -> Instant + Send + Sync>;

/// What the directory allows.
#[derive(Debug, Clone)]
pub struct DirectoryLimits {
    /// Matches open at once.
    pub matches_max: usize,
    /// Seats reserved or taken at once, all matches together.
    pub sessions_max: usize,
    /// Bots that a new match opens with; at least one seat is left to people.
    pub bots: u32,
    /// How long a join ticket is good and its seat reserved.
    pub ticket_ttl: Duration,
    /// What new matches are tuned to.
    pub tuning: Tuning,
}

/// What an operator wants of a new match; what is not given is the usual.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// Bots that it opens with, fewer than there are seats.
    pub bots: Option<u32>,
    /// What differs from what new matches are tuned to.
    pub tuning: Tuning,
    /// What differs from the game's configuration.
    pub config: Option<Value>,
}

/// All matches of the process.
pub struct Directory {
    games: Vec<Arc<Hosted>>,
    sims: Vec<SimHandle>,
    limits: DirectoryLimits,
    tickets: TicketKey,
    clock: Clock,
    started: Instant,
    /// Random; tells this run's tickets from those of others, and seeds its matches.
    run: u64,
    matches: Mutex<Matches>,
}

impl Directory {
    /// A directory without matches. `run` must be random; `sims` has at least one thread.
    pub fn new(
        games: Vec<Hosted>,
        sims: Vec<SimHandle>,
        limits: DirectoryLimits,
        tickets: TicketKey,
        run: u64,
        clock: Clock,
    ) -> Self {
        let games = games.into_iter().map(Arc::new).collect();
        let started = clock();
        Self { games, sims, limits, tickets, clock, started, run, matches: Mutex::default() }
    }

    /// Reserves a seat: in the match of that name, which is opened if there is none, or else in the fullest one with a free seat.
    /// `may_open` is asked when a match has to be opened for it.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub fn join(
        &self,
        game: &str,
        name: &str,
        match_name: Option<&str>,
        may_open: impl FnOnce() -> bool,
    ) -> Result<Joined, JoinError> {
        let game = self.hosted(game)?;
        let now = (self.clock)();
        let mut matches = self.lock_for_one_more(now)?;
        let found = match match_name {
            Some(match_id) => matches.named(match_id, game)?,
            None => matches.fullest(game),
        };
        let key = match found {
            Some(key) => key,
            None => self.open(&mut matches, game, match_name, may_open, None)?,
        };
        let open = matches.get_mut(key).expect("it was just looked up or opened");
        let seats = open.seats;
        let reserved = self.reserve(key, open, 0..seats, name, now);
        reserved.ok_or_else(|| JoinError::MatchFull { match_id: open.match_id.clone(), seats })
    }

    /// Reserves a spectator's seat: at the match of that name, or else at the one with the most players. Opens none.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub fn watch(&self, game: &str, name: &str, match_name: Option<&str>) -> Result<Joined, JoinError> {
        let game = self.hosted(game)?;
        let now = (self.clock)();
        let mut matches = self.lock_for_one_more(now)?;
        let found = match match_name {
            Some(match_id) => matches.named(match_id, game)?,
            None => matches.busiest(game, |_| true),
        };
        let key = found.ok_or_else(|| JoinError::NoMatch { given: match_name.map(str::to_owned) })?;
        self.reserve_to_watch(&mut matches, key, name, now)
    }

    /// Opens a match that goes on when nobody plays it, until it is ended. Its name.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub fn open_kept(&self, game: &str, name: Option<&str>, opening: Opening) -> Result<String, JoinError> {
        let game = self.hosted(game)?;
        let own = opening.config.as_ref().map(|config| game.with(config));
        // Before the lock: a game may take its time.
        let own = own.transpose().map_err(|error| JoinError::Config(error.reason.to_string()))?.map(Arc::new);
        let game = own.as_ref().unwrap_or(game);
        if let Some(given) = opening.bots.filter(|bots| *bots >= game.seats_max) {
            let max = game.seats_max - 1;
            return Err(JoinError::Config(format!("bots = {given}: allowed is a whole number from 0 to {max}")));
        }
        let mut matches = self.lock();
        if matches.stopping {
            return Err(JoinError::ShuttingDown);
        }
        if let Some(match_id) = name.filter(|name| matches.find(name).is_some()) {
            return Err(JoinError::MatchExists { match_id: match_id.to_owned() });
        }
        let key = self.open(&mut matches, game, name, || true, Some(&opening))?;
        Ok(matches.get_mut(key).expect("it was just opened").match_id.clone())
    }

    /// Reserves a spectator's seat at the match of that name, for looking on through the eyes of one of its seats, or at everything.
    ///
    /// # Errors
    /// See [`JoinError`].
    pub fn watch_match(&self, match_id: &str, name: &str, eyes: Option<u32>) -> Result<Joined, JoinError> {
        let now = (self.clock)();
        let mut matches = self.lock_for_one_more(now)?;
        let found = matches.find(match_id).map(|(key, _)| key);
        let key = found.ok_or_else(|| JoinError::NoMatch { given: Some(match_id.to_owned()) })?;
        let joined = self.reserve_to_watch(&mut matches, key, name, now)?;
        if let (Some(eyes), Some(open)) = (eyes, matches.get_mut(key)) {
            open.book.look_through(joined.seat, eyes);
        }
        Ok(joined)
    }

    fn reserve_to_watch(
        &self,
        matches: &mut Matches,
        key: MatchKey,
        name: &str,
        now: Instant,
    ) -> Result<Joined, JoinError> {
        let open = matches.get_mut(key).expect("it was just looked up");
        let reserved = self.reserve(key, open, SPECTATOR_SEATS, name, now);
        reserved.ok_or_else(|| JoinError::TooManySpectators { match_id: open.match_id.clone() })
    }

    /// Claims the seat that a join ticket or reconnect token is for.
    ///
    /// # Errors
    /// The close code and reason to refuse the socket with.
    pub fn claim(self: &Arc<Self>, ticket: &str) -> Result<Claim, Refusal> {
        let ticket = self.tickets.read(ticket).map_err(|_| Refusal::of(CloseCode::TicketInvalid))?;
        let mut matches = self.lock();
        if matches.stopping {
            return Err(Refusal::of(CloseCode::Shutdown));
        }
        let open = matches.get_mut(ticket.key).filter(|_| ticket.run == self.run as u32);
        let open = open.ok_or_else(|| Refusal::of(CloseCode::MatchGone))?;
        let taken = match ticket.kind {
            TicketKind::Join => {
                let expired = self.elapsed_ms() > ticket.expires_ms;
                open.book.claim_first(ticket.seat, ticket.generation, expired)
            }
            TicketKind::Reconnect => open.book.claim_again(ticket.seat, ticket.generation),
        }
        .map_err(Refusal::of)?;
        let token = Ticket { kind: TicketKind::Reconnect, generation: taken.generation, expires_ms: 0, ..ticket };
        Ok(Claim {
            key: ticket.key,
            sim: open.sim,
            seat: ticket.seat,
            name: taken.name,
            token: self.tickets.sign(&token),
            generation: taken.generation,
            eyes: taken.eyes,
            input: Arc::clone(&open.game.schema),
            clock: Arc::clone(&open.clock),
            directory: Arc::clone(self),
        })
    }

    /// The first message after the hello came under this generation: the token before it is no longer good.
    pub fn confirm(&self, key: MatchKey, seat: u32, generation: u32) {
        self.with_book(key, |book| book.confirm(seat, generation));
    }

    /// Takes the seat for the claim of this generation, now that its hello has come. The seat may have been given up meanwhile, or
    /// claimed anew.
    ///
    /// # Errors
    /// The close code and reason to close the session with.
    pub fn sit(&self, key: MatchKey, seat: u32, generation: u32) -> Result<(), Refusal> {
        let mut matches = self.lock();
        let open = matches.get_mut(key).ok_or(CloseCode::MatchGone);
        open.and_then(|open| open.book.sit(seat, generation)).map_err(Refusal::of)
    }

    /// Which claim to this seat has taken it, if its hello has come.
    pub fn seated(&self, key: MatchKey, seat: u32) -> Option<u32> {
        self.lock().get_mut(key)?.book.seated(seat)
    }

    /// If the seat was claimed anew since the claim of this generation: what to close its socket with.
    pub fn superseded(&self, key: MatchKey, seat: u32, generation: u32) -> Option<Refusal> {
        let mut matches = self.lock();
        matches.get_mut(key)?.book.superseded(seat, generation).map(Refusal::of)
    }

    /// A claim of this generation ended before its hello: if it was the seat's first, the seat is free.
    pub fn abandon(&self, key: MatchKey, seat: u32, generation: u32) {
        self.with_book(key, |book| book.abandon(seat, generation));
    }

    /// The match gave the seat up: its player left or stayed away too long.
    pub fn release(&self, key: MatchKey, seat: u32) {
        self.with_book(key, |book| book.release(seat));
    }

    /// The match runs no more.
    pub fn ended(&self, key: MatchKey) {
        self.lock().remove(key);
    }

    /// Ends a match that nobody plays, unless somebody is on the way there: holds a reservation, or has claimed a seat. Whether it ended.
    pub fn end_if_empty(&self, key: MatchKey) -> bool {
        let now = (self.clock)();
        let mut matches = self.lock();
        let Some(open) = matches.get_mut(key) else { return true };
        open.book.lapse(now);
        let is_empty = open.book.held() == 0;
        if is_empty {
            matches.remove(key);
        }
        is_empty
    }

    /// From now on joins and claims are refused.
    pub fn stop(&self) {
        self.lock().stopping = true;
    }

    /// Whether [`Directory::stop`] was called.
    pub fn is_stopping(&self) -> bool {
        self.lock().stopping
    }

    /// The open matches, oldest first.
    pub fn matches(&self) -> Vec<MatchInfo> {
        let now = (self.clock)();
        let mut matches = self.lock();
        matches.lapse(now);
        matches.infos()
    }

    /// The match of that name: its key, and the sim thread that runs it.
    pub fn find(&self, match_id: &str) -> Option<(MatchKey, SimHandle)> {
        let matches = self.lock();
        let (key, open) = matches.find(match_id)?;
        Some((key, self.sims[open.sim].clone()))
    }

    /// All sim threads.
    pub(crate) fn sims(&self) -> &[SimHandle] {
        &self.sims
    }

    /// The game of a match, and when it was opened, in milliseconds since 1970.
    pub fn about(&self, key: MatchKey) -> Option<(Arc<Hosted>, u64)> {
        let matches = self.lock();
        let open = matches.get(key)?;
        Some((Arc::clone(&open.game), open.opened_ms))
    }

    /// Whether the match is open.
    pub fn is_open(&self, key: MatchKey) -> bool {
        self.lock().get(key).is_some()
    }

    /// The names of the games, the default one first.
    pub fn games(&self) -> Vec<&str> {
        self.games.iter().map(|hosted| hosted.name()).collect()
    }

    fn hosted(&self, game: &str) -> Result<&Arc<Hosted>, JoinError> {
        let found = self.games.iter().find(|hosted| hosted.name() == game);
        found.ok_or_else(|| {
            let known: Vec<&str> = self.games.iter().map(|hosted| hosted.name()).collect();
            JoinError::UnknownGame { given: game.to_owned(), known: known.join(", ") }
        })
    }

    /// Opens a match on the sim thread that has the fewest.
    fn open(
        &self,
        matches: &mut Matches,
        game: &Arc<Hosted>,
        name: Option<&str>,
        may_open: impl FnOnce() -> bool,
        opening: Option<&Opening>,
    ) -> Result<MatchKey, JoinError> {
        let max = self.limits.matches_max;
        if matches.count() >= max {
            return Err(JoinError::ServerFull(format!("all {max} matches are open")));
        }
        if !may_open() {
            return Err(JoinError::TooManyOpened);
        }
        let key = matches.next_key();
        let sim = matches.idlest_sim(self.sims.len());
        let bots = opening.and_then(|opening| opening.bots).unwrap_or(self.limits.bots).min(game.seats_max - 1);
        let open = OpenMatch {
            match_id: name.map_or_else(|| matches.fresh_name(game.name()), str::to_owned),
            game: Arc::clone(game),
            sim,
            clock: Arc::new(MatchClock::new()),
            seats: game.seats_max - bots,
            book: SeatBook::default(),
            opened_ms: wall_ms(),
        };
        let tuning = opening.map_or(self.limits.tuning, |opening| self.limits.tuning.with(&opening.tuning));
        let command = SimCommand::Open {
            key,
            header: self.header(key, &open, tuning),
            game: Arc::clone(&game.game),
            bots,
            clock: Arc::clone(&open.clock),
            kept: opening.is_some(),
        };
        let busy = |_| JoinError::ServerFull("its simulation threads are busy".to_owned());
        self.sims[sim].send(command).map_err(busy)?;
        tracing::info!(match_id = open.match_id, game = game.name(), sim, bots, "match opened");
        matches.insert(key, open);
        Ok(key)
    }

    fn header(&self, key: MatchKey, open: &OpenMatch, tuning: Tuning) -> MatchHeader {
        MatchHeader {
            format: LOG_FORMAT,
            match_id: open.match_id.clone(),
            game: open.game.name().to_owned(),
            seed: self.run.wrapping_add(u64::from(key.0)),
            config: open.game.config.clone(),
            tuning,
        }
    }

    fn reserve(
        &self,
        key: MatchKey,
        open: &mut OpenMatch,
        seats: Range<u32>,
        name: &str,
        now: Instant,
    ) -> Option<Joined> {
        let until = now + self.limits.ticket_ttl;
        let (seat, generation) = open.book.reserve(seats, name, until)?;
        let expires_ms = until.duration_since(self.started).as_millis() as u64;
        let ticket = Ticket { kind: TicketKind::Join, run: self.run as u32, key, seat, generation, expires_ms };
        Some(Joined {
            match_id: open.match_id.clone(),
            seat,
            ticket: self.tickets.sign(&ticket),
            expires_in_s: self.limits.ticket_ttl.as_secs(),
        })
    }

    fn elapsed_ms(&self) -> u64 {
        (self.clock)().duration_since(self.started).as_millis() as u64
    }

    fn with_book(&self, key: MatchKey, act: impl FnOnce(&mut SeatBook)) {
        if let Some(open) = self.lock().get_mut(key) {
            act(&mut open.book);
        }
    }

    /// The matches, with a place left among all of the process.
    fn lock_for_one_more(&self, now: Instant) -> Result<MutexGuard<'_, Matches>, JoinError> {
        let mut matches = self.lock();
        if matches.stopping {
            return Err(JoinError::ShuttingDown);
        }
        matches.lapse(now);
        let max = self.limits.sessions_max;
        if matches.held() >= max {
            return Err(JoinError::ServerFull(format!("all {max} places are taken")));
        }
        Ok(matches)
    }

    fn lock(&self) -> MutexGuard<'_, Matches> {
        self.matches.lock().expect("nothing panics while it holds the directory")
    }
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory").field("limits", &self.limits).finish_non_exhaustive()
    }
}
