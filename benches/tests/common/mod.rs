//! A server with the workload in this process, and clients that play on it.

#![allow(dead_code, reason = "each test file uses its part")]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use skirmish_benches::swarm::{self, Orders, Target, Window};
use skirmish_benches::workload::Workload;
use skirmish_server::{Config, Running, Server};

/// A server with a checksum in every snapshot.
pub(crate) fn serve(workload: Workload) -> Running {
    serve_with(workload, Config { checksum_interval_s: 0.0, ..Config::default() })
}

/// A server that has room for as many as come.
pub(crate) fn serve_with(workload: Workload, config: Config) -> Running {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let config = Config { listen, bots: 0, matches_max: 10_000, sessions_max: 100_000, ..config };
    Server::start(config, vec![Arc::new(workload)]).expect("the server starts")
}

/// Ten clients in one match, for one window of a second.
pub(crate) fn orders(target: Target) -> Orders {
    Orders {
        target,
        rooms: 1,
        players: 10,
        hz: 20.0,
        warmup: Duration::from_millis(200),
        window: Duration::from_secs(1),
        windows: 1,
        pid: Some(std::process::id()),
        odd: None,
        guests_hz: 0,
    }
}

/// Clients that apply every snapshot.
pub(crate) fn verifying(server: &Running) -> Orders {
    orders(Target::Skirmish { addr: server.addr, verify: true })
}

/// Clients that look at heads alone.
pub(crate) fn looking(server: &Running) -> Orders {
    orders(Target::Skirmish { addr: server.addr, verify: false })
}

/// All windows.
pub(crate) fn play(orders: &Orders) -> Vec<Window> {
    swarm::run(orders).expect("all clients can join")
}

/// The only window.
pub(crate) fn play_once(orders: &Orders) -> Window {
    play(orders).remove(0)
}
