//! Events that systems send to players.
//!
//! Invariant: an event belongs to the tick in which it was sent, and stands after those of its type sent before it; types stand
//! in the order of their registration. How each event reaches each client exactly once is not here: see `fanout`.

use bevy_ecs::prelude::{Resource, World};
use skirmish_protocol::{EventRecord, GameEvent};

use crate::SeatId;
use crate::registered::Registered;

/// Where systems put events of one type.
#[derive(Resource, Debug)]
#[require(Registered)]
pub struct Outgoing<E: GameEvent> {
    sent: Vec<(Option<SeatId>, E)>,
    /// The integers of the event at hand.
    values: Vec<i32>,
}

impl<E: GameEvent> Outgoing<E> {
    pub(crate) fn new() -> Outgoing<E> {
        Outgoing { sent: Vec::new(), values: Vec::new() }
    }

    /// Sends an event to everybody.
    pub fn to_all(&mut self, event: E) {
        self.sent.push((None, event));
    }

    /// Sends an event to one seat. Nobody gets it if the seat has no session.
    pub fn to_seat(&mut self, seat: SeatId, event: E) {
        self.sent.push((Some(seat), event));
    }
}

/// The events of one tick, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TickEvents {
    /// For everybody.
    pub all: Vec<EventRecord>,
    /// Each for one seat.
    pub to_seats: Vec<(SeatId, EventRecord)>,
}

impl TickEvents {
    pub(crate) fn clear(&mut self) {
        self.all.clear();
        self.to_seats.clear();
    }
}

/// Moves what systems sent through `Outgoing<E>` to the events of `tick`.
pub(crate) fn drain<E: GameEvent>(world: &mut World, tick: u32, events: &mut TickEvents) {
    let outgoing = &mut *world.resource_mut::<Outgoing<E>>();
    let Outgoing { sent, values } = outgoing;
    for (seat, sent) in sent.drain(..) {
        values.clear();
        let event = sent.encode(values);
        let record = EventRecord { tick, event, values: values.as_slice().into() };
        match seat {
            None => events.all.push(record),
            Some(seat) => events.to_seats.push((seat, record)),
        }
    }
}
