//! When a held trigger lets shots go.
//!
//! Invariant: the wait for the next shot carries over from span to span, so the shots of a minute are the same
//! however it is cut, and one long tick may hold several. What a shot does then is in `fly`.

use bevy_ecs::prelude::Component;
use skirmish_protocol::Replicate;

/// The rate of fire.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cadence {
    pub(super) shot_interval_s: f32,
    pub(super) reload_s: f32,
    pub(super) magazine: u8,
}

/// A fighter's weapon. Only its owner knows what is left in it.
#[derive(Component, Clone, Debug, Default, Replicate)]
#[replicate(id = 6)]
pub(super) struct Weapon {
    /// Shots left; 0 while reloading.
    #[replicate(id = 0, range = 0..=250, private)]
    ammo: u8,
    /// Seconds until the next shot is possible, never negative.
    #[replicate(skip)]
    wait_s: f32,
}

impl Weapon {
    /// A weapon with a full magazine that can shoot at once.
    pub(super) fn loaded(magazine: u8) -> Self {
        Self { ammo: magazine, wait_s: 0.0 }
    }

    /// Lets `span_s` seconds pass with the trigger held or not, and calls `shoot` with the time of each shot since
    /// the span began.
    pub(super) fn pull(&mut self, cadence: &Cadence, held: bool, span_s: f32, mut shoot: impl FnMut(f32)) {
        let mut at_s = self.wait_s;
        while at_s < span_s {
            if self.ammo == 0 {
                self.ammo = cadence.magazine;
            }
            if !held {
                at_s = span_s;
                break;
            }
            shoot(at_s);
            self.ammo -= 1;
            at_s += if self.ammo == 0 { cadence.reload_s } else { cadence.shot_interval_s };
        }
        self.wait_s = at_s - span_s;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CADENCE: Cadence = Cadence { shot_interval_s: 0.03, reload_s: 1.0, magazine: 10 };

    fn shots(tick_hz: u32, seconds: u32) -> Vec<f32> {
        let mut weapon = Weapon { ammo: 10, wait_s: 0.0 };
        let span_s = 1.0 / tick_hz as f32;
        let mut times = Vec::new();
        for tick in 0..tick_hz * seconds {
            weapon.pull(&CADENCE, true, span_s, |at_s| {
                times.push(tick as f32 * span_s + at_s);
            });
        }
        times
    }

    #[test]
    fn one_long_tick_holds_several_shots_each_at_its_own_time() {
        let times = shots(10, 1);
        assert_eq!(times.len(), 10);
        for (shot, time) in times.iter().enumerate() {
            assert!((time - shot as f32 * 0.03).abs() < 1e-4, "shot {shot} at {time} s");
        }
    }

    #[test]
    fn the_shots_of_a_minute_do_not_depend_on_the_tick_rate() {
        let counts = [10, 30, 60, 128].map(|tick_hz| shots(tick_hz, 60).len());
        assert!(counts.iter().all(|count| count.abs_diff(counts[0]) <= 1), "{counts:?}");
    }

    #[test]
    fn an_empty_magazine_is_refilled_after_the_reload_time_even_untouched() {
        let mut weapon = Weapon { ammo: 1, wait_s: 0.0 };
        weapon.pull(&CADENCE, true, 0.1, |_| ());
        assert_eq!(weapon.ammo, 0);
        weapon.pull(&CADENCE, false, 0.8, |_| panic!("the trigger is not held"));
        assert_eq!(weapon.ammo, 0, "0.9 s of 1 s are over");
        weapon.pull(&CADENCE, false, 0.2, |_| panic!("the trigger is not held"));
        assert_eq!((weapon.ammo, weapon.wait_s), (10, 0.0));
    }

    #[test]
    fn a_released_trigger_saves_up_no_shots() {
        let mut weapon = Weapon { ammo: 10, wait_s: 0.0 };
        weapon.pull(&CADENCE, false, 5.0, |_| panic!("the trigger is not held"));
        let mut count = 0;
        weapon.pull(&CADENCE, true, 0.01, |_| count += 1);
        assert_eq!(count, 1);
    }
}
