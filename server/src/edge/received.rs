//! What has come on a socket and is still to be looked at, as whole WebSocket frames.
//!
//! One buffer serves all sockets of a reader thread in turn, so that reading touches no memory of a connection's own; what one leaves there goes with it.
//!
//! Invariant: at most [`RECEIVED_BYTES_MAX`] bytes, and a frame's declared length is compared with the protocol's limit before anything waits for it.
//!
//! Not here: what a frame says, and those that are no message of their own (`link`).

use std::io::Cursor;
use std::ops::Range;

use skirmish_protocol::limits::MESSAGE_BYTES_MAX;
use tungstenite::Error;
use tungstenite::error::CapacityError;
use tungstenite::protocol::frame::FrameHeader;
use tungstenite::protocol::frame::coding::{Data, OpCode};

/// Bytes that one look at a socket takes at most: several of the longest messages, or the inputs of a second.
const RECEIVED_BYTES_MAX: usize = 8 * 1024;

/// The buffer of one reader thread.
#[derive(Debug)]
pub(super) struct Received {
    bytes: Box<[u8]>,
    /// What is still to be looked at.
    left: Range<usize>,
}

/// A frame in the buffer.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) header: FrameHeader,
    whole: Range<usize>,
    payload: Range<usize>,
}

impl Default for Received {
    fn default() -> Received {
        Received { bytes: vec![0; RECEIVED_BYTES_MAX].into(), left: 0..0 }
    }
}

impl Received {
    /// The next frame, if all of it is here.
    pub(super) fn next_frame(&mut self) -> Result<Option<Frame>, Error> {
        let mut cursor = Cursor::new(&self.bytes[self.left.clone()]);
        let Some((header, length)) = FrameHeader::parse(&mut cursor)? else {
            return Ok(None);
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > MESSAGE_BYTES_MAX {
            return Err(CapacityError::MessageTooLong { size: length, max_size: MESSAGE_BYTES_MAX }.into());
        }
        let begin = self.left.start + cursor.position() as usize;
        let payload = begin..begin + length;
        if payload.end > self.left.end {
            return Ok(None);
        }
        let whole = self.left.start..payload.end;
        self.left.start = payload.end;
        Ok(Some(Frame { header, whole, payload }))
    }

    /// The bytes of a frame, header and all.
    pub(super) fn whole(&self, frame: &Frame) -> &[u8] {
        &self.bytes[frame.whole.clone()]
    }

    /// What a frame carries, in the clear.
    pub(super) fn unmasked(&mut self, frame: &Frame) -> &[u8] {
        let payload = &mut self.bytes[frame.payload.clone()];
        let mask = frame.header.mask.unwrap_or_default();
        for bytes in payload.chunks_mut(mask.len()) {
            bytes.iter_mut().zip(mask).for_each(|(byte, mask)| *byte ^= mask);
        }
        payload
    }

    /// Where more can be put; [`Received::add`] says how much was.
    pub(super) fn room(&mut self) -> &mut [u8] {
        self.bytes.copy_within(self.left.clone(), 0);
        self.left = 0..self.left.len();
        &mut self.bytes[self.left.end..]
    }

    /// So many bytes were put into the room.
    pub(super) fn add(&mut self, count: usize) {
        self.left.end += count;
    }

    /// Forgets what a panic left here.
    pub(super) fn clear(&mut self) {
        self.left = 0..0;
    }

    /// Takes out what nobody has looked at.
    pub(super) fn take_left(&mut self) -> &[u8] {
        &self.bytes[std::mem::take(&mut self.left)]
    }
}

impl Frame {
    /// Whether it is a message of its own, as nearly all are, and sound.
    pub(super) fn is_message(&self) -> bool {
        let FrameHeader { is_final, rsv1, rsv2, rsv3, opcode, mask } = &self.header;
        *is_final
            && !(*rsv1 || *rsv2 || *rsv3)
            && mask.is_some()
            && matches!(opcode, OpCode::Data(Data::Binary | Data::Text))
    }

    /// Whether it carries text.
    pub(super) fn is_text(&self) -> bool {
        self.header.opcode == OpCode::Data(Data::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(received: &mut Received, bytes: &[u8]) {
        received.room()[..bytes.len()].copy_from_slice(bytes);
        received.add(bytes.len());
    }

    /// A masked binary frame of three bytes.
    const FRAME: [u8; 9] = [0x82, 0x83, 1, 2, 3, 4, 1 ^ 7, 2 ^ 8, 3 ^ 9];

    #[test]
    fn a_frame_that_comes_in_pieces_is_there_with_its_last_byte() {
        let mut received = Received::default();
        for byte in &FRAME[..8] {
            put(&mut received, &[*byte]);
            assert!(received.next_frame().unwrap().is_none());
        }
        put(&mut received, &FRAME[8..]);
        let frame = received.next_frame().unwrap().expect("it is whole");
        assert!(frame.is_message());
        assert_eq!(received.whole(&frame), FRAME);
        assert_eq!(received.unmasked(&frame), [7, 8, 9]);
        assert!(received.take_left().is_empty());
    }

    #[test]
    fn what_is_left_of_one_socket_does_not_stay_for_the_next() {
        let mut received = Received::default();
        put(&mut received, &[&FRAME[..], &FRAME[..4]].concat());
        assert!(received.next_frame().unwrap().is_some());
        assert!(received.next_frame().unwrap().is_none());
        assert_eq!(received.take_left(), &FRAME[..4]);
        assert!(received.take_left().is_empty());
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_its_bytes_come() {
        let mut received = Received::default();
        put(&mut received, &[0x82, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);
        assert!(matches!(received.next_frame(), Err(Error::Capacity(CapacityError::MessageTooLong { .. }))));
    }
}
