//! What each seat commands in this tick.
//!
//! Invariant: commands stand in the order in which they came, and none is seen by two ticks. How many a seat may have is bounded
//! where they arrive, in `intake`.

use bevy_ecs::prelude::{Resource, World};
use skirmish_protocol::Input;

use crate::SeatId;
use crate::registered::Registered;

/// The commands of this tick, by seat.
#[derive(Resource, Debug)]
#[require(Registered)]
pub struct Inputs<I: Input> {
    seats_max: u32,
    /// Up to the highest seat that ever had one.
    by_seat: Vec<Vec<I>>,
    /// The seats that have some.
    filled: Vec<SeatId>,
}

impl<I: Input> Inputs<I> {
    pub(crate) fn new(seats_max: u32) -> Inputs<I> {
        Inputs { seats_max, by_seat: Vec::new(), filled: Vec::new() }
    }

    /// The seat's commands since the last tick, oldest first. Usually one; empty when none came.
    pub fn of(&self, seat: SeatId) -> &[I] {
        self.by_seat.get(seat.index()).map_or(&[], Vec::as_slice)
    }

    /// Adds a bot's command. Without effect for a seat that does not exist.
    pub fn push(&mut self, seat: SeatId, input: I) {
        if seat.0 >= self.seats_max {
            return;
        }
        if seat.index() >= self.by_seat.len() {
            self.by_seat.resize_with(seat.index() + 1, Vec::new);
        }
        let commands = &mut self.by_seat[seat.index()];
        if commands.is_empty() {
            self.filled.push(seat);
        }
        commands.push(input);
    }

    fn clear(&mut self) {
        for seat in self.filled.drain(..) {
            self.by_seat[seat.index()].clear();
        }
    }
}

/// The commands of a tick while it is not yet certain that they all count: whoever leaves takes his with him.
pub(crate) trait PendingInputs: Send + Sync {
    fn push(&mut self, seat: SeatId, values: &[i32]);

    fn clear_seat(&mut self, seat: SeatId);

    /// Puts them in the place of the last tick's, for systems to read.
    fn hand_over(&mut self, world: &mut World);
}

/// See [`PendingInputs`].
pub(crate) struct Pending<I>(pub(crate) Vec<(SeatId, I)>);

impl<I: Input> PendingInputs for Pending<I> {
    fn push(&mut self, seat: SeatId, values: &[i32]) {
        self.0.push((seat, I::from_values(values)));
    }

    fn clear_seat(&mut self, seat: SeatId) {
        self.0.retain(|(of, _)| *of != seat);
    }

    fn hand_over(&mut self, world: &mut World) {
        let mut inputs = world.resource_mut::<Inputs<I>>();
        inputs.clear();
        self.0.drain(..).for_each(|(seat, input)| inputs.push(seat, input));
    }
}
