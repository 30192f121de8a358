//! `skirmish-loadgen`: plays matches over the real protocol and measures them with goose.
//!
//! Goose's own flags (users, increase rate, run time, reports) keep their meaning. What a player does is in
//! `player`, its connection in `connection`, and how goose gets to see it in `scenario`.
//! Goose's remote controllers are off: they would listen on every address.

mod connection;
mod join;
mod player;
mod scenario;

use goose::GooseError;
use goose::prelude::*;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> Result<(), GooseError> {
    GooseAttack::initialize()?
        .set_default(GooseDefault::Host, "http://127.0.0.1:8080")?
        .set_default(GooseDefault::NoTelnet, true)?
        .set_default(GooseDefault::NoWebSocket, true)?
        .register_scenario(scenario::player())
        .execute()
        .await?;
    Ok(())
}
