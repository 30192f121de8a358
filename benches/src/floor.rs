//! What the machine allows: servers without a game, for as many clients and bytes as a real one.
//!
//! [`Kind::OncePerTick`] is the floor: it sleeps until the tick, then takes what has come on each socket with one call and sends one frame with
//! another. [`Kind::Epoll`] does the same but reads each input as it comes, as most servers do.
//!
//! Invariant: per client and tick one frame of the size asked for; what clients send is read and not looked at.

use std::io::{self, ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::thread::{ClockId, clock_nanosleep_absolute};
use rustix::time::clock_gettime;

/// Inputs that one call takes; a client's of one tick are far smaller.
const READ_BYTES: usize = 4096;
const EVENTS_MAX: usize = 1024;

/// How inputs are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Once per tick.
    OncePerTick,
    /// As they come.
    Epoll,
}

/// Serves for ever.
///
/// # Errors
/// The system refuses to let it wait or listen.
pub fn serve(listener: &TcpListener, kind: Kind, tick_hz: f64, payload_bytes: usize) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let epoll = match kind {
        Kind::OncePerTick => None,
        Kind::Epoll => Some(epoll::create(epoll::CreateFlags::CLOEXEC)?),
    };
    let mut floor = Floor { clients: Vec::new(), epoll, frame: frame(payload_bytes) };
    let period_ns = (1e9 / tick_hz) as u64;
    let mut due_ns = now_ns();
    loop {
        due_ns += period_ns;
        floor.wait(due_ns)?;
        floor.accept(listener)?;
        floor.tick();
    }
}

struct Floor {
    clients: Vec<Option<TcpStream>>,
    epoll: Option<OwnedFd>,
    frame: Vec<u8>,
}

impl Floor {
    fn wait(&mut self, due_ns: u64) -> io::Result<()> {
        let Some(epoll) = &self.epoll else {
            return Ok(clock_nanosleep_absolute(ClockId::Monotonic, &timespec(due_ns))?);
        };
        let mut events = Vec::with_capacity(EVENTS_MAX);
        loop {
            let left_ns = due_ns.saturating_sub(now_ns());
            if left_ns == 0 {
                return Ok(());
            }
            events.clear();
            epoll::wait(epoll, spare_capacity(&mut events), Some(&timespec(left_ns)))?;
            for event in &events {
                let epoll::Event { data, .. } = *event;
                receive(&mut self.clients[data.u64() as usize]);
            }
        }
    }

    fn accept(&mut self, listener: &TcpListener) -> io::Result<()> {
        loop {
            let stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            };
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            if let Some(epoll) = &self.epoll {
                let index = epoll::EventData::new_u64(self.clients.len() as u64);
                epoll::add(epoll, &stream, index, epoll::EventFlags::IN)?;
            }
            self.clients.push(Some(stream));
        }
    }

    fn tick(&mut self) {
        for client in &mut self.clients {
            if self.epoll.is_none() {
                receive(client);
            }
            // A client that does not keep up gets less: the floor is about those that do.
            if let Some(stream) = client {
                let _ = stream.write(&self.frame);
            }
        }
    }
}

/// Takes what has come; a client that has closed is forgotten.
fn receive(client: &mut Option<TcpStream>) {
    let mut bytes = [0; READ_BYTES];
    if let Some(stream) = client
        && matches!(stream.read(&mut bytes), Ok(0))
    {
        *client = None;
    }
}

/// A WebSocket frame with that much payload.
fn frame(payload_bytes: usize) -> Vec<u8> {
    let mut frame = vec![0x82];
    match payload_bytes {
        0..=125 => frame.push(payload_bytes as u8),
        126..=65_535 => {
            frame.push(126);
            frame.extend_from_slice(&(payload_bytes as u16).to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend_from_slice(&(payload_bytes as u64).to_be_bytes());
        }
    }
    frame.resize(frame.len() + payload_bytes, 0);
    frame
}

fn now_ns() -> u64 {
    let now = clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

fn timespec(ns: u64) -> Timespec {
    Duration::from_nanos(ns).try_into().expect("a time since the machine started fits")
}
