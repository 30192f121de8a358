//! `GET /api/admin/matches/{id}/compare`: a match before a change and since.
//!
//! Not here: the measuring (`driver::stretches`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::App;
use super::admin::{ANSWER_TIMEOUT, AdminError};
use super::feed::{percentiles, tenths};
use crate::channels::{Comparison, SimCommand, Stretch};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Which {
    tick: u32,
}

/// `GET /api/admin/matches/{id}/compare?tick=T`.
pub(super) async fn at_tick(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    Query(Which { tick }): Query<Which>,
) -> Result<Json<Value>, AdminError> {
    let Comparison { before, since } = compare(&app, &id, tick).await?;
    Ok(Json(json!({ "tick": tick, "before": shown(&before), "since": shown(&since) })))
}

/// A match before and since the first change that came at this tick or later.
pub(super) async fn compare(app: &App, match_id: &str, tick: u32) -> Result<Comparison, AdminError> {
    let gone = || AdminError::NoMatch(match_id.to_owned());
    let (key, sim) = app.directory.find(match_id).ok_or_else(gone)?;
    let (answer, answered) = oneshot::channel();
    sim.send(SimCommand::Compare { key, tick, answer }).map_err(|_| AdminError::NoAnswer)?;
    let answer = tokio::time::timeout(ANSWER_TIMEOUT, answered).await.map_err(|_| AdminError::NoAnswer)?;
    answer.map_err(|_| gone())?.ok_or(AdminError::NoChange { tick })
}

/// What a match was like, each figure by what it is compared by.
pub(super) fn shown(stretch: &Stretch) -> Value {
    let seconds = stretch.length_us as f64 / 1e6;
    let per = |amount: f64, of: f64| if of > 0.0 { tenths(amount / of) } else { 0.0 };
    let clients = per(stretch.sessions as f64, stretch.ticks as f64);
    let (work_us, budget_us) = (stretch.work_us as f64, stretch.budget_us as f64);
    json!({
        "seconds": tenths(seconds),
        "clients": clients,
        "input_ack_ms": percentiles(&stretch.waits.input_ack),
        "snapshot_age_ms": percentiles(&stretch.waits.snapshot_age),
        "bytes_per_client_s": per(stretch.bytes as f64, clients * seconds),
        "snapshots_per_client_s": per(stretch.snapshots as f64, clients * seconds),
        "ticks_per_s": per(stretch.ticks as f64, seconds),
        "cpu_us_per_tick": per(work_us, stretch.ticks as f64),
        "headroom_permille": if budget_us > 0.0 { ((1.0 - work_us / budget_us) * 1000.0).round() } else { 1000.0 },
        "overruns": stretch.overruns,
    })
}
