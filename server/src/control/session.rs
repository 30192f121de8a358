//! `/api/admin/session`: a token exchanged for the console's cookie, and back.

use std::sync::Arc;
use std::time::Instant;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::admin::{AdminError, read};
use super::audit::Entry;
use super::auth::{Actor, Denied};
use super::{App, Peer};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignIn {
    token: String,
    who: Option<String>,
}

/// `POST /api/admin/session`.
pub(super) async fn sign_in(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    if !app.sign_ins.take(peer.ip(), Instant::now()) {
        return Err(AdminError::TooFrequent.into_response());
    }
    if !app.origins.allow(&headers) {
        return Err(Denied::ForeignOrigin.into_response());
    }
    let given: SignIn = read(&body).map_err(AdminError::into_response)?;
    let role = app.auth.role_of(given.token.as_bytes()).ok_or_else(|| Denied::Unauthorized.into_response())?;
    let actor = Actor::new(role, given.who.as_deref()).map_err(Denied::into_response)?;
    app.audit.note(Entry::of(&actor, "sign_in", json!({ "role": role })));
    let answer = Json(json!({ "role": role, "who": actor.who })).into_response();
    Ok(with_cookie(answer, &app.auth.signing_in(&actor)))
}

/// `GET /api/admin/session`.
pub(super) async fn show(State(app): State<Arc<App>>, Extension(actor): Extension<Actor>) -> Json<Value> {
    Json(json!({
        "role": actor.role,
        "who": actor.who,
        "games": app.directory.games(),
        "server_version": env!("CARGO_PKG_VERSION"),
        "started_ms": app.started_ms,
    }))
}

/// `DELETE /api/admin/session`.
pub(super) async fn sign_out(State(app): State<Arc<App>>, Extension(actor): Extension<Actor>) -> Response {
    app.audit.note(Entry::of(&actor, "sign_out", json!({})));
    with_cookie(Json(json!({ "signed_out": true })).into_response(), &app.auth.signing_out())
}

fn with_cookie(mut response: Response, cookie: &str) -> Response {
    let cookie = HeaderValue::from_str(cookie).expect("a cookie of ours is printable ASCII");
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    response
}
