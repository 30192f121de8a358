//! What a derive macro knows about one field, as a constant: mistakes in it stop the build.
//!
//! The macros refuse what can be seen in the source's text; what needs arithmetic is refused here, during constant evaluation.

use crate::limits::WRAP_MAX;
use crate::schema::{FieldKind, FieldSchema, TOLERANCE_DEFAULT};

/// A field's schema, and how its values become integers. Made by the derive macros.
#[derive(Clone, Copy, Debug)]
pub struct FieldSpec {
    id: u8,
    name: &'static str,
    kind: FieldKind,
    quantum: f64,
    min: i32,
    max: i32,
    wrap: Option<u32>,
    private: bool,
    velocity: Option<u8>,
    tolerance: f64,
}

impl FieldSpec {
    /// A field in steps of `quantum`, within `low..=high`; all three in the game's units.
    #[track_caller]
    pub const fn number(id: u8, name: &'static str, quantum: f64, low: f64, high: f64) -> Self {
        assert!(quantum.is_finite() && quantum > 0.0, "`quantum` must be a finite number above 0");
        assert!(low <= high, "`range` must start at or below its end");
        let (min, max) = ((low / quantum).round(), (high / quantum).round());
        assert!(
            min >= i32::MIN as f64 && max <= i32::MAX as f64,
            "`range` has more quanta than 32 bits hold: use a coarser `quantum` or a smaller `range`"
        );
        Self::new(id, name, FieldKind::Number, quantum, min as i32, max as i32)
    }

    /// An integer field within `low..=high`.
    #[track_caller]
    pub const fn integer(id: u8, name: &'static str, low: i64, high: i64) -> Self {
        assert!(low <= high, "`range` must start at or below its end");
        assert!(
            low >= i32::MIN as i64 && high <= i32::MAX as i64,
            "`range` must lie within -2147483648..=2147483647, what a signed 32-bit integer holds"
        );
        Self::new(id, name, FieldKind::Number, 1.0, low as i32, high as i32)
    }

    /// A boolean field.
    pub const fn boolean(id: u8, name: &'static str) -> Self {
        Self::new(id, name, FieldKind::Boolean, 1.0, 0, 1)
    }

    /// A field whose values repeat after `wrap` units, in steps of about `quantum`: the nearest that divides `wrap`.
    #[track_caller]
    pub const fn cyclic(id: u8, name: &'static str, quantum: f64, wrap: f64) -> Self {
        assert!(quantum.is_finite() && quantum > 0.0, "`quantum` must be a finite number above 0");
        let modulus = (wrap / quantum).round();
        assert!(modulus >= 2.0 && modulus <= WRAP_MAX as f64, "`wrap` must be 2 to 1073741824 quanta");
        let mut spec = Self::new(id, name, FieldKind::Number, wrap / modulus, 0, modulus as i32 - 1);
        spec.wrap = Some(modulus as u32);
        spec
    }

    const fn new(id: u8, name: &'static str, kind: FieldKind, quantum: f64, min: i32, max: i32) -> Self {
        Self {
            id,
            name,
            kind,
            quantum,
            min,
            max,
            wrap: None,
            private: false,
            velocity: None,
            tolerance: TOLERANCE_DEFAULT,
        }
    }

    /// Only the owner sees it.
    pub const fn private(self) -> Self {
        Self { private: true, ..self }
    }

    /// A motion field, moved by the field of that id.
    pub const fn moved_by(self, velocity: u8) -> Self {
        Self { velocity: Some(velocity), ..self }
    }

    /// Lets the truth lie so many quanta from a motion field's prediction.
    #[track_caller]
    pub const fn tolerance(self, tolerance: f64) -> Self {
        assert!(
            tolerance.is_finite() && tolerance >= 0.0,
            "`tolerance` must be a finite number of at least 0, in quanta"
        );
        Self { tolerance, ..self }
    }

    /// The field as it stands in a schema.
    pub fn schema(&self) -> FieldSchema {
        FieldSchema {
            id: self.id,
            name: self.name.to_owned(),
            kind: self.kind,
            quantum: self.quantum,
            min: self.min,
            max: self.max,
            wrap: self.wrap,
            private: self.private,
            velocity: self.velocity,
            tolerance: self.tolerance,
        }
    }

    /// Whether the integers are as many as the fields and within their ranges.
    pub fn accept(fields: &[FieldSpec], integers: &[i32]) -> bool {
        let within = |(field, integer): (&FieldSpec, &i32)| (field.min..=field.max).contains(integer);
        fields.len() == integers.len() && fields.iter().zip(integers).all(within)
    }

    /// A value in quanta, neither rounded nor bounded.
    #[inline]
    pub fn measure(&self, value: f64) -> f64 {
        value / self.quantum
    }

    /// The integer nearest to a value, within the range; not a number gives the range's start.
    #[inline]
    pub fn integer_of(&self, value: f64) -> i32 {
        self.measure(value).round().max(f64::from(self.min)).min(f64::from(self.max)) as i32
    }

    /// The value of an integer.
    #[inline]
    pub fn value_of(&self, integer: i32) -> f64 {
        f64::from(integer) * self.quantum
    }
}
