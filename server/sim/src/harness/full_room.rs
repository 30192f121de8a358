//! A room in which every player steers and acknowledges at every tick, without clients: to look at what its ticks cost.

use skirmish_protocol::Values;

use crate::{Arrival, Departure, Departures, FrameKind, Game, MatchHeader, Room, RoomLimits, SessionId};

/// From tick to tick, whatever the match's own rate.
const TICK_US: u64 = 50_000;

/// The room and what its ticks hand out.
pub struct FullRoom {
    room: Room,
    players: u32,
    departures: Departures,
    log: Vec<u8>,
    tick: u32,
}

impl FullRoom {
    /// So many players in the first seats of a match.
    ///
    /// # Panics
    /// The game refuses the header.
    #[must_use]
    pub fn new(game: &dyn Game, header: MatchHeader, players: u32) -> FullRoom {
        let mut room = Room::open(game, header, RoomLimits::default()).expect("the rules can be played");
        for seat in 0..players {
            let session = SessionId(seat.into());
            let (name, token) = (format!("Player {seat}"), String::new());
            room.receive(Arrival::Join { session, seat, name, token, schema_hash: 0 }, 0);
        }
        FullRoom { room, players, departures: Departures::default(), log: Vec::new(), tick: 0 }
    }

    /// The newest tick.
    #[must_use]
    pub fn tick(&self) -> u32 {
        self.tick
    }

    /// A tick to which each player sends these `values`, and what `measure` says of the work it is handed.
    ///
    /// # Panics
    /// Not everybody was sent a snapshot, or not every input is in the log.
    pub fn step<T>(&mut self, values: impl FnMut(u32) -> Values, measure: impl FnOnce(&mut dyn FnMut()) -> T) -> T {
        let now_us = u64::from(self.tick) * TICK_US;
        let (seq, snapshot_ack) = (self.tick + 1, self.tick);
        let input = |(seat, values): (u32, Values)| {
            let session = SessionId(seat.into());
            Arrival::Input { session, seq, snapshot_ack, values, at_us: now_us }
        };
        let mut arrivals = (0..).zip((0..self.players).map(values)).map(input).collect::<Vec<_>>().into_iter();
        let FullRoom { room, departures, log, .. } = self;
        departures.clear();
        log.clear();
        let measured = measure(&mut || {
            for arrival in arrivals.by_ref() {
                room.receive(arrival, now_us);
            }
            room.step();
            room.flush(now_us, departures);
            room.take_log(log);
        });
        self.tick += 1;
        let is_snapshot =
            |departure: &Departure<'_>| matches!(departure, Departure::Frame { kind: FrameKind::Snapshot, .. });
        let snapshots = self.departures.iter().filter(is_snapshot).count();
        assert_eq!(snapshots, self.players as usize, "every session is sent a snapshot at tick {}", self.tick);
        assert!(self.log.len() > self.players as usize * 8, "every input is logged");
        measured
    }
}
