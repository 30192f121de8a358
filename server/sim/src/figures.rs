//! What a room counts about its sending. Counters only grow; nothing in the room reads them.

/// Counters of one room since it was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoomFigures {
    /// Snapshots handed over, keyframes included.
    pub snapshots: u64,
    /// Keyframes handed over.
    pub keyframes: u64,
    /// Shared parts encoded; snapshots beyond these were copies.
    pub shared_parts: u64,
    /// Snapshots skipped because the session had not taken the one before.
    pub skips_outbox: u64,
    /// Snapshots skipped because the flow window was closed.
    pub skips_window: u64,
    /// Bytes of all frames handed over.
    pub bytes: u64,
    /// Sessions that the room closed.
    pub closes: u64,
}
