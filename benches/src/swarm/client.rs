//! One client: sends the inputs of its player, acknowledges with them, and counts what comes.
//!
//! Invariant: an input's latency runs from just before it is written until a snapshot has been read whose ack is at least its number.
//! Not here: when inputs are due (`field`), frames (`socket`).

use std::collections::VecDeque;
use std::io;

use anyhow::{Context, bail};
use skirmish_protocol::{ClientMessage, Input, Mirror, Reader, ServerMessage};

use super::age::Heard;
use super::socket::{Frame, Socket, first_frame};
use super::tally::Tally;
use crate::player::Player;

/// Inputs whose ack may be awaited; of older ones the latency is not known.
const AWAITED_MAX: usize = 256;
/// The message type of a snapshot.
const SNAPSHOT: u32 = 17;

const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;

/// How a client takes what the server sends.
#[derive(Debug)]
pub(super) enum Reading {
    /// Any frame is a snapshot.
    Frames,
    /// Only the head of a snapshot is looked at.
    Heads,
    /// Every snapshot is applied, from the welcome on.
    Whole(Option<Box<Mirror>>),
}

/// One client.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) socket: Socket,
    player: Player,
    reading: Reading,
    seq: u32,
    snapshot_ack: u32,
    awaited: VecDeque<(u32, u64)>,
}

impl Client {
    /// Client `index` of the workload.
    pub(super) fn new(index: u32, socket: Socket, reading: Reading) -> Self {
        let player = Player::new(index.into());
        Self { socket, player, reading, seq: 0, snapshot_ack: 0, awaited: VecDeque::new() }
    }

    /// Sends the next input at `now_ns`.
    pub(super) fn send_input(&mut self, now_ns: u64) -> io::Result<()> {
        self.seq += 1;
        if self.awaited.len() == AWAITED_MAX {
            self.awaited.pop_front();
        }
        self.awaited.push_back((self.seq, now_ns));
        let mut values = Vec::with_capacity(4);
        self.player.steer().to_values(&mut values);
        self.socket.send(&ClientMessage::Input {
            seq: self.seq,
            snapshot_ack: self.snapshot_ack,
            values: values.into(),
        })
    }

    /// Says goodbye.
    pub(super) fn leave(&mut self) {
        // The socket is dropped next: it is no matter if the server does not hear it.
        let _ = self.socket.send(&ClientMessage::Leave);
    }

    /// Reads what has come, but at most so many bytes. `now_ns` is asked for when something was read.
    pub(super) fn read(
        &mut self,
        buffer: &mut Vec<u8>,
        bytes_max: usize,
        now_ns: impl FnOnce() -> u64,
        tally: &mut Tally,
    ) -> anyhow::Result<()> {
        let count = match self.socket.read(buffer, bytes_max) {
            Ok(0) => bail!("the server has closed"),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let now_ns = now_ns();
        let mut at = 0;
        while let Some(Frame { opcode, payload }) = first_frame(&buffer[at..count]) {
            let bytes = &buffer[at..][payload.clone()];
            self.take(opcode, bytes, now_ns, tally)?;
            at += payload.end;
        }
        self.socket.keep(&buffer[at..count]);
        Ok(())
    }

    fn take(&mut self, opcode: u8, payload: &[u8], now_ns: u64, tally: &mut Tally) -> anyhow::Result<()> {
        match opcode {
            BINARY => self.take_message(payload, now_ns, tally),
            PING => Ok(self.socket.pong(payload)?),
            CLOSE => {
                let code = payload.first_chunk().map(|code| u16::from_be_bytes(*code));
                let reason = String::from_utf8_lossy(payload.get(2..).unwrap_or_default());
                bail!("closed with {code:?}: {reason}")
            }
            other => bail!("a frame with opcode {other}: {}", String::from_utf8_lossy(payload)),
        }
    }

    fn take_message(&mut self, payload: &[u8], now_ns: u64, tally: &mut Tally) -> anyhow::Result<()> {
        tally.bytes += payload.len() as u64;
        if matches!(self.reading, Reading::Frames) {
            tally.snapshots += 1;
            return Ok(());
        }
        let mut reader = Reader::new(payload);
        reader.array_len(usize::MAX)?;
        if reader.u32()? != SNAPSHOT {
            return self.take_other(payload);
        }
        let (tick, _baseline, input_ack) = (reader.u32()?, reader.optional(Reader::u32)?, reader.u32()?);
        tally.snapshots += 1;
        tally.heard.push(Heard { tick, bytes: payload.len() as u32, at_ns: now_ns });
        self.snapshot_ack = tick;
        while let Some((_, sent_ns)) = self.awaited.pop_front_if(|(seq, _)| *seq <= input_ack) {
            tally.latency(now_ns - sent_ns);
        }
        if let Reading::Whole(mirror) = &mut self.reading {
            let mirror = mirror.as_mut().context("a snapshot before the welcome")?;
            let applied = mirror.apply(payload)?;
            tally.visible += mirror.ids("Body").len() as u64;
            if let Some(checksum) = applied.checksum {
                tally.checksums += 1;
                tally.checksums_wrong += u64::from(checksum.expected != checksum.computed);
            }
        }
        Ok(())
    }

    fn take_other(&mut self, payload: &[u8]) -> anyhow::Result<()> {
        let Reading::Whole(mirror) = &mut self.reading else {
            return Ok(());
        };
        match ServerMessage::decode(payload)? {
            ServerMessage::Welcome(welcome) => {
                let schema = welcome.schema.context("a welcome without a schema")?;
                *mirror = Some(Box::new(Mirror::new(schema, &welcome.settings)?));
            }
            ServerMessage::Settings(settings) => {
                mirror.as_mut().context("settings before the welcome")?.settings(&settings);
            }
            _ => {}
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{TcpListener, TcpStream};

    use super::*;
    use crate::record::Record;

    const TICKS: usize = 20;

    fn frame(message: &[u8]) -> Vec<u8> {
        [&[0x82, 126][..], &(message.len() as u16).to_be_bytes(), message].concat()
    }

    /// What a client counts to which this is sent in pieces of a few bytes.
    fn counted(mut reading: Reading, record: &Record, sent: &[u8]) -> Tally {
        if let Reading::Whole(mirror) = &mut reading {
            let schema = record.plan.schema().clone();
            *mirror = Some(Box::new(Mirror::new(schema, &record.settings).expect("it is the record's own")));
        }
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("it is bound");
        let mut server = TcpStream::connect(addr).expect("it listens");
        let socket = Socket::new(listener.accept().expect("it is connected").0, Vec::new()).expect("a socket");
        let (mut client, mut tally, mut buffer) = (Client::new(0, socket, reading), Tally::default(), Vec::new());
        for piece in sent.chunks(100) {
            server.write_all(piece).expect("it is connected");
            client.read(&mut buffer, 77, || 0, &mut tally).expect("the frames are sound");
        }
        while tally.snapshots < TICKS as u64 {
            client.read(&mut buffer, 77, || 0, &mut tally).expect("the frames are sound");
        }
        tally
    }

    #[test]
    fn heads_tell_the_same_as_whole_snapshots() {
        let record = Record::new(30, TICKS);
        let keyframe = record.frame(None, &record.states[0]);
        let deltas = record.pairs().map(|(before, now)| record.frame(Some(before), now));
        let sent: Vec<u8> = [keyframe].into_iter().chain(deltas).flat_map(|message| frame(&message)).collect();
        let [heads, whole] = [Reading::Heads, Reading::Whole(None)].map(|reading| counted(reading, &record, &sent));
        let ticks = |tally: &Tally| tally.heard.iter().map(|heard| (heard.tick, heard.bytes)).collect::<Vec<_>>();
        assert_eq!((heads.snapshots, heads.bytes, ticks(&heads)), (whole.snapshots, whole.bytes, ticks(&whole)));
        assert_eq!((heads.visible, whole.visible), (0, 30 * TICKS as u64));
    }
}
