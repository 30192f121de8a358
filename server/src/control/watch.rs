//! `POST /api/admin/matches/{id}/watch` and `GET /api/admin/matches/{id}/scene`: looking on at a match, or at what one player sees, and how to draw it.
//!
//! Not here: the snapshots, which are those that players get (`skirmish_sim`).

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::App;
use super::admin::{AdminError, ask, read};
use super::auth::Actor;
use super::join::{self, JoinAnswer, Refused};

/// Through whose eyes; none: everything.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    seat: Option<u32>,
}

/// `POST /api/admin/matches/{id}/watch`.
pub(super) async fn watch(
    State(app): State<Arc<App>>,
    Extension(actor): Extension<Actor>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<JoinAnswer>, AdminError> {
    let Wish { seat } = read(&body)?;
    if let Some(seat) = seat {
        ask(&app, &id).await?.seat(&seat.to_string(), "player", |seat| !seat.bot)?;
    }
    let ws_url = join::ws_url(&app, &headers).map_err(|Refused { message, .. }| AdminError::BadRequest(message))?;
    let joined = app.directory.watch_match(&id, &actor.who, seat)?;
    Ok(Json(JoinAnswer::new(joined, ws_url)))
}

/// `GET /api/admin/matches/{id}/scene`.
pub(super) async fn scene(State(app): State<Arc<App>>, Path(id): Path<String>) -> Result<Json<Value>, AdminError> {
    let asked = ask(&app, &id).await?;
    let mut scene = json!(asked.game.scene());
    scene["match"] = json!(id);
    scene["interest_radius"] = json!(asked.report.tuning.interest_radius);
    Ok(Json(scene))
}
