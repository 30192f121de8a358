//! A reader of the live feed, over a real connection.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;
use skirmish_server::Running;
use socket2::SockRef;

/// Nothing that is waited for here takes longer on a machine that works.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) struct Feed {
    stream: TcpStream,
    text: String,
    is_over: bool,
}

impl Feed {
    /// Opens a feed; `query` comes behind the path.
    pub(crate) fn open(server: &Running, query: &str) -> Feed {
        Feed::try_open(server, query).expect("there is a place")
    }

    /// The same; the head of the answer if it is a refusal.
    pub(crate) fn try_open(server: &Running, query: &str) -> Result<Feed, String> {
        Feed::on(TcpStream::connect(server.addr).expect("the server listens"), server, query)
    }

    /// The same, on a connection whose system takes little that is not read.
    pub(crate) fn open_narrow(server: &Running, query: &str) -> Feed {
        let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).expect("a socket");
        socket.set_recv_buffer_size(2048).expect("it can be small");
        socket.connect(&server.addr.into()).expect("the server listens");
        Feed::on(socket.into(), server, query).expect("there is a place")
    }

    fn on(mut stream: TcpStream, server: &Running, query: &str) -> Result<Feed, String> {
        let (addr, token) = (server.addr, &server.admin_token);
        write!(stream, "GET /api/admin/feed{query} HTTP/1.1\r\nHost: {addr}\r\nAuthorization: Bearer {token}\r\n\r\n")
            .expect("the server reads requests");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout can be set");
        let mut feed = Feed { stream, text: String::new(), is_over: false };
        while !feed.text.contains("\r\n\r\n") {
            assert!(feed.read(), "no answer");
        }
        let end = feed.text.find("\r\n\r\n").expect("it is there") + 4;
        let head: String = feed.text.drain(..end).collect();
        if head.starts_with("HTTP/1.1 200") { Ok(feed) } else { Err(head) }
    }

    /// The data of the next event of this name.
    pub(crate) fn next(&mut self, name: &str) -> Value {
        self.next_such(name, |_| true)
    }

    /// The data of the next event of this name of which this holds.
    pub(crate) fn next_such(&mut self, name: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            while let Some((given, data)) = self.take() {
                if given == name && holds(&data) {
                    return data;
                }
            }
            assert!(Instant::now() < deadline, "no such {name} came");
            assert!(self.read(), "the feed ended before such a {name} came");
        }
    }

    /// The data of the newest event of this name among those that have come since the last look, without waiting.
    pub(crate) fn newest(&mut self, name: &str) -> Option<Value> {
        self.stream.set_nonblocking(true).expect("a TCP socket");
        while self.read() {}
        self.stream.set_nonblocking(false).expect("a TCP socket");
        let events = std::iter::from_fn(|| self.take());
        events.filter(|(given, _)| given == name).last().map(|(_, data)| data)
    }

    /// Whether the server ends it, waiting for whatever else comes.
    pub(crate) fn is_over(&mut self) -> bool {
        let deadline = Instant::now() + PATIENCE;
        while !self.is_over && Instant::now() < deadline {
            self.read();
        }
        self.is_over
    }

    /// Whether the server has cut the connection off, without taking what waits.
    pub(crate) fn is_cut_off(&self) -> bool {
        // A connection that was reset has an error; one that was closed takes no more either, which shows in what is sent there.
        let broken = SockRef::from(&self.stream).take_error().is_ok_and(|error| error.is_some());
        broken || (&self.stream).write(b"\r\n").is_err()
    }

    /// Takes some of what has come. False: nothing has, or it is over.
    fn read(&mut self) -> bool {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes) {
            Ok(0) => {
                self.is_over = true;
                false
            }
            Ok(count) => {
                self.text.push_str(std::str::from_utf8(&bytes[..count]).expect("what we show is ASCII"));
                true
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(error) => panic!("the feed broke: {error}"),
        }
    }

    /// The next event that has come as a whole. What chunks of HTTP put between events is passed over.
    fn take(&mut self) -> Option<(String, Value)> {
        let start = self.text.find("event: ")?;
        let end = start + self.text[start..].find("\n\n")?;
        let event = self.text[start..end].to_owned();
        self.text.drain(..end + 2);
        let (name, data) = event.split_once("\ndata: ")?;
        let data = serde_json::from_str(data).unwrap_or_else(|error| panic!("{error} in {data}"));
        Some((name["event: ".len()..].to_owned(), data))
    }
}
