//! A game with its resolved configuration, ready to open matches of.
//!
//! Invariant: a match of this game and configuration can be opened, because one was opened to look at it.
//! Not here: where the configuration's file is (`server`), the match that is played (`driver`).

use std::sync::Arc;

use serde_json::Value;
use skirmish_protocol::Schema;
use skirmish_sim::{Game, LOG_FORMAT, Match, MatchHeader, OpenError, Tuning};

/// A game that the server offers.
pub struct Hosted {
    pub(super) game: Arc<dyn Game>,
    pub(super) config: Value,
    pub(super) schema: Arc<Schema>,
    pub(super) seats_max: u32,
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
        Ok(Self { game, config, schema, seats_max })
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
