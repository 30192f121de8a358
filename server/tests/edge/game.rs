//! The game that these tests are played in: everybody is a body that its inputs push. On command it panics.

use bevy_ecs::prelude::*;
use serde_json::Value;
use skirmish_protocol::{ClientMessage, Input, Replicate};
use skirmish_sim::{EntityId, Game, GameError, Ids, Inputs, Owner, Rules, SeatChange, Seats};

#[derive(Component, Replicate)]
#[replicate(id = 1)]
struct Body {
    #[replicate(id = 0, range = -10_000..=10_000)]
    x: i32,
}

#[derive(Clone, Default, Input)]
struct Push {
    #[input(id = 0, range = -100..=100)]
    by: i32,
}

/// The value that makes the game panic.
pub(crate) const FATAL: i32 = 66;

/// An input of this game.
pub(crate) fn input(seq: u32, by: i32) -> ClientMessage {
    ClientMessage::Input { seq, snapshot_ack: 0, values: vec![by].into() }
}

pub(crate) struct Pushing;

impl Game for Pushing {
    fn name(&self) -> &str {
        "pushing"
    }

    fn rules(&self, _config: &Value) -> Result<Rules, GameError> {
        let rules = Rules::new::<Push>().seats_max(64).tick_hz(120).replicate::<Body>();
        Ok(rules.systems((follow_seats, push)))
    }
}

fn follow_seats(seats: Res<'_, Seats>, mut ids: ResMut<'_, Ids>, mut commands: Commands<'_, '_>) {
    for change in seats.changes() {
        if let SeatChange::Joined(seat) = *change {
            commands.spawn((ids.next(), Owner(seat), Body { x: 0 }));
        }
    }
}

fn push(inputs: Res<'_, Inputs<Push>>, mut bodies: Query<'_, '_, (&EntityId, &Owner, &mut Body)>) {
    for (_, owner, mut body) in &mut bodies {
        for command in inputs.of(owner.0) {
            assert_ne!(command.by, FATAL, "the game panics because a test asked it to");
            body.x = (body.x + command.by).clamp(-10_000, 10_000);
        }
    }
}
