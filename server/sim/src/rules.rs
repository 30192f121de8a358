//! What a game tells the engine about itself, as a builder, and what it says wrongly.
//!
//! Invariant: the rules name types; everything that is generic over them is turned into plain functions here, so that no other
//! stage knows a game's types. Running the rules is not here: see `match_`.

use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::{Component, FromWorld, IntoScheduleConfigs, Resource, World};
use bevy_ecs::schedule::{Chain, ScheduleConfigs};
use bevy_ecs::system::ScheduleSystem;
use bevy_ecs::world::EntityRef;
use skirmish_protocol::{ComponentSchema, EventSchema, FieldSchema, GameEvent, Input, Replicate, Schema, limits};

use crate::extract::{self, Census, Nowhere, Rows};
use crate::inputs::{Pending, PendingInputs};
use crate::numbers::Dial;
use crate::outgoing::{self, Outgoing, TickEvents};
use crate::tuning::{Tuned, TuningError, check};
use crate::{Inputs, Number, NumberValue, Round, RoundRules, Scene, SeatId};

pub(crate) type Systems = ScheduleConfigs<ScheduleSystem>;
pub(crate) type Visible = fn(SeatId, EntityRef<'_>) -> bool;
type Setup = Box<dyn FnOnce(&mut World) + Send>;
type OpenCensus = Box<dyn FnOnce(&mut World) -> Box<dyn Census> + Send>;

/// The rules of one match.
pub struct Rules {
    pub(crate) seats_max: u32,
    pub(crate) tuned: Tuned,
    pub(crate) rounds: Option<RoundRules>,
    pub(crate) input: InputKind,
    pub(crate) components: Vec<ComponentKind>,
    pub(crate) events: Vec<EventKind>,
    pub(crate) setups: Vec<Setup>,
    pub(crate) dials: Vec<Dial>,
    pub(crate) bots: Vec<Systems>,
    pub(crate) systems: Vec<Systems>,
    pub(crate) census: OpenCensus,
    pub(crate) visible: Option<Visible>,
    pub(crate) scene: Option<Scene>,
}

impl Rules {
    /// Rules of a game that is played with inputs of type `I`: 16 seats, 30 Hz, a snapshot every tick, 100 ms of interpolation
    /// delay, no rounds, and everybody sees everything.
    pub fn new<I: Input>() -> Rules {
        Rules {
            seats_max: 16,
            tuned: Tuned { tick_hz: 30, snapshot_interval: 1, interp_delay_ms: 100, interest_radius: 0.0 },
            rounds: None,
            input: InputKind::of::<I>(),
            components: Vec::new(),
            events: Vec::new(),
            setups: Vec::new(),
            dials: Vec::new(),
            bots: Vec::new(),
            systems: Vec::new(),
            census: Box::new(|world| extract::census::<Nowhere>(world, |_| [0.0, 0.0])),
            visible: None,
            scene: None,
        }
    }

    /// How many seats there are: 1 to `limits::SEATS_MAX`.
    #[must_use]
    pub fn seats_max(mut self, seats: u32) -> Rules {
        self.seats_max = seats;
        self
    }

    /// Ticks a second, unless tuned: `limits::TICK_HZ_MIN` to `TICK_HZ_MAX`.
    #[must_use]
    pub fn tick_hz(mut self, tick_hz: u32) -> Rules {
        self.tuned.tick_hz = tick_hz;
        self
    }

    /// Ticks from one snapshot to the next, unless tuned: 1 to `limits::SNAPSHOT_INTERVAL_MAX`.
    #[must_use]
    pub fn snapshot_interval(mut self, ticks: u32) -> Rules {
        self.tuned.snapshot_interval = ticks;
        self
    }

    /// How far in the past clients draw others, unless tuned, in milliseconds: at most `limits::INTERP_DELAY_MS_MAX`.
    #[must_use]
    pub fn interp_delay_ms(mut self, delay_ms: u32) -> Rules {
        self.tuned.interp_delay_ms = delay_ms;
        self
    }

    /// Lets clients see component `C` of every entity that has an `EntityId`.
    #[must_use]
    pub fn replicate<C: Component + Replicate>(mut self) -> Rules {
        self.components.push(ComponentKind::of::<C>());
        self
    }

    /// Lets systems send events of type `E` through `Outgoing<E>`.
    #[must_use]
    pub fn events<E: GameEvent>(mut self) -> Rules {
        self.events.push(EventKind::of::<E>());
        self
    }

    /// Plays in rounds, and replicates `Round` on the entity with id 1.
    #[must_use]
    pub fn rounds(mut self, rounds: RoundRules) -> Rules {
        self.rounds = Some(rounds);
        self
    }

    /// Prepares the world before the first tick: the game's resources, its map. Called again, adds to what was said before.
    #[must_use]
    pub fn setup(mut self, setup: impl FnOnce(&mut World) + Send + 'static) -> Rules {
        self.setups.push(Box::new(setup));
        self
    }

    /// A number that designers may turn while a match runs: it stands in this field of resource `R`, which is made if the setup made none.
    /// Systems that read it there follow it by themselves. Whether it is whole or a switch follows from the field's type.
    #[must_use]
    pub fn number<R, N>(mut self, number: Number, field: fn(&mut R) -> &mut N) -> Rules
    where
        R: Resource<Mutability = Mutable> + FromWorld,
        N: NumberValue,
    {
        self.dials.push(Dial::of(number, field));
        self
    }

    /// The same for a number that stands elsewhere, or whose change something else must follow: `get` reads it from the world as it was set
    /// up, `set` is called between two ticks with a value within its range. Both must be functions of their arguments alone.
    #[must_use]
    pub fn number_by(
        mut self,
        number: Number,
        get: impl Fn(&mut World) -> f64 + Send + 'static,
        set: impl Fn(&mut World, f64) + Send + 'static,
    ) -> Rules {
        self.dials.push(Dial::new(number, get, set));
        self
    }

    /// Systems that write the `Inputs` of bots' seats, before the game's own systems run. They draw from `BotRandom` and change nothing else.
    #[must_use]
    pub fn bots<M>(mut self, systems: impl IntoScheduleConfigs<ScheduleSystem, M>) -> Rules {
        self.bots.push(systems.chain());
        self
    }

    /// The game's systems, run once a tick in the order given. Called again, adds to the end.
    #[must_use]
    pub fn systems<M>(mut self, systems: impl IntoScheduleConfigs<ScheduleSystem, M>) -> Rules {
        self.systems.push(systems.chain());
        self
    }

    /// Where entities with component `C` are, in units, for interest. Entities without it, those whose place is
    /// not finite, and those with [`AlwaysRelevant`](crate::AlwaysRelevant) are near everybody.
    #[must_use]
    pub fn place<C: Component>(mut self, place: fn(&C) -> [f32; 2]) -> Rules {
        self.census = Box::new(move |world| extract::census(world, place));
        self
    }

    /// How far a seat sees from its own entities, in units, unless tuned. Without it, or at 0, any distance.
    #[must_use]
    pub fn interest_radius(mut self, radius: f32) -> Rules {
        self.tuned.interest_radius = radius;
        self
    }

    /// The game's own filter: whether a seat may know an entity that it does not own.
    #[must_use]
    pub fn visible(mut self, visible: fn(SeatId, EntityRef<'_>) -> bool) -> Rules {
        self.visible = Some(visible);
        self
    }

    /// How the match looks from above, for designers. Without it whatever has fields `x` and `y` is a body, and with `w` and `h` a box.
    #[must_use]
    pub fn scene(mut self, scene: Scene) -> Rules {
        self.scene = Some(scene);
        self
    }

    /// Whether every number is within its limits.
    pub(crate) fn check(&self) -> Result<(), TuningError> {
        check("seats_max", Some(self.seats_max), 1, limits::SEATS_MAX as u32)?;
        self.tuned.all().check()?;
        self.rounds.map_or(Ok(()), |rounds| rounds.check(self.seats_max))
    }

    /// Adds the engine's own component and puts all in the order of the schema.
    pub(crate) fn complete(&mut self) {
        if self.rounds.is_some() {
            self.components.push(ComponentKind::of::<Round>());
        }
        self.components.sort_by_key(|component| component.schema.id);
    }

    pub(crate) fn schema(&self) -> Schema {
        let mut events: Vec<_> = self.events.iter().flat_map(|kind| (kind.schema)()).collect();
        events.sort_by_key(|event| event.id);
        let components = self.components.iter().map(|kind| kind.schema.clone()).collect();
        Schema { components, input: (self.input.schema)(), events }
    }
}

/// One after the other.
pub(crate) fn in_order(systems: Vec<Systems>) -> Systems {
    ScheduleConfigs::Configs { configs: systems, collective_conditions: Vec::new(), metadata: Chain::default() }.chain()
}

/// A game's input type, as functions.
pub(crate) struct InputKind {
    pub(crate) schema: fn() -> Vec<FieldSchema>,
    /// Makes room for commands in the world, and gives what takes them there.
    pub(crate) install: fn(&mut World, u32) -> Box<dyn PendingInputs>,
}

impl InputKind {
    fn of<I: Input>() -> InputKind {
        InputKind {
            schema: I::schema,
            install: |world, seats_max| {
                world.insert_resource(Inputs::<I>::new(seats_max));
                Box::new(Pending::<I>(Vec::new()))
            },
        }
    }
}

/// A replicated component, as functions.
pub(crate) struct ComponentKind {
    pub(crate) schema: ComponentSchema,
    pub(crate) rows: fn(&mut World) -> Box<dyn Rows>,
}

impl ComponentKind {
    fn of<C: Component + Replicate>() -> ComponentKind {
        ComponentKind { schema: C::schema(), rows: extract::rows::<C> }
    }
}

/// A type of events, as functions.
pub(crate) struct EventKind {
    pub(crate) schema: fn() -> Vec<EventSchema>,
    pub(crate) install: fn(&mut World),
    pub(crate) drain: fn(&mut World, u32, &mut TickEvents),
}

impl EventKind {
    fn of<E: GameEvent>() -> EventKind {
        EventKind {
            schema: E::schema,
            install: |world| world.insert_resource(Outgoing::<E>::new()),
            drain: outgoing::drain::<E>,
        }
    }
}
