//! A seeded stream of numbers: everything a virtual player decides follows from it.

/// splitmix64 (Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The stream of player `number` in a run with `seed`.
    pub(crate) fn of_player(seed: u64, number: u64) -> Self {
        let mut random = Random(seed ^ number.wrapping_mul(0xD134_2543_DE82_EF95));
        random.next_u64();
        random
    }

    pub(crate) fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 up to, but not including, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number from `min` to `max`, both included.
    pub(crate) fn between(&mut self, min: i32, max: i32) -> i32 {
        let width = (i64::from(max) - i64::from(min) + 1) as u64;
        let offset = (self.next_u64() % width) as i64;
        i32::try_from(i64::from(min) + offset).expect("a number between two i32 is an i32")
    }

    /// A time from `min` up to `max`.
    pub(crate) fn time(&mut self, min: std::time::Duration, max: std::time::Duration) -> std::time::Duration {
        min + (max - min).mul_f64(self.unit())
    }
}
