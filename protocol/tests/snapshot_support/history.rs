//! Random histories of a world: what happens in each tick, and the truth after it.

use std::ops::Range;

use proptest::prelude::*;
use skirmish_protocol::{ComponentSchema, FieldSchema, Schema, Truth, TruthTable};

use super::{SEAT, schema};

/// One tick of a history.
#[derive(Clone, Debug)]
pub(crate) struct Tick {
    pub(crate) acts: Vec<Act>,
    /// Whether the client is sent a snapshot; if not, it skips this tick.
    pub(crate) sent: bool,
    /// Whether that snapshot is a keyframe for want of a baseline.
    pub(crate) forgotten: bool,
}

/// Something that changes the world. `nth` chooses an entity.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Spawn { components: u8, owner: Option<u32>, id_step: u32 },
    Despawn { nth: usize },
    Toggle { nth: usize, component: usize },
    Own { nth: usize, owner: Option<u32> },
    Set { nth: usize, component: usize, field: usize, quanta: f64 },
    Hide { nth: usize },
    SeeAll(bool),
    TickRate(u32),
}

pub(crate) fn histories(ticks: Range<usize>) -> impl Strategy<Value = Vec<Tick>> {
    let tick = (prop::collection::vec(acts(), 0..5), prop::bool::weighted(0.6), prop::bool::weighted(0.05));
    prop::collection::vec(tick.prop_map(|(acts, sent, forgotten)| Tick { acts, sent, forgotten }), ticks)
}

fn acts() -> impl Strategy<Value = Act> {
    let nth = || any::<prop::sample::Index>().prop_map(|index| index.index(1 << 16));
    let owner = || prop_oneof![Just(None), Just(Some(SEAT)), Just(Some(SEAT)), Just(Some(7))];
    let quanta =
        prop_oneof![3 => -4.0..4.0, 3 => -150.0..150.0, 2 => -40_000.0..40_000.0, 1 => -3e9..3e9, 1 => Just(f64::NAN)];
    let id_step = prop_oneof![4 => Just(1_u32), 1 => 1..300_u32, 1 => 1..20_000_000_u32];
    prop_oneof![
        4 => (1..8_u8, owner(), id_step).prop_map(|(components, owner, id_step)| Act::Spawn { components, owner, id_step }),
        1 => nth().prop_map(|nth| Act::Despawn { nth }),
        1 => (nth(), 0..3_usize).prop_map(|(nth, component)| Act::Toggle { nth, component }),
        1 => (nth(), owner()).prop_map(|(nth, owner)| Act::Own { nth, owner }),
        8 => (nth(), 0..3_usize, 0..8_usize, quanta).prop_map(|(nth, component, field, quanta)| Act::Set { nth, component, field, quanta }),
        2 => nth().prop_map(|nth| Act::Hide { nth }),
        1 => any::<bool>().prop_map(Act::SeeAll),
        1 => (1..=240_u32).prop_map(Act::TickRate),
    ]
}

#[derive(Debug)]
struct Entity {
    id: u32,
    owner: Option<u32>,
    hidden: bool,
    /// Measures for each component of the schema that it has.
    components: Vec<Option<Vec<f64>>>,
}

/// A world in which bodies fly on by themselves.
#[derive(Debug)]
pub(crate) struct World {
    schema: Schema,
    entities: Vec<Entity>,
    newest_id: u32,
    sees_all: bool,
    pub(crate) tick_hz: u32,
}

impl World {
    pub(crate) fn new() -> Self {
        World { schema: schema(), entities: Vec::new(), newest_id: 0, sees_all: true, tick_hz: 30 }
    }

    /// Does what the history says. Tells whether the tick rate changed.
    pub(crate) fn act(&mut self, acts: &[Act]) -> bool {
        let before = self.tick_hz;
        for act in acts {
            self.act_once(act);
        }
        self.tick_hz != before
    }

    fn act_once(&mut self, act: &Act) {
        match *act {
            Act::Spawn { components, owner, id_step } => self.spawn(components, owner, id_step),
            Act::SeeAll(all) => self.sees_all = all,
            Act::TickRate(tick_hz) => self.tick_hz = tick_hz,
            Act::Despawn { nth } if !self.entities.is_empty() => {
                self.entities.remove(nth % self.entities.len());
            }
            Act::Despawn { .. } => {}
            Act::Toggle { nth, component } => {
                let width = self.schema.components[component].fields.len();
                self.with(nth, |entity| {
                    let part = &mut entity.components[component];
                    *part = if part.is_some() { None } else { Some(vec![0.0; width]) };
                });
            }
            Act::Own { nth, owner } => self.with(nth, |entity| entity.owner = owner),
            Act::Hide { nth } => self.with(nth, |entity| entity.hidden = !entity.hidden),
            Act::Set { nth, component, field, quanta } => self.with(nth, |entity| {
                if let Some(slot) = entity.components[component].as_mut().and_then(|measures| measures.get_mut(field)) {
                    *slot = quanta;
                }
            }),
        }
    }

    fn with(&mut self, nth: usize, change: impl FnOnce(&mut Entity)) {
        if !self.entities.is_empty() {
            let nth = nth % self.entities.len();
            change(&mut self.entities[nth]);
        }
    }

    fn spawn(&mut self, components: u8, owner: Option<u32>, id_step: u32) {
        self.newest_id += id_step;
        let measures = |(index, component): (usize, &ComponentSchema)| {
            (components >> index & 1 == 1)
                .then(|| (0..component.fields.len()).map(|field| (field * 37 % 11) as f64).collect())
        };
        let components = self.schema.components.iter().enumerate().map(measures).collect();
        self.entities.push(Entity { id: self.newest_id, owner, hidden: false, components });
    }

    /// Moves every motion field by one tick at its velocity.
    pub(crate) fn fly(&mut self) {
        let tick_hz = f64::from(self.tick_hz);
        for (index, component) in self.schema.components.iter().enumerate() {
            for (position, field) in component.fields.iter().enumerate() {
                let Some(velocity) = velocity_of(field, &component.fields) else {
                    continue;
                };
                let scale = component.fields[velocity].quantum / field.quantum / tick_hz;
                for measures in self.entities.iter_mut().filter_map(|entity| entity.components[index].as_mut()) {
                    measures[position] += measures[velocity] * scale;
                }
            }
        }
    }

    pub(crate) fn truth(&self) -> Truth {
        let table = |index: usize| {
            let rows =
                || self.entities.iter().filter_map(move |entity| Some((entity, entity.components[index].as_ref()?)));
            TruthTable {
                ids: rows().map(|(entity, _)| entity.id).collect(),
                owners: rows().map(|(entity, _)| entity.owner).collect(),
                values: rows().flat_map(|(_, measures)| measures.iter().copied()).collect(),
            }
        };
        Truth { tables: (0..self.schema.components.len()).map(table).collect() }
    }

    /// The ids that the seat may know, some of them of nothing at all; none if it may know everything.
    pub(crate) fn visible(&self) -> Option<Vec<u32>> {
        let mut ids: Vec<u32> = self.entities.iter().filter(|entity| !entity.hidden).map(|entity| entity.id).collect();
        ids.push(self.newest_id + 1);
        (!self.sees_all).then_some(ids)
    }
}

fn velocity_of(field: &FieldSchema, fields: &[FieldSchema]) -> Option<usize> {
    let id = field.velocity?;
    fields.iter().position(|other| other.id == id)
}
