//! A WebSocket that speaks the protocol: handshake, hello, welcome, and messages whole.

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use skirmish_protocol::{ClientMessage, MessageError, PROTOCOL_VERSION, SUBPROTOCOL, ServerMessage, Welcome};
use tokio::net::{TcpSocket, TcpStream, lookup_host};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderValue, Uri};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::{Refusal, Seat};

/// How long connecting, and waiting for the welcome, may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The library's own default is 128 KiB for each socket, cleared at each read.
const READ_BUFFER_BYTES: usize = 16 * 1024;
/// The longest message taken, as the protocol recommends.
const MESSAGE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Close codes from here to 4199 refuse the ticket.
const TICKET_CODES: std::ops::Range<u16> = 4100..4200;

/// A connection.
pub(super) struct Socket(WebSocketStream<TcpStream>);

/// The end of a connection, in the words of whoever ended it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Close {
    /// None: there was no close frame.
    pub(crate) code: Option<u16>,
    pub(crate) reason: String,
}

impl Close {
    fn lost(reason: impl ToString) -> Self {
        Self { code: None, reason: reason.to_string() }
    }

    /// To count by: reasons may hold numbers that differ.
    pub(crate) fn name(&self) -> String {
        match self.code {
            None => "lost without a close".to_owned(),
            Some(code) => {
                let known = skirmish_protocol::CloseCode::from_code(code);
                format!("{code} {}", known.map_or("unknown", |known| known.name()))
            }
        }
    }
}

impl Socket {
    /// Connects with a seat's ticket, says hello and waits for the welcome. A receive buffer that is given is the kernel's for this socket, in bytes.
    pub(super) async fn open(seat: &Seat, receive_buffer: Option<u32>) -> Result<(Self, Welcome), Refusal> {
        timeout(CONNECT_TIMEOUT, Self::greet(seat, receive_buffer))
            .await
            .map_err(|_| Refusal::Unreachable(format!("no welcome within {} s", CONNECT_TIMEOUT.as_secs())))?
    }

    async fn greet(seat: &Seat, receive_buffer: Option<u32>) -> Result<(Self, Welcome), Refusal> {
        let mut socket = Self::connect(seat, receive_buffer).await?;
        let hello =
            ClientMessage::Hello { version: PROTOCOL_VERSION, agent: "skirmish-loadgen".to_owned(), schema_hash: 0 };
        socket.send(&hello).await.map_err(refusal)?;
        let first = socket.next().await.map_err(refusal)?;
        match ServerMessage::decode(&first) {
            Ok(ServerMessage::Welcome(welcome)) => Ok((socket, *welcome)),
            Ok(ServerMessage::Goodbye { code, reason, .. }) => Err(Refusal::Refused(format!("{code} {reason}"))),
            other => Err(Refusal::Violation(format!("the first message was no welcome: {other:?}"))),
        }
    }

    async fn connect(seat: &Seat, receive_buffer: Option<u32>) -> Result<Self, Refusal> {
        let unreachable = |error: &dyn std::fmt::Display| Refusal::Unreachable(error.to_string());
        let address = format!("{}?ticket={}", seat.ws_url, seat.ticket);
        let mut request = address.into_client_request().map_err(|error| Refusal::Violation(error.to_string()))?;
        request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(SUBPROTOCOL));
        let addr = resolve(request.uri()).await?;
        let socket = if addr.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
        let socket = socket.map_err(|error| unreachable(&error))?;
        if let Some(bytes) = receive_buffer {
            socket.set_recv_buffer_size(bytes).map_err(|error| unreachable(&error))?;
        }
        let stream = socket.connect(addr).await.map_err(|error| unreachable(&error))?;
        stream.set_nodelay(true).map_err(|error| unreachable(&error))?;
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER_BYTES)
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        let upgraded = client_async_with_config(request, stream, Some(config)).await;
        let (stream, _) = upgraded.map_err(|error| unreachable(&error))?;
        Ok(Self(stream))
    }

    /// Sends a message; gives the length of its payload.
    pub(super) async fn send(&mut self, message: &ClientMessage) -> Result<usize, Close> {
        let mut bytes = Vec::with_capacity(64);
        message.encode(&mut bytes);
        let length = bytes.len();
        self.0.send(Message::binary(bytes)).await.map_err(Close::lost)?;
        Ok(length)
    }

    /// The next binary message. May be dropped while it waits, and nothing is lost.
    pub(super) async fn next(&mut self) -> Result<Bytes, Close> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Binary(bytes))) => return Ok(bytes),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err(Close { code: Some(frame.code.into()), reason: frame.reason.to_string() });
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(Close::lost(error)),
                None => return Err(Close::lost("the connection ended")),
            }
        }
    }
}

/// What a message that can't be decoded says of the server.
pub(super) fn violation(error: &MessageError) -> String {
    format!("a message that can't be decoded: {error}")
}

fn refusal(close: Close) -> Refusal {
    match close.code {
        Some(code) if TICKET_CODES.contains(&code) => Refusal::Ticket(format!("{code} {}", close.reason)),
        Some(code) => Refusal::Refused(format!("{code} {}", close.reason)),
        None => Refusal::Unreachable(close.reason),
    }
}

async fn resolve(uri: &Uri) -> Result<SocketAddr, Refusal> {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let port = uri.port_u16().unwrap_or(80);
    let mut found = lookup_host((host, port)).await.map_err(|error| Refusal::Unreachable(error.to_string()))?;
    found.next().ok_or_else(|| Refusal::Unreachable(format!("{host} has no address")))
}
