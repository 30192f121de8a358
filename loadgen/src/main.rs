//! `skirmish-loadgen`: plays matches over the real protocol, measures them honestly, and says so when it can't.
//!
//! The way of a figure: `scenarios` decide what a player does, `client` does it over a socket and notes how long it took, `metrics` holds
//! what was noted, `watch` and `server_view` what generator and server say of themselves, `verdict` and `slo` judge it, `report` shows it.
//! Who lets players in: goose for the plain command (`attack`), `crowd` for the search (`capacity`) and for the `sweep`.
//!
//! Not here: the simulation. Everything that this program knows of a server it has from the protocol.

mod attack;
mod capacity;
mod cli;
mod client;
mod crowd;
mod environment;
mod exit;
mod field;
mod launch;
mod merge;
mod metrics;
mod monitor;
mod plain;
mod random;
mod relay;
mod report;
mod reserve;
mod run;
mod scenarios;
mod schedule;
mod server_view;
mod slo;
mod stage;
mod sweep;
mod target;
mod verdict;
mod watch;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::exit::Failure;
use crate::verdict::Outcome;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(worker_threads = 1)]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    reserve::raise_file_limit();
    match run(cli).await {
        Ok(outcome) => outcome.exit_code().into(),
        Err(failure) => {
            eprintln!("skirmish-loadgen: {failure}");
            failure.exit_code().into()
        }
    }
}

async fn run(cli: Cli) -> Result<Outcome, Failure> {
    match cli.command {
        None => plain::run(cli).await,
        Some(Command::Capacity(flags)) => capacity::run(flags).await,
        Some(Command::Sweep(flags)) => sweep::run(flags).await,
        Some(Command::Merge(flags)) => merge::run(&flags),
    }
}
