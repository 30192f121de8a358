//! `skirmish-floor`: a server without a game, to hold others against.

use std::io::Write;
use std::net::{SocketAddr, TcpListener};

use clap::Parser;
use skirmish_benches::floor::{self, Kind};
use skirmish_benches::process;

/// Sends every client one WebSocket frame a tick and reads what it sends, and nothing more. Prints `ready` once it listens.
#[derive(Debug, Parser)]
struct Flags {
    /// Where to listen; with port 0 the address follows `ready` on a line of its own.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Payload of each frame.
    #[arg(long)]
    bytes: usize,
    /// Ticks a second.
    #[arg(long, default_value_t = 20.0)]
    hz: f64,
    /// Read each input as it comes, instead of once per tick.
    #[arg(long)]
    epoll: bool,
}

fn main() -> anyhow::Result<()> {
    let flags = Flags::parse();
    process::raise_file_limit()?;
    let listener = TcpListener::bind(flags.listen)?;
    let address = if flags.listen.port() == 0 { format!("{}\n", listener.local_addr()?) } else { String::new() };
    std::io::stdout().write_all(format!("ready\n{address}").as_bytes())?;
    let kind = if flags.epoll { Kind::Epoll } else { Kind::OncePerTick };
    Ok(floor::serve(&listener, kind, flags.hz, flags.bytes)?)
}
