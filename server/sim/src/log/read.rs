//! Reading a log, strictly: a file is as little to be trusted as a peer.

use rmp_serde::Deserializer;
use serde::Deserialize;
use skirmish_protocol::limits::{CHAT_BYTES_MAX, FIELDS_MAX, NAME_CHARS_MAX, TICK_HZ_MAX};
use skirmish_protocol::{DecodeError, Reader};
use thiserror::Error;

use super::{ACT_BYTES_MAX, Annotation, Entry, HEADER_BYTES_MAX, Kind, MatchHeader, RECORD_BYTES_MAX, Record};
use crate::numbers::KEY_BYTES_MAX;
use crate::{MatchEvent, OpenError, Pace, Tuning};

/// Longest name in bytes: UTF-8 has at most four for a character.
const NAME_BYTES_MAX: usize = 4 * NAME_CHARS_MAX;
/// Deepest nesting of a configuration.
const CONFIG_DEPTH_MAX: usize = 32;

/// Why a log can't be read or run again. `at` is the offset, in bytes, of the record in the log.
#[derive(Debug, Error)]
pub enum LogError {
    /// The log ends within its header.
    #[error("the log ends within its header")]
    NoHeader,
    /// The header is not one.
    #[error("the log's header: {0}")]
    Header(String),
    /// A record's length is beyond the limit.
    #[error("byte {at}: a record of {given} bytes, at most {max} allowed")]
    TooLong {
        /// Where the record is.
        at: usize,
        /// Its length, in bytes.
        given: usize,
        /// The limit, in bytes.
        max: usize,
    },
    /// A record is not what its kind asks for.
    #[error("the record at byte {at}: {error}")]
    Record {
        /// Where the record is.
        at: usize,
        /// What is wrong with it.
        error: DecodeError,
    },
    /// A record of a kind that this version does not know.
    #[error("the record at byte {at} is of the unknown kind {given}")]
    UnknownKind {
        /// Where the record is.
        at: usize,
        /// Its kind.
        given: u32,
    },
    /// A record's tick does not follow the one before, which no match has written.
    #[error("the record at byte {at} is of tick {given}; allowed are {min} to {max}")]
    Tick {
        /// Where the record is.
        at: usize,
        /// Its tick.
        given: u32,
        /// The first tick it could be of.
        min: u32,
        /// The last tick it could be of.
        max: u32,
    },
    /// Records were dropped when the log was written, because nobody took them away in time.
    #[error("the log is incomplete from byte {at} on: records were dropped when it was written")]
    Incomplete {
        /// Where the first missing record would be.
        at: usize,
    },
    /// No match can be opened from the header.
    #[error("the log's header: {0}")]
    Open(#[from] OpenError),
}

/// Takes records off the front of a log.
#[derive(Debug)]
pub struct LogReader<'a> {
    bytes: &'a [u8],
    at: usize,
    tick: u32,
    truncated: bool,
}

impl<'a> LogReader<'a> {
    /// The header, and a reader of the records after it.
    ///
    /// # Errors
    /// If there is no whole and well-formed header.
    pub fn new(bytes: &'a [u8]) -> Result<(MatchHeader, LogReader<'a>), LogError> {
        let mut reader = LogReader { bytes, at: 0, tick: 0, truncated: false };
        let header = reader.frame(HEADER_BYTES_MAX)?.ok_or(LogError::NoHeader)?;
        Ok((read_header(header)?, reader))
    }

    /// The next record; none at the end.
    ///
    /// # Errors
    /// If there is something else than a record that may stand here.
    pub fn next_record(&mut self) -> Result<Option<Record>, LogError> {
        let at = self.at;
        let Some(frame) = self.frame(RECORD_BYTES_MAX)? else {
            return Ok(None);
        };
        let record = read_record(frame, at)?;
        let (min, max) = (self.tick, self.tick.saturating_add(TICK_HZ_MAX));
        if !(min..=max).contains(&record.tick) {
            return Err(LogError::Tick { at, given: record.tick, min, max });
        }
        self.tick = record.tick;
        Ok(Some(record))
    }

    /// Offset of the next record, in bytes.
    pub fn position(&self) -> usize {
        self.at
    }

    /// Whether the log ended within a record, as after a crash. What came before is good.
    pub fn truncated(&self) -> bool {
        self.truncated
    }

    /// The bytes of the next header or record; none at the end.
    fn frame(&mut self, bytes_max: usize) -> Result<Option<&'a [u8]>, LogError> {
        let at = self.at;
        let Some((length, rest)) = self.bytes[at..].split_first_chunk::<4>() else {
            self.truncated = at < self.bytes.len();
            return Ok(None);
        };
        let given = u32::from_le_bytes(*length) as usize;
        if given > bytes_max {
            return Err(LogError::TooLong { at, given, max: bytes_max });
        }
        let Some(frame) = rest.get(..given) else {
            self.truncated = true;
            return Ok(None);
        };
        self.at += length.len() + given;
        Ok(Some(frame))
    }
}

fn read_header(frame: &[u8]) -> Result<MatchHeader, LogError> {
    let mut rest = frame;
    let mut source = Deserializer::new(&mut rest);
    source.set_max_depth(CONFIG_DEPTH_MAX);
    let header = MatchHeader::deserialize(&mut source).map_err(|error| LogError::Header(error.to_string()))?;
    match rest.len() {
        0 => Ok(header),
        extra => Err(LogError::Header(format!("{extra} bytes after it"))),
    }
}

fn read_record(frame: &[u8], at: usize) -> Result<Record, LogError> {
    let broken = |error| LogError::Record { at, error };
    let given = read_kind(&mut Reader::new(frame)).map_err(broken)?;
    let kind = Kind::of(given).ok_or(LogError::UnknownKind { at, given })?;
    let mut reader = Reader::new(frame);
    let record = read_as(&mut reader, kind).map_err(broken)?;
    reader.end().map_err(broken)?;
    record.ok_or(LogError::Incomplete { at })
}

fn read_kind(reader: &mut Reader<'_>) -> Result<u32, DecodeError> {
    reader.array_len(RECORD_BYTES_MAX)?;
    reader.u32()
}

/// The record, unless it is the one that says that the log is incomplete.
fn read_as(reader: &mut Reader<'_>, kind: Kind) -> Result<Option<Record>, DecodeError> {
    reader.array(kind.elements())?;
    reader.u32()?;
    let tick = reader.u32()?;
    let entry = match kind {
        Kind::Join => Entry::Event(MatchEvent::Join {
            seat: reader.u32()?,
            name: reader.str(NAME_BYTES_MAX)?.to_owned(),
            bot: reader.bool()?,
        }),
        Kind::Leave => Entry::Event(MatchEvent::Leave { seat: reader.u32()? }),
        Kind::Connect => Entry::Event(MatchEvent::Connect { seat: reader.u32()? }),
        Kind::Disconnect => Entry::Event(MatchEvent::Disconnect { seat: reader.u32()? }),
        Kind::Input => Entry::Event(MatchEvent::Input {
            seat: reader.u32()?,
            seq: reader.u32()?,
            values: reader.list(FIELDS_MAX, Reader::i32)?,
        }),
        Kind::Tune => Entry::Event(MatchEvent::Tune(read_tuning(reader)?)),
        Kind::Number => {
            let key = reader.str(KEY_BYTES_MAX)?.to_owned();
            Entry::Event(MatchEvent::Number { key, value: reader.f64()? })
        }
        Kind::Pace => {
            Entry::Annotation(Annotation::Pace(Pace { paused: reader.bool()?, dilation_permille: reader.u32()? }))
        }
        Kind::Chat => {
            Entry::Annotation(Annotation::Chat { seat: reader.u32()?, text: reader.str(CHAT_BYTES_MAX)?.to_owned() })
        }
        Kind::Checksum => Entry::Annotation(Annotation::Checksum(reader.u32()?)),
        Kind::Act => Entry::Annotation(Annotation::Act {
            who: reader.str(NAME_BYTES_MAX)?.to_owned(),
            at_ms: reader.f64()? as u64,
            what: reader.str(ACT_BYTES_MAX)?.to_owned(),
        }),
        Kind::Incomplete => return Ok(None),
    };
    Ok(Some(Record { tick, entry }))
}

fn read_tuning(reader: &mut Reader<'_>) -> Result<Tuning, DecodeError> {
    let number = |reader: &mut Reader<'_>| {
        if reader.try_nil() { Ok(None) } else { reader.u32().map(Some) }
    };
    Ok(Tuning {
        tick_hz: number(reader)?,
        snapshot_interval: number(reader)?,
        interp_delay_ms: number(reader)?,
        interest_radius: if reader.try_nil() { None } else { Some(reader.f64()? as f32) },
    })
}
