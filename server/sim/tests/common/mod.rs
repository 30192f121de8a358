//! Dots: the game of these tests. Every seat has a dot on a line; it moves as it is told, and shoots sparks that land somewhere and
//! burn for half a second.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]
#![allow(clippy::needless_pass_by_value, reason = "systems take their parameters by value")]

use bevy_ecs::prelude::{Commands, Component, Entity, Query, Res, ResMut};
use serde_json::{Value, json};
use skirmish_protocol::{Column, GameEvent, Input, Replicate};
use skirmish_sim::{
    BotRandom, Clock, EntityId, Game, GameError, Ids, Inputs, LOG_FORMAT, Match, MatchEvent, MatchHeader, Outgoing,
    Owner, Random, RoundRules, Rules, SeatChange, SeatId, Seats, Tuning,
};

pub const AMMO_FULL: u8 = 5;
pub const SPARK_S: f32 = 0.5;

#[derive(Component, Clone, Replicate)]
#[replicate(id = 1)]
pub struct Dot {
    #[replicate(id = 0, quantum = 0.0625, range = -1000.0..=1000.0, velocity = "vx")]
    pub x: f32,
    #[replicate(id = 1, quantum = 0.03125, range = -50.0..=50.0)]
    pub vx: f32,
    #[replicate(id = 2, range = 0..=AMMO_FULL, private)]
    pub ammo: u8,
}

#[derive(Component, Replicate)]
#[replicate(id = 2)]
pub struct Spark {
    #[replicate(id = 0, quantum = 0.01, range = -100.0..=100.0)]
    pub x: f32,
    #[replicate(skip)]
    pub left_s: f32,
}

#[derive(Clone, Default, Debug, PartialEq, Input)]
pub struct Push {
    #[input(id = 0, quantum = 0.5, range = -50.0..=50.0)]
    pub vx: f32,
    #[input(id = 1)]
    pub fire: bool,
}

#[derive(Clone, Debug, PartialEq, GameEvent)]
pub enum Happening {
    #[event(id = 1)]
    Shot {
        #[event(id = 0, range = 0..=63)]
        by: u32,
        #[event(id = 1, range = 0..=AMMO_FULL)]
        ammo: u8,
    },
    #[event(id = 2)]
    Empty {},
}

pub struct Dots;

impl Game for Dots {
    fn name(&self) -> &str {
        "dots"
    }

    /// `rounds`: `[seats_min, round_s, results_s]`.
    fn rules(&self, config: &Value) -> Result<Rules, GameError> {
        let rules = Rules::new::<Push>()
            .seats_max(8)
            .replicate::<Spark>()
            .replicate::<Dot>()
            .events::<Happening>()
            .place(|dot: &Dot| [dot.x, 0.0])
            .bots(bots)
            .systems((come_and_go, play, fly, burn));
        let Some(rounds) = config.get("rounds") else {
            return Ok(rules);
        };
        let number = |index: usize| {
            let number = rounds.get(index).and_then(Value::as_f64);
            number.ok_or_else(|| GameError(format!("rounds is {rounds}; three numbers expected")))
        };
        Ok(rules.rounds(RoundRules {
            seats_min: number(0)? as u32,
            round_s: number(1)? as f32,
            results_s: number(2)? as f32,
        }))
    }
}

fn come_and_go(
    mut commands: Commands<'_, '_>,
    seats: Res<'_, Seats>,
    mut ids: ResMut<'_, Ids>,
    dots: Query<'_, '_, (Entity, &Owner)>,
) {
    for change in seats.changes() {
        match *change {
            SeatChange::Joined(seat) => {
                let dot = Dot { x: seat.0 as f32, vx: 0.0, ammo: AMMO_FULL };
                commands.spawn((ids.next(), Owner(seat), dot));
            }
            SeatChange::Left(seat) => {
                dots.iter().filter(|(_, owner)| owner.0 == seat).for_each(|(entity, _)| {
                    commands.entity(entity).despawn();
                });
            }
            SeatChange::Connected(_) | SeatChange::Disconnected(_) => {}
        }
    }
}

fn bots(seats: Res<'_, Seats>, mut random: ResMut<'_, BotRandom>, mut inputs: ResMut<'_, Inputs<Push>>) {
    for seat in seats.iter().filter(|seat| seat.bot) {
        let push = Push { vx: random.range_f32(-50.0, 50.0), fire: random.chance(0.1) };
        inputs.push(seat.id, push);
    }
}

fn play(
    mut commands: Commands<'_, '_>,
    inputs: Res<'_, Inputs<Push>>,
    mut ids: ResMut<'_, Ids>,
    mut random: ResMut<'_, Random>,
    mut out: ResMut<'_, Outgoing<Happening>>,
    mut dots: Query<'_, '_, (&EntityId, &Owner, &mut Dot)>,
) {
    let mut dots: Vec<_> = dots.iter_mut().collect();
    dots.sort_by_key(|(id, ..)| **id);
    for (_, Owner(seat), dot) in &mut dots {
        for push in inputs.of(*seat) {
            dot.vx = push.vx;
            if push.fire && dot.ammo > 0 {
                dot.ammo -= 1;
                commands.spawn((ids.next(), Spark { x: random.range_f32(-100.0, 100.0), left_s: SPARK_S }));
                out.to_all(Happening::Shot { by: seat.0, ammo: dot.ammo });
            } else if push.fire {
                out.to_seat(*seat, Happening::Empty {});
            }
        }
    }
}

fn fly(clock: Res<'_, Clock>, mut dots: Query<'_, '_, &mut Dot>) {
    for mut dot in &mut dots {
        dot.x += dot.vx * clock.dt_s;
    }
}

fn burn(clock: Res<'_, Clock>, mut commands: Commands<'_, '_>, mut sparks: Query<'_, '_, (Entity, &mut Spark)>) {
    for (entity, mut spark) in &mut sparks {
        spark.left_s -= clock.dt_s;
        if spark.left_s < clock.dt_s / 2.0 {
            commands.entity(entity).despawn();
        }
    }
}

/// A game whose rules are given as a function, for rules that no game should have.
pub struct Odd(pub fn() -> Rules);

impl Game for Odd {
    fn name(&self) -> &str {
        "odd"
    }

    fn rules(&self, _config: &Value) -> Result<Rules, GameError> {
        Ok((self.0)())
    }
}

pub fn header(game: &dyn Game, config: Value, seed: u64) -> MatchHeader {
    MatchHeader {
        format: LOG_FORMAT,
        match_id: "test".to_owned(),
        game: game.name().to_owned(),
        seed,
        config,
        tuning: Tuning::default(),
    }
}

pub fn open_with(config: Value) -> Match {
    Match::new(&Dots, header(&Dots, config, 1)).unwrap()
}

pub fn open() -> Match {
    open_with(json!({}))
}

/// A human takes the seat and connects.
pub fn join(sim: &mut Match, seat: u32) {
    sim.push(MatchEvent::Join { seat, name: format!("player {seat}"), bot: false });
    sim.push(MatchEvent::Connect { seat });
}

pub fn add_bot(sim: &mut Match, seat: u32) {
    sim.push(MatchEvent::Join { seat, name: format!("bot {seat}"), bot: true });
}

pub fn push(sim: &mut Match, seat: u32, seq: u32, push: &Push) {
    let mut values = Vec::new();
    push.to_values(&mut values);
    sim.push(MatchEvent::Input { seat, seq, values: values.into() });
}

pub fn run(sim: &mut Match, ticks: u32) {
    (0..ticks).for_each(|_| sim.step());
}

/// What the match has logged since last asked.
pub fn take_log(sim: &mut Match) -> Vec<u8> {
    let mut log = Vec::new();
    sim.take_log(&mut log);
    log
}

/// The ids of a component's rows in the wire state.
pub fn ids(sim: &Match, component: &str) -> Vec<u32> {
    let table = sim.plan().public_table(component).unwrap();
    sim.wire_state().tables[table].ids.clone()
}

/// An entity's field in the wire state, in whole quanta.
pub fn quanta(sim: &Match, component: &str, field: &str, id: u32) -> Option<i64> {
    let (table, column) = sim.plan().column(component, field).unwrap();
    let table = &sim.wire_state().tables[table];
    let row = table.ids.binary_search(&id).ok()?;
    Some(match &table.columns[column] {
        Column::Plain(values) => i64::from(values[row]),
        Column::Motion(values) => values[row] >> 24,
    })
}

/// The id of the seat's dot.
pub fn dot(sim: &mut Match, seat: u32) -> u32 {
    let world = sim.world_mut();
    let mut dots = world.query::<(&EntityId, &Owner)>();
    let found = dots.iter(world).find(|(_, owner)| owner.0 == SeatId(seat));
    found.expect("the seat has a dot").0.0
}
