//! What a designer may change in a running match, and its limits.
//!
//! Invariant: tuning is part of the match and is logged as an event; pace is not, and is logged as an annotation. Who may
//! change them, and the clock that follows the pace, are the server's.

use serde::{Deserialize, Serialize};
use skirmish_protocol::limits;
use thiserror::Error;

use crate::ranges::INTEREST_RADIUS_MAX;

/// What the engine calls its own numbers: no number of a game's may be called so.
pub(crate) const ENGINES: [&str; 11] = [
    "tick_hz",
    "snapshot_interval",
    "interp_delay_ms",
    "interest_radius",
    "dilation_permille",
    "paused",
    "window_ms",
    "history_ticks",
    "checksum_interval_s",
    "seat_timeout_s",
    "seats_max",
];

/// A change of tuning: what is given changes, the rest stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tuning {
    /// Ticks a second, within `limits::TICK_HZ_MIN..=TICK_HZ_MAX`.
    pub tick_hz: Option<u32>,
    /// Ticks from one snapshot to the next, 1 to `limits::SNAPSHOT_INTERVAL_MAX`.
    pub snapshot_interval: Option<u32>,
    /// How far in the past clients draw others, in milliseconds, up to `limits::INTERP_DELAY_MS_MAX`.
    pub interp_delay_ms: Option<u32>,
    /// How far a seat sees, in units, from 0 to 1,000,000; 0 means any distance.
    pub interest_radius: Option<f32>,
}

/// A number outside its range.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
#[error("{what} is {given}; allowed are {min} to {max}")]
pub struct TuningError {
    /// Which number.
    pub what: &'static str,
    /// What was given.
    pub given: f64,
    /// The smallest allowed.
    pub min: f64,
    /// The largest allowed.
    pub max: f64,
}

impl Tuning {
    /// Whether everything given is within its limits.
    ///
    /// # Errors
    /// The first number that is not.
    pub fn check(&self) -> Result<(), TuningError> {
        use limits::{INTERP_DELAY_MS_MAX, SNAPSHOT_INTERVAL_MAX, TICK_HZ_MAX, TICK_HZ_MIN};
        check("tick_hz", self.tick_hz, TICK_HZ_MIN, TICK_HZ_MAX)?;
        check("snapshot_interval", self.snapshot_interval, 1, SNAPSHOT_INTERVAL_MAX)?;
        check("interp_delay_ms", self.interp_delay_ms, 0, INTERP_DELAY_MS_MAX)?;
        check("interest_radius", self.interest_radius, 0.0, INTEREST_RADIUS_MAX)
    }
}

impl Tuning {
    /// This with what the change gives.
    #[must_use]
    pub fn with(self, change: &Tuning) -> Tuning {
        Tuning {
            tick_hz: change.tick_hz.or(self.tick_hz),
            snapshot_interval: change.snapshot_interval.or(self.snapshot_interval),
            interp_delay_ms: change.interp_delay_ms.or(self.interp_delay_ms),
            interest_radius: change.interest_radius.or(self.interest_radius),
        }
    }
}

/// How ticks follow real time. It never changes what they compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// No ticks happen.
    pub paused: bool,
    /// Match time per real time, in thousandths, within `limits::DILATION_PERMILLE_MIN..=DILATION_PERMILLE_MAX`.
    pub dilation_permille: u32,
}

impl Default for Pace {
    fn default() -> Pace {
        Pace { paused: false, dilation_permille: 1000 }
    }
}

impl Pace {
    /// Whether the dilation is within its limits.
    ///
    /// # Errors
    /// If it is not.
    pub fn check(&self) -> Result<(), TuningError> {
        let (min, max) = (limits::DILATION_PERMILLE_MIN, limits::DILATION_PERMILLE_MAX);
        check("dilation_permille", Some(self.dilation_permille), min, max)
    }
}

/// Whether a number that may be given is within a range; what is not a number never is.
pub(crate) fn check<N>(what: &'static str, given: Option<N>, min: N, max: N) -> Result<(), TuningError>
where
    N: PartialOrd + Into<f64> + Copy,
{
    match given {
        Some(given) if !(min..=max).contains(&given) => {
            Err(TuningError { what, given: given.into(), min: min.into(), max: max.into() })
        }
        _ => Ok(()),
    }
}

/// Every tunable number of a match, as it is now.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Tuned {
    pub(crate) tick_hz: u32,
    pub(crate) snapshot_interval: u32,
    pub(crate) interp_delay_ms: u32,
    pub(crate) interest_radius: f32,
}

impl Tuned {
    /// With what the change gives.
    pub(crate) fn with(self, change: &Tuning) -> Tuned {
        Tuned {
            tick_hz: change.tick_hz.unwrap_or(self.tick_hz),
            snapshot_interval: change.snapshot_interval.unwrap_or(self.snapshot_interval),
            interp_delay_ms: change.interp_delay_ms.unwrap_or(self.interp_delay_ms),
            interest_radius: change.interest_radius.unwrap_or(self.interest_radius),
        }
    }

    /// As a change that gives everything.
    pub(crate) fn all(self) -> Tuning {
        Tuning {
            tick_hz: Some(self.tick_hz),
            snapshot_interval: Some(self.snapshot_interval),
            interp_delay_ms: Some(self.interp_delay_ms),
            interest_radius: Some(self.interest_radius),
        }
    }
}
