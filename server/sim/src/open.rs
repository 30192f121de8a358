//! Opening a match: from a header and a game's rules to a world that can be stepped, or to a readable refusal.
//!
//! Invariant: whatever a game says wrongly about itself is refused here, so that stepping a match can't fail.

use std::sync::Arc;

use bevy_ecs::prelude::{IntoScheduleConfigs, Schedule, World};
use bevy_ecs::schedule::{LogLevel, ScheduleBuildSettings, SingleThreadedExecutor};
use skirmish_protocol::{Plan, Quantiser, SchemaError, Truth, TruthTable, WireState};
use thiserror::Error;

use crate::extract::Subjects;
use crate::ids::ROUND_ENTITY;
use crate::inputs::PendingInputs;
use crate::intake::Intake;
use crate::interest::Interest;
use crate::log::{HEADER_BYTES_MAX, LOG_FORMAT_OLDEST, LogWriter, pending_bytes_max};
use crate::numbers::Dials;
use crate::registered;
use crate::round::advance_round;
use crate::rules::in_order;
use crate::{
    BotRandom, Clock, Game, GameError, Ids, LOG_FORMAT, Match, MatchHeader, NumberError, Pace, Random, Round,
    RoundState, Rules, Scene, SceneError, Seats, TickEvents, TuningError,
};

/// Why a match can't be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The header is of another version.
    #[error("the header has format {given}, this version reads {oldest} to {newest}")]
    Format {
        /// The header's format.
        given: u32,
        /// The oldest that can be read.
        oldest: u32,
        /// [`LOG_FORMAT`].
        newest: u32,
    },
    /// The header is of another game.
    #[error("the header is of the game `{given}`, this is `{expected}`")]
    WrongGame {
        /// The header's game.
        given: String,
        /// This game.
        expected: String,
    },
    /// The header, with its configuration, is too long to be logged.
    #[error("the header, with its configuration, takes {given} bytes; at most {max} are allowed")]
    HeaderTooLong {
        /// Its length, in bytes.
        given: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// The game can't be played with the header's configuration.
    #[error("configuration: {0}")]
    Game(#[from] GameError),
    /// A number in the rules or in the header's tuning is out of range.
    #[error(transparent)]
    Range(#[from] TuningError),
    /// A number of the game's is described wrongly, or begins outside its range.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// Two components or two events have the same id.
    #[error("{what} `{first}` and `{second}` both have id {id}; every one needs an id of its own")]
    IdTwice {
        /// Components or events.
        what: &'static str,
        /// The id.
        id: u8,
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// What the game replicates, takes as input or sends as events can't be put on the wire.
    #[error("schema: {0}")]
    Schema(#[from] SchemaError),
    /// The picture that the game describes has something in it that is not replicated.
    #[error(transparent)]
    Scene(#[from] SceneError),
    /// The systems can't be ordered: two conflict and neither comes first.
    #[error("systems: {0}")]
    Systems(String),
    /// A system uses inputs or events of a type that the rules do not name.
    #[error(
        "a system uses {0}, of which the rules know nothing: name its type in Rules::new for inputs, in Rules::events for events"
    )]
    NotRegistered(String),
}

impl Match {
    /// Opens a match at tick 0. Its log begins with the header.
    ///
    /// # Errors
    /// If the header does not fit the game, or the game's rules can't be played.
    pub fn new(game: &dyn Game, mut header: MatchHeader) -> Result<Match, OpenError> {
        check_header(game, &header)?;
        header.config = game.resolve(&header.config)?;
        let mut rules = game.rules(&header.config)?;
        rules.check()?;
        rules.complete();
        let plan = Arc::new(plan(&rules)?);
        let scene = rules.scene.take().unwrap_or_else(|| Scene::usual(plan.schema()));
        scene.check(plan.schema())?;
        let pending_bytes_max = pending_bytes_max(rules.seats_max, plan.schema().input.len());
        let log = LogWriter::new(&header, pending_bytes_max)
            .map_err(|given| OpenError::HeaderTooLong { given, max: HEADER_BYTES_MAX })?;
        let tuned = rules.tuned.with(&header.tuning);
        let (mut world, pending) = world(&mut rules, &header, tuned.tick_hz);
        let schedule = schedule(&mut rules, &mut world)?;
        let dials = Dials::new(std::mem::take(&mut rules.dials), &mut world)?;
        if let Some(name) = registered::missing(&mut world) {
            return Err(OpenError::NotRegistered(name));
        }
        let tables = vec![TruthTable::default(); rules.components.len()];
        Ok(Match {
            header,
            readers: rules.components.iter().map(|kind| (kind.rows)(&mut world)).collect(),
            census: (rules.census)(&mut world),
            visible: rules.visible,
            scene,
            schedule,
            world,
            pending,
            events: rules.events,
            intake: Intake::new(rules.seats_max),
            tuned,
            asked: tuned,
            dials,
            pace: Pace::default(),
            effective_tick: 1,
            epoch: 0,
            truth: Truth { tables },
            quantiser: Quantiser::default(),
            state: Arc::new(WireState::empty(&plan, 0)),
            spare: Vec::new(),
            plan,
            tick_events: TickEvents::default(),
            subjects: Subjects::default(),
            interest: Interest::default(),
            log,
        })
    }
}

fn check_header(game: &dyn Game, header: &MatchHeader) -> Result<(), OpenError> {
    if !(LOG_FORMAT_OLDEST..=LOG_FORMAT).contains(&header.format) {
        return Err(OpenError::Format { given: header.format, oldest: LOG_FORMAT_OLDEST, newest: LOG_FORMAT });
    }
    if header.game != game.name() {
        return Err(OpenError::WrongGame { given: header.game.clone(), expected: game.name().to_owned() });
    }
    Ok(header.tuning.check()?)
}

fn plan(rules: &Rules) -> Result<Plan, OpenError> {
    let schema = rules.schema();
    check_ids("components", schema.components.iter().map(|component| (component.id, &component.name)))?;
    check_ids("events", schema.events.iter().map(|event| (event.id, &event.name)))?;
    Ok(Plan::new(&schema)?)
}

/// Whether no id comes twice; `named` ascends.
fn check_ids<'a>(what: &'static str, named: impl Iterator<Item = (u8, &'a String)> + Clone) -> Result<(), OpenError> {
    match named.clone().zip(named.skip(1)).find(|((first, _), (second, _))| first == second) {
        Some(((id, first), (_, second))) => {
            Err(OpenError::IdTwice { what, id, first: first.clone(), second: second.clone() })
        }
        None => Ok(()),
    }
}

fn world(rules: &mut Rules, header: &MatchHeader, tick_hz: u32) -> (World, Box<dyn PendingInputs>) {
    let mut world = World::new();
    let round = RoundState::new(rules.rounds);
    if rules.rounds.is_some() {
        world.spawn((ROUND_ENTITY, Round::from(&round)));
    }
    world.insert_resource(round);
    world.insert_resource(Clock::new(tick_hz));
    world.insert_resource(Seats::new(rules.seats_max));
    world.insert_resource(Ids::new());
    world.insert_resource(Random::new(header.seed));
    world.insert_resource(BotRandom::new(header.seed));
    let pending = (rules.input.install)(&mut world, rules.seats_max);
    rules.events.iter().for_each(|kind| (kind.install)(&mut world));
    rules.setups.drain(..).for_each(|setup| setup(&mut world));
    (world, pending)
}

fn schedule(rules: &mut Rules, world: &mut World) -> Result<Schedule, OpenError> {
    let mut systems = vec![advance_round.into_configs()];
    systems.append(&mut rules.bots);
    systems.append(&mut rules.systems);
    let mut schedule = Schedule::default();
    schedule.set_executor(SingleThreadedExecutor::new());
    schedule.set_build_settings(ScheduleBuildSettings { ambiguity_detection: LogLevel::Error, ..Default::default() });
    schedule.add_systems(in_order(systems));
    match schedule.initialize(world) {
        Ok(_) => Ok(schedule),
        Err(error) => Err(OpenError::Systems(error.to_string(schedule.graph(), world))),
    }
}
