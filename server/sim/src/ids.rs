//! Entities' own ids.
//!
//! Invariant: an id is never used again in a match, and depends only on how many were taken before it. The ECS's `Entity`
//! depends on the history of despawns, so it is never sent, sorted by or hashed.

use bevy_ecs::prelude::{Component, Resource};

use crate::SeatId;

/// The id by which clients know an entity. Only entities that carry one are replicated. Take it from [`Ids`].
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[component(immutable)]
pub struct EntityId(pub u32);

/// Whose entity this is: its private fields go to that seat only, and it is one of the seat's points of view for interest.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Owner(pub SeatId);

/// Every seat knows this entity, however far away it is, unless the game's filter hides it: the flag, the boss.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlwaysRelevant;

/// The entity that carries the engine's `Round`.
pub(crate) const ROUND_ENTITY: EntityId = EntityId(1);

/// Hands out entity ids, ascending.
#[derive(Resource, Debug)]
pub struct Ids {
    last: u32,
}

impl Ids {
    pub(crate) fn new() -> Ids {
        Ids { last: ROUND_ENTITY.0 }
    }

    /// An id that no entity of this match has had before.
    #[expect(clippy::should_implement_trait, reason = "it never ends, so an Option would only be noise")]
    pub fn next(&mut self) -> EntityId {
        self.last = self.last.checked_add(1).expect("a match spawns fewer than 2^32 entities");
        EntityId(self.last)
    }
}
