//! What a player of the benchmark workload does: a seeded stream of inputs, the same on every server.
//!
//! Invariant: the stream of player `i` follows from `i` alone. When its inputs are sent is not here: see `swarm`.

use bevy_ecs::prelude::Component;

use crate::workload::Steering;

/// With this probability an input has a new direction.
const TURN_CHANCE: f64 = 0.1;
/// With this probability an input fires.
const FIRE_CHANCE: f64 = 0.05;
/// How far the aim moves with an input at most, in radians.
const AIM_STEP: f64 = 0.2;

/// splitmix64 (Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub struct SplitMix(u64);

impl SplitMix {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 up to but not including 1.
    pub fn uniform(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.uniform() < p
    }

    fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// One player's inputs, without end. As a component: a body that no seat owns and that moves as if one did.
#[derive(Clone, Component, Debug)]
pub struct Player {
    random: SplitMix,
    newest: Steering,
}

impl Player {
    /// Player `index` of the workload.
    pub fn new(index: u64) -> Self {
        Self { random: SplitMix::new(1000 + index), newest: Steering::default() }
    }

    /// The next input.
    pub fn steer(&mut self) -> &Steering {
        if self.random.chance(TURN_CHANCE) {
            let (dy, dx) = (self.random.uniform() * std::f64::consts::TAU).sin_cos();
            (self.newest.dx, self.newest.dy) = (hundredths(dx), hundredths(dy));
        }
        let step = (self.random.uniform() * 2.0 - 1.0) * AIM_STEP;
        self.newest.aim = (self.newest.aim + step).rem_euclid(std::f64::consts::TAU);
        self.newest.fire = self.random.chance(FIRE_CHANCE);
        &self.newest
    }
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_mix_gives_its_published_first_outputs() {
        let mut random = SplitMix::new(0);
        assert_eq!([random.next_u64(), random.next_u64()], [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4]);
    }

    #[test]
    fn a_tenth_of_the_inputs_turn_and_a_twentieth_fire() {
        let (mut player, mut turns, mut shots) = (Player::new(0), 0, 0);
        let mut direction = (0.0, 0.0);
        for _ in 0..100_000 {
            let input = player.steer();
            turns += u32::from(direction != (input.dx, input.dy));
            shots += u32::from(input.fire);
            direction = (input.dx, input.dy);
            assert!((0.0..std::f64::consts::TAU).contains(&input.aim));
        }
        assert!((9_500..10_500).contains(&turns), "{turns} turns");
        assert!((4_700..5_300).contains(&shots), "{shots} shots");
    }
}
