//! Turning a match's numbers while it runs: changes, each one act however many numbers it turns, and taking them back.
//!
//! Invariants: a change is told to the match as one arrival, so it takes effect at one tick, whole. Changes of one server are made one after another, so what
//! one replaces is what the one before left. Not here: which numbers there are and what they may be (`settings`).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use serde::Serialize;
use serde_json::{Map, Value, json};
use skirmish_protocol::limits::CHAT_BYTES_MAX;
use skirmish_sim::Arrival;

use super::App;
use super::admin::{AdminError, Asked, ask, read};
use super::audit::Entry;
use super::auth::Actor;
use super::engine_numbers::PAUSED;
use super::settings::{self, Setting, Values};
use crate::match_key::MatchKey;

/// Changes of one match that are kept.
const KEPT_MAX: usize = 100;

/// A change that was accepted.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Change {
    /// Its number, from 1, of its match.
    pub(super) id: u64,
    /// Who made it.
    pub(super) who: String,
    /// When, in milliseconds since 1970.
    pub(super) at_ms: u64,
    /// The match's tick when it was made: the next is the first with it.
    pub(super) tick: u32,
    /// Each number that it turned, by its key.
    pub(super) what: BTreeMap<String, Turned>,
    /// The change that took it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) undone_by: Option<u64>,
    /// The change that it takes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) undoes: Option<u64>,
    /// The preset that it applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) preset: Option<String>,
}

/// A number before and after a change.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Turned {
    /// What it was.
    pub(super) from: Value,
    /// What it became.
    pub(super) to: Value,
    #[serde(skip)]
    was: f64,
    #[serde(skip)]
    is: f64,
}

/// Why a change is made.
#[derive(Clone, Debug)]
pub(super) enum Cause {
    Tune,
    Undo(u64),
    Preset(String),
}

/// The changes of all matches that are open.
#[derive(Default)]
pub(super) struct Changes(Mutex<BTreeMap<MatchKey, OfMatch>>);

#[derive(Default)]
struct OfMatch {
    made: u64,
    newest_last: VecDeque<Change>,
}

impl Changes {
    /// How many changes the match has had.
    pub(super) fn version(&self, key: MatchKey) -> u64 {
        self.with(|all| all.get(&key).map_or(0, |changes| changes.made))
    }

    /// The changes of the match that are kept, newest first.
    pub(super) fn of(&self, key: MatchKey) -> Vec<Change> {
        self.with(|all| {
            all.get(&key).map_or_else(Vec::new, |changes| changes.newest_last.iter().rev().cloned().collect())
        })
    }

    /// Notes a change of the match, and forgets matches that are gone.
    fn note(&self, key: MatchKey, change: Change, is_open: impl Fn(MatchKey) -> bool) -> u64 {
        self.with(|all| {
            all.retain(|key, _| is_open(*key));
            let changes = all.entry(key).or_default();
            changes.made += 1;
            let id = changes.made;
            let undone = changes.newest_last.iter_mut().find(|earlier| Some(earlier.id) == change.undoes);
            if let Some(undone) = undone {
                undone.undone_by = Some(id);
            }
            changes.newest_last.push_back(Change { id, ..change });
            if changes.newest_last.len() > KEPT_MAX {
                changes.newest_last.pop_front();
            }
            id
        })
    }

    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<MatchKey, OfMatch>) -> T) -> T {
        act(&mut self.0.lock().expect("nothing panics while it holds the changes"))
    }
}

/// `GET /api/admin/matches/{id}/settings`.
pub(super) async fn show(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Value>, AdminError> {
    let asked = ask(&app, &id).await?;
    let settings = app.settings(&asked);
    let shown: Vec<_> = settings.iter().filter(|setting| setting.number.key != PAUSED).map(Setting::shown).collect();
    Ok(Json(json!({ "match": id, "settings": shown })))
}

/// `PATCH /api/admin/matches/{id}`.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let body: Map<String, Value> = read(&body)?;
    let _turn = app.turn.lock().await;
    let asked = ask(&app, &id).await?;
    let settings = app.settings(&asked);
    let values = settings::read_change(&body, &settings)?;
    let made = make(&app, &actor, &asked, &settings, values, Cause::Tune).await?;
    Ok(answer(&id, json!(body), made))
}

/// `GET /api/admin/matches/{id}/changes`.
pub(super) async fn list(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Value>, AdminError> {
    let (key, _) = app.directory.find(&id).ok_or(AdminError::NoMatch(id))?;
    Ok(Json(json!(app.changes.of(key))))
}

/// `POST /api/admin/matches/{id}/changes/{change}/undo`.
pub(super) async fn undo(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path((id, change)): Path<(String, String)>,
) -> Result<Json<Value>, AdminError> {
    let _turn = app.turn.lock().await;
    let asked = ask(&app, &id).await?;
    let all = app.changes.of(asked.key);
    let undone = all.iter().find(|made| made.id.to_string() == change).ok_or(AdminError::NoChange(change))?;
    if let Some(by) = undone.undone_by {
        return Err(AdminError::Conflict("undone_already", format!("change {} was undone by change {by}", undone.id)));
    }
    let settings = app.settings(&asked);
    let moved = undone
        .what
        .iter()
        .find(|(key, turned)| settings.iter().any(|now| now.number.key == **key && now.value != turned.is));
    if let Some((key, _)) = moved {
        let message =
            format!("{key} was changed again since change {}: undo the later change first, or set it", undone.id);
        return Err(AdminError::Conflict("changed_since", message));
    }
    let values = undone.what.iter().map(|(key, turned)| (key.clone(), turned.was)).collect();
    let made = make(&app, &actor, &asked, &settings, values, Cause::Undo(undone.id)).await?;
    Ok(answer(&id, json!({ "undo": undone.id }), made))
}

pub(super) fn answer(match_id: &str, accepted: Value, made: Option<(u64, u32)>) -> Json<Value> {
    let (change, tick) = made.unzip();
    Json(json!({ "match": match_id, "accepted": accepted, "change": change, "tick": tick }))
}

/// Makes a change, unless everything is so already; its number, and the match's tick when it was made. The caller holds the turn.
pub(super) async fn make(
    app: &App,
    actor: &Actor,
    asked: &Asked,
    settings: &[Setting],
    values: Values,
    cause: Cause,
) -> Result<Option<(u64, u32)>, AdminError> {
    let turned = settings.iter().filter_map(|setting| {
        let (was, is) = (setting.value, *values.get(&*setting.number.key)?);
        let turned = Turned { from: setting.json(was), to: setting.json(is), was, is };
        (was != is).then(|| (setting.number.key.clone().into_owned(), turned))
    });
    let what: BTreeMap<_, _> = turned.collect();
    if what.is_empty() {
        return Ok(None);
    }
    let mut arrivals = settings::arrivals(&asked.report, &values, settings);
    arrivals.extend(notice(&what));
    let (act, undoes, preset) = match cause {
        Cause::Tune => (act_of(&what), None, None),
        Cause::Undo(undone) => ("undo", Some(undone), None),
        Cause::Preset(name) => ("preset", None, Some(name)),
    };
    let entry = Entry::of(actor, act, json!({ "values": what }));
    let tick = asked.act(&entry, arrivals).await?;
    let change =
        Change { id: 0, who: entry.who.clone(), at_ms: entry.at_ms, tick, what, undone_by: None, undoes, preset };
    let mut told = json!(change);
    let id = app.changes.note(asked.key, change, |key| app.directory.is_open(key));
    told["id"] = json!(id);
    app.audit.note(Entry { what: told, ..entry }.on(&asked.report.match_id, tick));
    Ok(Some((id, tick)))
}

fn act_of(what: &BTreeMap<String, Turned>) -> &'static str {
    match what.get(PAUSED) {
        Some(paused) if what.len() == 1 => {
            if paused.is != 0.0 {
                "pause"
            } else {
                "resume"
            }
        }
        _ => "tune",
    }
}

/// What players are told. That the match is paused they see.
fn notice(what: &BTreeMap<String, Turned>) -> Option<Arrival> {
    let turned = what.iter().filter(|(key, _)| *key != PAUSED);
    let told: Vec<_> = turned.map(|(key, Turned { from, to, .. })| format!("{key} is {to} now (was {from})")).collect();
    let mut text = told.join(", ");
    if text.len() > CHAT_BYTES_MAX {
        let more = format!("{} numbers were changed", told.len());
        text = more;
    }
    (!text.is_empty()).then_some(Arrival::Notice { seat: None, text })
}
