//! Heap allocations of a warm server: it runs in this process, whose allocator counts.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::ensure;
use serde::{Deserialize, Serialize};
use skirmish_server::{Config, Server};

use crate::swarm::{self, Orders, Target, Window};
use crate::workload::Workload;

/// Players in the match.
const PLAYERS: u32 = 20;
/// Five times the workload's rate, so that the server is warm the sooner: what a tick allocates does not depend on when it is.
const TICK_HZ: u32 = 100;
/// Until everything that is used again has its size.
const WARM_UP: Duration = Duration::from_secs(8);
const WINDOW: Duration = Duration::from_secs(1);
const WINDOWS: u32 = 3;

/// What one window showed.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Serialize)]
pub struct Heap {
    /// Allocations of the sim threads for each tick.
    pub sim_per_tick: f64,
    /// Allocations of the reader threads for each tick.
    pub edge_per_tick: f64,
}

impl Heap {
    /// Plays the workload, nobody joining meanwhile.
    ///
    /// # Errors
    /// The server can't be started or played on, or this program does not count allocations.
    pub fn measure() -> anyhow::Result<Vec<Self>> {
        let game = Workload { tick_hz: TICK_HZ, ..Workload::default() };
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::start(Config { listen, bots: 0, ..Config::default() }, vec![Arc::new(game)])?;
        let windows = swarm::run(&Orders {
            target: Target::Skirmish { addr: server.addr, verify: false },
            rooms: 1,
            players: PLAYERS,
            hz: TICK_HZ.into(),
            warmup: WARM_UP,
            window: WINDOW,
            windows: WINDOWS,
            pid: Some(std::process::id()),
            odd: None,
            guests_hz: 0,
        });
        server.stop();
        let windows = windows?;
        ensure!(
            windows.iter().all(|window| !window.server_threads_allocations.is_empty()),
            "nothing counts allocations"
        );
        Ok(windows.iter().map(Self::of).collect())
    }

    /// Of both together.
    pub fn per_tick(&self) -> f64 {
        self.sim_per_tick + self.edge_per_tick
    }

    fn of(window: &Window) -> Self {
        let ticks = window.snapshots as f64 / f64::from(window.clients.max(1));
        let allocations = |prefix: &str| {
            let threads = window.server_threads_allocations.iter().filter(|(name, _)| name.starts_with(prefix));
            threads.map(|(_, allocations)| *allocations as f64).sum::<f64>() / ticks.max(1.0)
        };
        Self { sim_per_tick: allocations("sim-"), edge_per_tick: allocations("edge-") }
    }
}
