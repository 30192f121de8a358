//! A server on a free port, and just enough of an HTTP and WebSocket client to ask it anything, wrong things too.

#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use skirmish_server::{Config, Running, Server, games};
use tungstenite::client::IntoClientRequest;
use tungstenite::handshake::client::Request;
use tungstenite::{Message, WebSocket};

/// Nothing that is asked here takes longer on a machine that works.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Loopback, a free port, this repository's assets, no bots.
pub(crate) fn config() -> Config {
    Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        assets_dir: PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets")),
        bots: 0,
        ..Config::default()
    }
}

/// A server with the games that ship.
pub(crate) fn start(config: Config) -> Running {
    Server::start(config, games::games()).expect("the test's configuration is valid")
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    pub(crate) fn error_code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_else(|| panic!("no error in {self:?}")).to_owned()
    }
}

/// One request on a connection of its own; `headers` are whole lines without their ends.
pub(crate) fn ask(addr: SocketAddr, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
    let mut stream = connect(addr);
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\nContent-Length: {length}\r\n{lines}\r\n{body}"
    )
    .expect("the server reads requests");
    let mut text = Vec::new();
    stream.read_to_end(&mut text).expect("the server answers and closes");
    parse(&String::from_utf8_lossy(&text))
}

/// One request of these very bytes; the answer's head.
pub(crate) fn ask_raw(addr: SocketAddr, request: &str) -> Answer {
    let mut stream = connect(addr);
    stream.write_all(request.as_bytes()).expect("the server reads requests");
    let mut text = Vec::new();
    let mut byte = [0];
    while !text.ends_with(b"\r\n\r\n") && stream.read(&mut byte).expect("the server answers") == 1 {
        text.push(byte[0]);
    }
    parse(&String::from_utf8_lossy(&text))
}

pub(crate) fn get(addr: SocketAddr, path: &str) -> Answer {
    ask(addr, "GET", path, &[], "")
}

/// The header line that lets an operator in.
pub(crate) fn bearer(token: &str) -> String {
    format!("Authorization: Bearer {token}")
}

/// One request of an operator's.
pub(crate) fn act(server: &Running, method: &str, path: &str, body: &str) -> Answer {
    ask(server.addr, method, path, &[&bearer(&server.admin_token)], body)
}

/// `POST /api/join` with this body.
pub(crate) fn join(addr: SocketAddr, body: &Value) -> Answer {
    ask(addr, "POST", "/api/join", &["Content-Type: application/json"], &body.to_string())
}

/// Joins the arena; the answer must be good.
pub(crate) fn joined(addr: SocketAddr, name: &str) -> Value {
    let answer = join(addr, &json!({ "game": "arena", "name": name }));
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

/// One value of `GET /metrics`, 0 if it is not there yet.
pub(crate) fn metric(addr: SocketAddr, name: &str) -> f64 {
    let text = get(addr, "/metrics").body;
    let mut values = text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    values.next().map_or(0.0, |value| value.parse().expect("metrics are numbers"))
}

/// A WebSocket that offers these subprotocols, as a comma-separated list.
pub(crate) fn socket(
    addr: SocketAddr,
    path: &str,
    subprotocols: Option<&str>,
) -> (WebSocket<TcpStream>, Option<String>) {
    let mut request: Request = format!("ws://{addr}{path}").into_client_request().expect("a valid address");
    if let Some(offered) = subprotocols {
        let offered = offered.parse().expect("a valid header");
        request.headers_mut().insert("Sec-WebSocket-Protocol", offered);
    }
    let (socket, response) = tungstenite::client(request, connect(addr)).expect("the handshake is completed");
    let chosen = response.headers().get("Sec-WebSocket-Protocol");
    (socket, chosen.map(|value| value.to_str().expect("readable").to_owned()))
}

/// What a socket was told in text before it was closed, and the close code and reason.
pub(crate) fn refusal(socket: &mut WebSocket<TcpStream>) -> (Vec<String>, u16, String) {
    let (messages, code, reason) = until_closed(socket);
    let texts = messages.into_iter().map(|message| message.into_text().expect("a refusal is text").to_string());
    (texts.collect(), code, reason)
}

/// All messages before a socket was closed, and the close code and reason.
pub(crate) fn until_closed(socket: &mut WebSocket<TcpStream>) -> (Vec<Message>, u16, String) {
    let mut messages = Vec::new();
    loop {
        match socket.read().expect("a close frame comes first") {
            Message::Close(frame) => {
                let frame = frame.expect("every close says why");
                return (messages, frame.code.into(), frame.reason.to_string());
            }
            message => messages.push(message),
        }
    }
}

/// Looks again and again until it is so.
pub(crate) fn wait_until(what: &str, is_so: impl FnMut() -> bool) {
    wait_for(TIMEOUT, what, is_so);
}

/// The same of what takes the server some seconds by design.
pub(crate) fn wait_long_until(what: &str, is_so: impl FnMut() -> bool) {
    wait_for(6 * TIMEOUT, what, is_so);
}

fn wait_for(timeout: Duration, what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + timeout;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        std::thread::yield_now();
    }
}

pub(crate) fn connect(addr: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(addr).expect("the server listens");
    stream.set_read_timeout(Some(TIMEOUT)).expect("a timeout can be set");
    stream
}

fn parse(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no whole head in {text:?}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
    Answer { status: status.expect("a status line"), head: head.to_owned(), body: body.to_owned() }
}
