//! A game that takes longer than it needs: what a server does under overload is tried with it.
//!
//! Invariant: it takes time and changes nothing, so that a match stays a function of its log.

use std::time::{Duration, Instant};

use bevy_ecs::prelude::*;
use skirmish_sim::{Clock, Seats};

/// How much longer ticks take.
#[derive(Clone, Copy, Debug, Resource)]
pub(crate) struct Strain {
    /// At each tick, for each seat that is taken and there.
    pub(crate) per_seat: Duration,
    /// At one tick of each second.
    pub(crate) stall: Duration,
}

/// Keeps the thread busy.
#[expect(clippy::needless_pass_by_value, reason = "systems are given their parameters by value")]
pub(crate) fn burn(strain: Res<'_, Strain>, clock: Res<'_, Clock>, seats: Res<'_, Seats>) {
    let began = Instant::now();
    let stall = if clock.tick.is_multiple_of(clock.tick_hz) { strain.stall } else { Duration::ZERO };
    let time = strain.per_seat * seats.present() + stall;
    while began.elapsed() < time {
        std::hint::spin_loop();
    }
}
