//! Asking for a seat: `POST /api/join`, measured by goose as the HTTP request it is.

use goose::prelude::*;
use serde::Deserialize;

/// The game that virtual players join.
const GAME: &str = "arena";

/// The server's answer to a join request.
#[derive(Debug, Deserialize)]
pub(crate) struct Joined {
    /// Where to open the WebSocket.
    pub(crate) ws_url: String,
    /// The right to claim the seat, once.
    pub(crate) ticket: String,
}

/// Reserves a seat for virtual player `number`.
///
/// # Errors
/// When the server can't be reached or refuses; the text is the server's own.
pub(crate) async fn join(user: &mut GooseUser, number: usize) -> Result<Joined, String> {
    let body = serde_json::json!({ "game": GAME, "name": format!("load-{number}") });
    let answer = user.post_json("/api/join", &body).await.map_err(|error| error.to_string())?;
    let response = answer.response.map_err(|error| error.to_string())?;
    let refused = (!response.status().is_success()).then(|| response.status());
    let text = response.text().await.map_err(|error| error.to_string())?;
    match refused {
        Some(status) => Err(format!("join refused with status {status}: {text}")),
        None => serde_json::from_str(&text).map_err(|error| format!("join answered {text:?}: {error}")),
    }
}
