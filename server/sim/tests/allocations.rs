//! A warm tick takes no memory.

use bevy_ecs::prelude::*;
use serde_json::{Value, json};
use skirmish_protocol::{Input, Replicate};
use skirmish_sim::{
    Arrival, Clock, Departure, Departures, FrameKind, Game, GameError, Ids, Inputs, LOG_FORMAT, MatchHeader, Owner,
    Room, RoomLimits, Rules, SeatChange, Seats, SessionId, Tuning,
};

const PLAYERS: u32 = 32;
const TICK_US: u64 = 50_000;
/// What is used again has grown to its size after this many ticks.
const WARM_TICKS: u32 = 2_000;

#[derive(Component, Replicate)]
#[replicate(id = 1)]
struct Body {
    #[replicate(id = 0, quantum = 0.0625, range = -2048.0..=2048.0, velocity = "vx")]
    x: f32,
    #[replicate(id = 1, quantum = 0.02, range = -600.0..=600.0)]
    vx: f32,
    #[replicate(id = 2, range = 0..=1000, private)]
    steps: u16,
}

#[derive(Clone, Default, Input)]
struct Steer {
    #[input(id = 0, range = -500..=500)]
    vx: i32,
}

/// Bodies that go to and fro, and past each other.
struct Walk;

impl Game for Walk {
    fn name(&self) -> &str {
        "walk"
    }

    fn rules(&self, _config: &Value) -> Result<Rules, GameError> {
        let rules = Rules::new::<Steer>().seats_max(PLAYERS).replicate::<Body>().place::<Body>(|body| [body.x, 0.0]);
        Ok(rules.systems((enter, steer)))
    }
}

fn enter(mut commands: Commands, seats: Res<Seats>, mut ids: ResMut<Ids>) {
    for change in seats.changes() {
        if let SeatChange::Joined(seat) = *change {
            commands.spawn((ids.next(), Owner(seat), Body { x: seat.0 as f32 * 10.0, vx: 0.0, steps: 0 }));
        }
    }
}

fn steer(inputs: Res<Inputs<Steer>>, clock: Res<Clock>, mut bodies: Query<(&Owner, &mut Body)>) {
    for (owner, mut body) in &mut bodies {
        for steer in inputs.of(owner.0) {
            body.vx = steer.vx as f32;
            body.steps = (body.steps + 1) % 1000;
        }
        body.x = (body.x + body.vx * clock.dt_s).clamp(0.0, 400.0);
    }
}

/// A room of players who all steer and acknowledge at every tick.
struct Table {
    room: Room,
    out: Departures,
    log: Vec<u8>,
    tick: u32,
}

impl Table {
    fn new(interest_radius: f32) -> Self {
        let header = MatchHeader {
            format: LOG_FORMAT,
            match_id: "walk".to_owned(),
            game: "walk".to_owned(),
            seed: 1,
            config: json!({}),
            tuning: Tuning { interest_radius: Some(interest_radius), ..Tuning::default() },
        };
        let mut room = Room::open(&Walk, header, RoomLimits::default()).expect("the rules can be played");
        for seat in 0..PLAYERS {
            let session = SessionId(seat.into());
            let (name, token) = (format!("Player {seat}"), String::new());
            room.receive(Arrival::Join { session, seat, name, token, schema_hash: 0 }, 0);
        }
        Self { room, out: Departures::default(), log: Vec::new(), tick: 0 }
    }

    /// What players send in a tick.
    fn arrivals(&self) -> Vec<Arrival> {
        let input = |seat: u32| {
            let turn = (self.tick / 10 + seat * 7) % 11;
            Arrival::Input {
                session: SessionId(seat.into()),
                seq: self.tick + 1,
                snapshot_ack: self.tick,
                values: vec![(turn as i32 - 5) * 60].into(),
                at_us: 0,
            }
        };
        (0..PLAYERS).map(input).collect()
    }

    /// A tick. Gives how many allocations it made.
    fn allocations(&mut self) -> u64 {
        let arrivals = self.arrivals();
        let now_us = u64::from(self.tick) * TICK_US;
        let Self { room, out, log, tick } = self;
        log.clear();
        out.clear();
        let made = allocation_counter::measure(|| {
            for arrival in arrivals {
                room.receive(arrival, now_us);
            }
            room.step();
            room.flush(now_us, out);
            room.take_log(log);
        });
        *tick += 1;
        assert!(!log.is_empty());
        let is_snapshot =
            |departure: &Departure| matches!(departure, Departure::Frame { kind: FrameKind::Snapshot, .. });
        let snapshots = out.iter().filter(is_snapshot).count();
        assert_eq!(snapshots, PLAYERS as usize, "every session is sent a snapshot at tick {tick}");
        made.count_total
    }

    /// What each tick of ten seconds of a warm room allocated.
    fn warm_allocations(&mut self) -> Vec<u64> {
        for _ in 0..WARM_TICKS {
            self.allocations();
        }
        (0..200).map(|_| self.allocations()).collect()
    }
}

#[test]
fn a_warm_tick_allocates_nothing() {
    assert_eq!(Table::new(0.0).warm_allocations(), [0; 200]);
}

#[test]
fn neither_does_one_in_which_views_change() {
    assert_eq!(Table::new(60.0).warm_allocations(), [0; 200]);
}
