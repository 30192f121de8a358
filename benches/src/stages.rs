//! Every stage of the pipeline by itself, on the workload, for the criterion benches and for counting instructions.
//!
//! A stage that is not public by itself is a match whose rules leave the others out. Invariant: a stage's work is the same each time it is
//! prepared. Not here: how often it is run and what is made of that.

use skirmish_protocol::{Input, Mirror, WireState};
use skirmish_sim::{Arrival, Departures, Game, GameError, Room, RoomLimits, Rules, SessionId};

use crate::player::Player;
use crate::record::{Encoder, Record, header, open, step};
use crate::workload::{SIZE, Workload};

/// How many entities the stages are measured with.
pub const ENTITIES: [u32; 4] = [10, 100, 1_000, 10_000];
/// Most sessions of one match; more entities mean more matches where each needs a session.
const SESSIONS_MAX: u32 = 1_000;
/// Bodies that a player sees in the interest stage, about.
const VISIBLE: f64 = 50.0;
/// Successive ticks that one piece of work of a recorded stage goes through.
pub const TICKS: usize = 16;

/// A stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// One input of each session reaches its match and is applied.
    Intake,
    /// The game's systems.
    Systems,
    /// From the world to columns, bodies at rest.
    Extract,
    /// From the truth to the wire state, for [`TICKS`] ticks.
    WireState,
    /// Who sees whom, about fifty each.
    Interest,
    /// The delta of each of [`TICKS`] ticks.
    Delta,
    /// A frame for each session, all with the same body, and their acknowledgements.
    Out,
    /// A client applies a keyframe and [`TICKS`] deltas.
    Apply,
    /// A whole tick, from the input of each session to its frame, with about fifty bodies visible to each.
    Tick,
}

/// One piece of work, to be done again and again.
pub type Work = Box<dyn FnMut()>;

impl Stage {
    /// All of them, in the order of the pipeline.
    pub const ALL: [Stage; 9] = [
        Stage::Intake,
        Stage::Systems,
        Stage::Extract,
        Stage::WireState,
        Stage::Interest,
        Stage::Delta,
        Stage::Out,
        Stage::Apply,
        Stage::Tick,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Intake => "intake",
            Stage::Systems => "systems",
            Stage::Extract => "extract",
            Stage::WireState => "wire_state",
            Stage::Interest => "interest",
            Stage::Delta => "delta",
            Stage::Out => "out",
            Stage::Apply => "apply",
            Stage::Tick => "tick",
        }
    }

    /// How many ticks one piece of work goes through.
    pub fn ticks(self) -> usize {
        if matches!(self, Stage::WireState | Stage::Delta | Stage::Apply) { TICKS } else { 1 }
    }

    /// Makes everything ready, so that only the stage's own work is left.
    pub fn prepare(self, entities: u32) -> Work {
        match self {
            Stage::Intake => intake(entities),
            Stage::Systems => stepping(entities, |game| game.moving(game.peopled(game.frame()))),
            Stage::Extract => stepping(entities, |game| game.seen(game.peopled(game.frame()))),
            Stage::WireState => wire_state(entities),
            Stage::Interest => interest(entities),
            Stage::Delta => delta(entities),
            Stage::Out => out(entities),
            Stage::Apply => apply(entities),
            Stage::Tick => tick(entities),
        }
    }
}

/// A part of the workload as a game.
struct Part {
    numbers: Workload,
    rules: fn(&Workload) -> Rules,
}

impl Game for Part {
    fn name(&self) -> &str {
        "part"
    }

    fn rules(&self, _config: &serde_json::Value) -> Result<Rules, GameError> {
        Ok((self.rules)(&self.numbers))
    }
}

fn stepping(walkers: u32, rules: fn(&Workload) -> Rules) -> Work {
    let mut sim = open(&Part { numbers: Workload { walkers, ..Workload::default() }, rules });
    step(&mut sim);
    Box::new(move || step(&mut sim))
}

fn wire_state(entities: u32) -> Work {
    let record = Record::new(entities, TICKS + 1);
    Box::new(move || {
        let ticks = record.states.iter().zip(&record.truths[1..]);
        for (before, truth) in ticks {
            let next = before.next(&record.plan, truth, before.tick + 1, record.settings.tick_hz);
            std::hint::black_box(next);
        }
    })
}

fn interest(entities: u32) -> Work {
    let numbers = crowd(entities);
    let mut rooms = Rooms::new(numbers.seats, numbers, |game| game.placed(game.peopled(game.frame())));
    Box::new(move || rooms.step())
}

fn tick(entities: u32) -> Work {
    let numbers = crowd(entities);
    let rules = |game: &Workload| game.seen(game.placed(game.moving(game.peopled(game.frame()))));
    let mut rooms = Rooms::new(numbers.seats, numbers, rules);
    let mut players: Vec<_> = (0..numbers.seats.into()).map(Player::new).collect();
    let mut frames = Departures::default();
    let mut work = move || {
        rooms.receive_all(|session, tick| {
            let mut values = Vec::with_capacity(4);
            players[session.0 as usize].steer().to_values(&mut values);
            Arrival::Input { session, seq: tick, snapshot_ack: tick, values: values.into(), at_us: 0 }
        });
        rooms.step();
        rooms.flush(&mut frames);
    };
    (0..TICKS).for_each(|_| work());
    Box::new(work)
}

/// So many bodies, one of them for each seat, of which a seat sees about [`VISIBLE`].
fn crowd(entities: u32) -> Workload {
    let seats = entities.min(SESSIONS_MAX);
    let radius = (VISIBLE * SIZE * SIZE / f64::from(entities) / std::f64::consts::PI).sqrt();
    Workload { seats, walkers: entities - seats, interest_radius: radius as f32, ..Workload::default() }
}

fn delta(entities: u32) -> Work {
    let record = Record::new(entities, TICKS + 1);
    let (mut out, mut encoder) = (Vec::new(), Encoder::default());
    Box::new(move || {
        for (before, now) in record.pairs() {
            out.clear();
            record.encode_tables(&mut encoder, Some(before), now, &mut out);
            std::hint::black_box(&out);
        }
    })
}

fn apply(entities: u32) -> Work {
    let record = Record::new(entities, TICKS + 1);
    let frame = |before: Option<&WireState>, now: &WireState| record.frame(before, now);
    let mut frames = vec![frame(None, &record.states[0])];
    frames.extend(record.pairs().map(|(before, now)| frame(Some(before), now)));
    let mut mirror = Mirror::new(record.plan.schema().clone(), &record.settings).expect("the schema is valid");
    Box::new(move || {
        for frame in &frames {
            mirror.apply(frame).expect("the server's own frames apply");
        }
    })
}

fn intake(sessions: u32) -> Work {
    let mut rooms = Rooms::new(sessions, Workload::default(), Workload::frame);
    let mut player = Player::new(0);
    Box::new(move || {
        rooms.receive_all(|session, seq| {
            let mut values = Vec::with_capacity(4);
            player.steer().to_values(&mut values);
            Arrival::Input { session, seq, snapshot_ack: 0, values: values.into(), at_us: 0 }
        });
        rooms.step();
    })
}

fn out(sessions: u32) -> Work {
    let mut rooms = Rooms::new(sessions, Workload::default(), Workload::frame);
    let mut frames = Departures::default();
    Box::new(move || {
        rooms.step();
        rooms.flush(&mut frames);
        rooms.receive_all(|session, tick| Arrival::Ack { session, snapshot_ack: tick });
    })
}

/// Matches that are full, together, of so many sessions.
struct Rooms {
    rooms: Vec<(Room, Vec<SessionId>)>,
    log: Vec<u8>,
    now_us: u64,
}

impl Rooms {
    fn new(sessions: u32, numbers: Workload, rules: fn(&Workload) -> Rules) -> Self {
        let game = Part { numbers: Workload { seats: sessions.min(SESSIONS_MAX), ..numbers }, rules };
        let ids: Vec<_> = (0..u64::from(sessions)).map(SessionId).collect();
        let open = |ids: &[SessionId]| (open_full(&game, ids), ids.to_vec());
        Self { rooms: ids.chunks(SESSIONS_MAX as usize).map(open).collect(), log: Vec::new(), now_us: 0 }
    }

    /// Hands each session's arrival to its match; `arrival` is told who, and the match's tick.
    fn receive_all(&mut self, mut arrival: impl FnMut(SessionId, u32) -> Arrival) {
        for (room, sessions) in &mut self.rooms {
            let tick = room.sim().tick();
            sessions.iter().for_each(|&session| room.receive(arrival(session, tick), self.now_us));
        }
    }

    fn step(&mut self) {
        self.now_us += 50_000;
        for (room, _) in &mut self.rooms {
            room.step();
            self.log.clear();
            room.take_log(&mut self.log);
        }
    }

    fn flush(&mut self, frames: &mut Departures) {
        for (room, _) in &mut self.rooms {
            frames.clear();
            room.flush(self.now_us, frames);
        }
    }
}

fn open_full(game: &Part, sessions: &[SessionId]) -> Room {
    let mut room = Room::open(game, header(game), RoomLimits::default()).expect("a part's rules are valid");
    for (seat, &session) in (0..).zip(sessions) {
        let (name, token) = (format!("player-{seat}"), String::new());
        room.receive(Arrival::Join { session, seat, name, token, schema_hash: 0 }, 0);
    }
    room.step();
    room.flush(0, &mut Departures::default());
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_can_be_done_again_and_again() {
        for stage in Stage::ALL {
            let mut work = stage.prepare(20);
            (0..5).for_each(|_| work());
        }
    }
}
