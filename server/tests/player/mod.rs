//! A player over a real socket: joins as anybody does, mirrors what its seat sees, and sends inputs drawn from a seed.
//!
//! Invariant: whatever a server may not do to a player that keeps the rules, a close above all, fails the test. A test file that
//! has this module has `http` too.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};

use fastrand::Rng;
use skirmish_protocol::{
    Applied, ClientMessage, FieldKind, FieldSchema, Mirror, PROTOCOL_VERSION, SUBPROTOCOL, ServerMessage,
};
use tungstenite::protocol::{Role, WebSocketConfig};
use tungstenite::{Error, Message, WebSocket};

use crate::http;

/// The usual buffer is 128 KiB, cleared before each read.
const READ_BUFFER_BYTES: usize = 16 * 1024;

pub(crate) struct Player {
    socket: WebSocket<TcpStream>,
    pub(crate) seat: u32,
    /// The match's tick when it was welcomed.
    pub(crate) joined_tick: u32,
    pub(crate) tick_hz: u32,
    pub(crate) mirror: Mirror,
    random: Rng,
    input: Vec<FieldSchema>,
    values: Vec<i32>,
    /// The newest input that was sent.
    pub(crate) seq: u32,
    /// The newest input that a snapshot included.
    pub(crate) input_ack: u32,
}

impl Player {
    /// Joins the arena at `addr` and waits for the welcome. All inputs follow from `seed`.
    pub(crate) fn join(addr: SocketAddr, name: &str, seed: u64) -> Player {
        let ticket = http::joined(addr, name)["ticket"].as_str().expect("a ticket").to_owned();
        Player::enter(addr, &ticket, name, seed)
    }

    /// Takes the seat that a ticket is for and waits for the welcome.
    pub(crate) fn enter(addr: SocketAddr, ticket: &str, name: &str, seed: u64) -> Player {
        let (socket, _) = http::socket(addr, &format!("/ws?ticket={ticket}"), Some(SUBPROTOCOL));
        let config = WebSocketConfig::default().read_buffer_size(READ_BUFFER_BYTES);
        // Nothing was read beyond the handshake: the server waits for the hello.
        let mut socket = WebSocket::from_raw_socket(socket.into_inner(), Role::Client, Some(config));
        say(&mut socket, &ClientMessage::Hello { version: PROTOCOL_VERSION, agent: "test".to_owned(), schema_hash: 0 });
        let first = socket.read().expect("a welcome comes").into_data();
        let Ok(ServerMessage::Welcome(welcome)) = ServerMessage::decode(&first) else {
            panic!("{name} was not welcomed first, but told {first:?}");
        };
        let schema = welcome.schema.expect("the hello named no schema");
        Player {
            socket,
            seat: welcome.seat,
            joined_tick: welcome.tick,
            tick_hz: welcome.settings.tick_hz,
            values: schema.input.iter().map(|field| field.min.max(0)).collect(),
            input: schema.input.clone(),
            mirror: Mirror::new(schema, &welcome.settings).expect("the server's schema is sound"),
            random: Rng::with_seed(seed),
            seq: welcome.input_seq,
            input_ack: 0,
        }
    }

    /// From now on [`Player::hear`] does not wait.
    pub(crate) fn never_wait(&mut self) {
        self.socket.get_ref().set_nonblocking(true).expect("a TCP socket");
    }

    /// Sends the next input. It also acknowledges what is held.
    pub(crate) fn play(&mut self) {
        self.seq += 1;
        for (value, field) in self.values.iter_mut().zip(&self.input) {
            *value = match field.kind {
                FieldKind::Boolean => i32::from(self.random.u32(..20) == 0),
                FieldKind::Number if self.random.u32(..10) == 0 => self.random.i32(field.min..=field.max),
                FieldKind::Number => *value,
            };
        }
        let input = ClientMessage::Input {
            seq: self.seq,
            snapshot_ack: self.mirror.tick(),
            values: self.values.as_slice().into(),
        };
        say(&mut self.socket, &input);
    }

    /// Acknowledges what is held.
    pub(crate) fn acknowledge(&mut self) {
        say(&mut self.socket, &ClientMessage::Ack { snapshot_ack: self.mirror.tick() });
    }

    /// Gives the seat up and waits for the close.
    pub(crate) fn leave(mut self) -> u16 {
        say(&mut self.socket, &ClientMessage::Leave);
        http::until_closed(&mut self.socket).1
    }

    /// Takes messages up to and including the next snapshot. None if nothing more has come.
    pub(crate) fn hear(&mut self) -> Option<Applied> {
        loop {
            let frame = self.frame()?;
            match ServerMessage::decode(&frame).unwrap_or_else(|error| panic!("seat {}: {error}", self.seat)) {
                ServerMessage::Snapshot => return Some(self.apply(&frame)),
                ServerMessage::Settings(settings) => {
                    self.tick_hz = settings.tick_hz;
                    self.mirror.settings(&settings);
                }
                _ => {}
            }
        }
    }

    fn frame(&mut self) -> Option<Vec<u8>> {
        loop {
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => return Some(bytes.into()),
                Ok(Message::Close(frame)) => panic!("seat {} was closed: {frame:?}", self.seat),
                Ok(_) => {}
                Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => return None,
                Err(error) => panic!("seat {} lost its connection: {error}", self.seat),
            }
        }
    }

    fn apply(&mut self, frame: &[u8]) -> Applied {
        let held = self.mirror.tick();
        let applied = self.mirror.apply(frame);
        let applied = applied.unwrap_or_else(|error| panic!("seat {}, which held tick {held}: {error}", self.seat));
        if let Some(checksum) = applied.checksum {
            assert_eq!(checksum.computed, checksum.expected, "seat {} at tick {}", self.seat, applied.tick);
        }
        self.input_ack = applied.input_ack;
        applied
    }
}

fn say(socket: &mut WebSocket<TcpStream>, message: &ClientMessage) {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    socket.send(Message::binary(bytes)).expect("the server reads");
}
