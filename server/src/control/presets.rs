//! Presets: what a match is tuned to, kept in a file as the difference from the defaults, to be committed, read and applied again.
//!
//! Invariants: a name is no path, so nothing outside the folder is read, written or removed. A file is written whole or not at all, and the same tuning
//! always gives the same file. A preset stands for everything that can be tuned: what it does not name is at its default.

use std::fmt::Write;
use std::fs;
use std::io::{self, Read};
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use skirmish_sim::NumberKind;

use super::App;
use super::admin::{AdminError, Asked, ask, read};
use super::audit::Entry;
use super::auth::Actor;
use super::engine_numbers::PAUSED;
use super::settings::{Setting, Values, read_value};
use super::tune::{self, Cause};

const NAME_CHARS_MAX: usize = 40;
/// Presets that are listed, at most.
const LISTED_MAX: usize = 500;
/// Longest file that is read.
const FILE_BYTES_MAX: u64 = 64 * 1024;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Save {
    #[serde(rename = "match")]
    match_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Apply {
    name: String,
}

/// A preset's file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Preset {
    game: String,
    #[serde(default)]
    engine: Map<String, Value>,
    #[serde(default)]
    numbers: Map<String, Value>,
}

/// `GET /api/admin/presets`.
pub(super) async fn list(State(app): State<Arc<App>>) -> Result<Json<Value>, AdminError> {
    let names = names(&app.preset_dir).map_err(|error| disk("read", &app.preset_dir, &error))?;
    let presets = names.iter().map(|name| match load(&app.preset_dir, name) {
        Ok(preset) => json!({ "name": name, "game": preset.game, "values": Value::Object(preset.values()) }),
        Err(error) => json!({ "name": name, "game": null, "values": {}, "error": error.reason() }),
    });
    Ok(Json(presets.collect()))
}

/// `PUT /api/admin/presets/{name}`.
pub(super) async fn save(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(name): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let path = path(&app.preset_dir, &name)?;
    let wanted: Save = read(&body)?;
    let asked = ask(&app, &wanted.match_id).await?;
    let text = text(&name, asked.game.name(), &app.settings(&asked));
    write(&path, &text).map_err(|error| disk("write", &path, &error))?;
    let preset = load(&app.preset_dir, &name)?;
    app.audit.note(Entry::of(&actor, "preset_save", json!({ "name": name })).on(&wanted.match_id, asked.report.tick));
    Ok(Json(json!({ "name": name, "game": preset.game, "values": Value::Object(preset.values()), "file": path })))
}

/// `DELETE /api/admin/presets/{name}`.
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(name): Path<String>,
) -> Result<Json<Value>, AdminError> {
    let path = path(&app.preset_dir, &name)?;
    fs::remove_file(&path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => AdminError::NoPreset(name.clone()),
        _ => disk("remove", &path, &error),
    })?;
    app.audit.note(Entry::of(&actor, "preset_delete", json!({ "name": name })));
    Ok(Json(json!({ "name": name, "deleted": true })))
}

/// `POST /api/admin/matches/{id}/preset`.
pub(super) async fn apply(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let wanted: Apply = read(&body)?;
    let preset = load(&app.preset_dir, &wanted.name)?;
    let _turn = app.turn.lock().await;
    let asked = ask(&app, &id).await?;
    let settings = app.settings(&asked);
    let values = preset.targets(&wanted.name, &asked, &settings)?;
    let made = tune::make(&app, &actor, &asked, &settings, values, Cause::Preset(wanted.name.clone())).await?;
    Ok(tune::answer(&id, json!({ "name": wanted.name }), made))
}

impl Preset {
    /// All values by their keys.
    fn values(&self) -> Map<String, Value> {
        let mut values = self.engine.clone();
        flatten(&self.numbers, "", &mut values);
        values
    }

    /// What every number is to be.
    fn targets(&self, name: &str, asked: &Asked, settings: &[Setting]) -> Result<Values, AdminError> {
        if self.game != asked.game.name() {
            let message = format!("the preset {name:?} is of {:?}, the match plays {:?}", self.game, asked.game.name());
            return Err(AdminError::Conflict("wrong_game", message));
        }
        let mut values: Values = tunable(settings).map(|s| (s.number.key.clone().into_owned(), s.default)).collect();
        let mut numbers = Map::new();
        flatten(&self.numbers, "", &mut numbers);
        for (given, of_engine) in [(&self.engine, true), (&numbers, false)] {
            for (key, given) in given {
                values.insert(key.clone(), read_value(key, given, settings, of_engine)?);
            }
        }
        Ok(values)
    }
}

/// The settings that a preset holds.
fn tunable(settings: &[Setting]) -> impl Iterator<Item = &Setting> {
    settings.iter().filter(|setting| setting.number.fixed.is_none() && setting.number.key != PAUSED)
}

/// The leaves of nested tables, by their paths.
fn flatten(table: &Map<String, Value>, path: &str, leaves: &mut Map<String, Value>) {
    for (key, value) in table {
        let key = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        match value {
            Value::Object(table) => flatten(table, &key, leaves),
            leaf => {
                leaves.insert(key, leaf.clone());
            }
        }
    }
}

/// The file of these settings.
fn text(name: &str, game: &str, settings: &[Setting]) -> String {
    let mut text =
        format!("# {name}: a preset of {game}. What is not named here is at its default.\ngame = {game:?}\n");
    for (of_engine, table) in [(true, "engine"), (false, "numbers")] {
        let differs = |setting: &&Setting| setting.of_engine == of_engine && setting.value != setting.default;
        let lines: Vec<_> = tunable(settings).filter(differs).map(line).collect();
        if !lines.is_empty() {
            write!(text, "\n[{table}]\n{}", lines.concat()).expect("a String takes everything");
        }
    }
    text
}

fn line(setting: &Setting) -> String {
    let number = &setting.number;
    let assignment = format!("{} = {}", number.key, toml_of(number.kind, setting.value));
    let unit = if number.unit.is_empty() { String::new() } else { format!(", {}", number.unit) };
    let default = toml_of(number.kind, setting.default);
    format!("{assignment:<32} # {}{unit}: {} to {}, default {default}\n", number.help, number.min, number.max)
}

fn toml_of(kind: NumberKind, value: f64) -> String {
    match kind {
        NumberKind::Real => format!("{value:?}"),
        NumberKind::Whole => format!("{value}"),
        NumberKind::Switch => (value != 0.0).to_string(),
    }
}

/// Why a preset's file is none.
enum LoadError {
    NoPreset(String),
    BadName(String),
    Unreadable(String),
}

impl LoadError {
    fn reason(self) -> String {
        match self {
            Self::NoPreset(name) => format!("there is no preset {name:?}"),
            Self::BadName(reason) | Self::Unreadable(reason) => reason,
        }
    }
}

impl From<LoadError> for AdminError {
    fn from(error: LoadError) -> Self {
        match error {
            LoadError::NoPreset(name) => Self::NoPreset(name),
            LoadError::BadName(reason) => Self::BadRequest(reason),
            LoadError::Unreadable(reason) => Self::Conflict("bad_preset", reason),
        }
    }
}

fn load(dir: &FilePath, name: &str) -> Result<Preset, LoadError> {
    let path = path(dir, name)?;
    let unreadable = |reason: String| LoadError::Unreadable(format!("the preset {name:?} cannot be read: {reason}"));
    let file = fs::File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => LoadError::NoPreset(name.to_owned()),
        _ => unreadable(error.to_string()),
    })?;
    let mut text = String::new();
    file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(|error| unreadable(error.to_string()))?;
    toml::from_str(&text).map_err(|error| unreadable(error.message().to_owned()))
}

/// Where the preset of that name is, if it is a name.
fn path(dir: &FilePath, name: &str) -> Result<PathBuf, LoadError> {
    if is_name(name) {
        return Ok(dir.join(format!("{name}.toml")));
    }
    let allowed = format!("1 to {NAME_CHARS_MAX} of a-z, 0-9 and -");
    Err(LoadError::BadName(format!("a preset's name has {allowed}, this one is {name:?}")))
}

fn is_name(name: &str) -> bool {
    let fits = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
    (1..=NAME_CHARS_MAX).contains(&name.len()) && name.bytes().all(fits)
}

/// The names of all presets, in order.
fn names(dir: &FilePath) -> io::Result<Vec<String>> {
    let files = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        files => files?,
    };
    let names = files.flatten().filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".toml")?.to_owned()));
    let mut names: Vec<_> = names.filter(|name| is_name(name)).collect();
    names.sort_unstable();
    names.truncate(LISTED_MAX);
    Ok(names)
}

fn write(path: &FilePath, text: &str) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    // Beside it, so that renaming replaces it at once.
    let beside = path.with_extension("toml.new");
    fs::write(&beside, text)?;
    fs::rename(&beside, path)
}

fn disk(act: &str, path: &FilePath, error: &io::Error) -> AdminError {
    AdminError::Unavailable("disk", format!("cannot {act} {}: {error}", path.display()))
}
