//! What a virtual player does with its hands: seeded random inputs for whatever game the schema describes.
//!
//! A number is drawn anew with probability 0.1, as a player who takes another direction; one that wraps, an angle, walks a little
//! each time, as a player who aims; a boolean, a trigger, is true with probability 0.05. No clock and no socket here; see `session`.

use skirmish_protocol::{FieldKind, FieldSchema};

use crate::random::Random;

/// The largest step of an angle, as a part of the whole turn.
const STEP: f64 = 0.03;
/// What an input field is called whose values go round, though the schema of inputs can't say so.
const ANGLE: &str = "aim";

/// Decides one player's inputs.
pub(crate) struct Inputs {
    random: Random,
    fields: Vec<FieldSchema>,
    values: Vec<i32>,
}

impl Inputs {
    /// A player whose every decision follows from `random`.
    pub(crate) fn new(random: Random, fields: Vec<FieldSchema>) -> Self {
        let values = fields.iter().map(|field| field.min.max(0)).collect();
        Self { random, fields, values }
    }

    /// The next input command's values, within their ranges.
    pub(crate) fn next_input(&mut self) -> Vec<i32> {
        for (value, field) in self.values.iter_mut().zip(&self.fields) {
            *value = match field.kind {
                FieldKind::Boolean => i32::from(self.random.chance(0.05)),
                FieldKind::Number if field.name == ANGLE => walk(&mut self.random, *value, field),
                FieldKind::Number if self.random.chance(0.1) => self.random.between(field.min, field.max),
                FieldKind::Number => *value,
            };
        }
        self.values.clone()
    }
}

/// A small step, around the end of the range.
fn walk(random: &mut Random, from: i32, field: &FieldSchema) -> i32 {
    let turn = i64::from(field.max) - i64::from(field.min) + 1;
    let step = ((random.unit() * 2.0 - 1.0) * STEP * turn as f64) as i64;
    let place = (i64::from(from) - i64::from(field.min) + step).rem_euclid(turn);
    i32::try_from(i64::from(field.min) + place).expect("a place within the range of an i32")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<FieldSchema> {
        vec![
            FieldSchema::whole(0, "across", -100, 100),
            FieldSchema::whole(1, "wide", i32::MIN, i32::MAX),
            FieldSchema { kind: FieldKind::Boolean, ..FieldSchema::whole(2, "flag", 0, 1) },
            FieldSchema::whole(3, ANGLE, 0, 999),
        ]
    }

    #[test]
    fn one_seed_plays_one_way() {
        let play = |seed| {
            let mut player = Inputs::new(Random::of_player(seed, 0), fields());
            (0..100).map(|_| player.next_input()).collect::<Vec<_>>()
        };
        assert_eq!(play(7), play(7));
        assert_ne!(play(7), play(8));
    }

    #[test]
    fn every_input_is_within_its_range_and_changes_now_and_then() {
        let mut player = Inputs::new(Random::of_player(1, 0), fields());
        let inputs: Vec<_> = (0..1000).map(|_| player.next_input()).collect();
        assert!(inputs.iter().all(|values| (-100..=100).contains(&values[0]) && (0..=1).contains(&values[2])));
        assert!(inputs.windows(2).any(|pair| pair[0][0] != pair[1][0]));
        assert!(inputs.iter().any(|values| values[2] == 1));
        let far = |pair: &[Vec<i32>]| {
            (pair[0][3] - pair[1][3]).rem_euclid(1000).min((pair[1][3] - pair[0][3]).rem_euclid(1000))
        };
        assert!(inputs.iter().all(|values| (0..1000).contains(&values[3])));
        assert!(inputs.windows(2).all(|pair| far(pair) <= 30) && inputs.windows(2).any(|pair| far(pair) > 0));
    }
}
