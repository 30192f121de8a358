//! `POST /api/join` and `GET /api/matches`, as `docs/protocol.md` section 1 has them.
//!
//! Invariant: every refusal has the body `{"error":{"code","message"}}`. Not here: which seat (`directory`).

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::body::Body;
use axum::extract::{Extension, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use http_body_util::{BodyExt, Limited};
use serde::{Deserialize, Serialize};
use serde_json::json;
use skirmish_protocol::{check_match_name, check_name};

use super::{App, BODY_BYTES_MAX, Peer};
use crate::directory::{JoinError, Joined, MatchInfo};
use crate::metrics::JOINS;

/// Within this time the body must have come.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct JoinRequest {
    game: String,
    name: String,
    #[serde(rename = "match")]
    match_name: Option<String>,
    #[serde(default)]
    spectate: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct JoinAnswer {
    #[serde(rename = "match")]
    match_id: String,
    seat: u32,
    ws_url: String,
    ticket: String,
    expires_in_s: u64,
}

impl JoinAnswer {
    pub(super) fn new(Joined { match_id, seat, ticket, expires_in_s }: Joined, ws_url: String) -> Self {
        Self { match_id, seat, ws_url, ticket, expires_in_s }
    }
}

/// A refusal of the join API.
#[derive(Debug)]
pub(super) struct Refused {
    status: StatusCode,
    code: &'static str,
    pub(super) message: String,
}

pub(super) async fn join(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<JoinAnswer>, Refused> {
    let answer = if app.joins.take(peer.ip(), Instant::now()) {
        reserve(&app, peer.ip(), &headers, body).await
    } else {
        Err(Refused::too_frequent())
    };
    let result = answer.as_ref().map_or_else(|refused| refused.code, |_| "ok");
    metrics::counter!(JOINS, "result" => result).increment(1);
    answer.map(Json)
}

pub(super) async fn matches(State(app): State<Arc<App>>) -> Json<Vec<MatchInfo>> {
    Json(app.directory.matches())
}

async fn reserve(app: &App, address: IpAddr, headers: &HeaderMap, body: Body) -> Result<JoinAnswer, Refused> {
    let ws_url = ws_url(app, headers)?;
    let request = read(body).await?;
    check_name(&request.name).map_err(|error| Refused::bad_request(error.to_string()))?;
    if let Some(name) = &request.match_name {
        check_match_name(name).map_err(|error| Refused::bad_request(error.to_string()))?;
    }
    let (game, name, match_name) = (&request.game, &request.name, request.match_name.as_deref());
    let may_open = || app.openings.take(address, Instant::now());
    let joined = match request.spectate {
        true => app.directory.watch(game, name, match_name)?,
        false => app.directory.join(game, name, match_name, may_open)?,
    };
    Ok(JoinAnswer::new(joined, ws_url))
}

/// Where the WebSocket is: at the public address if one is configured, or else where this request went.
pub(super) fn ws_url(app: &App, headers: &HeaderMap) -> Result<String, Refused> {
    if let Some(url) = &app.public_url {
        // http becomes ws, and https wss.
        return Ok(format!("ws{}/ws", url.strip_prefix("http").unwrap_or(url)));
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = host.ok_or_else(|| Refused::bad_request("the request has no readable Host header".to_owned()))?;
    Ok(format!("ws://{host}/ws"))
}

async fn read(body: Body) -> Result<JoinRequest, Refused> {
    let collected = tokio::time::timeout(BODY_TIMEOUT, Limited::new(body, BODY_BYTES_MAX).collect());
    let body = match collected.await {
        Err(_) => {
            return Err(Refused::bad_request(format!("no whole body came within {} s", BODY_TIMEOUT.as_secs())));
        }
        Ok(Err(error)) => {
            return Err(Refused::bad_request(format!(
                "the body of at most {BODY_BYTES_MAX} bytes cannot be read: {error}"
            )));
        }
        Ok(Ok(body)) => body.to_bytes(),
    };
    serde_json::from_slice(&body).map_err(|error| {
        Refused::bad_request(format!(
            "the body must be {{\"game\",\"name\",\"match\"?,\"spectate\"?}} in JSON: {error}"
        ))
    })
}

impl Refused {
    fn bad_request(message: String) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code: "bad_request", message }
    }

    fn too_frequent() -> Self {
        let message = "too many joins from this address: try again in a few seconds".to_owned();
        Self { status: StatusCode::TOO_MANY_REQUESTS, code: "too_frequent", message }
    }

    /// A page of another origin asked.
    pub(super) fn foreign(origin: &str) -> Self {
        let message = format!("pages of {origin:?} may not join here; the server's `origins` says which may");
        Self { status: StatusCode::FORBIDDEN, code: "bad_request", message }
    }
}

impl From<JoinError> for Refused {
    fn from(error: JoinError) -> Self {
        let status = match error {
            JoinError::UnknownGame { .. } | JoinError::NoMatch { .. } => StatusCode::NOT_FOUND,
            JoinError::Config(_) => StatusCode::BAD_REQUEST,
            JoinError::WrongGame { .. }
            | JoinError::MatchExists { .. }
            | JoinError::MatchFull { .. }
            | JoinError::TooManySpectators { .. } => StatusCode::CONFLICT,
            JoinError::TooManyOpened => StatusCode::TOO_MANY_REQUESTS,
            JoinError::ServerFull(_) | JoinError::ShuttingDown => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self { status, code: error.code(), message: error.to_string() }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = json!({ "error": { "code": self.code, "message": self.message } });
        (self.status, Json(body)).into_response()
    }
}
