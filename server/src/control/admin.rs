//! `/api/admin/matches`: what an operator sees of a running match, and what may be changed in it.
//!
//! Invariant: what is changed goes to the match as an arrival like any other, so it is in the match's log. Not here: who may
//! (`bearer`), the ranges (`skirmish_sim::Tuning`, `Pace`), what a change does.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use skirmish_sim::{Arrival, Pace, Tuning};
use tokio::sync::oneshot;

use super::App;
use crate::channels::{MatchKey, MatchReport, SimCommand, SimHandle, ToSim};

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

/// Why an operator's request was refused.
#[derive(Debug)]
pub(super) enum AdminError {
    NoMatch(String),
    BadChange(String),
    NoAnswer,
}

/// `GET /api/admin/matches`.
pub(super) async fn list(State(app): State<Arc<App>>) -> Json<Vec<Value>> {
    let mut reports = Vec::new();
    for open in app.directory.matches() {
        // One that ended since it was listed is left out.
        if let Ok((report, ..)) = report(&app, &open.match_id).await {
            reports.push(shown(&report));
        }
    }
    Json(reports)
}

/// `GET /api/admin/matches/{id}`.
pub(super) async fn show(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Value>, AdminError> {
    let (report, ..) = report(&app, &id).await?;
    Ok(Json(shown(&report)))
}

/// `PATCH /api/admin/matches/{id}`: answers what was accepted; it takes effect at the next tick.
pub(super) async fn change(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let change: Change = serde_json::from_slice(&body).map_err(|error| AdminError::BadChange(error.to_string()))?;
    let (report, key, sim) = report(&app, &id).await?;
    for arrival in change.arrivals(&report)? {
        let command = SimCommand::Arrival(ToSim { to: key, arrival, outbox: None });
        sim.send(command).map_err(|_| AdminError::NoAnswer)?;
    }
    tracing::info!(match_id = id, ?change, "match changed by an operator");
    Ok(Json(json!({ "match": id, "accepted": change })))
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
            paused: self.paused.unwrap_or(now.settings.paused),
            dilation_permille: self.dilation_permille.unwrap_or(now.settings.dilation_permille),
        };
        tuning.check().and_then(|()| pace.check()).map_err(|error| AdminError::BadChange(error.to_string()))?;
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
async fn report(app: &App, match_id: &str) -> Result<(MatchReport, MatchKey, SimHandle), AdminError> {
    let gone = || AdminError::NoMatch(match_id.to_owned());
    let (key, sim) = app.directory.find(match_id).ok_or_else(gone)?;
    let (answer, answered) = oneshot::channel();
    sim.send(SimCommand::Query { key, answer }).map_err(|_| AdminError::NoAnswer)?;
    match tokio::time::timeout(ANSWER_TIMEOUT, answered).await {
        Ok(Ok(report)) => Ok((report, key, sim)),
        Ok(Err(_)) => Err(gone()),
        Err(_) => Err(AdminError::NoAnswer),
    }
}

fn shown(report: &MatchReport) -> Value {
    let (settings, figures) = (report.settings, report.figures);
    json!({
        "match": report.match_id,
        "tick": report.tick,
        "players": report.humans,
        "bots": report.bots,
        "tick_hz": settings.tick_hz,
        "snapshot_interval": settings.snapshot_interval,
        "interp_delay_ms": settings.interp_delay_ms,
        "paused": settings.paused,
        "dilation_permille": settings.dilation_permille,
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
            Self::BadChange(reason) => (StatusCode::BAD_REQUEST, "bad_request", reason),
            Self::NoAnswer => {
                let message = format!("the match gave no answer within {} s", ANSWER_TIMEOUT.as_secs());
                (StatusCode::SERVICE_UNAVAILABLE, "no_answer", message)
            }
        };
        (status, Json(json!({ "error": { "code": code, "message": message } }))).into_response()
    }
}
