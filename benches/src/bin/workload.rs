//! `skirmish-workload`: a server that offers the benchmark workload and nothing else.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use clap::Parser;
use skirmish_benches::process;
use skirmish_benches::workload::Workload;
use skirmish_server::{Config, Realtime, Server, shutdown};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Serves the benchmark workload: the game `workload`, joined through `POST /api/join`. Prints `ready` once it listens.
#[derive(Debug, Parser)]
struct Flags {
    /// Where to listen; with port 0 the address follows `ready` on a line of its own.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Seats of a match.
    #[arg(long, default_value_t = Workload::default().seats)]
    seats: u32,
    /// Ticks, and snapshots, a second.
    #[arg(long, default_value_t = Workload::default().tick_hz)]
    tick_hz: u32,
    /// How far a player sees, in units of a world of 2000 x 2000; 0: any distance.
    #[arg(long, default_value_t = Workload::default().interest_radius)]
    interest_radius: f32,
    /// Bodies in a match that no seat owns and that move like players.
    #[arg(long, default_value_t = Workload::default().walkers)]
    walkers: u32,
    /// For how many ticks a shot flies that a player fires about once a second; 0: nobody sees shots.
    #[arg(long, default_value_t = Workload::default().shot_ticks)]
    shot_ticks: u32,
    /// CPU time that each tick burns for each seat that is there, in microseconds.
    #[arg(long, default_value_t = 0)]
    burn_us_per_seat: u32,
    /// CPU time that one tick of each second burns besides, in milliseconds.
    #[arg(long, default_value_t = 0)]
    stall_tick_ms: u32,
    /// Schedule simulation threads in real time where permitted, as the server does by itself. A real-time thread does not look for an idle core, but takes the one
    /// that it had last from whoever has it now: where clients share the cores, answers come later.
    #[arg(long)]
    realtime: bool,
    /// The token of `/api/admin`, to measure what a console costs.
    #[arg(long)]
    admin_token: Option<String>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let flags = Flags::parse();
    let Flags { listen, seats, tick_hz, interest_radius, walkers, shot_ticks, burn_us_per_seat, stall_tick_ms, .. } =
        flags;
    let game = Workload { seats, tick_hz, interest_radius, walkers, shot_ticks, burn_us_per_seat, stall_tick_ms };
    process::raise_file_limit()?;
    let config = Config {
        listen,
        bots: 0,
        realtime: if flags.realtime { Realtime::Auto } else { Realtime::Off },
        admin_token: flags.admin_token,
        matches_max: 10_000,
        sessions_max: 100_000,
        ..Config::default()
    };
    let running = Server::start(config, vec![Arc::new(game)])?;
    let address = if listen.port() == 0 { format!("{}\n", running.addr) } else { String::new() };
    std::io::stdout().write_all(format!("ready\n{address}").as_bytes())?;
    shutdown::wait_for_signal()?;
    running.stop();
    Ok(())
}
