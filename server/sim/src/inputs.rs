//! What each seat commands in this tick.
//!
//! Invariant: commands stand in the order in which they came, and none is seen by two ticks. How many a seat may have is bounded
//! where they arrive, in `intake`.

use bevy_ecs::prelude::Resource;
use skirmish_protocol::Input;

use crate::SeatId;
use crate::registered::Registered;

/// The commands of this tick, by seat.
#[derive(Resource, Debug)]
#[require(Registered)]
pub struct Inputs<I: Input> {
    by_seat: Vec<Vec<I>>,
}

impl<I: Input> Inputs<I> {
    pub(crate) fn new(seats_max: u32) -> Inputs<I> {
        Inputs { by_seat: (0..seats_max).map(|_| Vec::new()).collect() }
    }

    /// The seat's commands since the last tick, oldest first. Usually one; empty when none came.
    pub fn of(&self, seat: SeatId) -> &[I] {
        self.by_seat.get(seat.index()).map_or(&[], Vec::as_slice)
    }

    /// Adds a bot's command. Without effect for a seat that does not exist.
    pub fn push(&mut self, seat: SeatId, input: I) {
        if let Some(commands) = self.by_seat.get_mut(seat.index()) {
            commands.push(input);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.by_seat.iter_mut().for_each(Vec::clear);
    }

    pub(crate) fn clear_seat(&mut self, seat: SeatId) {
        if let Some(commands) = self.by_seat.get_mut(seat.index()) {
            commands.clear();
        }
    }
}
