//! The numbers of a game that a designer may turn while a match runs.
//!
//! A game describes each number and says where it stands; the engine does the rest: ranges, the log, replay, what the console
//! shows. Invariant: a number changes at a tick boundary, by a logged event, and is always within its range.
//! The engine's own numbers are in `tuning`.

use std::borrow::Cow;

use bevy_ecs::component::Mutable;
use bevy_ecs::prelude::{FromWorld, Resource, World};
use thiserror::Error;

use crate::tuning::ENGINES;

/// Longest key of a number, in bytes.
pub(crate) const KEY_BYTES_MAX: usize = 64;

/// What a number may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberKind {
    /// Any number within the range.
    Real,
    /// A whole number.
    Whole,
    /// 0 (no) or 1 (yes).
    Switch,
}

/// A number of a game: what a designer is told about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Number {
    /// Its name, at most 64 bytes; what stands before its last point is its group, for example `fighter.speed`.
    pub key: Cow<'static, str>,
    /// What it means.
    pub help: Cow<'static, str>,
    /// Its unit; empty for a plain number.
    pub unit: Cow<'static, str>,
    /// What it may be within its range.
    pub kind: NumberKind,
    /// The least it may be.
    pub min: f64,
    /// The most it may be.
    pub max: f64,
    /// Why it can't change in a running match; none: it can.
    pub fixed: Option<Cow<'static, str>>,
}

impl Number {
    /// A number of that name that may be `min` to `max`, both included.
    #[must_use]
    pub fn new(key: impl Into<Cow<'static, str>>, min: f64, max: f64) -> Number {
        let (help, unit) = (Cow::Borrowed(""), Cow::Borrowed(""));
        Number { key: key.into(), help, unit, kind: NumberKind::Real, min, max, fixed: None }
    }

    /// With what it means, in a few words.
    #[must_use]
    pub fn help(mut self, help: impl Into<Cow<'static, str>>) -> Number {
        self.help = help.into();
        self
    }

    /// With its unit.
    #[must_use]
    pub fn unit(mut self, unit: impl Into<Cow<'static, str>>) -> Number {
        self.unit = unit.into();
        self
    }

    /// Only whole numbers.
    #[must_use]
    pub fn whole(mut self) -> Number {
        self.kind = NumberKind::Whole;
        self
    }

    /// Shown, but not to be changed in a running match, for this reason.
    #[must_use]
    pub fn fixed(mut self, why: impl Into<Cow<'static, str>>) -> Number {
        self.fixed = Some(why.into());
        self
    }

    /// Whether it may be this in a running match.
    ///
    /// # Errors
    /// Its key, what was given, and what is allowed.
    pub fn check(&self, given: f64) -> Result<(), NumberError> {
        match &self.fixed {
            Some(why) => Err(NumberError::Fixed { key: self.key.clone().into_owned(), why: why.clone().into_owned() }),
            None => self.check_range(given),
        }
    }

    fn check_range(&self, given: f64) -> Result<(), NumberError> {
        let fits = self.kind == NumberKind::Real || given.fract() == 0.0;
        if fits && (self.min..=self.max).contains(&given) {
            return Ok(());
        }
        Err(NumberError::Range { key: self.key.clone().into_owned(), given, allowed: self.allowed() })
    }

    /// What it may be, in words.
    #[must_use]
    pub fn allowed(&self) -> String {
        let (min, max, space) = (self.min, self.max, if self.unit.is_empty() { "" } else { " " });
        match self.kind {
            NumberKind::Real => format!("a number from {min} to {max}{space}{}", self.unit),
            NumberKind::Whole => format!("a whole number from {min} to {max}{space}{}", self.unit),
            NumberKind::Switch => "true or false".to_owned(),
        }
    }
}

/// Why a number can't be what was given.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum NumberError {
    /// The game has no such number.
    #[error("{key}: this game has no such number")]
    Unknown {
        /// What was asked for.
        key: String,
    },
    /// It is outside its range, or not whole.
    #[error("{key} = {given}: allowed is {allowed}")]
    Range {
        /// Which number.
        key: String,
        /// What was given.
        given: f64,
        /// What is allowed, in words.
        allowed: String,
    },
    /// It can't change in a running match.
    #[error("{key} can't change in a running match: {why}")]
    Fixed {
        /// Which number.
        key: String,
        /// Why not.
        why: String,
    },
    /// The game describes its numbers wrongly.
    #[error("{key}: {what}")]
    Description {
        /// Which number.
        key: String,
        /// What is wrong.
        what: &'static str,
    },
}

/// A type that a game's resource may hold a number in.
pub trait NumberValue: Copy + 'static {
    /// What such a number may be.
    const KIND: NumberKind;
    /// As the engine has it.
    fn to_number(self) -> f64;
    /// From what the engine has, which is within the number's range.
    fn from_number(number: f64) -> Self;
}

macro_rules! number_values {
    ($($type:ty: $kind:ident),*) => {$(
        impl NumberValue for $type {
            const KIND: NumberKind = NumberKind::$kind;
            fn to_number(self) -> f64 {
                f64::from(self)
            }
            fn from_number(number: f64) -> Self {
                number as Self
            }
        }
    )*};
}

number_values!(f64: Real, u8: Whole, u16: Whole, u32: Whole, i32: Whole);

impl NumberValue for f32 {
    const KIND: NumberKind = NumberKind::Real;
    /// The number that a person would write for it: 0.1, not all the digits that 32 bits make of it in 64.
    fn to_number(self) -> f64 {
        self.to_string().parse().expect("a number's own text is a number")
    }
    fn from_number(number: f64) -> Self {
        number as Self
    }
}

impl NumberValue for bool {
    const KIND: NumberKind = NumberKind::Switch;
    fn to_number(self) -> f64 {
        f64::from(u8::from(self))
    }
    fn from_number(number: f64) -> Self {
        number != 0.0
    }
}

type Get = Box<dyn Fn(&mut World) -> f64 + Send>;
type Set = Box<dyn Fn(&mut World, f64) + Send>;

/// A number and the way to where it stands.
pub(crate) struct Dial {
    pub(crate) number: Number,
    get: Get,
    set: Set,
    /// What it is or, once what waits for the next tick has been applied, will be.
    asked: f64,
}

impl Dial {
    pub(crate) fn new(
        number: Number,
        get: impl Fn(&mut World) -> f64 + Send + 'static,
        set: impl Fn(&mut World, f64) + Send + 'static,
    ) -> Dial {
        Dial { number, get: Box::new(get), set: Box::new(set), asked: f64::NAN }
    }

    /// The dial of a number that stands in a field of a resource.
    pub(crate) fn of<R, N>(mut number: Number, field: fn(&mut R) -> &mut N) -> Dial
    where
        R: Resource<Mutability = Mutable> + FromWorld,
        N: NumberValue,
    {
        number.kind = N::KIND;
        let get = move |world: &mut World| {
            world.init_resource::<R>();
            field(&mut world.resource_mut::<R>()).to_number()
        };
        let set = move |world: &mut World, given: f64| {
            *field(&mut world.resource_mut::<R>()) = N::from_number(given);
        };
        Dial::new(number, get, set)
    }
}

/// All numbers of a match.
#[derive(Default)]
pub(crate) struct Dials(Vec<Dial>);

impl Dials {
    /// Looks where each number stands; the world must have been set up.
    pub(crate) fn new(mut dials: Vec<Dial>, world: &mut World) -> Result<Dials, NumberError> {
        for dial in &mut dials {
            dial.asked = (dial.get)(world);
            dial.number.check_range(dial.asked)?;
        }
        let dials = Dials(dials);
        dials.check_description()?;
        Ok(dials)
    }

    fn check_description(&self) -> Result<(), NumberError> {
        for (index, Dial { number, .. }) in self.0.iter().enumerate() {
            let wrong = |what| Err(NumberError::Description { key: number.key.clone().into_owned(), what });
            if number.key.is_empty() || number.key.len() > KEY_BYTES_MAX {
                return wrong("a number's key has 1 to 64 bytes");
            }
            if !(number.min.is_finite() && number.max.is_finite()) {
                return wrong("a number's range has finite ends");
            }
            if ENGINES.contains(&&*number.key) {
                return wrong("the engine has a number of this name");
            }
            if self.0[..index].iter().any(|other| other.number.key == number.key) {
                return wrong("two numbers have this key");
            }
        }
        Ok(())
    }

    /// The numbers in the game's order, each with what it is or is about to be.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Number, f64)> {
        self.0.iter().map(|dial| (&dial.number, dial.asked))
    }

    /// Notes that a number will be this from the next tick on, if it may.
    pub(crate) fn ask(&mut self, key: &str, given: f64) {
        if let Some(dial) = self.find(key).filter(|dial| dial.number.check(given).is_ok()) {
            dial.asked = given;
        }
    }

    /// Turns a number; false if there is no such number or it may not be this.
    pub(crate) fn turn(&mut self, world: &mut World, key: &str, given: f64) -> bool {
        let Some(dial) = self.find(key).filter(|dial| dial.number.check(given).is_ok()) else {
            return false;
        };
        (dial.set)(world, given);
        true
    }

    fn find(&mut self, key: &str) -> Option<&mut Dial> {
        self.0.iter_mut().find(|dial| dial.number.key == key)
    }
}
