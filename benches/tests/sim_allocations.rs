//! A warm tick of the workload takes no memory, from the arrival of every player's input to the frames and the log.

use skirmish_benches::player::Player;
use skirmish_benches::record::header;
use skirmish_benches::workload::Workload;
use skirmish_protocol::Input;
use skirmish_sim::{Arrival, Departure, Departures, FrameKind, Room, RoomLimits, SessionId};

const PLAYERS: u32 = 100;
const TICK_US: u64 = 50_000;
/// What is used again has grown to its size after this many ticks: the views of those who see but some take longest.
const WARM_TICKS: u32 = 10_000;

/// A room in which everybody plays.
struct Match {
    room: Room,
    players: Vec<Player>,
    out: Departures,
    log: Vec<u8>,
    tick: u32,
}

impl Match {
    fn new(game: Workload) -> Self {
        let mut room = Room::open(&game, header(&game), RoomLimits::default()).expect("the workload can be played");
        for seat in 0..PLAYERS {
            let session = SessionId(seat.into());
            let (name, token) = (format!("Player {seat}"), String::new());
            room.receive(Arrival::Join { session, seat, name, token, schema_hash: 0 }, 0);
        }
        let players = (0..PLAYERS.into()).map(Player::new).collect();
        Self { room, players, out: Departures::default(), log: Vec::new(), tick: 0 }
    }

    /// What the players send before a tick.
    fn arrivals(&mut self) -> Vec<Arrival> {
        let (seq, snapshot_ack) = (self.tick + 1, self.tick);
        let input = |(session, player): (u64, &mut Player)| {
            let mut values = Vec::new();
            player.steer().to_values(&mut values);
            Arrival::Input {
                session: SessionId(session),
                seq,
                snapshot_ack,
                values: values.as_slice().into(),
                at_us: 0,
            }
        };
        (0..).zip(&mut self.players).map(input).collect()
    }

    /// A tick. Gives how many allocations it made.
    fn allocations(&mut self) -> u64 {
        let arrivals = self.arrivals();
        let now_us = u64::from(self.tick) * TICK_US;
        let Self { room, out, log, tick, .. } = self;
        out.clear();
        log.clear();
        let made = allocation_counter::measure(|| {
            for arrival in arrivals {
                room.receive(arrival, now_us);
            }
            room.step();
            room.flush(now_us, out);
            room.take_log(log);
        });
        *tick += 1;
        let is_snapshot =
            |departure: &Departure| matches!(departure, Departure::Frame { kind: FrameKind::Snapshot, .. });
        let snapshots = out.iter().filter(is_snapshot).count();
        assert_eq!(snapshots, PLAYERS as usize, "every session is sent a snapshot at tick {tick}");
        assert!(log.len() > PLAYERS as usize * 10, "every input is logged");
        made.count_total
    }

    /// What each tick of ten seconds of a warm match allocated.
    fn warm_allocations(&mut self) -> Vec<u64> {
        for _ in 0..WARM_TICKS {
            self.allocations();
        }
        (0..200).map(|_| self.allocations()).collect()
    }
}

#[test]
fn a_warm_tick_of_the_workload_allocates_nothing() {
    assert_eq!(Match::new(Workload::default()).warm_allocations(), [0; 200]);
}

#[test]
fn neither_does_one_in_which_everybody_sees_but_some() {
    let game = Workload { interest_radius: 400.0, walkers: 200, ..Workload::default() };
    assert_eq!(Match::new(game).warm_allocations(), [0; 200]);
}
