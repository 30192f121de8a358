//! `/api/admin/matches`: what an operator sees of a running match, and what may be done to it.
//!
//! Invariant: what is done goes to the match as an arrival like any other, so it is in the match's log. An answer says what was
//! accepted; it takes effect at the next tick. Not here: who may (`bearer`), the ranges (`skirmish_sim::Tuning`, `Pace`), what an act does.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use skirmish_protocol::limits::CLOSE_REASON_BYTES_MAX;
use skirmish_sim::{Arrival, Pace, Relief, Seat, Tuning};
use tokio::sync::oneshot;

use super::App;
use crate::channels::{MatchReport, SimCommand, SimHandle, ToSim};
use crate::match_key::MatchKey;

/// How long a sim thread may take to answer: it does so between two ticks.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// A change of a running match: what is given changes, the rest stays.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(skip_serializing_if = "Option::is_none")]
    tick_hz: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    snapshot_interval: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interp_delay_ms: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interest_radius: Option<f32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    paused: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dilation_permille: Option<u32>,
}

/// A player who loses the seat, and what the player is told.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Kick {
    seat: u32,
    #[serde(default = "no_reason")]
    reason: String,
}

fn no_reason() -> String {
    "the operator removed you".to_owned()
}

/// So many bots more.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Bots {
    add: u32,
}

/// A running match that was asked how it is, and the way to it.
struct Asked {
    report: MatchReport,
    key: MatchKey,
    sim: SimHandle,
}

/// Why an operator's request was refused.
#[derive(Debug)]
pub(super) enum AdminError {
    NoMatch(String),
    NoSeat { given: String, holder: &'static str },
    BadRequest(String),
    NoAnswer,
    TooManyFeeds { max: usize },
}

/// `GET /api/admin/matches`.
pub(super) async fn list(State(app): State<Arc<App>>) -> Json<Vec<Value>> {
    let mut reports = Vec::new();
    for open in app.directory.matches() {
        // One that ended since it was listed is left out.
        if let Ok(asked) = ask(&app, &open.match_id).await {
            reports.push(shown(&asked.report));
        }
    }
    Json(reports)
}

/// `GET /api/admin/matches/{id}`.
pub(super) async fn show(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Value>, AdminError> {
    Ok(Json(shown(&ask(&app, &id).await?.report)))
}

/// `PATCH /api/admin/matches/{id}`.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let change: Change = read(&body)?;
    // One at a time: what is not given is taken from what was told before.
    let _turn = app.changes.lock().await;
    let asked = ask(&app, &id).await?;
    asked.tell(change.arrivals(&asked.report)?)?;
    Ok(accepted(&id, "changed", &change))
}

/// `POST /api/admin/matches/{id}/kick`.
pub(super) async fn kick(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let kick: Kick = read(&body)?;
    let given = kick.reason.len();
    if given > CLOSE_REASON_BYTES_MAX {
        let message = format!("reason has {given} bytes, at most {CLOSE_REASON_BYTES_MAX} are allowed");
        return Err(AdminError::BadRequest(message));
    }
    let asked = ask(&app, &id).await?;
    asked.seat(&kick.seat.to_string(), "player", |seat| !seat.bot)?;
    asked.tell([Arrival::Kick { seat: kick.seat, reason: kick.reason.clone() }])?;
    Ok(accepted(&id, "player kicked", &kick))
}

/// `POST /api/admin/matches/{id}/bots`.
pub(super) async fn add_bots(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let bots: Bots = read(&body)?;
    let asked = ask(&app, &id).await?;
    let MatchReport { seats, seats_max, .. } = &asked.report;
    let free = seats_max - seats.len() as u32;
    if !(1..=free).contains(&bots.add) {
        let message = format!("add = {}: must be a whole number from 1 to {free}, the seats that are free", bots.add);
        return Err(AdminError::BadRequest(message));
    }
    let names = (1..).map(|number: u32| format!("Bot {number}"));
    let names = names.filter(|name| !seats.iter().any(|seat| seat.name == *name));
    asked.tell(names.take(bots.add as usize).map(|name| Arrival::AddBot { name }))?;
    Ok(accepted(&id, "bots added", &bots))
}

/// `DELETE /api/admin/matches/{id}/bots/{seat}`.
pub(super) async fn remove_bot(
    State(app): State<Arc<App>>,
    Path((id, seat)): Path<(String, String)>,
) -> Result<Json<Value>, AdminError> {
    let asked = ask(&app, &id).await?;
    let seat = asked.seat(&seat, "bot", |seat| seat.bot)?;
    asked.tell([Arrival::RemoveBot { seat }])?;
    Ok(accepted(&id, "bot removed", &json!({ "seat": seat })))
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, AdminError> {
    // An object first: a struct would take an array as well.
    let object = serde_json::from_slice::<Map<String, Value>>(body);
    let read = object.and_then(|object| serde_json::from_value(Value::Object(object)));
    read.map_err(|error| AdminError::BadRequest(error.to_string()))
}

fn accepted(match_id: &str, act: &str, what: &impl Serialize) -> Json<Value> {
    let accepted = json!(what);
    tracing::info!(match_id, act, %accepted, "an operator acted");
    Json(json!({ "match": match_id, "accepted": accepted }))
}

impl Asked {
    fn tell(&self, arrivals: impl IntoIterator<Item = Arrival>) -> Result<(), AdminError> {
        for arrival in arrivals {
            let command = SimCommand::Arrival(ToSim::new(self.key, arrival));
            self.sim.send(command).map_err(|_| AdminError::NoAnswer)?;
        }
        Ok(())
    }

    /// The seat of that number, which must be held as asked for.
    fn seat(&self, given: &str, holder: &'static str, fits: fn(&Seat) -> bool) -> Result<u32, AdminError> {
        let taken = self.report.seats.iter().find(|seat| seat.id.0.to_string() == given && fits(seat));
        taken.map(|seat| seat.id.0).ok_or_else(|| AdminError::NoSeat { given: given.to_owned(), holder })
    }
}

impl Change {
    /// What to tell the match, once every number is known to be within its range.
    fn arrivals(&self, now: &MatchReport) -> Result<Vec<Arrival>, AdminError> {
        let tuning = Tuning {
            tick_hz: self.tick_hz,
            snapshot_interval: self.snapshot_interval,
            interp_delay_ms: self.interp_delay_ms,
            interest_radius: self.interest_radius,
        };
        let pace = Pace {
            paused: self.paused.unwrap_or(now.pace.paused),
            dilation_permille: self.dilation_permille.unwrap_or(now.pace.dilation_permille),
        };
        tuning.check().and_then(|()| pace.check()).map_err(|error| AdminError::BadRequest(error.to_string()))?;
        let mut arrivals = Vec::new();
        if tuning != Tuning::default() {
            arrivals.push(Arrival::Tune(tuning));
        }
        if self.paused.is_some() || self.dilation_permille.is_some() {
            arrivals.push(Arrival::Pace(pace));
        }
        Ok(arrivals)
    }
}

/// Asks the sim thread of a match how it is.
async fn ask(app: &App, match_id: &str) -> Result<Asked, AdminError> {
    let gone = || AdminError::NoMatch(match_id.to_owned());
    let (key, sim) = app.directory.find(match_id).ok_or_else(gone)?;
    let (answer, answered) = oneshot::channel();
    sim.send(SimCommand::Query { key, answer }).map_err(|_| AdminError::NoAnswer)?;
    match tokio::time::timeout(ANSWER_TIMEOUT, answered).await {
        Ok(Ok(report)) => Ok(Asked { report, key, sim }),
        Ok(Err(_)) => Err(gone()),
        Err(_) => Err(AdminError::NoAnswer),
    }
}

fn shown(report: &MatchReport) -> Value {
    let MatchReport { settings, in_force, relief, figures, .. } = report;
    let bots = report.seats.iter().filter(|seat| seat.bot).count();
    let seats = report.seats.iter().map(
        |Seat { id, name, bot, connected }| json!({ "seat": id.0, "name": name, "bot": bot, "connected": connected }),
    );
    json!({
        "match": report.match_id,
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
        "overload": {
            "is_relieved": *relief != Relief::NONE,
            "snapshot_factor": relief.snapshot_factor,
            "dilation_permille": relief.dilation_permille,
            "snapshot_interval_in_force": in_force.snapshot_interval,
            "interp_delay_ms_in_force": in_force.interp_delay_ms,
            "dilation_permille_in_force": in_force.dilation_permille,
            "tick_us": report.tick_us.round(),
            "tick_budget_us": 1_000_000_000 / (settings.tick_hz * settings.dilation_permille).max(1),
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
            Self::BadRequest(reason) => (StatusCode::BAD_REQUEST, "bad_request", reason),
            Self::TooManyFeeds { max } => {
                let message = format!("all {max} feeds are open: close a console, or try again later");
                (StatusCode::SERVICE_UNAVAILABLE, "too_many_feeds", message)
            }
            Self::NoAnswer => {
                let message = format!("the match gave no answer within {} s", ANSWER_TIMEOUT.as_secs());
                (StatusCode::SERVICE_UNAVAILABLE, "no_answer", message)
            }
        };
        (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
    }
}
