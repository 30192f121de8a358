//! What a virtual player does: seeded random inputs for whatever game the schema describes.
//!
//! A number is drawn again with probability 0.1 and otherwise kept, a boolean is true with probability 0.05:
//! the rates of the project's benchmark workload. No clock and no socket here; see `connection`.

use skirmish_protocol::{FieldKind, FieldSchema};

/// Decides one player's inputs.
pub(crate) struct Player {
    random: u64,
    fields: Vec<FieldSchema>,
    values: Vec<i32>,
}

impl Player {
    /// A player whose every decision follows from `seed`.
    pub(crate) fn new(seed: u64, fields: Vec<FieldSchema>) -> Self {
        let values = fields.iter().map(|field| field.min.max(0)).collect();
        Self { random: seed, fields, values }
    }

    /// The next input command's values, within their ranges.
    pub(crate) fn next_input(&mut self) -> Vec<i32> {
        for index in 0..self.fields.len() {
            let FieldSchema { kind, min, max, .. } = self.fields[index];
            self.values[index] = match kind {
                FieldKind::Boolean => i32::from(self.chance(0.05)),
                FieldKind::Number if self.chance(0.1) => self.between(min, max),
                FieldKind::Number => self.values[index],
            };
        }
        self.values.clone()
    }

    fn chance(&mut self, probability: f64) -> bool {
        (self.next_u64() >> 11) as f64 / (1u64 << 53) as f64 <= probability
    }

    fn between(&mut self, min: i32, max: i32) -> i32 {
        let width = (i64::from(max) - i64::from(min) + 1) as u64;
        let offset = (self.next_u64() % width) as i64;
        i32::try_from(i64::from(min) + offset).expect("a number between two i32 is an i32")
    }

    /// splitmix64 (Steele, Lea and Flood, 2014).
    fn next_u64(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.random;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<FieldSchema> {
        let field = |id, kind, min, max| FieldSchema {
            id,
            name: format!("field{id}"),
            kind,
            quantum: 1.0,
            min,
            max,
            wrap: None,
            private: false,
            velocity: None,
            tolerance: 0.5,
        };
        vec![
            field(0, FieldKind::Number, -100, 100),
            field(1, FieldKind::Number, i32::MIN, i32::MAX),
            field(2, FieldKind::Boolean, 0, 1),
        ]
    }

    #[test]
    fn one_seed_plays_one_way() {
        let play = |seed| {
            let mut player = Player::new(seed, fields());
            (0..100).map(|_| player.next_input()).collect::<Vec<_>>()
        };
        assert_eq!(play(7), play(7));
        assert_ne!(play(7), play(8));
    }

    #[test]
    fn every_input_is_within_its_range_and_changes_now_and_then() {
        let mut player = Player::new(1, fields());
        let inputs: Vec<_> = (0..1000).map(|_| player.next_input()).collect();
        assert!(inputs.iter().all(|values| (-100..=100).contains(&values[0]) && (0..=1).contains(&values[2])));
        assert!(inputs.windows(2).any(|pair| pair[0][0] != pair[1][0]));
        assert!(inputs.iter().any(|values| values[2] == 1));
    }
}
