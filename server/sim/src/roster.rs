//! Who is in the match, as sessions were last told.
//!
//! Invariant: whoever takes the roster of its welcome and then every change has what the match's seats say.

use std::collections::BTreeMap;

use skirmish_protocol::RosterEntry;

use crate::Seats;

/// The roster as it was last announced.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    entries: BTreeMap<u32, RosterEntry>,
}

impl Roster {
    /// All entries, ascending in seat.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &RosterEntry> {
        self.entries.values()
    }

    /// Takes over what `seats` say, after each tick, and returns the entries that changed, those of freed seats without a name.
    pub(crate) fn update(&mut self, seats: &Seats) -> Vec<RosterEntry> {
        if seats.changes().is_empty() {
            return Vec::new();
        }
        let mut gone = std::mem::take(&mut self.entries);
        let mut changes = Vec::new();
        for seat in seats.iter() {
            let entry = RosterEntry {
                seat: seat.id.0,
                name: Some(seat.name.clone()),
                connected: seat.connected,
                bot: seat.bot,
            };
            if gone.remove(&entry.seat).as_ref() != Some(&entry) {
                changes.push(entry.clone());
            }
            self.entries.insert(entry.seat, entry);
        }
        changes.extend(gone.into_keys().map(|seat| RosterEntry { seat, name: None, connected: false, bot: false }));
        changes
    }
}
