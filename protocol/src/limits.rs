//! Every limit of the wire in one place. A peer that passes one is refused, never served by growing a buffer.
//!
//! Limits of the process (connections, matches, queues) are not here: they are the server's configuration.

use std::ops::Range;

/// Longest message a client may send, in bytes.
pub const MESSAGE_BYTES_MAX: usize = 1024;
/// Longest chat text, in bytes of UTF-8.
pub const CHAT_BYTES_MAX: usize = 200;
/// Longest player name, in characters.
pub const NAME_CHARS_MAX: usize = 24;
/// Longest match name that a join may ask for, in characters.
pub const MATCH_NAME_CHARS_MAX: usize = 32;
/// Longest `agent` of a hello, in bytes.
pub const AGENT_BYTES_MAX: usize = 64;
/// Longest reason in a WebSocket close frame, in bytes: what the frame leaves beside its code.
pub const CLOSE_REASON_BYTES_MAX: usize = 123;
/// Longest reason in a goodbye, in bytes.
pub const GOODBYE_REASON_BYTES_MAX: usize = 512;
/// Longest reconnect token, in bytes.
pub const TOKEN_BYTES_MAX: usize = 256;
/// Longest match id and longest game name in a welcome, in bytes.
pub const ID_BYTES_MAX: usize = 64;

/// Longest time within which a hello must come, in milliseconds.
pub const HELLO_TIMEOUT_MS: u32 = 5_000;
/// Longest silence of a connection, in milliseconds.
pub const IDLE_TIMEOUT_MS: u32 = 30_000;

/// Inputs a session may send per second.
pub const INPUTS_PER_S_MAX: u32 = 256;
/// Acks a session may send per second.
pub const ACKS_PER_S_MAX: u32 = 256;
/// Chat messages a session may send per second.
pub const CHATS_PER_S_MAX: u32 = 2;
/// Pings a session may send per second.
pub const PINGS_PER_S_MAX: u32 = 10;
/// How many seconds' worth of each of these rates may come at once.
pub const RATE_BURST_S: u32 = 2;

/// Input commands of one seat that one tick takes: the newest; older ones of the same tick are dropped.
pub const COMMANDS_PER_TICK_MAX: usize = 16;
/// Events that may wait for one session before it is closed as too slow.
pub const EVENTS_UNDELIVERED_MAX: usize = 4096;
/// Messages other than snapshots that may wait for one session before it is closed as too slow.
pub const MESSAGES_UNDELIVERED_MAX: usize = 256;

/// Most ids, or row numbers, of a packed list, which may take next to no bytes.
pub const PACKED_IDS_MAX: usize = 65_536;

/// Lowest tick rate, in ticks per second of match time.
pub const TICK_HZ_MIN: u32 = 1;
/// Highest tick rate, in ticks per second of match time.
pub const TICK_HZ_MAX: u32 = 240;
/// Most ticks from one snapshot to the next.
pub const SNAPSHOT_INTERVAL_MAX: u32 = 240;
/// Longest interpolation delay, in milliseconds.
pub const INTERP_DELAY_MS_MAX: u32 = 2_000;
/// Slowest pace, in thousandths of real time.
pub const DILATION_PERMILLE_MIN: u32 = 10;
/// Fastest pace, in thousandths of real time.
pub const DILATION_PERMILLE_MAX: u32 = 10_000;
/// Most seats of a match, and so most entries of a roster.
pub const SEATS_MAX: usize = 1024;
/// Most spectators of a match.
pub const SPECTATORS_MAX: u32 = 32;
/// The seats of spectators: they are none of the match's, and nothing that comes from them reaches it.
pub const SPECTATOR_SEATS: Range<u32> = SEATS_MAX as u32..SEATS_MAX as u32 + SPECTATORS_MAX;

/// Highest id of a component.
pub const COMPONENT_ID_MAX: u8 = 127;
/// Highest id of an event.
pub const EVENT_ID_MAX: u8 = 127;
/// Highest id of a field.
pub const FIELD_ID_MAX: u8 = 31;
/// Most fields of a component, of an event, and of the input.
pub const FIELDS_MAX: usize = FIELD_ID_MAX as usize + 1;
/// Longest name of a component, event or field, in bytes.
pub const SCHEMA_NAME_BYTES_MAX: usize = 64;
/// Largest modulus of a cyclic field.
pub const WRAP_MAX: u32 = 1 << 30;
/// A motion field's `min` and `max` lie within plus and minus this many quanta, so that its fixed point fits a double.
pub const MOTION_QUANTA_MAX: i32 = 1 << 27;
/// The farthest that a motion field may move in one second, in its fixed point, is below this.
pub const MOTION_STEP_MAX: f64 = (1_u64 << 51) as f64;
