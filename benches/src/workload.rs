//! The benchmark workload as a game: players that run about a square, steered by seeded inputs.
//!
//! A player's quanta are twice the errors that the workload allows. Each body draws from a random stream of its own, so the order in which
//! a query gives them plays no part, and a tick allocates nothing. *Walkers* are bodies that no seat owns and that move like players: they
//! make worlds of any size.
//!
//! Not here: shots that fly (`shots`), what players send (`player`), the server around the game (the binary `skirmish-workload`).

#![expect(elided_lifetimes_in_paths, reason = "systems read better without")]
#![expect(clippy::needless_pass_by_value, reason = "systems are given their parameters by value")]

use std::time::Duration;

use bevy_ecs::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use skirmish_protocol::{Input, Replicate, limits};
use skirmish_sim::{Clock, Game, GameError, Ids, Inputs, Owner, Random, Rules, SeatChange, Seats};

use crate::player::{Player, SplitMix};
use crate::shots::{Range, fire, fly};
use crate::strain::{Strain, burn};

/// The name under which the game is joined.
pub const GAME: &str = "workload";
/// Width and height of the world, in units.
pub const SIZE: f64 = 2000.0;
/// How fast a player runs, in units per second.
const SPEED: f64 = 200.0;
/// With this probability a tick changes a body's health.
const HURT_CHANCE: f64 = 0.01;
/// With this probability a tick raises the score of a player who fires.
const HIT_CHANCE: f64 = 0.02;

/// What clients see of a player.
#[derive(Clone, Component, Debug, Default, Replicate)]
#[replicate(id = 1)]
pub struct Body {
    #[replicate(id = 0, quantum = 0.0625, range = 0.0..=2000.0, velocity = "vx")]
    pub(crate) x: f64,
    #[replicate(id = 1, quantum = 0.0625, range = 0.0..=2000.0, velocity = "vy")]
    pub(crate) y: f64,
    #[replicate(id = 2, quantum = 0.02, range = -200.0..=200.0)]
    pub(crate) vx: f64,
    #[replicate(id = 3, quantum = 0.02, range = -200.0..=200.0)]
    pub(crate) vy: f64,
    #[replicate(id = 4, quantum = 0.0002, wrap = std::f64::consts::TAU)]
    pub(crate) aim: f64,
    #[replicate(id = 5, range = 0..=100)]
    pub(crate) hp: u8,
    #[replicate(id = 6, range = 0..=2147483647)]
    pub(crate) score: u32,
}

impl Body {
    fn place(&self) -> [f32; 2] {
        [self.x as f32, self.y as f32]
    }
}

/// One input of a player.
#[derive(Clone, Debug, Default, PartialEq, Input)]
pub struct Steering {
    /// Where to, together with `dy`: a vector of length 1, or of 0 before the first turn.
    #[input(id = 0, quantum = 0.01, range = -1.0..=1.0)]
    pub dx: f64,
    /// See `dx`.
    #[input(id = 1, quantum = 0.01, range = -1.0..=1.0)]
    pub dy: f64,
    /// Where to aim, in radians. Finer than a body's, so that rounding happens once.
    #[input(id = 2, quantum = 0.0001, range = 0.0..=std::f64::consts::TAU)]
    pub aim: f64,
    /// Whether to fire.
    #[input(id = 3)]
    pub fire: bool,
}

/// A body's newest input, and its luck. Clients know nothing of it.
#[derive(Component, Debug)]
pub(crate) struct Mind {
    steering: Steering,
    luck: SplitMix,
}

impl Mind {
    /// Whether its newest input fires.
    pub(crate) fn fires(&self) -> bool {
        self.steering.fire
    }
}

/// The game. Its fields are what a match's configuration may leave out.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Workload {
    /// Seats of a match.
    pub seats: u32,
    /// Ticks a second.
    pub tick_hz: u32,
    /// How far a player sees, in units; 0: any distance.
    pub interest_radius: f32,
    /// How many walkers there are.
    pub walkers: u32,
    /// For how many ticks a shot flies; 0: shots are not seen.
    pub shot_ticks: u32,
    /// CPU time that each tick burns for each seat that is there, in microseconds.
    pub burn_us_per_seat: u32,
    /// CPU time that one tick of each second burns besides, in milliseconds.
    pub stall_tick_ms: u32,
}

impl Default for Workload {
    fn default() -> Self {
        let seats = limits::SEATS_MAX as u32;
        Self {
            seats,
            tick_hz: 20,
            interest_radius: 0.0,
            walkers: 0,
            shot_ticks: 0,
            burn_us_per_seat: 0,
            stall_tick_ms: 0,
        }
    }
}

/// The parts of the game's rules, so that benches can leave some out.
impl Workload {
    /// The input and the numbers.
    pub fn frame(&self) -> Rules {
        Rules::new::<Steering>().seats_max(self.seats).tick_hz(self.tick_hz).interest_radius(self.interest_radius)
    }

    /// A body for each seat, and the walkers.
    pub fn peopled(&self, rules: Rules) -> Rules {
        let walkers = self.walkers;
        rules.setup(move |world| spawn_walkers(world, walkers)).systems(follow_seats)
    }

    /// All that bodies do.
    pub fn moving(&self, rules: Rules) -> Rules {
        rules.systems((steer, wander, advance))
    }

    /// Shots that fly, if that is wanted.
    pub fn shooting(&self, rules: Rules) -> Rules {
        let range = Range { ticks: self.shot_ticks };
        match range.ticks {
            0 => rules,
            _ => rules.setup(move |world| world.insert_resource(range)).systems((fly, fire)),
        }
    }

    /// Ticks that take longer, if that is wanted.
    pub fn strained(&self, rules: Rules) -> Rules {
        let strain = Strain {
            per_seat: Duration::from_micros(self.burn_us_per_seat.into()),
            stall: Duration::from_millis(self.stall_tick_ms.into()),
        };
        if strain.per_seat + strain.stall == Duration::ZERO {
            return rules;
        }
        rules.setup(move |world| world.insert_resource(strain)).systems(burn)
    }

    /// From where bodies see.
    pub fn placed(&self, rules: Rules) -> Rules {
        rules.place::<Body>(Body::place)
    }

    /// What clients see.
    pub fn seen(&self, rules: Rules) -> Rules {
        rules.replicate::<Body>()
    }
}

impl Game for Workload {
    fn name(&self) -> &str {
        GAME
    }

    fn resolve(&self, given: &Value) -> Result<Value, GameError> {
        let mut whole = serde_json::json!(self);
        let given = given.as_object().ok_or_else(|| GameError(format!("a table is wanted, {given} was given")))?;
        for (key, value) in given {
            whole[key] = value.clone();
        }
        parse(&whole).map(|_| whole)
    }

    fn rules(&self, config: &Value) -> Result<Rules, GameError> {
        let config = parse(config)?;
        let playing = config.moving(config.peopled(config.frame()));
        Ok(config.strained(config.seen(config.placed(config.shooting(playing)))))
    }
}

fn parse(config: &Value) -> Result<Workload, GameError> {
    Workload::deserialize(config).map_err(|error| GameError(error.to_string()))
}

fn newcomer(random: &mut Random) -> (Body, Mind) {
    let mut place = || f64::from(random.range_f32(0.0, SIZE as f32));
    let body = Body { x: place(), y: place(), hp: 100, ..Body::default() };
    let luck = SplitMix::new(random.below(u32::MAX).into());
    (body, Mind { steering: Steering::default(), luck })
}

fn spawn_walkers(world: &mut World, walkers: u32) {
    for index in 0..walkers {
        let id = world.resource_mut::<Ids>().next();
        let newcomer = newcomer(&mut world.resource_mut::<Random>());
        world.spawn((id, newcomer, Player::new(index.into())));
    }
}

fn follow_seats(
    seats: Res<Seats>,
    mut ids: ResMut<Ids>,
    mut random: ResMut<Random>,
    mut commands: Commands,
    bodies: Query<(Entity, &Owner)>,
) {
    for &change in seats.changes() {
        if let SeatChange::Joined(seat) = change {
            commands.spawn((ids.next(), Owner(seat), newcomer(&mut random)));
        } else if let SeatChange::Left(seat) = change {
            let left = bodies.iter().filter(|(_, owner)| owner.0 == seat);
            left.for_each(|(entity, _)| commands.entity(entity).despawn());
        }
    }
}

fn steer(inputs: Res<Inputs<Steering>>, mut players: Query<(&Owner, &mut Body, &mut Mind)>) {
    for (owner, mut body, mut mind) in &mut players {
        for steering in inputs.of(owner.0) {
            obey(&mut body, &mut mind, steering);
        }
    }
}

fn wander(mut walkers: Query<(&mut Player, &mut Body, &mut Mind)>) {
    for (mut player, mut body, mut mind) in &mut walkers {
        obey(&mut body, &mut mind, player.steer());
    }
}

/// A direction that stays the same leaves the velocity alone: a wall may have turned it.
fn obey(body: &mut Body, mind: &mut Mind, steering: &Steering) {
    if (steering.dx, steering.dy) != (mind.steering.dx, mind.steering.dy) {
        (body.vx, body.vy) = (SPEED * steering.dx, SPEED * steering.dy);
    }
    body.aim = steering.aim;
    mind.steering.clone_from(steering);
}

fn advance(clock: Res<Clock>, mut bodies: Query<(&mut Body, &mut Mind)>) {
    let dt_s = 1.0 / f64::from(clock.tick_hz);
    for (mut body, mut mind) in &mut bodies {
        (body.x, body.vx) = run(body.x, body.vx, dt_s);
        (body.y, body.vy) = run(body.y, body.vy, dt_s);
        if mind.luck.chance(HURT_CHANCE) {
            body.hp = (body.hp + 90) % 101;
        }
        if mind.fires() && mind.luck.chance(HIT_CHANCE) {
            body.score += 1;
        }
    }
}

/// One step along one axis; past a wall it is reflected.
pub(crate) fn run(from: f64, velocity: f64, dt_s: f64) -> (f64, f64) {
    let to = from + velocity * dt_s;
    if to < 0.0 {
        (-to, -velocity)
    } else if to > SIZE {
        (2.0 * SIZE - to, -velocity)
    } else {
        (to, velocity)
    }
}
