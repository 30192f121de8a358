//! Chance, from the match's seed alone.
//!
//! Stream `n` starts from the `n`-th output of SplitMix64 seeded with the header's seed: stream 1 is the game's, stream 2 the
//! bots'. So a game draws the same numbers however many its bots draw. Each stream is wyrand, as `fastrand` has it.

use std::ops::{Deref, DerefMut};

use bevy_ecs::prelude::Resource;

/// The game's random numbers.
#[derive(Resource, Debug)]
pub struct Random(fastrand::Rng);

/// The bots' random numbers: a stream of their own, with the methods of [`Random`].
#[derive(Resource, Debug)]
pub struct BotRandom(Random);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random::stream(seed, 1)
    }

    fn stream(seed: u64, n: u64) -> Random {
        Random(fastrand::Rng::with_seed(split_mix(seed, n)))
    }

    /// A number from 0 up to but not including 1.
    pub fn f32(&mut self) -> f32 {
        self.0.f32()
    }

    /// A number from `from` to `to`.
    pub fn range_f32(&mut self, from: f32, to: f32) -> f32 {
        from + (to - from) * self.f32()
    }

    /// A whole number below `n`; 0 if `n` is 0.
    pub fn below(&mut self, n: u32) -> u32 {
        self.0.u32(..n.max(1))
    }

    /// True with probability `p`: never at 0 or less, always at 1 or more.
    pub fn chance(&mut self, p: f32) -> bool {
        self.f32() < p
    }
}

impl BotRandom {
    pub(crate) fn new(seed: u64) -> BotRandom {
        BotRandom(Random::stream(seed, 2))
    }
}

impl Deref for BotRandom {
    type Target = Random;

    fn deref(&self) -> &Random {
        &self.0
    }
}

impl DerefMut for BotRandom {
    fn deref_mut(&mut self) -> &mut Random {
        &mut self.0
    }
}

/// The `n`-th output (from 1) of SplitMix64 seeded with `seed`.
fn split_mix(seed: u64, n: u64) -> u64 {
    let mut z = seed.wrapping_add(n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn split_mix_gives_its_published_first_outputs() {
        assert_eq!(split_mix(0, 1), 0xE220_A839_7B1D_CDAF);
        assert_eq!(split_mix(0, 2), 0x6E78_9E6A_A1B9_65F4);
    }

    #[test]
    fn the_streams_of_one_seed_differ_and_repeat() {
        let draw = |random: &mut Random| (0..8).map(|_| random.below(1_000)).collect::<Vec<_>>();
        let game = draw(&mut Random::new(7));
        assert_eq!(game, draw(&mut Random::new(7)));
        assert_ne!(game, draw(&mut BotRandom::new(7)));
        assert_ne!(game, draw(&mut Random::new(8)));
    }

    #[test]
    fn the_numbers_keep_their_ranges() {
        let mut random = Random::new(1);
        for _ in 0..10_000 {
            assert!((-2.0..=3.0).contains(&random.range_f32(-2.0, 3.0)));
            assert!(random.below(3) < 3);
            assert!(!random.chance(0.0));
            assert!(random.chance(1.0));
        }
        assert_eq!(random.below(0), 0);
    }
}
