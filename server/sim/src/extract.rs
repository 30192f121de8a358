//! Stage 3, first half: reading the world into plain columns, in order of entity id.
//!
//! Invariant: what is read does not depend on the order in which the ECS stores entities. Quantising is not here: it is
//! `WireState::next` in `skirmish_protocol`.

use bevy_ecs::prelude::{Component, Entity, Has, QueryState, World};
use skirmish_protocol::{Replicate, Truth, TruthTable};

use crate::subject::Subject;
use crate::{AlwaysRelevant, EntityId, Owner};

/// Reads one replicated component.
pub(crate) trait Rows: Send + Sync {
    /// Replaces the table's rows by the world's.
    fn read(&mut self, world: &World, table: &mut TruthTable);
}

/// Reads who is where, for interest.
pub(crate) trait Census: Send + Sync {
    /// Replaces the subjects by the world's.
    fn read(&mut self, world: &World, subjects: &mut Subjects);
}

/// Every entity that has an id, ascending.
#[derive(Default)]
pub(crate) struct Subjects {
    pub(crate) list: Vec<Subject>,
    /// The ECS's handle of each.
    pub(crate) entities: Vec<Entity>,
    /// Both, in the ECS's order at first.
    found: Vec<(Subject, Entity)>,
}

struct ComponentRows<C: Component> {
    query: QueryState<(&'static EntityId, Option<&'static Owner>, &'static C)>,
    width: usize,
    /// What was read, where the ECS's order is not that of the ids.
    unordered: TruthTable,
    /// Each id, and where it is in there; ascending.
    order: Vec<(u32, usize)>,
}

/// A reader of component `C`.
pub(crate) fn rows<C: Component + Replicate>(world: &mut World) -> Box<dyn Rows> {
    Box::new(ComponentRows::<C> {
        query: world.query(),
        width: C::schema().fields.len(),
        unordered: TruthTable::default(),
        order: Vec::new(),
    })
}

impl<C: Component + Replicate> Rows for ComponentRows<C> {
    fn read(&mut self, world: &World, table: &mut TruthTable) {
        clear(table);
        for (id, owner, component) in self.query.iter(world) {
            let start = table.values.len();
            table.ids.push(id.0);
            table.owners.push(owner.map(|owner| owner.0.0));
            table.values.resize(start + self.width, 0.0);
            component.measure(&mut table.values[start..]);
        }
        if !table.ids.is_sorted() {
            self.put_in_order(table);
        }
        assert_ids_ascend(&table.ids);
    }
}

impl<C: Component> ComponentRows<C> {
    fn put_in_order(&mut self, table: &mut TruthTable) {
        let Self { width, unordered, order, .. } = self;
        std::mem::swap(table, unordered);
        order.clear();
        order.extend(unordered.ids.iter().enumerate().map(|(index, &id)| (id, index)));
        order.sort_unstable();
        clear(table);
        for &(id, index) in &*order {
            table.ids.push(id);
            table.owners.push(unordered.owners[index]);
            table.values.extend_from_slice(&unordered.values[index * *width..][..*width]);
        }
    }
}

fn clear(table: &mut TruthTable) {
    table.ids.clear();
    table.owners.clear();
    table.values.clear();
}

/// Reads every replicated component, in schema order.
pub(crate) fn read_all(world: &World, readers: &mut [Box<dyn Rows>], truth: &mut Truth) {
    for (reader, table) in readers.iter_mut().zip(&mut truth.tables) {
        reader.read(world, table);
    }
}

type PlacedRow<C> = (Entity, &'static EntityId, Option<&'static Owner>, Option<&'static C>, Has<AlwaysRelevant>);

struct Placed<C: Component> {
    query: QueryState<PlacedRow<C>>,
    place: fn(&C) -> [f32; 2],
}

/// A reader of where entities are, from component `C`.
pub(crate) fn census<C: Component>(world: &mut World, place: fn(&C) -> [f32; 2]) -> Box<dyn Census> {
    Box::new(Placed { query: world.query(), place })
}

impl<C: Component> Census for Placed<C> {
    fn read(&mut self, world: &World, subjects: &mut Subjects) {
        let subject =
            |(entity, id, owner, at, is_always_relevant): (Entity, &EntityId, Option<&Owner>, Option<&C>, bool)| {
                let (owner, place) = (owner.map(|owner| owner.0.0), at.map(self.place));
                (Subject { id: id.0, owner, place, is_always_relevant }, entity)
            };
        let Subjects { list, entities, found } = subjects;
        found.clear();
        found.extend(self.query.iter(world).map(subject));
        if !found.is_sorted_by_key(|(subject, _)| subject.id) {
            found.sort_unstable_by_key(|(subject, _)| subject.id);
        }
        list.clear();
        list.extend(found.iter().map(|(subject, _)| *subject));
        entities.clear();
        entities.extend(found.iter().map(|(_, entity)| *entity));
    }
}

/// A component that no entity has: where entities are when the game says nothing about places.
#[derive(Component)]
pub(crate) struct Nowhere;

fn assert_ids_ascend(ids: &[u32]) {
    if let Some(pair) = ids.windows(2).find(|pair| pair[0] >= pair[1]) {
        panic!("two entities have the id {}; every entity takes an id of its own from Ids::next", pair[0]);
    }
}
