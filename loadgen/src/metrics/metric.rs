//! The times that are measured: their names and what they mean.

use serde::{Deserialize, Serialize};

/// A time that is measured.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Metric {
    /// From sending an input to having applied a snapshot that includes it.
    InputAck,
    /// From the moment a snapshot's tick was due to having applied the snapshot.
    SnapshotAge,
    /// How far the time between two snapshots is from what their ticks say.
    SnapshotJitter,
    /// From asking for a seat to having a ticket.
    Join,
    /// From asking for a seat to having applied the first snapshot.
    FirstSnapshot,
    /// From having lost the connection to having applied a snapshot on the new one.
    Reconnect,
    /// From coming back to a tab to having applied a snapshot that is fresh.
    Return,
    /// How late the generator was in sending an input.
    SendLag,
}

/// From which moment a time is measured.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Basis {
    /// From the moment at which something was done.
    Raw,
    /// From the moment at which it should have been done, and with what was never done for want of time.
    Corrected,
}

impl Metric {
    /// All of them, in the order in which they are shown.
    pub(crate) const ALL: [Metric; 8] = [
        Metric::InputAck,
        Metric::SnapshotAge,
        Metric::SnapshotJitter,
        Metric::Join,
        Metric::FirstSnapshot,
        Metric::Reconnect,
        Metric::Return,
        Metric::SendLag,
    ];

    /// The name in objectives and in JSON.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Metric::InputAck => "input_ack",
            Metric::SnapshotAge => "snapshot_age",
            Metric::SnapshotJitter => "snapshot_jitter",
            Metric::Join => "join",
            Metric::FirstSnapshot => "first_snapshot",
            Metric::Reconnect => "reconnect",
            Metric::Return => "return",
            Metric::SendLag => "send_lag",
        }
    }

    /// The name in tables.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Metric::InputAck => "input to ack",
            Metric::SnapshotAge => "snapshot age",
            Metric::SnapshotJitter => "snapshot jitter",
            Metric::Join => "join",
            Metric::FirstSnapshot => "first snapshot",
            Metric::Reconnect => "reconnect",
            Metric::Return => "return to tab",
            Metric::SendLag => "generator lag",
        }
    }

    /// What it is, in a sentence.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Metric::InputAck => "from sending an input to having applied a snapshot that includes it",
            Metric::SnapshotAge => "from the moment a tick was due to having applied its snapshot",
            Metric::SnapshotJitter => "how far the time between two snapshots is from what their ticks say",
            Metric::Join => "from asking for a seat to having a ticket",
            Metric::FirstSnapshot => "from asking for a seat to having applied the first snapshot",
            Metric::Reconnect => "from losing the connection to having applied a snapshot on the new one",
            Metric::Return => "from coming back to a tab to having applied a fresh snapshot",
            Metric::SendLag => "how late this generator was in sending: its own doing",
        }
    }

    /// Whether it happens too seldom to wait for the window in which the load is steady.
    pub(crate) fn is_of_whole_run(self) -> bool {
        matches!(self, Metric::Join | Metric::FirstSnapshot | Metric::Reconnect | Metric::Return)
    }
}
