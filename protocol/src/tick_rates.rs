//! The tick rates a client has been told of, each with the tick from which it holds.
//!
//! Invariant: never empty, in ascending order of tick; what no later snapshot can ask for is forgotten.

use crate::server_message::Settings;

#[derive(Clone, Copy, Debug)]
struct TickRate {
    from_tick: u32,
    tick_hz: u32,
}

#[derive(Clone, Debug)]
pub(crate) struct TickRates(Vec<TickRate>);

impl TickRates {
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut rates = Self(Vec::new());
        rates.note(settings);
        rates
    }

    /// Adds what holds from the settings' effective tick on, in place of what was to hold then or later.
    pub(crate) fn note(&mut self, settings: &Settings) {
        self.0.retain(|rate| rate.from_tick < settings.effective_tick);
        self.0.push(TickRate { from_tick: settings.effective_tick, tick_hz: settings.tick_hz });
    }

    /// The rate in force at a tick: the last that has begun, or else the first.
    pub(crate) fn at(&self, tick: u32) -> u32 {
        let begun = self.0.iter().rev().find(|rate| rate.from_tick <= tick);
        begun.unwrap_or(&self.0[0]).tick_hz
    }

    /// The rate with which every tick after `baseline`, up to `tick`, was computed, if it is one.
    pub(crate) fn throughout(&self, baseline: u32, tick: u32) -> Option<u32> {
        let tick_hz = self.at(baseline);
        let meanwhile = self.0.iter().filter(|rate| rate.from_tick > baseline && rate.from_tick <= tick);
        meanwhile.into_iter().all(|rate| rate.tick_hz == tick_hz).then_some(tick_hz)
    }

    /// Forgets what no longer held at `tick`.
    pub(crate) fn forget_before(&mut self, tick: u32) {
        let ended = self.0.iter().skip(1).take_while(|rate| rate.from_tick <= tick).count();
        self.0.drain(..ended);
    }
}
