//! What is counted besides times.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A kind of message.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Snapshot,
    Keyframe,
    Welcome,
    Settings,
    Roster,
    Chat,
    Pong,
    Goodbye,
    Notice,
    Input,
    Ack,
    Ping,
    Hello,
    Leave,
}

/// Messages, and the bytes of their payloads.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Traffic {
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
}

/// Everything counted.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Counts {
    /// Received, by kind.
    pub(crate) received: BTreeMap<Kind, Traffic>,
    /// Sent, by kind.
    pub(crate) sent: BTreeMap<Kind, Traffic>,
    /// Player time in the steady window, in microseconds: how long all clients together were connected.
    pub(crate) connected_us: u64,
    /// Seats got through the API.
    pub(crate) joins: u64,
    /// Joins and connections refused or failed, by reason.
    pub(crate) refusals: BTreeMap<String, u64>,
    /// Connections that ended without our doing, by reason.
    pub(crate) closes: BTreeMap<String, u64>,
    /// Snapshots that the server skipped, going by the ticks of those that came.
    pub(crate) skipped: u64,
    /// View checksums that agreed.
    pub(crate) checksums: u64,
    /// What a correct server never does, by description: a checksum that differs, a snapshot that can't be applied, another seat.
    pub(crate) violations: BTreeMap<String, u64>,
    /// Inputs that were due.
    pub(crate) inputs_due: u64,
    /// Inputs that the generator was too late to send, by more than a period.
    pub(crate) inputs_missed: u64,
    /// Inputs without an ack when their connection ended.
    pub(crate) inputs_unacked: u64,
}

/// Adds one under a name.
pub(crate) fn count(map: &mut BTreeMap<String, u64>, name: &str) {
    match map.get_mut(name) {
        Some(count) => *count += 1,
        None => drop(map.insert(name.to_owned(), 1)),
    }
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Counts) {
        for (mine, others) in [(&mut self.received, &other.received), (&mut self.sent, &other.sent)] {
            for (kind, traffic) in others {
                let sum = mine.entry(*kind).or_default();
                sum.messages += traffic.messages;
                sum.bytes += traffic.bytes;
            }
        }
        let maps = [
            (&mut self.refusals, &other.refusals),
            (&mut self.closes, &other.closes),
            (&mut self.violations, &other.violations),
        ];
        for (mine, others) in maps {
            for (name, count) in others {
                *mine.entry(name.clone()).or_default() += count;
            }
        }
        self.connected_us += other.connected_us;
        self.joins += other.joins;
        self.skipped += other.skipped;
        self.checksums += other.checksums;
        self.inputs_due += other.inputs_due;
        self.inputs_missed += other.inputs_missed;
        self.inputs_unacked += other.inputs_unacked;
    }

    /// How long all clients together were connected, in seconds: what traffic is divided by, and so never quite 0.
    pub(crate) fn client_s(&self) -> f64 {
        self.connected_us.max(1) as f64 / 1e6
    }

    /// Snapshots and keyframes received.
    pub(crate) fn snapshots(&self) -> Traffic {
        let parts = [Kind::Snapshot, Kind::Keyframe].map(|kind| self.received.get(&kind).copied().unwrap_or_default());
        Traffic { messages: parts[0].messages + parts[1].messages, bytes: parts[0].bytes + parts[1].bytes }
    }

    /// Of all snapshots due, the part that was skipped.
    pub(crate) fn skipped_part(&self) -> f64 {
        let due = self.skipped + self.snapshots().messages;
        self.skipped as f64 / due.max(1) as f64
    }

    pub(crate) fn total(map: &BTreeMap<String, u64>) -> u64 {
        map.values().sum()
    }
}
