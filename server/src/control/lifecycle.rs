//! Opening a match, letting it go on by single ticks, and ending it.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use skirmish_protocol::check_match_name;
use skirmish_protocol::limits::CLOSE_REASON_BYTES_MAX;
use skirmish_sim::Tuning;

use super::App;
use super::admin::{AdminError, accepted, ask, read};
use super::audit::Entry;
use super::auth::Actor;
use crate::channels::Then;
use crate::directory::{JoinError, Opening};

/// Ticks that one step may be, at most.
const STEP_TICKS_MAX: u32 = 240;
const NO_REASON: &str = "the operator ended the match";

/// A match to be opened: what is not given is the server's and the game's usual.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Open {
    game: String,
    #[serde(rename = "match")]
    match_id: Option<String>,
    bots: Option<u32>,
    #[serde(default)]
    tuning: Tuning,
    config: Option<Value>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Step {
    ticks: u32,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct End {
    reason: Option<String>,
}

/// `POST /api/admin/matches`.
pub(super) async fn open(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    body: Bytes,
) -> Result<(StatusCode, Json<Value>), AdminError> {
    let wanted: Open = read(&body)?;
    if let Some(name) = &wanted.match_id {
        check_match_name(name).map_err(|error| AdminError::BadRequest(format!("match: {error}")))?;
    }
    wanted.tuning.check().map_err(|error| AdminError::BadRequest(format!("tuning: {error}")))?;
    let opening = Opening { bots: wanted.bots, tuning: wanted.tuning, config: wanted.config };
    let match_id = app.directory.open_kept(&wanted.game, wanted.match_id.as_deref(), opening)?;
    let given: Value = serde_json::from_slice(&body).unwrap_or_default();
    let entry = Entry::of(&actor, "open", given.clone());
    // It is noted in the log before its first tick, or soon after.
    let tick = ask(&app, &match_id).await?.act(&entry, Vec::new()).await?;
    app.audit.note(entry.on(&match_id, tick));
    Ok((StatusCode::CREATED, accepted(&match_id, &given, tick)))
}

/// `POST /api/admin/matches/{id}/step`.
pub(super) async fn step(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let step: Step = read(&body)?;
    if !(1..=STEP_TICKS_MAX).contains(&step.ticks) {
        let message = format!("ticks = {}: allowed is a whole number from 1 to {STEP_TICKS_MAX}", step.ticks);
        return Err(AdminError::BadRequest(message));
    }
    let asked = ask(&app, &id).await?;
    let entry = Entry::of(&actor, "step", json!(step));
    let tick = asked.act_and(&entry, Vec::new(), Then::Step(step.ticks)).await?;
    app.audit.note(entry.on(&id, tick));
    Ok(accepted(&id, &json!(step), tick))
}

/// `DELETE /api/admin/matches/{id}`.
pub(super) async fn end(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, AdminError> {
    let end: End = if body.is_empty() { End::default() } else { read(&body)? };
    let reason = end.reason.clone().unwrap_or_else(|| NO_REASON.to_owned());
    if reason.len() > CLOSE_REASON_BYTES_MAX {
        let message = format!("reason has {} bytes, at most {CLOSE_REASON_BYTES_MAX} are allowed", reason.len());
        return Err(AdminError::BadRequest(message));
    }
    let asked = ask(&app, &id).await?;
    let entry = Entry::of(&actor, "end", json!({ "reason": reason }));
    let tick = asked.act_and(&entry, Vec::new(), Then::End(reason)).await?;
    let what = entry.what.clone();
    app.audit.note(entry.on(&id, tick));
    Ok(accepted(&id, &what, tick))
}

impl From<JoinError> for AdminError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::NoMatch { given } => Self::NoMatch(given.unwrap_or_default()),
            JoinError::MatchExists { .. } | JoinError::TooManySpectators { .. } => {
                Self::Conflict(error.code(), error.to_string())
            }
            JoinError::ServerFull(_) | JoinError::ShuttingDown => Self::Unavailable(error.code(), error.to_string()),
            _ => Self::BadRequest(error.to_string()),
        }
    }
}
