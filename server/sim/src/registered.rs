//! Finds the use of a type that no rule registers, before the first tick.
//!
//! Systems ask for the engine's generic resources, inputs and events, by their game's types; only those that the rules name are in
//! the world. What the rules name is in `rules`.

use bevy_ecs::prelude::{Component, World};

/// Marks the engine's generic resources: each of them requires it.
#[derive(Component, Default)]
pub(crate) struct Registered;

/// The name of a marked resource that systems use and the world does not have. Systems have made theirs known to the world.
pub(crate) fn missing(world: &mut World) -> Option<String> {
    let mark = world.register_component::<Registered>();
    let missing = world.components().iter_registered().find(|(id, info)| {
        info.required_components().iter_ids().any(|required| required == mark) && !world.contains_resource_by_id(*id)
    });
    missing.map(|(_, info)| info.name().to_string())
}
