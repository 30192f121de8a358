//! One virtual player's connection: says hello, sends inputs on a schedule, applies every snapshot, and reports samples.
//!
//! Every snapshot is decoded and applied, and its view checksum verified: a load test is a correctness test.
//! Latency is measured from the moment an input was *due*, so a late generator can't hide the server's delay; how late the generator
//! itself was is a sample of its own.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use futures_util::{SinkExt, StreamExt};
use skirmish_protocol::{ClientMessage, Mirror, PROTOCOL_VERSION, SUBPROTOCOL, ServerMessage, Settings, Welcome};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::{Interval, MissedTickBehavior, interval_at, timeout};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::join::Joined;
use crate::player::Player;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long connecting, and waiting for the welcome, may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Samples that wait for goose; beyond it the connection waits.
const SAMPLES_MAX: usize = 4096;
/// Spreads the players' phases evenly, however many there are: without it all would start just after the tick of their welcome.
const GOLDEN_RATIO: f64 = 0.618_033_988_7;
/// Inputs that wait for their ack; older ones count as lost.
const UNACKED_MAX: usize = 1024;

/// One thing measured.
#[derive(Debug)]
pub(crate) enum Sample {
    /// From the moment an input was due to having applied a snapshot that includes it.
    InputToAck(Duration),
    /// How late the generator was in sending an input.
    SendLag(Duration),
    /// A view checksum that came with a snapshot; false: it did not agree.
    Checksum(bool),
    /// The connection is over; why.
    Closed(String),
}

/// Connects with a ticket and plays until the receiver is dropped or the server closes.
///
/// # Errors
/// A readable reason when the connection or the welcome fails.
pub(crate) async fn connect(joined: &Joined, seed: u64) -> Result<mpsc::Receiver<Sample>, String> {
    let (socket, welcome) = timeout(CONNECT_TIMEOUT, handshake(joined))
        .await
        .map_err(|_| format!("no welcome within {CONNECT_TIMEOUT:?}"))??;
    let schema = welcome.schema.ok_or("the welcome has no schema, though none was claimed to be held")?;
    let player = Player::new(seed, schema.input.clone());
    let mirror = Mirror::new(schema, &welcome.settings).map_err(|error| error.to_string())?;
    let (samples, receiver) = mpsc::channel(SAMPLES_MAX);
    let phase = (seed as f64 * GOLDEN_RATIO).fract();
    let connection =
        Connection { socket, mirror, player, samples, phase, seq: welcome.input_seq, unacked: VecDeque::new() };
    tokio::spawn(connection.run(welcome.settings));
    Ok(receiver)
}

async fn handshake(joined: &Joined) -> Result<(Socket, Welcome), String> {
    let address = format!("{}?ticket={}", joined.ws_url, joined.ticket);
    let mut request = address.into_client_request().map_err(|error| error.to_string())?;
    request.headers_mut().insert("Sec-WebSocket-Protocol", HeaderValue::from_static(SUBPROTOCOL));
    let (mut socket, _) = connect_async(request).await.map_err(|error| error.to_string())?;
    let hello =
        ClientMessage::Hello { version: PROTOCOL_VERSION, agent: "skirmish-loadgen".to_owned(), schema_hash: 0 };
    send(&mut socket, &hello).await?;
    loop {
        match next_message(&mut socket).await? {
            (_, ServerMessage::Welcome(welcome)) => return Ok((socket, *welcome)),
            (_, ServerMessage::Goodbye { code, reason, .. }) => return Err(format!("refused with {code}: {reason}")),
            _ => {}
        }
    }
}

async fn send(socket: &mut Socket, message: &ClientMessage) -> Result<(), String> {
    let mut bytes = Vec::new();
    message.encode(&mut bytes);
    socket.send(Message::binary(bytes)).await.map_err(|error| error.to_string())
}

/// The next binary message, raw and decoded.
async fn next_message(socket: &mut Socket) -> Result<(Vec<u8>, ServerMessage), String> {
    loop {
        match socket.next().await {
            Some(Ok(Message::Binary(bytes))) => {
                let message = ServerMessage::decode(&bytes).map_err(|error| error.to_string())?;
                return Ok((bytes.into(), message));
            }
            Some(Ok(Message::Close(Some(frame)))) => {
                return Err(format!("closed with {}: {}", frame.code, frame.reason));
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return Err(error.to_string()),
            None => return Err("the connection ended without a close".to_owned()),
        }
    }
}

struct Connection {
    socket: Socket,
    mirror: Mirror,
    player: Player,
    samples: mpsc::Sender<Sample>,
    /// Where between two ticks this player's inputs are due, as a part of the time between them.
    phase: f64,
    seq: u32,
    unacked: VecDeque<(u32, Instant)>,
}

impl Connection {
    async fn run(mut self, settings: Settings) {
        if let Err(reason) = self.play(settings).await {
            self.report(Sample::Closed(reason)).await;
        }
    }

    async fn play(&mut self, settings: Settings) -> Result<(), String> {
        let mut schedule = self.schedule(settings.tick_hz);
        while !self.samples.is_closed() {
            tokio::select! {
                due = schedule.tick() => self.send_input(due.into_std()).await?,
                message = next_message(&mut self.socket) => {
                    let (frame, message) = message?;
                    match message {
                        ServerMessage::Snapshot => self.apply(&frame).await?,
                        ServerMessage::Settings(settings) => {
                            self.mirror.settings(&settings);
                            schedule = self.schedule(settings.tick_hz);
                        }
                        _ => {}
                    }
                }
            }
        }
        send(&mut self.socket, &ClientMessage::Leave).await
    }

    async fn send_input(&mut self, due: Instant) -> Result<(), String> {
        self.seq += 1;
        let values = self.player.next_input();
        let input = ClientMessage::Input { seq: self.seq, snapshot_ack: self.mirror.tick(), values: values.into() };
        let lag = due.elapsed();
        send(&mut self.socket, &input).await?;
        if self.unacked.len() == UNACKED_MAX {
            self.unacked.pop_front();
        }
        self.unacked.push_back((self.seq, due));
        self.report(Sample::SendLag(lag)).await;
        Ok(())
    }

    async fn apply(&mut self, frame: &[u8]) -> Result<(), String> {
        let applied = self.mirror.apply(frame).map_err(|error| error.to_string())?;
        if let Some(checksum) = applied.checksum {
            self.report(Sample::Checksum(checksum.expected == checksum.computed)).await;
        }
        while let Some((_, due)) = self.unacked.pop_front_if(|(seq, _)| *seq <= applied.input_ack) {
            self.report(Sample::InputToAck(due.elapsed())).await;
        }
        Ok(())
    }

    async fn report(&self, sample: Sample) {
        // A closed channel means that goose has stopped this player; `play` sees it too.
        let _ = self.samples.send(sample).await;
    }

    /// Inputs at the tick rate; one that is missed is not made up for.
    fn schedule(&self, tick_hz: u32) -> Interval {
        let period = Duration::from_secs(1) / tick_hz.max(1);
        let mut schedule = interval_at(tokio::time::Instant::now() + period.mul_f64(self.phase), period);
        schedule.set_missed_tick_behavior(MissedTickBehavior::Skip);
        schedule
    }
}
