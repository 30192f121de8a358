//! The games that ship with the server.
//!
//! Each is a [`Game`]: what a match of it plays like is a function of the configuration it is opened with. Nothing in
//! the engine knows any of them.

pub mod arena;

use std::sync::Arc;

use skirmish_sim::Game;

/// Every game that ships, the default one first.
pub fn games() -> Vec<Arc<dyn Game>> {
    vec![Arc::new(arena::Arena)]
}
