//! `skirmish serve`: runs a server until it is told to stop.
//!
//! Invariant: every configuration key is a flag, with help from the one table of keys.

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use skirmish_server::config::{self, keys};
use skirmish_server::{Config, Running, Server, games, shutdown};

use super::{files, logs};

const ABOUT: &str = "Run a server until SIGINT or SIGTERM";
const LONG_ABOUT: &str = "Run a server until SIGINT or SIGTERM.

Prints the addresses of the game and the console on stdout, and logs to stderr. Every flag is also a key of the
configuration file and an environment variable; flags override the environment, the environment the file, the file the defaults.";
const EXAMPLES: &str = "Examples:
  skirmish serve                                         play on http://127.0.0.1:8080/
  skirmish serve --listen 127.0.0.1:0 --bots 8           on a free port, with eight bots in a match
  skirmish serve --config skirmish.toml --log-format json
  SKIRMISH_ADMIN_TOKEN=a-long-random-text skirmish serve --public-url https://play.example.org";

pub(super) fn command() -> Command {
    let file = Arg::new("config")
        .long("config")
        .value_name("FILE")
        .env(config::ENV_FILE)
        .value_parser(value_parser!(PathBuf))
        .help("Configuration file in TOML [default: none]")
        .long_help("Configuration file in TOML, with the keys below by their names with underscores [default: none]\nExample: --config assets/config/skirmish.toml");
    Command::new("serve")
        .about(ABOUT)
        .long_about(LONG_ABOUT)
        .after_help(EXAMPLES)
        .arg(file)
        .args(keys::KEYS.iter().map(flag))
}

fn flag(key: &'static keys::Key) -> Arg {
    let default = key.default_text().map_or_else(String::new, |default| format!(" [default: {default}]"));
    let long = format!(
        "{}{default}\nAllowed: {}\nEnvironment: {}\nExample: {} {}",
        key.help,
        key.allowed,
        key.variable(),
        key.flag(),
        key.example,
    );
    let arg = Arg::new(key.name);
    let arg = if key.allowed == keys::Allowed::Flag { arg.num_args(0..=1).default_missing_value("true") } else { arg };
    arg.long(key.name.replace('_', "-"))
        .value_name(key.placeholder)
        .allow_negative_numbers(true)
        .help(format!("{}{default}", key.help))
        .long_help(long)
}

pub(super) fn run(given: &ArgMatches) -> Result<(), Box<dyn std::error::Error>> {
    let config = load(given)?;
    logs::start(config.log_format, config.log_level);
    warn(&config);
    files::raise_limit(&config);
    let running = Server::start(config, games::games())?;
    announce(&running);
    let signal = shutdown::wait_for_signal()?;
    tracing::info!(signal, "stopping");
    shutdown::end_in_time()?;
    running.stop();
    Ok(())
}

/// Tells where the server is. Nobody may be reading, which is no reason to stop.
fn announce(running: &Running) {
    if let Err(error) = std::io::stdout().write_all(running.greeting().as_bytes()) {
        tracing::warn!(%error, "cannot print the server's address");
    }
}

fn load(given: &ArgMatches) -> Result<Config, config::ConfigErrors> {
    let file = given.get_one::<PathBuf>("config");
    let flags = keys::KEYS.iter().filter_map(|key| {
        let value = given.get_one::<String>(key.name)?;
        Some((key.name.to_owned(), value.clone()))
    });
    let env = variables().filter(|(name, _)| keys::of_variable(name).is_some()).map(|(variable, value)| {
        match value.into_string() {
            Ok(value) => Ok((variable, value)),
            Err(_) => Err(config::ConfigError::NotUnicode { variable }),
        }
    });
    Config::load(file.map(PathBuf::as_path), env.collect::<Result<Vec<_>, _>>()?, flags)
}

/// The environment; a name that is not Unicode can't be one of ours.
fn variables() -> impl Iterator<Item = (String, OsString)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
}

/// Tells what is allowed, and hardly meant.
fn warn(config: &Config) {
    for (variable, _) in variables().filter(|(name, _)| config::is_stray_variable(name)) {
        tracing::warn!(variable, "no key of the configuration has this variable: it is ignored");
    }
    if !config.assets_dir.is_dir() {
        tracing::warn!(assets_dir = %config.assets_dir.display(), "there is no such folder: no page will be found");
    }
}
