//! Writing a log into memory, for somebody to take away.

use skirmish_protocol::{limits, wire};

use super::{ACT_BYTES_MAX, Annotation, HEADER_BYTES_MAX, Kind, MatchHeader, PENDING_BYTES};
use crate::{MatchEvent, Pace, Tuning};

const LENGTH_BYTES: usize = size_of::<u32>();
/// Most bytes that the record takes which says that the log is incomplete.
const LAST_BYTES_MAX: usize = 16;

/// The end of a log that wants to be taken.
///
/// At most [`pending_bytes_max`] bytes wait. A record beyond that is dropped and counted, and from there on the log is of no use for replay:
/// one last record says that it is incomplete, all later ones are counted only.
pub(crate) struct LogWriter {
    pending: Vec<u8>,
    pending_bytes_max: usize,
    dropped: u64,
}

/// Most bytes that wait to be taken: 64 KiB, and the inputs of a tick in which every seat has all its commands and each is as long
/// as one can be. So a match whose log is taken at every tick drops nothing, however many play it.
pub(crate) fn pending_bytes_max(seats_max: u32, input_fields: usize) -> usize {
    let longest = MatchEvent::Input { seat: u32::MAX, seq: u32::MAX, values: vec![i32::MIN; input_fields].into() };
    let mut record = Vec::new();
    append(&mut record, |out| write_event(out, u32::MAX, &longest));
    PENDING_BYTES + seats_max as usize * limits::COMMANDS_PER_TICK_MAX * record.len()
}

impl LogWriter {
    /// A log that begins with this header; or, if that is longer than `HEADER_BYTES_MAX`, its length in bytes.
    pub(crate) fn new(header: &MatchHeader, pending_bytes_max: usize) -> Result<LogWriter, usize> {
        let bytes = rmp_serde::to_vec(header).expect("strings, numbers and JSON always encode");
        if bytes.len() > HEADER_BYTES_MAX {
            return Err(bytes.len());
        }
        let mut log = LogWriter { pending: Vec::new(), pending_bytes_max, dropped: 0 };
        log.record(0, |out| out.extend_from_slice(&bytes));
        Ok(log)
    }

    /// Moves what was written since the last time to the end of `log`.
    pub(crate) fn take(&mut self, log: &mut Vec<u8>) {
        log.append(&mut self.pending);
    }

    /// How many records were not written because nobody took those before.
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(crate) fn event(&mut self, tick: u32, event: &MatchEvent) {
        self.record(tick, |out| write_event(out, tick, event));
    }

    pub(crate) fn annotation(&mut self, tick: u32, annotation: &Annotation) {
        self.record(tick, |out| match annotation {
            Annotation::Pace(Pace { paused, dilation_permille }) => {
                start(out, Kind::Pace, tick);
                wire::bool(out, *paused);
                wire::u32(out, *dilation_permille);
            }
            Annotation::Chat { seat, text } => {
                start(out, Kind::Chat, tick);
                wire::u32(out, *seat);
                wire::str(out, text);
            }
            Annotation::Checksum(checksum) => {
                start(out, Kind::Checksum, tick);
                wire::u32(out, *checksum);
            }
            Annotation::Act { who, at_ms, what } => {
                start(out, Kind::Act, tick);
                wire::str(out, who);
                // Integers have 32 bits here; a float holds the milliseconds of some hundred thousand years.
                wire::f64(out, *at_ms as f64);
                wire::str(out, &what[..what.floor_char_boundary(ACT_BYTES_MAX)]);
            }
        });
    }

    fn record(&mut self, tick: u32, write: impl FnOnce(&mut Vec<u8>)) {
        if self.dropped > 0 {
            self.dropped += 1;
            return;
        }
        let begin = self.pending.len();
        append(&mut self.pending, write);
        if self.pending.len() > self.pending_bytes_max - LAST_BYTES_MAX {
            self.pending.truncate(begin);
            self.dropped = 1;
            append(&mut self.pending, |out| start(out, Kind::Incomplete, tick));
        }
    }
}

/// Appends what is written, after its length.
fn append(out: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let begin = out.len();
    out.extend_from_slice(&[0; LENGTH_BYTES]);
    write(out);
    let len = out.len() - begin - LENGTH_BYTES;
    out[begin..begin + LENGTH_BYTES].copy_from_slice(&(len as u32).to_le_bytes());
}

fn start(out: &mut Vec<u8>, kind: Kind, tick: u32) {
    wire::array(out, kind.elements());
    wire::u32(out, kind as u32);
    wire::u32(out, tick);
}

fn write_event(out: &mut Vec<u8>, tick: u32, event: &MatchEvent) {
    let of_seat = |out: &mut Vec<u8>, kind, seat| {
        start(out, kind, tick);
        wire::u32(out, seat);
    };
    match event {
        MatchEvent::Join { seat, name, bot } => {
            start(out, Kind::Join, tick);
            wire::u32(out, *seat);
            wire::str(out, name);
            wire::bool(out, *bot);
        }
        MatchEvent::Leave { seat } => of_seat(out, Kind::Leave, *seat),
        MatchEvent::Connect { seat } => of_seat(out, Kind::Connect, *seat),
        MatchEvent::Disconnect { seat } => of_seat(out, Kind::Disconnect, *seat),
        MatchEvent::Input { seat, seq, values } => {
            start(out, Kind::Input, tick);
            wire::u32(out, *seat);
            wire::u32(out, *seq);
            wire::array(out, values.len());
            values.iter().for_each(|value| wire::i32(out, *value));
        }
        MatchEvent::Tune(tuning) => {
            start(out, Kind::Tune, tick);
            write_tuning(out, tuning);
        }
        MatchEvent::Number { key, value } => {
            start(out, Kind::Number, tick);
            wire::str(out, key);
            wire::f64(out, *value);
        }
    }
}

fn write_tuning(out: &mut Vec<u8>, tuning: &Tuning) {
    for number in [tuning.tick_hz, tuning.snapshot_interval, tuning.interp_delay_ms] {
        write_optional(out, number, wire::u32);
    }
    write_optional(out, tuning.interest_radius.map(f64::from), wire::f64);
}

fn write_optional<T>(out: &mut Vec<u8>, value: Option<T>, write: fn(&mut Vec<u8>, T)) {
    match value {
        Some(value) => write(out, value),
        None => wire::nil(out),
    }
}
