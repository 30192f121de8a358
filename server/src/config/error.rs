//! What is wrong with a configuration, said so that it can be mended: the key, what was given, where, what is allowed.

use std::path::Path;

use figment::value::Value;
use figment::{Figment, Source};

use super::keys::{Key, shown};

/// Figment's name for the layer of flags.
pub(super) const FLAG_LAYER: &str = "flag";
/// Figment's name for the layer of environment variables.
pub(super) const ENV_LAYER: &str = "environment";

/// One thing wrong with a configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value outside its key's range.
    #[error("{key} = {given}{place}: must be {allowed}")]
    Value {
        /// The key.
        key: &'static str,
        /// What was given.
        given: String,
        /// Where it was given, in words with a leading space; empty when not known.
        place: String,
        /// What is allowed.
        allowed: String,
    },
    /// A key that does not exist.
    #[error("unknown key {key}{place}: `skirmish serve --help` lists all keys")]
    Unknown {
        /// The key.
        key: String,
        /// Where it was given, in words with a leading space; empty when not known.
        place: String,
    },
    /// A variable whose value is no text.
    #[error("the value of {variable} is not Unicode text")]
    NotUnicode {
        /// The variable.
        variable: String,
    },
    /// A file that cannot be read.
    #[error("cannot read the configuration file {path}: {reason}")]
    File {
        /// Its path.
        path: String,
        /// Why.
        reason: String,
    },
    /// A file that is not TOML.
    #[error("{0}")]
    Syntax(String),
}

/// Everything wrong with a configuration, one line each.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl From<ConfigError> for ConfigErrors {
    fn from(error: ConfigError) -> Self {
        Self(vec![error])
    }
}

impl ConfigError {
    pub(super) fn value(figment: &Figment, key: &'static Key, value: &Value) -> Self {
        Self::Value {
            key: key.name,
            given: shown(value),
            place: place(figment, key.name, value),
            allowed: key.allowed.to_string(),
        }
    }

    pub(super) fn unknown(figment: &Figment, name: &str, value: &Value) -> Self {
        Self::Unknown { key: name.to_owned(), place: place(figment, name, value) }
    }

    pub(super) fn file(path: &Path, reason: &impl ToString) -> Self {
        Self::File { path: path.display().to_string(), reason: reason.to_string() }
    }
}

/// Where a value came from: ` (from --bots)`, ` (from SKIRMISH_BOTS)`, ` (from skirmish.toml)`, or nothing.
fn place(figment: &Figment, name: &str, value: &Value) -> String {
    let Some(metadata) = figment.get_metadata(value.tag()) else {
        return String::new();
    };
    match (&*metadata.name, &metadata.source) {
        (FLAG_LAYER, _) => format!(" (from --{})", name.replace('_', "-")),
        (ENV_LAYER, _) => format!(" (from {}{})", super::ENV_PREFIX, name.to_ascii_uppercase()),
        (_, Some(Source::File(path))) => format!(" (from {})", path.display()),
        _ => String::new(),
    }
}
