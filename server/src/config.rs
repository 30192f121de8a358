//! The server's configuration: flags over `SKIRMISH_*` environment over the TOML file over defaults.
//!
//! Invariant: a [`Config`] that [`Config::load`] returned, or [`Config::check`] passed, has every value inside the range
//! that [`keys::KEYS`] states. Not here: what a key means and may be (`config/keys.rs`), how wrong values are reported
//! (`config/error.rs`), the flags' command line (`cli` of the binary), a game's own numbers (its file, `game_config`).

mod error;
pub mod keys;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use figment::providers::{Format, Serialized, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};
use serde::{Deserialize, Serialize};
use skirmish_protocol::limits::IDLE_TIMEOUT_MS;
use skirmish_sim::{RoomLimits, Tuning};

pub use error::{ConfigError, ConfigErrors};

/// What an environment variable of ours begins with.
pub const ENV_PREFIX: &str = "SKIRMISH_";
/// The environment variable that names the configuration file, as the flag `--config` does.
pub const ENV_FILE: &str = "SKIRMISH_CONFIG";
/// The environment variable that the tests take their seed from: no key, but no mistake either when a test starts a server.
pub const ENV_SEED: &str = "SKIRMISH_SEED";

/// Whether a variable looks like one of ours and is none: a slip, or the doing of a container platform, which names variables after services.
pub fn is_stray_variable(name: &str) -> bool {
    name.starts_with(ENV_PREFIX) && name != ENV_FILE && name != ENV_SEED && keys::of_variable(name).is_none()
}

/// Everything that an operator can set. [`keys::KEYS`] has each key's meaning, unit and range.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Config {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address players reach the server at, if it is not the one in their `Host` header.
    pub public_url: Option<String>,
    /// Reader threads; 0 is one for every two cores.
    pub edge_threads: u32,
    /// Simulation threads; 0 is one for every two cores.
    pub sim_threads: u32,
    /// Whether simulation threads ask the system to run ahead of ordinary ones.
    pub realtime: Realtime,
    /// Where match logs go; none: they are not kept.
    pub data_dir: Option<PathBuf>,
    /// Where the pages, maps and game configurations lie.
    pub assets_dir: PathBuf,
    /// Where presets lie; none: `config/presets` in the assets.
    pub preset_dir: Option<PathBuf>,
    /// Origins that pages may connect from; empty: the server's own host, and loopback.
    pub origins: Vec<String>,
    /// Whether clients may speak JSON text, for people who look at frames.
    pub json_subprotocol: bool,
    /// The bearer token of `/api/admin`; none: one is made at start.
    pub admin_token: Option<String>,
    /// The bearer token of those who may look and not act there; none: one is made at start.
    pub admin_read_token: Option<String>,
    /// The secret that signs tickets; none: one is made at start.
    pub ticket_key: Option<String>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// The least severe log lines shown.
    pub log_level: LogLevel,
    /// Matches open at once, at most.
    pub matches_max: u32,
    /// Seats given out at once, all matches together, and connections in their handshake, at most.
    pub sessions_max: u32,
    /// Bots that a new match opens with.
    pub bots: u32,
    /// The configuration file of the first game; none: `config/GAME.toml` in the assets, if there is one.
    pub game_config: Option<PathBuf>,
    /// Tick rate of new matches in Hz; none: the game's own.
    pub tick_hz: Option<u32>,
    /// How long a seat outlives its session, in seconds of real time.
    pub seat_timeout_s: f32,
    /// After how long a connection that says nothing is closed, in seconds.
    pub idle_timeout_s: f32,
    /// After how long a connection that takes nothing of what waits for it is closed, in seconds.
    pub stall_timeout_s: f32,
    /// How long a match stays open after its last player has gone, in seconds of real time.
    pub reap_after_s: f32,
    /// The unacknowledged time, beyond a round trip, after which snapshots stop, in milliseconds.
    pub window_ms: u32,
    /// Wire states kept to encode deltas from, in ticks.
    pub history_ticks: u32,
    /// How often a view checksum is sent, in seconds.
    pub checksum_interval_s: f32,
    /// For how long a join ticket is good, in seconds.
    pub ticket_ttl_s: f32,
}

/// Whether simulation threads ask for real-time scheduling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Realtime {
    /// Where the system permits it.
    Auto,
    /// Never.
    Off,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One readable line each.
    Text,
    /// One JSON object a line.
    Json,
}

/// The least severe log lines shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Failures only.
    Error,
    /// And what deserves attention.
    Warn,
    /// And what happens to the server and its matches.
    Info,
    /// And what happens to sessions.
    Debug,
    /// And everything else.
    Trace,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            public_url: None,
            edge_threads: 0,
            sim_threads: 0,
            realtime: Realtime::Auto,
            data_dir: None,
            assets_dir: PathBuf::from("assets"),
            preset_dir: None,
            origins: Vec::new(),
            json_subprotocol: false,
            admin_token: None,
            admin_read_token: None,
            ticket_key: None,
            log_format: LogFormat::Text,
            log_level: LogLevel::Info,
            matches_max: 100,
            sessions_max: 2_000,
            bots: 4,
            game_config: None,
            tick_hz: None,
            seat_timeout_s: 30.0,
            idle_timeout_s: IDLE_TIMEOUT_MS as f32 / 1e3,
            stall_timeout_s: 30.0,
            reap_after_s: 60.0,
            window_ms: 250,
            history_ticks: 128,
            checksum_interval_s: 1.0,
            ticket_ttl_s: 30.0,
        }
    }
}

impl Config {
    /// Resolves the configuration. `flags` and `env` are names and values as given; of `env` only what is
    /// a key's variable is looked at: others may begin with [`ENV_PREFIX`] too, see [`is_stray_variable`].
    ///
    /// # Errors
    /// Every unknown key and every value outside its range, or the file's first error of syntax.
    pub fn load(
        file: Option<&Path>,
        env: impl IntoIterator<Item = (String, String)>,
        flags: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigErrors> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(path) = file {
            // A file that figment does not find, it would take for an empty one.
            std::fs::File::open(path).map_err(|error| ConfigError::file(path, &error))?;
            figment = figment.merge(Toml::file_exact(path));
        }
        let env = env.into_iter().filter_map(|(name, value)| Some((keys::of_variable(&name)?.name.to_owned(), value)));
        let figment = figment
            .merge(Strings { layer: error::ENV_LAYER, values: env.collect() })
            .merge(Strings { layer: error::FLAG_LAYER, values: flags.into_iter().collect() });
        Self::resolve(&figment)
    }

    /// Checks a configuration that was put together in code.
    ///
    /// # Errors
    /// Every value outside its range.
    pub fn check(&self) -> Result<(), ConfigErrors> {
        Self::resolve(&Figment::from(Serialized::defaults(self))).map(|_| ())
    }

    /// What differs from their games' own tuning in new matches.
    pub(crate) fn tuning(&self) -> Tuning {
        Tuning { tick_hz: self.tick_hz, ..Tuning::default() }
    }

    /// The limits of new matches.
    pub(crate) fn room_limits(&self) -> RoomLimits {
        RoomLimits {
            history_ticks: self.history_ticks,
            window_ms: self.window_ms,
            seat_timeout_s: self.seat_timeout_s,
            checksum_interval_s: self.checksum_interval_s,
        }
    }

    fn resolve(figment: &Figment) -> Result<Self, ConfigErrors> {
        let given: Dict = figment.extract().map_err(|error| ConfigError::Syntax(error.to_string()))?;
        let mut errors = Vec::new();
        for (name, value) in &given {
            match keys::find(name) {
                None => errors.push(ConfigError::unknown(figment, name, value)),
                Some(key) if !key.allowed.accepts(value) => {
                    errors.push(ConfigError::value(figment, key, value));
                }
                Some(_) => {}
            }
        }
        if !errors.is_empty() {
            return Err(ConfigErrors(errors));
        }
        figment.extract_lossy().map_err(|error| ConfigError::Syntax(error.to_string()).into())
    }
}

/// A layer whose values are text: the environment, or flags.
struct Strings {
    layer: &'static str,
    values: Vec<(String, String)>,
}

impl Provider for Strings {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.layer)
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let values = self.values.iter().map(|(name, text)| {
            let value = keys::find(name).map_or_else(|| Value::from(text.as_str()), |key| key.allowed.read(text));
            (name.clone(), value)
        });
        Ok(Profile::Default.collect(values.collect()))
    }
}
