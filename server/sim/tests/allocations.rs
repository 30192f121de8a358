//! A warm tick takes no memory.

use bevy_ecs::prelude::*;
use serde_json::{Value, json};
use skirmish_protocol::{Input, Replicate};
use skirmish_sim::harness::FullRoom;
use skirmish_sim::{
    Clock, Game, GameError, Ids, Inputs, LOG_FORMAT, MatchHeader, Owner, Rules, SeatChange, Seats, Tuning,
};

const PLAYERS: u32 = 32;
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

/// What each tick of ten seconds of a warm room allocates, in which each seat sees so far.
fn warm_allocations(interest_radius: f32) -> Vec<u64> {
    let header = MatchHeader {
        format: LOG_FORMAT,
        match_id: "walk".to_owned(),
        game: "walk".to_owned(),
        seed: 1,
        config: json!({}),
        tuning: Tuning { interest_radius: Some(interest_radius), ..Tuning::default() },
    };
    let mut room = FullRoom::new(&Walk, header, PLAYERS);
    let mut step = || {
        let turns = room.tick() / 10;
        let steer = |seat: u32| vec![(((turns + seat * 7) % 11) as i32 - 5) * 60].into();
        room.step(steer, |work| allocation_counter::measure(work).count_total)
    };
    for _ in 0..WARM_TICKS {
        step();
    }
    (0..200).map(|_| step()).collect()
}

#[test]
fn a_warm_tick_allocates_nothing() {
    assert_eq!(warm_allocations(0.0), [0; 200]);
}

#[test]
fn neither_does_one_in_which_views_change() {
    assert_eq!(warm_allocations(60.0), [0; 200]);
}
