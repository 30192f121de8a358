//! What the server says, but for snapshots: those are written by `snapshot` and read by `mirror`.
//!
//! Decoding is as strict as for clients' messages; it serves clients written in Rust and tests.

use crate::limits::{
    CHAT_BYTES_MAX, GOODBYE_REASON_BYTES_MAX, ID_BYTES_MAX, NAME_CHARS_MAX, SEATS_MAX, SNAPSHOT_INTERVAL_MAX,
    TICK_HZ_MAX, TICK_HZ_MIN, TOKEN_BYTES_MAX,
};
use crate::message::{Head, MessageError, kind};
use crate::schema::Schema;
use crate::wire::{self, DecodeError, Reader};

/// A message from the server.
#[derive(Clone, Debug, PartialEq)]
pub enum ServerMessage {
    /// The first message of a connection.
    Welcome(Box<Welcome>),
    /// A snapshot, to be given whole to a [`Mirror`](crate::Mirror).
    Snapshot,
    /// The match's settings have changed.
    Settings(Settings),
    /// The answer to a ping.
    Pong(Pong),
    /// What changed among the seats.
    Roster(Vec<RosterEntry>),
    /// A player says something.
    Chat {
        /// Who.
        seat: u32,
        /// What.
        text: String,
    },
    /// A close will follow, because the match was closed or the server is stopping.
    Goodbye {
        /// The code it will have.
        code: u16,
        /// Why, for people to read.
        reason: String,
        /// After how many milliseconds to try again; none: not with this token.
        retry_after_ms: Option<u32>,
    },
    /// The server, or who runs it, says something.
    Notice {
        /// What.
        text: String,
    },
}

/// What a client must know before anything else.
#[derive(Clone, Debug, PartialEq)]
pub struct Welcome {
    /// The protocol version spoken on this connection.
    pub version: u32,
    /// The match.
    pub match_id: String,
    /// The client's seat in it.
    pub seat: u32,
    /// The reconnect token.
    pub token: String,
    /// The match's tick now.
    pub tick: u32,
    /// The newest input applied of this seat, 0 if none.
    pub input_seq: u32,
    /// The game's name.
    pub game: String,
    /// The settings in force, or about to be.
    pub settings: Settings,
    /// Everybody.
    pub roster: Vec<RosterEntry>,
    /// The schema's hash.
    pub schema_hash: u32,
    /// The schema, unless the client holds it already.
    pub schema: Option<Schema>,
}

/// How a match runs from a tick on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The first tick for which this holds.
    pub effective_tick: u32,
    /// Ticks per second of match time, 1 to 240.
    pub tick_hz: u32,
    /// Ticks from one snapshot to the next, at least 1.
    pub snapshot_interval: u32,
    /// How far in the past to draw others, in milliseconds.
    pub interp_delay_ms: u32,
    /// Match time per real time, in thousandths.
    pub dilation_permille: u32,
    /// Whether match time stands still.
    pub paused: bool,
}

/// The answer to a ping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pong {
    /// The ping's token.
    pub token: u32,
    /// The tick whose state is newest.
    pub tick: u32,
    /// The time since that tick was due, in microseconds.
    pub into_tick_us: u32,
}

/// One seat as others see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterEntry {
    /// The seat.
    pub seat: u32,
    /// Its player's name; none: the seat is free now.
    pub name: Option<String>,
    /// Whether the player is connected.
    pub connected: bool,
    /// Whether the player is a bot.
    pub bot: bool,
}

impl ServerMessage {
    /// Writes the message.
    ///
    /// # Panics
    /// For a snapshot, of which this holds nothing.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            ServerMessage::Welcome(welcome) => welcome.encode(out),
            ServerMessage::Snapshot => panic!("snapshots are encoded by the snapshot module"),
            ServerMessage::Settings(settings) => {
                Head::encode(out, kind::SETTINGS, 2);
                settings.encode(out);
            }
            ServerMessage::Pong(pong) => {
                Head::encode(out, kind::PONG, 4);
                wire::u32(out, pong.token);
                wire::u32(out, pong.tick);
                wire::u32(out, pong.into_tick_us);
            }
            ServerMessage::Roster(entries) => {
                Head::encode(out, kind::ROSTER, 2);
                encode_roster(out, entries);
            }
            ServerMessage::Chat { seat, text } => {
                Head::encode(out, kind::CHAT_FROM, 3);
                wire::u32(out, *seat);
                wire::str(out, text);
            }
            ServerMessage::Goodbye { code, reason, retry_after_ms } => {
                Head::encode(out, kind::GOODBYE, 4);
                wire::u32(out, u32::from(*code));
                wire::str(out, reason);
                wire::optional_u32(out, *retry_after_ms);
            }
            ServerMessage::Notice { text } => {
                Head::encode(out, kind::NOTICE, 2);
                wire::str(out, text);
            }
        }
    }

    /// The message that these bytes are, all of them; of a snapshot only that it is one.
    ///
    /// # Errors
    /// Anything else.
    pub fn decode(bytes: &[u8]) -> Result<ServerMessage, MessageError> {
        let mut reader = Reader::new(bytes);
        let head = Head::decode(&mut reader)?;
        let message = match head.kind {
            kind::SNAPSHOT => return Ok(ServerMessage::Snapshot),
            kind::WELCOME => {
                head.elements(12)?;
                ServerMessage::Welcome(Box::new(Welcome::decode(&mut reader)?))
            }
            kind::SETTINGS => {
                head.elements(2)?;
                ServerMessage::Settings(Settings::decode(&mut reader)?)
            }
            kind::PONG => {
                head.elements(4)?;
                ServerMessage::Pong(Pong { token: reader.u32()?, tick: reader.u32()?, into_tick_us: reader.u32()? })
            }
            kind::ROSTER => {
                head.elements(2)?;
                ServerMessage::Roster(decode_roster(&mut reader)?)
            }
            kind::CHAT_FROM => {
                head.elements(3)?;
                ServerMessage::Chat { seat: reader.u32()?, text: reader.str(CHAT_BYTES_MAX)?.to_owned() }
            }
            kind::GOODBYE => {
                head.elements(4)?;
                ServerMessage::Goodbye {
                    code: reader.int(0, i64::from(u16::MAX))? as u16,
                    reason: reader.str(GOODBYE_REASON_BYTES_MAX)?.to_owned(),
                    retry_after_ms: reader.optional(Reader::u32)?,
                }
            }
            kind::NOTICE => {
                head.elements(2)?;
                ServerMessage::Notice { text: reader.str(CHAT_BYTES_MAX)?.to_owned() }
            }
            given => return Err(MessageError::Unknown { given }),
        };
        reader.end()?;
        Ok(message)
    }
}

impl Welcome {
    fn encode(&self, out: &mut Vec<u8>) {
        Head::encode(out, kind::WELCOME, 12);
        wire::u32(out, self.version);
        wire::str(out, &self.match_id);
        wire::u32(out, self.seat);
        wire::str(out, &self.token);
        wire::u32(out, self.tick);
        wire::u32(out, self.input_seq);
        wire::str(out, &self.game);
        self.settings.encode(out);
        encode_roster(out, &self.roster);
        wire::u32(out, self.schema_hash);
        match &self.schema {
            Some(schema) => schema.encode(out),
            None => wire::nil(out),
        }
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Welcome, DecodeError> {
        Ok(Welcome {
            version: reader.u32()?,
            match_id: reader.str(ID_BYTES_MAX)?.to_owned(),
            seat: reader.u32()?,
            token: reader.str(TOKEN_BYTES_MAX)?.to_owned(),
            tick: reader.u32()?,
            input_seq: reader.u32()?,
            game: reader.str(ID_BYTES_MAX)?.to_owned(),
            settings: Settings::decode(reader)?,
            roster: decode_roster(reader)?,
            schema_hash: reader.u32()?,
            schema: reader.optional(Schema::decode)?,
        })
    }
}

impl Settings {
    fn encode(&self, out: &mut Vec<u8>) {
        wire::array(out, 6);
        wire::u32(out, self.effective_tick);
        wire::u32(out, self.tick_hz);
        wire::u32(out, self.snapshot_interval);
        wire::u32(out, self.interp_delay_ms);
        wire::u32(out, self.dilation_permille);
        wire::bool(out, self.paused);
    }

    fn decode(reader: &mut Reader<'_>) -> Result<Settings, DecodeError> {
        reader.array(6)?;
        Ok(Settings {
            effective_tick: reader.u32()?,
            tick_hz: reader.int(i64::from(TICK_HZ_MIN), i64::from(TICK_HZ_MAX))? as u32,
            snapshot_interval: reader.int(1, i64::from(SNAPSHOT_INTERVAL_MAX))? as u32,
            interp_delay_ms: reader.u32()?,
            dilation_permille: reader.u32()?,
            paused: reader.bool()?,
        })
    }
}

const CONNECTED: u32 = 1;
const BOT: u32 = 2;

fn encode_roster(out: &mut Vec<u8>, entries: &[RosterEntry]) {
    wire::array(out, entries.len());
    for entry in entries {
        wire::array(out, 3);
        wire::u32(out, entry.seat);
        match &entry.name {
            Some(name) => wire::str(out, name),
            None => wire::nil(out),
        }
        wire::u32(out, u32::from(entry.connected) * CONNECTED + u32::from(entry.bot) * BOT);
    }
}

fn decode_roster(reader: &mut Reader<'_>) -> Result<Vec<RosterEntry>, DecodeError> {
    reader.list(SEATS_MAX, |reader| {
        reader.array(3)?;
        let seat = reader.u32()?;
        let name = reader.optional(|reader| reader.str(NAME_CHARS_MAX * char::MAX_LEN_UTF8))?;
        let flags = reader.int(0, i64::from(CONNECTED + BOT))? as u32;
        Ok(RosterEntry {
            seat,
            name: name.map(str::to_owned),
            connected: flags & CONNECTED != 0,
            bot: flags & BOT != 0,
        })
    })
}
