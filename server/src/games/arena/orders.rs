//! What each fighter is told to do in a tick.
//!
//! The commands of a tick divide it evenly among them. Invariant: where none came, the newest stays in force for a
//! while, so a late command does not make its fighter stumble; a fighter whose player is gone is told to stand still.

use bevy_ecs::prelude::{Component, Query, Res};
use skirmish_sim::{Clock, Inputs, Owner, Phase, RoundState, Seats};

use super::components::ArenaInput;
use super::config::ArenaConfig;

#[derive(Component, Clone, Debug, Default)]
pub(super) struct Orders {
    newest: ArenaInput,
    silent_s: f32,
    now: Vec<ArenaInput>,
}

impl Orders {
    /// This tick's orders, at least one, and how long each is in force, in seconds.
    pub(super) fn spans(&self, clock: &Clock) -> (&[ArenaInput], f32) {
        (&self.now, clock.dt_s / self.now.len().max(1) as f32)
    }

    fn take(&mut self, commands: &[ArenaInput], dt_s: f32, hold_s: f32) {
        self.now.clear();
        self.now.extend_from_slice(commands);
        match commands.last() {
            Some(newest) => (self.newest, self.silent_s) = (newest.clone(), 0.0),
            None => {
                self.silent_s += dt_s;
                if self.silent_s > hold_s {
                    self.stop();
                }
                self.now.push(self.newest.clone());
            }
        }
    }

    /// Stand still, looking where you look.
    fn stop(&mut self) {
        self.newest = ArenaInput { aim: self.newest.aim, ..ArenaInput::default() };
    }
}

pub(super) fn listen(
    clock: Res<Clock>,
    config: Res<ArenaConfig>,
    round: Res<RoundState>,
    seats: Res<Seats>,
    inputs: Res<Inputs<ArenaInput>>,
    mut fighters: Query<(&Owner, &mut Orders)>,
) {
    for (owner, mut orders) in &mut fighters {
        let present = seats.get(owner.0).is_some_and(|seat| seat.bot || seat.connected);
        if present && round.phase != Phase::Results {
            orders.take(inputs.of(owner.0), clock.dt_s, config.fighter.input_hold_s);
        } else {
            orders.stop();
            orders.take(&[], clock.dt_s, config.fighter.input_hold_s);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> ArenaInput {
        ArenaInput { move_x: 1.0, aim: 2.0, fire: true, ..ArenaInput::default() }
    }

    #[test]
    fn the_newest_command_stays_in_force_only_for_the_hold_time() {
        let mut orders = Orders::default();
        orders.take(&[run()], 0.1, 0.25);
        for _ in 0..2 {
            orders.take(&[], 0.1, 0.25);
            assert_eq!(orders.now, [run()]);
        }
        orders.take(&[], 0.1, 0.25);
        assert_eq!(orders.now, [ArenaInput { aim: 2.0, ..ArenaInput::default() }]);
    }

    #[test]
    fn several_commands_of_a_tick_are_all_obeyed_in_order() {
        let mut orders = Orders::default();
        orders.take(&[run(), ArenaInput::default()], 0.1, 0.25);
        assert_eq!(orders.now, [run(), ArenaInput::default()]);
        orders.take(&[], 0.1, 0.25);
        assert_eq!(orders.now, [ArenaInput::default()]);
    }
}
