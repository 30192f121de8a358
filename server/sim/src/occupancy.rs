//! Who holds which seat of a room, from the moment of the claim.
//!
//! Invariant: a seat is here exactly while the match, once it has taken the events pushed so far, has it. A seat
//! outlives its session by the seat timeout, in real time. What a session is owed stands in `session.rs`.

use crate::ahead::fetch;
use crate::figures::PlayerClose;
use crate::traffic::SessionId;

/// Of each human the last so many closes are remembered.
const CLOSES_MAX: usize = 5;

/// The seats of a room that are held.
#[derive(Debug, Default)]
pub(crate) struct Occupancy {
    /// By seat, up to the highest that was ever held.
    seats: Vec<Option<Occupant>>,
}

#[derive(Debug)]
pub(crate) enum Occupant {
    Bot,
    Human(Human),
}

#[derive(Debug)]
pub(crate) struct Human {
    pub(crate) presence: Presence,
    /// Newest input seq taken from this seat, the match may not have applied it yet.
    pub(crate) newest_seq: u32,
    pub(crate) reconnects: u32,
    /// How the last connections ended, oldest first.
    pub(crate) closes: Vec<PlayerClose>,
}

impl Human {
    /// Somebody who has just taken a seat.
    pub(crate) fn new(presence: Presence) -> Human {
        Human { presence, newest_seq: 0, reconnects: 0, closes: Vec::new() }
    }

    /// Remembers how a connection ended.
    pub(crate) fn closed(&mut self, close: PlayerClose) {
        if self.closes.len() == CLOSES_MAX {
            self.closes.remove(0);
        }
        self.closes.push(close);
    }
}

#[derive(Debug)]
pub(crate) enum Presence {
    Connected(SessionId),
    /// Since this time, in microseconds of the room's `now_us`.
    AwaySince(u64),
}

impl Occupancy {
    pub(crate) fn get(&self, seat: u32) -> Option<&Occupant> {
        self.seats.get(seat as usize)?.as_ref()
    }

    /// Has this seat's memory on the way.
    pub(crate) fn fetch(&self, seat: u32) {
        if let Some(occupant) = self.seats.get(seat as usize) {
            fetch(occupant);
        }
    }

    /// The session of the human in this seat.
    pub(crate) fn session_in(&self, seat: u32) -> Option<SessionId> {
        match self.get(seat) {
            Some(Occupant::Human(Human { presence: Presence::Connected(session), .. })) => Some(*session),
            Some(Occupant::Human(_) | Occupant::Bot) | None => None,
        }
    }

    /// The human in this seat.
    pub(crate) fn human(&self, seat: u32) -> Option<&Human> {
        match self.get(seat) {
            Some(Occupant::Human(human)) => Some(human),
            Some(Occupant::Bot) | None => None,
        }
    }

    /// The human in this seat.
    pub(crate) fn human_mut(&mut self, seat: u32) -> Option<&mut Human> {
        match self.seats.get_mut(seat as usize) {
            Some(Some(Occupant::Human(human))) => Some(human),
            Some(Some(Occupant::Bot) | None) | None => None,
        }
    }

    pub(crate) fn insert(&mut self, seat: u32, occupant: Occupant) {
        let places = self.seats.len().max(seat as usize + 1);
        self.seats.resize_with(places, || None);
        self.seats[seat as usize] = Some(occupant);
    }

    pub(crate) fn remove(&mut self, seat: u32) -> Option<Occupant> {
        self.seats.get_mut(seat as usize)?.take()
    }

    /// The highest seat below `seats_max` that nobody holds.
    pub(crate) fn highest_free(&self, seats_max: u32) -> Option<u32> {
        (0..seats_max).rev().find(|seat| self.get(*seat).is_none())
    }

    /// Whether any seat is a human's, connected or away.
    pub(crate) fn has_humans(&self) -> bool {
        self.seats.iter().flatten().any(|occupant| matches!(occupant, Occupant::Human(_)))
    }

    /// The seats whose human has been away for `timeout_us` or longer at `now_us`.
    pub(crate) fn away_for(&self, timeout_us: u64, now_us: u64) -> Vec<u32> {
        let away = (0..).zip(&self.seats).filter(|(_, occupant)| match occupant {
            Some(Occupant::Human(Human { presence: Presence::AwaySince(since_us), .. })) => {
                now_us.saturating_sub(*since_us) >= timeout_us
            }
            Some(Occupant::Human(_) | Occupant::Bot) | None => false,
        });
        away.map(|(seat, _)| seat).collect()
    }
}
