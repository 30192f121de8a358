//! Seats: the places of a match.
//!
//! Invariant: a seat outlives its session. Disconnecting leaves it taken, with its name and score; only leaving frees it.
//! Sessions and how long a seat is kept are not here: see `room`.

use bevy_ecs::prelude::Resource;

/// A place in a match, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatId(pub u32);

impl SeatId {
    /// The seat's position in whatever is held one for each seat.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A taken seat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Which one.
    pub id: SeatId,
    /// The player's name.
    pub name: String,
    /// Played from within the simulation.
    pub bot: bool,
    /// Has a session now. Never true for a bot.
    pub connected: bool,
}

/// What happened to a seat in this tick.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeatChange {
    /// It was free and has been taken.
    Joined(SeatId),
    /// It has been given up.
    Left(SeatId),
    /// It has a session again.
    Connected(SeatId),
    /// Its session is gone.
    Disconnected(SeatId),
}

impl SeatChange {
    fn seat(self) -> SeatId {
        match self {
            SeatChange::Joined(seat)
            | SeatChange::Left(seat)
            | SeatChange::Connected(seat)
            | SeatChange::Disconnected(seat) => seat,
        }
    }
}

/// The seats of a match and what happened to them in this tick.
#[derive(Resource, Debug)]
pub struct Seats {
    seats_max: u32,
    /// Up to the highest that was ever taken.
    seats: Vec<Option<Seat>>,
    changes: Vec<SeatChange>,
}

impl Seats {
    pub(crate) fn new(seats_max: u32) -> Seats {
        Seats { seats_max, seats: Vec::new(), changes: Vec::new() }
    }

    /// The taken seats, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Seat> {
        self.seats.iter().flatten()
    }

    /// The seat, if it is taken.
    pub fn get(&self, id: SeatId) -> Option<&Seat> {
        self.seats.get(id.index())?.as_ref()
    }

    /// How many seats there are, free ones included.
    pub fn seats_max(&self) -> u32 {
        self.seats_max
    }

    /// What happened in this tick, in order. Who took a seat and gave it up within the tick is not in it: a seat has at most one
    /// `Left`, of who held it before the tick, and then at most one `Joined`, of who holds it now.
    pub fn changes(&self) -> &[SeatChange] {
        &self.changes
    }

    /// How many seats can play now: bots, and humans who are connected.
    pub fn present(&self) -> u32 {
        self.iter().filter(|seat| seat.bot || seat.connected).count() as u32
    }

    pub(crate) fn begin_tick(&mut self) {
        self.changes.clear();
    }

    /// Takes a free seat. False if it is taken or there is no such seat.
    pub(crate) fn join(&mut self, id: SeatId, name: String, bot: bool) -> bool {
        if id.0 < self.seats_max && id.index() >= self.seats.len() {
            self.seats.resize(id.index() + 1, None);
        }
        let Some(place @ None) = self.seats.get_mut(id.index()) else {
            return false;
        };
        *place = Some(Seat { id, name, bot, connected: false });
        self.changes.push(SeatChange::Joined(id));
        true
    }

    /// Frees a seat. False if it was free.
    pub(crate) fn leave(&mut self, id: SeatId) -> bool {
        let left = self.seats.get_mut(id.index()).and_then(Option::take).is_some();
        if left {
            match self.changes.iter().rposition(|change| *change == SeatChange::Joined(id)) {
                // Systems take a tick's changes all at once: what they spawn for a `Joined` is not there yet for them to despawn for a `Left`.
                Some(joined) => self.forget_changes(id, joined),
                None => self.changes.push(SeatChange::Left(id)),
            }
        }
        left
    }

    fn forget_changes(&mut self, id: SeatId, from: usize) {
        let later = self.changes.split_off(from);
        self.changes.extend(later.into_iter().filter(|change| change.seat() != id));
    }

    /// Notes that a human's seat has or has no session. False if that is no news.
    pub(crate) fn connect(&mut self, id: SeatId, connected: bool) -> bool {
        let Some(Some(seat)) = self.seats.get_mut(id.index()) else {
            return false;
        };
        if seat.bot || seat.connected == connected {
            return false;
        }
        seat.connected = connected;
        self.changes.push(if connected { SeatChange::Connected(id) } else { SeatChange::Disconnected(id) });
        true
    }
}
