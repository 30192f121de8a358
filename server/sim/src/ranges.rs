//! Ranges of a match's numbers that no wire format bounds; those that it does are in `skirmish_protocol::limits`.

/// Largest interest radius, in units.
pub const INTEREST_RADIUS_MAX: f32 = 1e6;
/// Shortest flow window, in milliseconds.
pub const WINDOW_MS_MIN: u32 = 10;
/// Longest flow window, in milliseconds.
pub const WINDOW_MS_MAX: u32 = 10_000;
/// Fewest past states to send differences from, in ticks.
pub const HISTORY_TICKS_MIN: u32 = 2;
/// Most past states to send differences from, in ticks.
pub const HISTORY_TICKS_MAX: u32 = 4_096;
/// Longest time that anything may be set to, in seconds: a day.
pub const SECONDS_MAX: f32 = 86_400.0;
