//! From the server's address to sockets that play: joins, upgrades, hellos, one after another.
//!
//! Invariant: a socket handed over is connected and has said hello; what the server answered since is unread, but for
//! what came with the upgrade, which is handed over too. Not here: anything after it (`client`).

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::SyncSender;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use rustix::net::{self, sockopt};
use serde::Deserialize;
use skirmish_protocol::{ClientMessage, PROTOCOL_VERSION, SUBPROTOCOL};

use super::socket::Socket;
use super::{Odd, Orders, Target};
use crate::workload::GAME;

/// Longest answer of the server to an HTTP request.
const HEAD_BYTES_MAX: usize = 16 * 1024;
/// What the system may hold for a slow client, as far as it obeys.
const SLOW_BUFFER_BYTES: usize = 1024;

#[derive(Deserialize)]
struct Joined {
    ticket: String,
}

/// Lets all clients in, in order, and then guests for as long as they are taken.
///
/// # Errors
/// The first refusal.
pub(super) fn let_in(orders: &Orders, sockets: &SyncSender<Socket>) -> anyhow::Result<()> {
    for index in 0..orders.clients() {
        let room = orders.room(index as usize);
        let socket = match orders.target {
            Target::Floor(addr) => Socket::new(TcpStream::connect(addr)?, Vec::new())?,
            Target::Skirmish { addr, .. } => enter(addr, index, room, orders.odd(index as usize))
                .with_context(|| format!("client {index} could not join"))?,
        };
        // The receiver is gone if the clients have given up.
        if sockets.send(socket).is_err() {
            return Ok(());
        }
    }
    if let (Target::Skirmish { addr, .. }, 1..) = (orders.target, orders.guests_hz) {
        for index in orders.clients().. {
            std::thread::sleep(Duration::from_secs(1) / orders.guests_hz);
            let guest = enter(addr, index, 0, None).with_context(|| format!("guest {index} could not join"))?;
            if sockets.send(guest).is_err() {
                break;
            }
        }
    }
    Ok(())
}

fn enter(addr: SocketAddr, index: u32, room: usize, odd: Option<Odd>) -> anyhow::Result<Socket> {
    let ticket = join(addr, index, room)?;
    let mut stream = connect(addr, odd)?;
    write!(
        stream,
        "GET /ws?ticket={ticket} HTTP/1.1\r\nHost: {addr}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2tpcm1pc2gtYmVuY2hlcw==\r\nSec-WebSocket-Protocol: {SUBPROTOCOL}\r\n\r\n"
    )?;
    let (head, rest) = read_head(&mut stream)?;
    ensure!(head.starts_with("HTTP/1.1 101 "), "the upgrade was answered with {head:?}");
    let mut socket = Socket::new(stream, rest)?;
    let hello = ClientMessage::Hello { version: PROTOCOL_VERSION, agent: "skirmish-swarm".to_owned(), schema_hash: 0 };
    socket.send(&hello)?;
    Ok(socket)
}

/// A connection as an odd client has it; it must be given its port and its small buffer before it is one.
fn connect(addr: SocketAddr, odd: Option<Odd>) -> anyhow::Result<TcpStream> {
    let family = if addr.is_ipv4() { net::AddressFamily::INET } else { net::AddressFamily::INET6 };
    let stream = net::socket(family, net::SocketType::STREAM, None)?;
    match odd {
        Some(Odd::Port(port)) => {
            // It may be that of a client of a moment ago.
            sockopt::set_socket_reuseaddr(&stream, true)?;
            net::bind(&stream, &SocketAddr::new(addr.ip(), port)).with_context(|| format!("port {port} is taken"))?;
        }
        Some(Odd::Slow { .. }) => sockopt::set_socket_recv_buffer_size(&stream, SLOW_BUFFER_BYTES)?,
        Some(Odd::Paused) | None => {}
    }
    net::connect(&stream, &addr)?;
    Ok(stream.into())
}

fn join(addr: SocketAddr, index: u32, room: usize) -> anyhow::Result<String> {
    let body = format!(r#"{{"game":"{GAME}","name":"player-{index}","match":"room-{room}"}}"#);
    let mut stream = TcpStream::connect(addr)?;
    write!(
        stream,
        "POST /api/join HTTP/1.1\r\nHost: {addr}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    let (head, mut answer) = read_head(&mut stream)?;
    stream.read_to_end(&mut answer)?;
    if !head.starts_with("HTTP/1.1 200 ") {
        bail!("joining was answered with {head:?} {:?}", String::from_utf8_lossy(&answer));
    }
    Ok(serde_json::from_slice::<Joined>(&answer)?.ticket)
}

/// The head of an HTTP answer, and what came after it.
fn read_head(stream: &mut TcpStream) -> io::Result<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut part = [0; 2048];
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let rest = bytes.split_off(end + 4);
            return Ok((String::from_utf8_lossy(&bytes).into_owned(), rest));
        }
        let count = stream.read(&mut part)?;
        if count == 0 || bytes.len() > HEAD_BYTES_MAX {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.extend_from_slice(&part[..count]);
    }
}
