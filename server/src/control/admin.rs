//! `/api/admin/matches`: what is shown of running matches, and how they are asked and told.
//!
//! Invariant: what is done goes to the match as an arrival like any other, so it is in the match's log, and so is who did it. An answer says what was
//! accepted; it takes effect at the next tick. Not here: who may (`auth`), the acts themselves (`tune`, `people`, `lifecycle`, `presets`).

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use skirmish_sim::{Act, Arrival, Relief, Seat};
use tokio::sync::oneshot;

use super::App;
use super::audit::Entry;
use super::settings::{self, Setting};
use crate::channels::{MatchReport, NotPaused, SimCommand, SimHandle, Then};
use crate::clock::wall_ms;
use crate::directory::Hosted;
use crate::match_key::MatchKey;

/// How long a sim thread may take to answer: it does so between two ticks.
pub(super) const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// A running match that was asked how it is, and the way to it.
pub(super) struct Asked {
    pub(super) report: MatchReport,
    pub(super) key: MatchKey,
    pub(super) game: Arc<Hosted>,
    opened_ms: u64,
    sim: SimHandle,
}

/// Why an operator's request was refused.
#[derive(Debug)]
pub(super) enum AdminError {
    NoMatch(String),
    NoSeat {
        given: String,
        holder: &'static str,
    },
    NoChange(String),
    NoPreset(String),
    BadRequest(String),
    /// It does not fit what is there: a code, and why.
    Conflict(&'static str, String),
    TooFrequent,
    /// A limit of the server, or its disk.
    Unavailable(&'static str, String),
    NoAnswer,
    NoImpairment(String),
}

/// `GET /api/admin/matches`.
pub(super) async fn list(State(app): State<Arc<App>>) -> Json<Vec<Value>> {
    let mut reports = Vec::new();
    for open in app.directory.matches() {
        // One that ended since it was listed is left out.
        if let Ok(asked) = ask(&app, &open.match_id).await {
            reports.push(shown(&app, &asked));
        }
    }
    Json(reports)
}

/// `GET /api/admin/matches/{id}`.
pub(super) async fn show(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Value>, AdminError> {
    Ok(Json(shown(&app, &ask(&app, &id).await?)))
}

/// The object that a request's body is.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AdminError> {
    // An object first: a struct would take an array as well.
    let object = serde_json::from_slice::<Map<String, Value>>(body);
    let read = object.and_then(|object| serde_json::from_value(Value::Object(object)));
    read.map_err(|error| AdminError::BadRequest(error.to_string()))
}

pub(super) fn accepted(match_id: &str, what: &Value, tick: u32) -> Json<Value> {
    Json(json!({ "match": match_id, "accepted": what, "tick": tick }))
}

impl App {
    /// All settings of a match that was asked.
    pub(super) fn settings(&self, asked: &Asked) -> Vec<Setting> {
        settings::settings(&asked.report, &asked.game, &self.usual)
    }
}

impl Asked {
    /// Has the match do this, and note in its log who wants it. The match's tick when it was taken.
    pub(super) async fn act(&self, entry: &Entry, arrivals: Vec<Arrival>) -> Result<u32, AdminError> {
        self.act_and(entry, arrivals, Then::GoOn).await
    }

    /// The same, and something besides.
    pub(super) async fn act_and(&self, entry: &Entry, arrivals: Vec<Arrival>, then: Then) -> Result<u32, AdminError> {
        let what = format!("{} {}", entry.act, entry.what);
        let act = Act { who: entry.who.clone(), at_ms: entry.at_ms, what, arrivals };
        let (answer, answered) = oneshot::channel();
        let command = SimCommand::Act { key: self.key, act: Box::new(act), then, answer };
        self.sim.send(command).map_err(|_| AdminError::NoAnswer)?;
        match tokio::time::timeout(ANSWER_TIMEOUT, answered).await {
            Ok(Ok(Ok(tick))) => Ok(tick),
            Ok(Ok(Err(NotPaused))) => {
                let message = "only a paused match can be stepped: pause it first".to_owned();
                Err(AdminError::Conflict("not_paused", message))
            }
            Ok(Err(_)) => Err(AdminError::NoMatch(self.report.match_id.clone())),
            Err(_) => Err(AdminError::NoAnswer),
        }
    }

    /// The seat of that number, which must be held as asked for.
    pub(super) fn seat(&self, given: &str, holder: &'static str, fits: fn(&Seat) -> bool) -> Result<u32, AdminError> {
        let taken = self.report.seats.iter().find(|seat| seat.id.0.to_string() == given && fits(seat));
        taken.map(|seat| seat.id.0).ok_or_else(|| AdminError::NoSeat { given: given.to_owned(), holder })
    }
}

/// Asks the sim thread of a match how it is.
pub(super) async fn ask(app: &App, match_id: &str) -> Result<Asked, AdminError> {
    let gone = || AdminError::NoMatch(match_id.to_owned());
    let (key, sim) = app.directory.find(match_id).ok_or_else(gone)?;
    let (game, opened_ms) = app.directory.about(key).ok_or_else(gone)?;
    let (answer, answered) = oneshot::channel();
    sim.send(SimCommand::Query { key, answer }).map_err(|_| AdminError::NoAnswer)?;
    match tokio::time::timeout(ANSWER_TIMEOUT, answered).await {
        Ok(Ok(report)) => Ok(Asked { report, key, game, opened_ms, sim }),
        Ok(Err(_)) => Err(gone()),
        Err(_) => Err(AdminError::NoAnswer),
    }
}

fn shown(app: &App, Asked { report, key, game, opened_ms, .. }: &Asked) -> Value {
    let MatchReport { settings, in_force, relief, figures, .. } = report;
    let bots = report.seats.iter().filter(|seat| seat.bot).count();
    let seats = report.seats.iter().map(
        |Seat { id, name, bot, connected }| json!({ "seat": id.0, "name": name, "bot": bot, "connected": connected }),
    );
    let budget_us = 1_000_000_000 / (settings.tick_hz * settings.dilation_permille).max(1);
    let permille = |cost_us: f64| (1_000.0 * cost_us / f64::from(budget_us.max(1))).round() as u64;
    json!({
        "match": report.match_id,
        "game": game.name(),
        "state": if settings.paused { "paused" } else { "running" },
        "opened_ms": opened_ms,
        "age_s": wall_ms().saturating_sub(*opened_ms) / 1_000,
        "version": app.changes.version(*key),
        "tick": report.tick,
        "players": report.seats.len() - bots,
        "bots": bots,
        "seats_max": report.seats_max,
        "seats": seats.collect::<Vec<_>>(),
        "tick_hz": settings.tick_hz,
        "snapshot_interval": settings.snapshot_interval,
        "interp_delay_ms": settings.interp_delay_ms,
        "interest_radius": report.tuning.interest_radius,
        "paused": settings.paused,
        "dilation_permille": settings.dilation_permille,
        "tick_budget_permille": { "mean": permille(report.tick_us), "max": permille(report.tick_us_max as f64) },
        "bytes_per_s": report.bytes_per_s,
        "overload": {
            "is_relieved": *relief != Relief::NONE,
            "snapshot_factor": relief.snapshot_factor,
            "dilation_permille": relief.dilation_permille,
            "snapshot_interval_in_force": in_force.snapshot_interval,
            "interp_delay_ms_in_force": in_force.interp_delay_ms,
            "dilation_permille_in_force": in_force.dilation_permille,
            "tick_us": report.tick_us.round(),
            "tick_budget_us": budget_us,
        },
        "figures": {
            "snapshots": figures.snapshots,
            "keyframes": figures.keyframes,
            "skips_outbox": figures.skips_outbox,
            "skips_window": figures.skips_window,
            "bytes": figures.bytes,
            "closes": figures.closes,
        },
    })
}

impl IntoResponse for AdminError {
    fn into_response(self) -> Response {
        let (status, code, message) = match self {
            Self::NoMatch(id) => (StatusCode::NOT_FOUND, "match_gone", format!("there is no match {id:?}")),
            Self::NoSeat { given, holder } => {
                (StatusCode::NOT_FOUND, "no_seat", format!("no {holder} of this match has the seat {given:?}"))
            }
            Self::NoChange(given) => (
                StatusCode::NOT_FOUND,
                "no_change",
                format!("this match has had no change {given:?}, or it is too long ago"),
            ),
            Self::NoPreset(given) => (StatusCode::NOT_FOUND, "no_preset", format!("there is no preset {given:?}")),
            Self::BadRequest(reason) => (StatusCode::BAD_REQUEST, "bad_request", reason),
            Self::NoImpairment(given) => {
                (StatusCode::NOT_FOUND, "no_impairment", format!("no impairment {given:?} of this match is in force"))
            }
            Self::Conflict(code, reason) => (StatusCode::CONFLICT, code, reason),
            Self::TooFrequent => {
                let message = "too many sign-ins from this address: try again in a few seconds".to_owned();
                (StatusCode::TOO_MANY_REQUESTS, "too_frequent", message)
            }
            Self::Unavailable(code, reason) => (StatusCode::SERVICE_UNAVAILABLE, code, reason),
            Self::NoAnswer => {
                let message = format!("the match gave no answer within {} s", ANSWER_TIMEOUT.as_secs());
                (StatusCode::SERVICE_UNAVAILABLE, "no_answer", message)
            }
        };
        (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
    }
}
