//! A client without a mind of its own: says what it is told and hears what comes.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use skirmish_protocol::{ClientMessage, PROTOCOL_VERSION, Reader, ServerMessage, Welcome};
use tungstenite::protocol::Role;
use tungstenite::{Error, Message, WebSocket};

/// A test that does not hear what it waits for within this time has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a client hears.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Heard {
    Message(ServerMessage),
    /// A snapshot: its tick, and the newest input that it includes.
    Snapshot {
        tick: u32,
        input_ack: u32,
    },
    /// A binary message that is none of the protocol's: tests make up frames.
    Bytes(Vec<u8>),
    Text(String),
    Ping,
    Close(u16, String),
    /// The connection ended without a close frame.
    End,
}

/// A socket on which a client can fall silent.
#[derive(Debug)]
pub(crate) struct Line {
    stream: TcpStream,
    /// What is written goes nowhere from now on, WebSocket's own answers included.
    is_mute: bool,
}

impl Read for Line {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        self.stream.read(bytes)
    }
}

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_mute { Ok(bytes.len()) } else { self.stream.write(bytes) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) socket: WebSocket<Line>,
    /// The tick of the newest snapshot heard.
    pub(crate) newest_tick: u32,
}

impl Client {
    pub(crate) fn new(stream: TcpStream) -> Client {
        let patience = Some(PATIENCE);
        stream.set_read_timeout(patience).expect("a TCP socket");
        stream.set_nodelay(true).expect("a TCP socket");
        let line = Line { stream, is_mute: false };
        Client { socket: WebSocket::from_raw_socket(line, Role::Client, None), newest_tick: 0 }
    }

    pub(crate) fn say(&mut self, message: &ClientMessage) {
        let mut bytes = Vec::new();
        message.encode(&mut bytes);
        self.say_bytes(bytes);
    }

    pub(crate) fn say_bytes(&mut self, bytes: Vec<u8>) {
        let message = Message::Binary(bytes.into());
        self.socket.send(message).expect("the server still listens");
    }

    pub(crate) fn hello(&mut self) {
        self.say(&ClientMessage::Hello { version: PROTOCOL_VERSION, agent: "edge test".to_owned(), schema_hash: 0 });
    }

    /// Bytes beside all framing.
    pub(crate) fn say_raw(&mut self, bytes: &[u8]) {
        let line = self.socket.get_mut();
        line.write_all(bytes).expect("the server still listens");
    }

    /// The next thing that comes.
    pub(crate) fn hear(&mut self) -> Heard {
        match self.socket.read() {
            Ok(Message::Binary(bytes)) => match ServerMessage::decode(&bytes) {
                Ok(ServerMessage::Snapshot) => self.take_snapshot(&bytes),
                Ok(message) => Heard::Message(message),
                Err(_) => Heard::Bytes(bytes.to_vec()),
            },
            Ok(Message::Text(text)) => Heard::Text(text.to_string()),
            Ok(Message::Close(Some(frame))) => Heard::Close(frame.code.into(), frame.reason.to_string()),
            Ok(Message::Close(None)) => Heard::Close(1005, String::new()),
            Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => Heard::Ping,
            Err(Error::Io(error)) if error.kind() == ErrorKind::WouldBlock => {
                panic!("heard nothing for {PATIENCE:?}")
            }
            Err(_) => Heard::End,
        }
    }

    fn take_snapshot(&mut self, bytes: &[u8]) -> Heard {
        let mut reader = Reader::new(bytes);
        reader.array(9).expect("a snapshot has nine elements");
        let mut number = || {
            if reader.try_nil() { 0 } else { reader.u32().expect("a number") }
        };
        let (_kind, tick, _baseline, input_ack) = (number(), number(), number(), number());
        self.newest_tick = tick;
        Heard::Snapshot { tick, input_ack }
    }

    /// The first thing that comes for which `pick` has an answer; what comes before is dropped.
    pub(crate) fn hear_until<T>(&mut self, mut pick: impl FnMut(Heard) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        loop {
            assert!(Instant::now() < deadline, "not heard for {PATIENCE:?}");
            match self.hear() {
                Heard::End => panic!("the connection ended without a close frame"),
                heard => {
                    if let Some(picked) = pick(heard) {
                        return picked;
                    }
                }
            }
        }
    }

    /// The same for clients that expect to stay.
    pub(crate) fn hear_until_open<T>(&mut self, mut pick: impl FnMut(Heard) -> Option<T>) -> T {
        self.hear_until(|heard| match heard {
            Heard::Close(code, reason) => panic!("closed with {code}: {reason}"),
            heard => pick(heard),
        })
    }

    /// The close code and reason with which the server ends the connection.
    pub(crate) fn close(&mut self) -> (u16, String) {
        self.hear_until(|heard| match heard {
            Heard::Close(code, reason) => Some((code, reason)),
            _ => None,
        })
    }

    /// Asks for a pong and waits for it: everything said before has been taken by then.
    pub(crate) fn ping(&mut self, token: u32) {
        self.say(&ClientMessage::Ping { token });
        self.hear_pong(token);
    }

    pub(crate) fn hear_pong(&mut self, token: u32) {
        self.hear_until_open(|heard| match heard {
            Heard::Message(ServerMessage::Pong(pong)) => (pong.token == token).then_some(()),
            _ => None,
        });
    }

    pub(crate) fn hear_welcome(&mut self) -> Welcome {
        self.hear_until_open(|heard| match heard {
            Heard::Message(ServerMessage::Welcome(welcome)) => Some(*welcome),
            _ => None,
        })
    }

    /// Sends an input of one value and acknowledges snapshots until one includes it.
    pub(crate) fn play(&mut self, seq: u32, value: i32) {
        self.say(&ClientMessage::Input { seq, snapshot_ack: self.newest_tick, values: vec![value].into() });
        while self.hear_input_ack() < seq {
            let snapshot_ack = self.newest_tick;
            self.say(&ClientMessage::Ack { snapshot_ack });
        }
    }

    fn hear_input_ack(&mut self) -> u32 {
        self.hear_until_open(|heard| match heard {
            Heard::Snapshot { input_ack, .. } => Some(input_ack),
            _ => None,
        })
    }

    /// From now on nothing it says arrives.
    pub(crate) fn fall_silent(&mut self) {
        self.socket.get_mut().is_mute = true;
    }

    /// Whether something has come that was not heard yet. Does not wait.
    pub(crate) fn has_heard(&mut self) -> bool {
        let stream = &self.socket.get_ref().stream;
        stream.set_nonblocking(true).expect("a TCP socket");
        let peeked = stream.peek(&mut [0]);
        stream.set_nonblocking(false).expect("a TCP socket");
        matches!(peeked, Ok(bytes) if bytes > 0)
    }
}
