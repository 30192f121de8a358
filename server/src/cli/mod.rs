//! The command line: which commands there are, and how their failures end the process.
//!
//! Invariant: results go to stdout, everything else to stderr. Not here: what a key means (`skirmish_server::config::keys`).

mod files;
mod logs;
mod replay;
mod serve;
mod types;

use std::ffi::OsString;
use std::fmt::Display;
use std::process::ExitCode;

use clap::Command;

const ABOUT: &str = "An authoritative multiplayer game state server for browser games";
const EXAMPLES: &str = "Examples:
  skirmish serve                                   play on http://127.0.0.1:8080/
  skirmish serve --listen 0.0.0.0:80 --bots 0      for everybody on the network, without bots
  skirmish serve --config assets/config/skirmish.toml
  skirmish replay data/arena-1-1767225600-0.log    run a match again and check it
  skirmish types --game arena > arena.ts           what TypeScript should know of a game";

/// Runs the command that the process was started with.
pub(crate) fn run() -> ExitCode {
    match command().get_matches_from(std::env::args_os().collect::<Vec<OsString>>()).subcommand() {
        Some(("serve", given)) => ended(serve::run(given).map(|()| ExitCode::SUCCESS)),
        Some(("replay", given)) => ended(replay::run(given)),
        Some(("types", given)) => ended(types::run(given).map(|()| ExitCode::SUCCESS)),
        _ => unreachable!("clap accepts only the commands above"),
    }
}

fn command() -> Command {
    Command::new("skirmish")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(serve::command())
        .subcommand(replay::command())
        .subcommand(types::command())
}

fn ended<E: Display>(result: Result<ExitCode, E>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::from(2)
    })
}
