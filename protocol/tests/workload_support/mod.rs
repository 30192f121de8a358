//! A crowd in an arena: everybody runs straight on, turns around all the time and elsewhere now and then, and bounces off walls.
//! It is made of integers and square roots alone, so it is the same on every machine.

use skirmish_protocol::{Plan, Truth, TruthTable};

use super::snapshot_support::{component, cyclic, motion, number, plan_of};

/// Ticks per second.
pub(crate) const TICK_HZ: u32 = 20;
const SIDE: f64 = 2000.0;
const SPEED: f64 = 200.0;
const POSITION_QUANTUM: f64 = 1.0 / 16.0;
const VELOCITY_QUANTUM: f64 = 0.02;
/// How many quanta of `aim` are a full turn: a quantum is at most 1/5,000 radian.
const AIM_TURN: u32 = 31_416;
const AIM_QUANTUM: f64 = std::f64::consts::TAU / AIM_TURN as f64;

/// The names of the columns.
pub(crate) const COLUMNS: [&str; 7] = ["x", "y", "vx", "vy", "aim", "hp", "score"];

pub(crate) fn plan() -> Plan {
    let place = |id, name, velocity| {
        let range = (SIDE / POSITION_QUANTUM) as i32;
        skirmish_protocol::FieldSchema { min: 0, ..motion(id, name, POSITION_QUANTUM, range, velocity) }
    };
    let fields = vec![
        place(0, "x", 2),
        place(1, "y", 3),
        number(2, "vx", VELOCITY_QUANTUM, -10_000, 10_000),
        number(3, "vy", VELOCITY_QUANTUM, -10_000, 10_000),
        cyclic(4, "aim", AIM_QUANTUM, AIM_TURN),
        number(5, "hp", 1.0, 0, 100),
        number(6, "score", 1.0, 0, i32::MAX),
    ];
    plan_of(vec![component(1, "Player", fields)])
}

/// splitmix64.
#[derive(Debug)]
struct Random(u64);

impl Random {
    /// From 0 up to, but not, 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ mixed >> 31) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A unit vector, rounded to hundredths.
    fn direction(&mut self) -> [f64; 2] {
        loop {
            let [x, y] = [self.unit() * 2.0 - 1.0, self.unit() * 2.0 - 1.0];
            let length = (x * x + y * y).sqrt();
            if (0.1..1.0).contains(&length) {
                return [x, y].map(|part| (part / length * 100.0).round() / 100.0);
            }
        }
    }
}

#[derive(Debug)]
struct Player {
    client: Random,
    place: [f64; 2],
    velocity: [f64; 2],
    aim: f64,
    direction: [f64; 2],
    applied: [f64; 2],
    fire: bool,
    hp: i32,
    score: i32,
    /// Whether the last input missed its tick.
    late: bool,
}

impl Player {
    fn new(client: Random, server: &mut Random) -> Self {
        Self {
            client,
            place: [server.unit() * SIDE, server.unit() * SIDE],
            velocity: [0.0; 2],
            aim: 0.0,
            direction: [0.0; 2],
            applied: [0.0; 2],
            fire: false,
            hp: 100,
            score: 0,
            late: false,
        }
    }

    fn input(&mut self) {
        if self.client.chance(0.1) {
            self.direction = self.client.direction();
        }
        self.aim = (self.aim + self.client.unit() * 0.4 - 0.2).rem_euclid(std::f64::consts::TAU);
        self.fire = self.client.chance(0.05);
        if self.direction != self.applied {
            self.applied = self.direction;
            self.velocity = self.direction.map(|part| part * SPEED);
        }
    }

    fn step(&mut self, server: &mut Random) {
        for (place, velocity) in self.place.iter_mut().zip(&mut self.velocity) {
            *place += *velocity / f64::from(TICK_HZ);
            if !(0.0..=SIDE).contains(place) {
                *place = if *place < 0.0 { -*place } else { 2.0 * SIDE - *place };
                *velocity = -*velocity;
            }
        }
        if server.chance(0.01) {
            self.hp = (self.hp + 90) % 101;
        }
        if self.fire && server.chance(0.02) {
            self.score += 1;
        }
    }

    fn measures(&self) -> [f64; COLUMNS.len()] {
        let ([x, y], [vx, vy]) = (self.place, self.velocity);
        let places = [x, y].map(|place| place / POSITION_QUANTUM);
        let velocities = [vx, vy].map(|velocity| velocity / VELOCITY_QUANTUM);
        let [hp, score] = [self.hp, self.score].map(f64::from);
        [places[0], places[1], velocities[0], velocities[1], self.aim / AIM_QUANTUM, hp, score]
    }
}

/// All players, and the server's chance.
#[derive(Debug)]
pub(crate) struct Crowd {
    players: Vec<Player>,
    server: Random,
    /// How likely an input is to come after its tick, so that the next tick takes two.
    lateness: f64,
}

impl Crowd {
    pub(crate) fn new(players: u32, lateness: f64) -> Self {
        let mut server = Random(7);
        let player = |index: u32| Player::new(Random(1000 + u64::from(index)), &mut server);
        Self { players: (0..players).map(player).collect(), server, lateness }
    }

    /// One tick: each player's inputs, then its step.
    pub(crate) fn step(&mut self) {
        for player in &mut self.players {
            if std::mem::take(&mut player.late) {
                player.input();
            }
            if self.lateness > 0.0 && self.server.chance(self.lateness) {
                player.late = true;
            } else {
                player.input();
            }
            player.step(&mut self.server);
        }
    }

    pub(crate) fn truth(&self) -> Truth {
        let table = TruthTable {
            ids: (1..).take(self.players.len()).collect(),
            owners: vec![None; self.players.len()],
            values: self.players.iter().flat_map(Player::measures).collect(),
        };
        Truth { tables: vec![table] }
    }
}
