//! What the engine asks of a game: a name, and rules made from a configuration.
//!
//! Invariant: nothing in the engine knows a game. The rules themselves are in `rules`.

use serde_json::Value;
use thiserror::Error;

use crate::Rules;

/// A game that matches can be opened of.
pub trait Game: Send + Sync + 'static {
    /// The name that joining clients and match headers give, for example `"arena"`.
    fn name(&self) -> &str;

    /// The whole configuration that `given` stands for, with everything that it leaves out filled in. A match's header logs the whole, so that a
    /// replay depends on no default that may change. Resolving a whole configuration must change nothing. Unless a game says otherwise, `given` is whole.
    ///
    /// # Errors
    /// What in the configuration can't be played.
    fn resolve(&self, given: &Value) -> Result<Value, GameError> {
        Ok(given.clone())
    }

    /// The rules for one match. Must be a pure function of `config`, which is whole and logged with the match.
    ///
    /// # Errors
    /// What in the configuration can't be played.
    fn rules(&self, config: &Value) -> Result<Rules, GameError>;
}

/// Why a game can't be played with a configuration: names the key, the value given and the range allowed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct GameError(pub String);
