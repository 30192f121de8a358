//! A virtual client: what a player's page holds, and what it has seen.
//!
//! It does what `docs/protocol.md` asks of a client, acknowledging included, and is the harness's witness: a frame that
//! can't be applied, or a checksum that differs, is an error, which the harness turns into a panic that says where.

use std::collections::BTreeMap;

use skirmish_protocol::{
    ClientMessage, CloseCode, EventRecord, Mirror, RosterEntry, Schema, ServerMessage, Settings, Values, Welcome,
};

use super::link::Link;
use crate::SessionId;

/// One player of a harness.
#[derive(Debug)]
pub struct VirtualClient {
    /// The player's name.
    pub name: String,
    /// The seat it holds or held.
    pub seat: u32,
    /// Its seat has not been given up, timed out or been taken away.
    pub holds_seat: bool,
    /// Its link to the room.
    pub link: Link,
    /// What it has received on its present connection, or on its last one if it has none.
    pub seen: Seen,
    /// How its last connection was closed by the room.
    pub closed: Option<(CloseCode, String)>,
    pub(super) session: Option<SessionId>,
    schema: Option<Schema>,
    next_seq: u32,
}

/// All that a client received on one connection.
#[derive(Debug, Default)]
pub struct Seen {
    /// How many bytes of messages came.
    pub bytes: usize,
    /// The welcome, first of all messages.
    pub welcome: Option<Welcome>,
    /// What it holds of the match.
    pub mirror: Option<Mirror>,
    /// The settings messages, oldest first.
    pub settings: Vec<Settings>,
    /// The roster: the welcome's, with all changes applied.
    pub roster: BTreeMap<u32, RosterEntry>,
    /// Chat lines, with the seats they came from.
    pub chats: Vec<(u32, String)>,
    /// What the server said in nobody's name.
    pub notices: Vec<String>,
    /// Public events.
    pub events: Vec<EventRecord>,
    /// Events for its seat alone.
    pub own_events: Vec<EventRecord>,
    /// The snapshots applied.
    pub snapshots: Vec<Received>,
    /// The goodbye's reason, and after how many milliseconds to come back.
    pub goodbye: Option<(String, Option<u32>)>,
}

/// A snapshot that a client applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Received {
    /// The tick it is the state of.
    pub tick: u32,
    /// It needed no baseline.
    pub keyframe: bool,
    /// Newest input seq that it includes.
    pub input_ack: u32,
    /// Its length.
    pub bytes: usize,
    /// How many settings messages had come before it.
    pub settings_before: usize,
}

impl VirtualClient {
    pub(super) fn new(name: &str, seat: u32) -> Self {
        Self {
            name: name.to_owned(),
            seat,
            holds_seat: true,
            link: Link::default(),
            seen: Seen::default(),
            closed: None,
            session: None,
            schema: None,
            next_seq: 1,
        }
    }

    /// Starts a new connection, and returns the session of the one before if it had one.
    pub(super) fn connect(&mut self, session: SessionId) -> Option<SessionId> {
        self.link.cut();
        self.seen = Seen::default();
        self.closed = None;
        self.session.replace(session)
    }

    pub(super) fn disconnect(&mut self) -> Option<SessionId> {
        self.link.cut();
        self.session.take()
    }

    /// Whether it has been welcomed and its connection stands.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.session.is_some() && self.seen.welcome.is_some()
    }

    /// What it holds of the match.
    ///
    /// # Panics
    /// Before the welcome.
    #[must_use]
    pub fn mirror(&self) -> &Mirror {
        self.seen.mirror.as_ref().expect("the client has been welcomed: run a tick after joining")
    }

    /// The newest tick it has applied, 0 if none.
    #[must_use]
    pub fn tick(&self) -> u32 {
        self.seen.mirror.as_ref().map_or(0, Mirror::tick)
    }

    /// The number of the input it will send next.
    #[must_use]
    pub fn next_seq(&self) -> u32 {
        self.next_seq
    }

    pub(super) fn schema_hash(&self) -> u32 {
        self.schema.as_ref().map_or(0, Schema::hash)
    }

    /// Its next input, acknowledging what it has applied.
    pub(super) fn next_input(&mut self, values: Values) -> ClientMessage {
        self.next_seq += 1;
        ClientMessage::Input { seq: self.next_seq - 1, snapshot_ack: self.tick(), values }
    }

    /// Takes one frame and returns the tick to acknowledge if it was a snapshot.
    pub(super) fn take(&mut self, frame: &[u8]) -> Result<Option<u32>, String> {
        self.seen.bytes += frame.len();
        match ServerMessage::decode(frame).map_err(|error| format!("a message can't be read: {error}"))? {
            ServerMessage::Welcome(welcome) => self.enter(*welcome)?,
            ServerMessage::Snapshot => return self.apply(frame).map(Some),
            ServerMessage::Settings(settings) => {
                self.seen.settings.push(settings);
                self.mirror_mut()?.settings(&settings);
            }
            ServerMessage::Roster(changes) => self.enroll(changes),
            ServerMessage::Chat { seat, text } => self.seen.chats.push((seat, text)),
            ServerMessage::Goodbye { reason, retry_after_ms, .. } => self.seen.goodbye = Some((reason, retry_after_ms)),
            ServerMessage::Notice { text } => self.seen.notices.push(text),
            ServerMessage::Pong(_) => {}
        }
        Ok(None)
    }

    fn enter(&mut self, mut welcome: Welcome) -> Result<(), String> {
        let schema = welcome.schema.take().or_else(|| self.schema.take()).ok_or("a welcome without schema")?;
        let mirror = Mirror::new(schema.clone(), &welcome.settings).map_err(|error| error.to_string())?;
        self.schema = Some(schema);
        self.seen.mirror = Some(mirror);
        self.next_seq = welcome.input_seq + 1;
        self.enroll(std::mem::take(&mut welcome.roster));
        self.seen.welcome = Some(welcome);
        Ok(())
    }

    fn enroll(&mut self, changes: Vec<RosterEntry>) {
        for entry in changes {
            if entry.name.is_some() {
                self.seen.roster.insert(entry.seat, entry);
            } else {
                self.seen.roster.remove(&entry.seat);
            }
        }
    }

    fn apply(&mut self, frame: &[u8]) -> Result<u32, String> {
        let applied =
            self.mirror_mut()?.apply(frame).map_err(|error| format!("a snapshot can't be applied: {error}"))?;
        if let Some(checksum) = applied.checksum.filter(|checksum| checksum.expected != checksum.computed) {
            return Err(format!(
                "checksum {} of tick {}, expected {}",
                checksum.computed, applied.tick, checksum.expected
            ));
        }
        self.seen.snapshots.push(Received {
            tick: applied.tick,
            keyframe: applied.keyframe,
            input_ack: applied.input_ack,
            bytes: frame.len(),
            settings_before: self.seen.settings.len(),
        });
        self.seen.own_events.extend(applied.own_events);
        self.seen.events.extend(applied.events);
        Ok(applied.tick)
    }

    fn mirror_mut(&mut self) -> Result<&mut Mirror, String> {
        self.seen.mirror.as_mut().ok_or_else(|| "a message before the welcome".to_owned())
    }
}
