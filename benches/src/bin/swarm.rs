//! `skirmish-swarm`: many cheap clients for the benchmark workload; prints what it measured as JSON.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use skirmish_benches::swarm::{self, Odd, Orders, Target};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Plays the benchmark workload with many clients from one thread, and prints one JSON object for each window.
#[derive(Debug, Parser)]
struct Flags {
    /// The server's address.
    addr: SocketAddr,
    /// The server is the floor program: WebSocket frames of the same sizes, but no HTTP and no messages.
    #[arg(long)]
    floor: bool,
    /// Apply every snapshot and verify its checksum. Costs much more than looking at heads.
    #[arg(long, conflicts_with = "floor")]
    verify: bool,
    /// Matches.
    #[arg(long, default_value_t = 1)]
    rooms: u32,
    /// Clients in each match.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
    players: u32,
    /// Inputs a second of each client.
    #[arg(long, default_value_t = 20.0)]
    hz: f64,
    /// Seconds from the last join to the first window.
    #[arg(long, default_value_t = 3.0)]
    warmup_s: f64,
    /// Seconds that a window lasts.
    #[arg(long, default_value_t = 20.0)]
    window_s: f64,
    /// Windows, one after another.
    #[arg(long, default_value_t = 1)]
    windows: u32,
    /// The server's process, to read its CPU time and memory from.
    #[arg(long)]
    pid: Option<u32>,
    /// Guests a second: each joins the first match, plays for a second and leaves.
    #[arg(long, default_value_t = 0, conflicts_with = "floor")]
    guests_hz: u32,
    /// The last client's socket has this port, for a traffic shaper to know it by; its figures are told apart.
    #[arg(long, group = "odd")]
    odd_port: Option<u16>,
    /// The last client takes only so many bytes a second; its figures are told apart.
    #[arg(long, group = "odd")]
    odd_bytes_per_s: Option<u32>,
    /// The last client reads nothing in the first window; its figures are told apart.
    #[arg(long, group = "odd")]
    odd_paused: bool,
}

impl Flags {
    fn odd(&self) -> Option<Odd> {
        let slow = self.odd_bytes_per_s.map(|bytes_per_s| Odd::Slow { bytes_per_s });
        self.odd_port.map(Odd::Port).or(slow).or(self.odd_paused.then_some(Odd::Paused))
    }
}

fn main() -> anyhow::Result<()> {
    let flags = Flags::parse();
    let target = match flags.floor {
        true => Target::Floor(flags.addr),
        false => Target::Skirmish { addr: flags.addr, verify: flags.verify },
    };
    let seconds = |given: f64| Duration::try_from_secs_f64(given).with_context(|| format!("{given} s is no time"));
    let orders = Orders {
        target,
        rooms: flags.rooms,
        players: flags.players,
        hz: flags.hz,
        warmup: seconds(flags.warmup_s)?,
        window: seconds(flags.window_s)?,
        windows: flags.windows,
        pid: flags.pid,
        odd: flags.odd(),
        guests_hz: flags.guests_hz,
    };
    for window in swarm::run(&orders)? {
        println!("{}", serde_json::to_string(&window)?);
    }
    Ok(())
}
