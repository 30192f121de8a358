//! Every configuration key: its meaning, unit, range and an example. Help, validation and error texts all read this table.
//!
//! Invariant: the table has exactly the keys of [`Config`]; a test says so. Not here: the words of errors (`config/error.rs`).

use std::fmt;
use std::net::SocketAddr;

use figment::value::Value;
use skirmish_protocol::limits::{TICK_HZ_MAX, TICK_HZ_MIN};
use skirmish_sim::ranges::{self, HISTORY_TICKS_MAX, HISTORY_TICKS_MIN, WINDOW_MS_MAX, WINDOW_MS_MIN};

use super::Config;

/// One configuration key.
#[derive(Debug)]
pub struct Key {
    /// Its name in the file; the flag is `--name` with hyphens, the variable `SKIRMISH_NAME`.
    pub name: &'static str,
    /// What stands for the value in help texts.
    pub placeholder: &'static str,
    /// What it may be.
    pub allowed: Allowed,
    /// What it means, its unit, and what happens when it is not set.
    pub help: &'static str,
    /// A value worth showing.
    pub example: &'static str,
}

/// What a key's value may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Allowed {
    /// A whole number between the two, both included.
    Whole(u64, u64),
    /// A number between the two, both included.
    Number(f64, f64),
    /// An IP address and port.
    Address,
    /// `http://` or `https://` and a host, without a path.
    Url,
    /// A list of such.
    Origins,
    /// A path.
    Path,
    /// Printable text without spaces, of at least so many characters.
    Secret(usize),
    /// Yes or no.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
}

const SECONDS_MAX: f64 = ranges::SECONDS_MAX as f64;

/// All keys.
pub const KEYS: &[Key] = &[
    key(
        "listen",
        "ADDR",
        Allowed::Address,
        "0.0.0.0:8080",
        "Address and port to listen on. Port 0 takes a free one; the real one is printed at start",
    ),
    key(
        "public_url",
        "URL",
        Allowed::Url,
        "https://play.example.org",
        "The address players reach the server at, for instance behind a proxy. Not set: the Host header of the request",
    ),
    key(
        "edge_threads",
        "N",
        Allowed::Whole(0, 64),
        "2",
        "Reader threads, which own the sockets. 0: one for every two cores",
    ),
    key(
        "sim_threads",
        "N",
        Allowed::Whole(0, 64),
        "2",
        "Simulation threads, which own the matches. 0: one for every two cores",
    ),
    key(
        "realtime",
        "WHEN",
        Allowed::Word(&["auto", "off"]),
        "off",
        "Whether simulation threads are scheduled in real time (SCHED_FIFO), so that ticks begin on time on a busy machine. auto: where the system permits it (CAP_SYS_NICE, or LimitRTPRIO=1); a log line says whether it does. off: answers come sooner where other busy programs take all cores that reader threads leave",
    ),
    key(
        "data_dir",
        "DIR",
        Allowed::Path,
        "data",
        "Where a log of every match is written, for `skirmish replay`. Not set: none is kept",
    ),
    key("assets_dir", "DIR", Allowed::Path, "assets", "Where the game's page, maps and configuration lie"),
    key(
        "preset_dir",
        "DIR",
        Allowed::Path,
        "assets/config/presets",
        "Where the console keeps presets. Not set: config/presets in the assets",
    ),
    key(
        "origins",
        "LIST",
        Allowed::Origins,
        "https://play.example.org,https://www.example.org",
        "Origins of pages that may join and connect, comma-separated. Empty: pages of the host they connect to, and of loopback",
    ),
    key(
        "json_subprotocol",
        "BOOL",
        Allowed::Flag,
        "true",
        "Whether clients may speak skirmish.v1.json: the same messages as text, readable in a browser's developer tools, at several times the bytes and the work",
    ),
    key(
        "admin_token",
        "TOKEN",
        Allowed::Secret(8),
        "a-long-random-text",
        "Bearer token of /api/admin. Better given by environment than by flag. Not set: one is made at start and printed",
    ),
    key(
        "admin_read_token",
        "TOKEN",
        Allowed::Secret(8),
        "another-long-random-text",
        "Bearer token of those who may look at /api/admin and the console, and not act. Not set: one is made at start and printed",
    ),
    key(
        "ticket_key",
        "SECRET",
        Allowed::Secret(32),
        "at-least-32-characters-of-random-text",
        "Secret that signs tickets, so that one of an earlier run is answered with `match_gone`. Not set: made at start",
    ),
    key("log_format", "FORMAT", Allowed::Word(&["text", "json"]), "json", "How log lines on stderr look"),
    key(
        "log_level",
        "LEVEL",
        Allowed::Word(&["error", "warn", "info", "debug", "trace"]),
        "debug",
        "The least severe log lines shown",
    ),
    key(
        "matches_max",
        "N",
        Allowed::Whole(1, 10_000),
        "20",
        "Matches open at once, at most; more are refused with `server_full`",
    ),
    key(
        "sessions_max",
        "N",
        Allowed::Whole(1, 100_000),
        "500",
        "Players' seats given out at once, all matches together, at most; more are refused with `server_full`",
    ),
    key("bots", "N", Allowed::Whole(0, 199), "8", "Bots that a new match opens with"),
    key(
        "game_config",
        "FILE",
        Allowed::Path,
        "assets/config/arena.toml",
        "The game's own numbers. Not set: config/arena.toml in the assets, if it is there",
    ),
    key(
        "tick_hz",
        "HZ",
        Allowed::Whole(TICK_HZ_MIN as u64, TICK_HZ_MAX as u64),
        "60",
        "Tick rate of new matches, in Hz. Not set: the game's own",
    ),
    key(
        "seat_timeout_s",
        "SECONDS",
        Allowed::Number(0.0, SECONDS_MAX),
        "60",
        "How long a seat waits for a player whose connection was lost, in seconds of real time",
    ),
    key(
        "idle_timeout_s",
        "SECONDS",
        Allowed::Number(1.0, SECONDS_MAX),
        "15",
        "After how long a connection from which nothing at all came is closed, in seconds",
    ),
    key(
        "stall_timeout_s",
        "SECONDS",
        Allowed::Number(1.0, SECONDS_MAX),
        "60",
        "After how long a connection is closed whose client takes nothing of what waits for it, in seconds",
    ),
    key(
        "reap_after_s",
        "SECONDS",
        Allowed::Number(0.0, SECONDS_MAX),
        "300",
        "How long a match stays open after its last player has gone, in seconds of real time. One that nobody came to ends with the last ticket for it",
    ),
    key(
        "window_ms",
        "MS",
        Allowed::Whole(WINDOW_MS_MIN as u64, WINDOW_MS_MAX as u64),
        "500",
        "How much time, beyond a round trip, may be unacknowledged before snapshots to a player stop, in milliseconds",
    ),
    key(
        "history_ticks",
        "TICKS",
        Allowed::Whole(HISTORY_TICKS_MIN as u64, HISTORY_TICKS_MAX as u64),
        "256",
        "Past states kept to send differences from, in ticks; a player further behind gets a keyframe",
    ),
    key(
        "checksum_interval_s",
        "SECONDS",
        Allowed::Number(0.0, SECONDS_MAX),
        "5",
        "How often players get a checksum of what they should hold, in seconds. 0: with every snapshot",
    ),
    key(
        "ticket_ttl_s",
        "SECONDS",
        Allowed::Number(1.0, SECONDS_MAX),
        "60",
        "How long a join ticket is good, in seconds; its seat is reserved meanwhile",
    ),
];

const fn key(
    name: &'static str,
    placeholder: &'static str,
    allowed: Allowed,
    example: &'static str,
    help: &'static str,
) -> Key {
    Key { name, placeholder, allowed, help, example }
}

/// The key of that name.
pub fn find(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.name == name)
}

/// The key of that environment variable.
pub fn of_variable(name: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.variable() == name)
}

impl Key {
    /// The flag, with its hyphens.
    pub fn flag(&self) -> String {
        format!("--{}", self.name.replace('_', "-"))
    }

    /// The environment variable.
    pub fn variable(&self) -> String {
        format!("{}{}", super::ENV_PREFIX, self.name.to_ascii_uppercase())
    }

    /// The default as one would give it to the flag, if there is one.
    pub fn default_text(&self) -> Option<String> {
        let defaults = Value::serialize(Config::default()).expect("a configuration is a table of plain values");
        match defaults.find(self.name)? {
            Value::Empty(..) => None,
            Value::Array(_, items) if items.is_empty() => None,
            Value::String(_, text) => Some(text),
            value => Some(shown(&value)),
        }
    }
}

impl Allowed {
    /// Whether `value` may stand for such a key. A value that is not set may stand for any.
    pub fn accepts(&self, value: &Value) -> bool {
        if matches!(value, Value::Empty(..)) {
            return true;
        }
        match self {
            Self::Whole(min, max) => {
                whole(value).is_some_and(|given| (i128::from(*min)..=i128::from(*max)).contains(&given))
            }
            Self::Number(min, max) => number(value).is_some_and(|given| (*min..=*max).contains(&given)),
            Self::Address => value.as_str().is_some_and(|given| given.parse::<SocketAddr>().is_ok()),
            Self::Url => value.as_str().is_some_and(is_origin),
            Self::Origins => {
                value.as_array().is_some_and(|items| items.iter().all(|item| item.as_str().is_some_and(is_origin)))
            }
            Self::Path => value.as_str().is_some_and(|given| !given.is_empty()),
            Self::Secret(chars_min) => value
                .as_str()
                .is_some_and(|given| given.len() >= *chars_min && given.bytes().all(|byte| byte.is_ascii_graphic())),
            Self::Flag => matches!(value, Value::Bool(..)) || matches!(value.as_str(), Some("true" | "false")),
            Self::Word(words) => value.as_str().is_some_and(|given| words.contains(&given)),
        }
    }
}

impl Allowed {
    /// The value that the environment or a flag gives as text; text itself if it is nothing that such a key may be.
    pub(super) fn read(&self, text: &str) -> Value {
        let given = Value::from(text);
        let read = match self {
            Self::Origins => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                return Value::from(items.collect::<Vec<_>>());
            }
            Self::Whole(..) if self.accepts(&given) => {
                whole(&given).and_then(|given| u64::try_from(given).ok()).map(Value::from)
            }
            Self::Number(..) if self.accepts(&given) => number(&given).map(Value::from),
            Self::Flag => text.parse::<bool>().ok().map(Value::from),
            _ => None,
        };
        read.unwrap_or(given)
    }
}

/// Environment and flags give text; so text that is a number counts as one.
fn whole(value: &Value) -> Option<i128> {
    match value.as_str() {
        Some(text) => text.parse().ok(),
        None => value.to_i128().or_else(|| value.to_u128()?.try_into().ok()),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some(text) => text.parse().ok(),
        None => value.to_f64().or_else(|| whole(value).map(|whole| whole as f64)),
    }
}

/// `http://` or `https://`, a host, perhaps a port, and nothing else: what a browser puts in `Origin`.
fn is_origin(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|host| !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'/'))
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(min, max) => write!(f, "a whole number from {min} to {max}"),
            Self::Number(min, max) => write!(f, "a number from {min} to {max}"),
            Self::Address => f.write_str("an IP address and port such as 127.0.0.1:8080"),
            Self::Url => f.write_str("http:// or https:// and a host, without a path"),
            Self::Origins => f.write_str("a list of origins, each http:// or https:// and a host, without a path"),
            Self::Path => f.write_str("a path"),
            Self::Secret(chars_min) => write!(f, "at least {chars_min} printable ASCII characters without spaces"),
            Self::Flag => f.write_str("true or false"),
            Self::Word(words) => write!(f, "one of {}", words.join(", ")),
        }
    }
}

/// A value as one would write it in TOML.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(_, text) => format!("{text:?}"),
        Value::Char(_, char) => format!("{char:?}"),
        Value::Bool(_, bool) => bool.to_string(),
        Value::Num(_, num) => num
            .to_u128()
            .map(|n| n.to_string())
            .or_else(|| num.to_i128().map(|n| n.to_string()))
            .or_else(|| num.to_f64().map(|n| n.to_string()))
            .unwrap_or_default(),
        Value::Array(_, items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Dict(..) => "a table".to_owned(),
        Value::Empty(..) => "nothing".to_owned(),
    }
}
