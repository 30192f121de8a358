//! Match time, as systems see it.
//!
//! Invariant: `elapsed_s` is computed from the tick number, never accumulated, so it carries no rounding error from tick
//! to tick. Real time is not here: it belongs to the server's driver.

use bevy_ecs::prelude::Resource;

/// Match time. Systems use `dt_s` as their step and must not keep time in ticks, since the tick rate can change.
#[derive(Resource, Clone, Copy, Debug, PartialEq)]
pub struct Clock {
    /// The tick being computed, from 1; 0 before the first one.
    pub tick: u32,
    /// Ticks a second of match time.
    pub tick_hz: u32,
    /// Length of this tick in seconds: `1 / tick_hz`.
    pub dt_s: f32,
    /// Match time at the end of this tick, in seconds.
    pub elapsed_s: f64,
    epoch_tick: u32,
    epoch_s: f64,
}

/// Ticks by which a computed boundary may fall short of a whole tick and still count as it.
const ROUNDING_TICKS: f64 = 1e-6;

impl Clock {
    pub(crate) fn new(tick_hz: u32) -> Clock {
        Clock { tick: 0, tick_hz, dt_s: 1.0 / tick_hz as f32, elapsed_s: 0.0, epoch_tick: 0, epoch_s: 0.0 }
    }

    /// Moves on to the next tick, which is computed at `tick_hz`.
    pub(crate) fn advance(&mut self, tick_hz: u32) {
        if tick_hz != self.tick_hz {
            self.epoch_tick = self.tick;
            self.epoch_s = self.elapsed_s;
            self.tick_hz = tick_hz;
            self.dt_s = 1.0 / tick_hz as f32;
        }
        self.tick += 1;
        self.elapsed_s = self.epoch_s + f64::from(self.tick - self.epoch_tick) / f64::from(tick_hz);
    }

    /// Match time at the beginning of this tick, in seconds.
    pub(crate) fn began_s(&self) -> f64 {
        self.elapsed_s - 1.0 / f64::from(self.tick_hz)
    }

    /// The first tick that begins at `time_s` or later, if the tick rate stays as it is; never earlier than this one.
    pub(crate) fn tick_at(&self, time_s: f64) -> u32 {
        let ticks = ((time_s - self.epoch_s) * f64::from(self.tick_hz) - ROUNDING_TICKS).ceil();
        let tick = f64::from(self.epoch_tick) + 1.0 + ticks;
        (tick as u32).max(self.tick)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elapsed_time_survives_rate_changes() {
        let mut clock = Clock::new(30);
        for _ in 0..30 {
            clock.advance(30);
        }
        assert_eq!(clock.elapsed_s, 1.0);
        for _ in 0..64 {
            clock.advance(128);
        }
        assert_eq!((clock.tick, clock.elapsed_s), (94, 1.5));
        assert_eq!(clock.began_s(), 1.5 - 1.0 / 128.0);
    }

    #[test]
    fn a_time_between_two_ticks_belongs_to_the_later() {
        let mut clock = Clock::new(10);
        clock.advance(10);
        assert_eq!(clock.tick_at(2.0), 21);
        assert_eq!(clock.tick_at(2.01), 22);
        assert_eq!(clock.tick_at(0.0), 1);
        assert_eq!(clock.tick_at(-5.0), 1);
    }
}
