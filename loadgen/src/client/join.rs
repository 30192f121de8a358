//! Asking for a seat: `POST /api/join`, and other things that lie behind plain HTTP.

use std::time::Duration;

use serde::Deserialize;

use crate::target::Target;

/// How long an answer may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// The HTTP client of one thread.
pub(crate) type Http = reqwest::Client;

/// The right to a seat.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Seat {
    /// The match's id.
    #[serde(rename = "match")]
    pub(crate) match_id: String,
    /// The seat's number.
    pub(crate) seat: u32,
    /// Where to open the WebSocket.
    pub(crate) ws_url: String,
    /// A join ticket, later a reconnect token.
    pub(crate) ticket: String,
}

/// Why there is no seat, or no connection.
#[derive(Clone, Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// Nobody answered.
    #[error("the server can't be reached: {0}")]
    Unreachable(String),
    /// The server said no; the text is its own.
    #[error("refused: {0}")]
    Refused(String),
    /// The ticket or the token is not good any more.
    #[error("ticket refused: {0}")]
    Ticket(String),
    /// The server did something that no correct one does.
    #[error("{0}")]
    Violation(String),
}

#[derive(Deserialize)]
struct Refused {
    error: RefusedFor,
}

#[derive(Deserialize)]
struct RefusedFor {
    code: String,
    message: String,
}

/// Whatever proxy the environment names: load goes straight to its target.
pub(crate) fn http() -> Result<Http, reqwest::Error> {
    Http::builder().no_proxy().timeout(ANSWER_TIMEOUT).build()
}

/// Reserves a seat in `match_id`, or wherever the server likes.
pub(crate) async fn join(http: &Http, target: &Target, name: &str, match_id: Option<&str>) -> Result<Seat, Refusal> {
    let mut body = serde_json::json!({ "game": target.game, "name": name });
    if let Some(match_id) = match_id {
        body["match"] = match_id.into();
    }
    let answer = http.post(target.url("/api/join")).body(body.to_string()).send().await;
    let answer = answer.map_err(|error| Refusal::Unreachable(in_full(&error)))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| Refusal::Unreachable(in_full(&error)))?;
    if !status.is_success() {
        let reason = serde_json::from_str(&text).map_or_else(
            |_| format!("status {status}"),
            |Refused { error: RefusedFor { code, message } }| format!("{code}: {message}"),
        );
        return Err(Refusal::Refused(reason));
    }
    let seat: Seat = serde_json::from_str(&text)
        .map_err(|error| Refusal::Violation(format!("a join was answered with something else: {error}")))?;
    target.check_socket(&seat.ws_url).map_err(Refusal::Refused)?;
    Ok(seat)
}

/// The text at a path of the target.
pub(crate) async fn get_text(http: &Http, target: &Target, path: &str) -> Result<String, String> {
    let answer = http.get(target.url(path)).send().await.map_err(|error| in_full(&error))?;
    let answer = answer.error_for_status().map_err(|error| in_full(&error))?;
    answer.text().await.map_err(|error| in_full(&error))
}

/// The error with what it comes from, down to "connection refused".
fn in_full(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    text
}
