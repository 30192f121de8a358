//! `skirmish replay`: runs a match log again and compares its checksums.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgMatches, Command, value_parser};
use skirmish_server::games;
use skirmish_sim::{LogError, LogReader, Replay};

const ABOUT: &str = "Run a match log again and compare its checksums";
const LONG_ABOUT: &str = "Run a match log again and compare its checksums.

Prints the number of ticks, the checksums computed, and every tick at which the log has another one. The exit code is 0 if
all agree, 1 if one does not, 2 if the log cannot be run.";
const EXAMPLES: &str = "Example:
  skirmish replay data/arena-1-1767225600-0.log";

pub(super) fn command() -> Command {
    let file = Arg::new("file")
        .value_name("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help("A match log, as a server with --data-dir writes it")
        .long_help("A match log, as a server with --data-dir writes it\nExample: data/arena-1-1767225600-0.log");
    Command::new("replay").about(ABOUT).long_about(LONG_ABOUT).after_help(EXAMPLES).arg(file)
}

#[derive(Debug, thiserror::Error)]
pub(super) enum ReplayError {
    #[error("cannot read {}: {reason}", path.display())]
    File { path: PathBuf, reason: std::io::Error },
    #[error("{} is not a log that can be run: {reason}", path.display())]
    Log { path: PathBuf, reason: LogError },
    #[error("{} is a log of the game {game:?}, which this server does not have", path.display())]
    Game { path: PathBuf, game: String },
}

pub(super) fn run(given: &ArgMatches) -> Result<ExitCode, ReplayError> {
    let path = given.get_one::<PathBuf>("file").expect("clap requires it");
    let replay = replay(path)?;
    print(&replay);
    Ok(if replay.mismatches.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn replay(path: &Path) -> Result<Replay, ReplayError> {
    let log = std::fs::read(path).map_err(|reason| ReplayError::File { path: path.to_owned(), reason })?;
    let unreadable = |reason| ReplayError::Log { path: path.to_owned(), reason };
    let (header, _) = LogReader::new(&log).map_err(unreadable)?;
    let game = games::games().into_iter().find(|game| game.name() == header.game);
    let game = game.ok_or_else(|| ReplayError::Game { path: path.to_owned(), game: header.game.clone() })?;
    skirmish_sim::replay(&*game, &log).map_err(unreadable)
}

fn print(replay: &Replay) {
    println!("ticks {}", replay.ticks);
    println!("checksum {:08x}", replay.checksum);
    println!("checksums compared {}", replay.checksums.len());
    println!("mismatches {}", replay.mismatches.len());
    for mismatch in &replay.mismatches {
        println!("mismatch tick {} logged {:08x} computed {:08x}", mismatch.tick, mismatch.logged, mismatch.computed);
    }
    if replay.truncated {
        println!("the log ends within a record, as after a crash; what came before was run");
    }
}
