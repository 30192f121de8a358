//! `GET /api/admin/matches/{id}/changes/{change}/compare`: a match before a change and since.
//!
//! Not here: the measuring (`driver::stretches`), the changes (`tune`).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::App;
use super::admin::{ANSWER_TIMEOUT, AdminError};
use super::feed::{percentiles, tenths};
use crate::channels::{Comparison, SimCommand, Stretch};

/// `GET /api/admin/matches/{id}/changes/{change}/compare`.
pub(super) async fn compare(
    State(app): State<Arc<App>>,
    Path((id, change)): Path<(String, String)>,
) -> Result<Json<Value>, AdminError> {
    let (key, sim) = app.directory.find(&id).ok_or_else(|| AdminError::NoMatch(id.clone()))?;
    let made = app.changes.of(key).into_iter().find(|made| made.id.to_string() == change);
    let Some(made) = made else {
        return Err(AdminError::NoChange(change));
    };
    let (answer, answered) = oneshot::channel();
    sim.send(SimCommand::Compare { key, tick: made.tick, answer }).map_err(|_| AdminError::NoAnswer)?;
    let answer = tokio::time::timeout(ANSWER_TIMEOUT, answered).await.map_err(|_| AdminError::NoAnswer)?;
    let compared = answer.map_err(|_| AdminError::NoMatch(id))?;
    let Comparison { before, since } = compared.ok_or(AdminError::NoChange(change))?;
    Ok(Json(json!({ "change": made.id, "before": shown(&before), "since": shown(&since) })))
}

/// What a match was like.
fn shown(stretch: &Stretch) -> Value {
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
