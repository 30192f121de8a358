//! A game with its resolved configuration, ready to open matches of.
//!
//! Invariant: a match of this game and configuration can be opened, because one was opened to look at it.
//! Not here: where the configuration's file is (`server`), the match that is played (`driver`).

use std::sync::Arc;

use serde_json::Value;
use skirmish_protocol::Schema;
use skirmish_sim::{Game, LOG_FORMAT, Match, MatchHeader, Number, OpenError, Scene, Tuning};

/// A game that the server offers.
pub struct Hosted {
    pub(super) game: Arc<dyn Game>,
    pub(super) config: Value,
    pub(super) schema: Arc<Schema>,
    pub(super) seats_max: u32,
    scene: Scene,
    tuning: Tuning,
    numbers: Vec<(Number, f64)>,
}

/// A game that cannot be offered.
#[derive(Debug, thiserror::Error)]
#[error("the game {game:?} cannot be opened with its configuration: {reason}")]
pub struct HostError {
    /// Its name.
    pub game: String,
    /// Why.
    pub reason: OpenError,
}

impl Hosted {
    /// Opens a match on trial, to learn the game's schema and seats.
    ///
    /// # Errors
    /// What the game has against the configuration.
    pub fn new(game: Arc<dyn Game>, config: Value) -> Result<Self, HostError> {
        let header = MatchHeader {
            format: LOG_FORMAT,
            match_id: "trial".to_owned(),
            game: game.name().to_owned(),
            seed: 0,
            config: config.clone(),
            tuning: Tuning::default(),
        };
        let trial = Match::new(&*game, header).map_err(|reason| HostError { game: game.name().to_owned(), reason })?;
        let schema = Arc::new(trial.plan().schema().clone());
        let seats_max = trial.seats().seats_max();
        let tuning = trial.tuning();
        let numbers = trial.numbers().map(|(number, value)| (number.clone(), value)).collect();
        let scene = trial.scene().clone();
        Ok(Self { game, config, schema, seats_max, scene, tuning, numbers })
    }

    /// The same game with these values in place of those of its configuration, table by table. Its defaults stay.
    ///
    /// # Errors
    /// What the game has against them.
    pub fn with(&self, config: &Value) -> Result<Self, HostError> {
        let mut whole = self.config.clone();
        replace(&mut whole, config);
        let mut other = Self::new(Arc::clone(&self.game), whole)?;
        other.tuning = self.tuning;
        for ((_, default), (_, usual)) in other.numbers.iter_mut().zip(&self.numbers) {
            *default = *usual;
        }
        Ok(other)
    }

    /// Its numbers in its order, each with its default.
    pub fn numbers(&self) -> &[(Number, f64)] {
        &self.numbers
    }

    /// Its own tuning with what the change gives; all set.
    pub fn tuning_with(&self, change: &Tuning) -> Tuning {
        self.tuning.with(change)
    }

    /// How its matches look from above.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// What it replicates, takes as input, and tells as events.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The name that joining clients give.
    pub fn name(&self) -> &str {
        self.game.name()
    }
}

fn replace(values: &mut Value, given: &Value) {
    match (values, given) {
        (Value::Object(values), Value::Object(given)) => {
            for (key, given) in given {
                replace(values.entry(key.clone()).or_insert(Value::Null), given);
            }
        }
        (value, given) => *value = given.clone(),
    }
}
