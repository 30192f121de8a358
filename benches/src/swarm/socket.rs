//! WebSocket frames on a socket that never waits: as little as a client needs whose server is known.
//!
//! Frames are masked with zeros, which leaves payloads as they are: the server unmasks all the same. Invariant: what is not a whole frame yet is
//! kept until the rest comes, and what the system did not take is sent before anything else.
//! Not here: what the payloads mean (`client`).

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd};

use skirmish_protocol::ClientMessage;

/// Free room that a read finds at least.
const READ_BYTES: usize = 64 * 1024;

const BINARY: u8 = 0x82;
const PONG: u8 = 0x8A;
const MASKED: u8 = 0x80;

/// One client's socket.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    /// The beginning of a frame whose rest has not come.
    partial: Vec<u8>,
    unsent: Vec<u8>,
}

/// A frame that has come.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// What kind of frame.
    pub(super) opcode: u8,
    /// Where in the buffer its payload lies.
    pub(super) payload: Range<usize>,
}

impl Socket {
    /// A connected socket, of which `read` was read already.
    pub(super) fn new(stream: TcpStream, read: Vec<u8>) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, partial: read, unsent: Vec::new() })
    }

    /// To wait for.
    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    /// Sends a message.
    pub(super) fn send(&mut self, message: &ClientMessage) -> io::Result<()> {
        let mut payload = Vec::with_capacity(64);
        message.encode(&mut payload);
        self.send_frame(BINARY, &payload)
    }

    /// Answers a ping.
    pub(super) fn pong(&mut self, payload: &[u8]) -> io::Result<()> {
        self.send_frame(PONG, payload)
    }

    fn send_frame(&mut self, kind: u8, payload: &[u8]) -> io::Result<()> {
        let length = u8::try_from(payload.len()).ok().filter(|length| *length <= 125);
        let length = length.expect("a client has only short messages");
        self.unsent.extend_from_slice(&[kind, MASKED | length, 0, 0, 0, 0]);
        self.unsent.extend_from_slice(payload);
        match self.stream.write(&self.unsent) {
            Ok(count) => drop(self.unsent.drain(..count)),
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    /// Reads at most so many bytes into `buffer`, behind what was left of the last time. How many bytes there are now; 0: the server has closed.
    pub(super) fn read(&mut self, buffer: &mut Vec<u8>, bytes_max: usize) -> io::Result<usize> {
        let kept = self.partial.len();
        if buffer.len() < kept + READ_BYTES {
            buffer.resize(2 * (kept + READ_BYTES), 0);
        }
        buffer[..kept].copy_from_slice(&self.partial);
        let room = bytes_max.min(buffer.len() - kept);
        match self.stream.read(&mut buffer[kept..][..room]) {
            Ok(0) => Ok(0),
            Ok(count) => Ok(kept + count),
            Err(error) if error.kind() == ErrorKind::WouldBlock && kept > 0 => Ok(kept),
            Err(error) => Err(error),
        }
    }

    /// Keeps the rest of a buffer whose frames were taken.
    pub(super) fn keep(&mut self, rest: &[u8]) {
        self.partial.clear();
        self.partial.extend_from_slice(rest);
    }
}

/// The first frame of `bytes`, if it is whole; ranges count from there.
pub(super) fn first_frame(bytes: &[u8]) -> Option<Frame> {
    let (opcode, length) = (bytes.first()? & 0x0F, *bytes.get(1)?);
    let (header, length): (usize, usize) = match length {
        126 => (4, usize::from(u16::from_be_bytes(*bytes[2..].first_chunk()?))),
        127 => (10, usize::try_from(u64::from_be_bytes(*bytes[2..].first_chunk()?)).ok()?),
        length => (2, usize::from(length)),
    };
    let payload = header..header.checked_add(length)?;
    (payload.end <= bytes.len()).then_some(Frame { opcode, payload })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_is_seen_once_its_last_byte_is_there() {
        for length in [0_usize, 125, 126, 65_535, 65_536] {
            let mut bytes = vec![BINARY];
            match length {
                0..=125 => bytes.push(length as u8),
                126..=65_535 => {
                    bytes.push(126);
                    bytes.extend_from_slice(&(length as u16).to_be_bytes());
                }
                _ => {
                    bytes.push(127);
                    bytes.extend_from_slice(&(length as u64).to_be_bytes());
                }
            }
            let header = bytes.len();
            bytes.resize(header + length, 7);
            assert!((0..bytes.len()).step_by(1000).all(|end| first_frame(&bytes[..end]).is_none()));
            assert!(first_frame(&bytes[..bytes.len() - 1]).is_none(), "{length}");
            bytes.push(BINARY);
            let frame = first_frame(&bytes).expect("it is whole");
            assert_eq!((frame.opcode, frame.payload), (2, header..header + length));
        }
    }
}
