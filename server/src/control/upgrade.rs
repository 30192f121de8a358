//! The WebSocket handshake, by hand, and the hand-over of the socket to a reader thread.
//!
//! A refusal that a well-meaning client can meet completes the upgrade, because a browser's page learns nothing from a refused one;
//! the reader thread then says why and closes. Only a foreign `Origin` and a request that is no WebSocket handshake get plain HTTP.
//!
//! Invariant: a seat claimed here is either handed over or given back. The socket leaves this runtime with `into_std`;
//! the reader thread registers it with its own. Not here: anything that comes through the socket afterwards (`edge`).

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use skirmish_protocol::{CloseCode, JSON_SUBPROTOCOL, SUBPROTOCOL};
use tokio::net::TcpStream;
use tungstenite::handshake::derive_accept_key;

use super::{App, Peer, pages};
use crate::edge::{Admission, Verdict};
use crate::metrics::HANDSHAKES;

/// `GET /`: a handshake behaves as on `/ws`, everything else gets the page.
pub(super) async fn or_page(app: State<Arc<App>>, peer: Extension<Peer>, request: Request) -> Response {
    if has_token(request.headers(), header::UPGRADE, "websocket") {
        upgrade(app, peer, request).await
    } else {
        pages::file(app, request).await
    }
}

/// `GET /ws`.
pub(super) async fn upgrade(
    State(app): State<Arc<App>>,
    Extension(Peer(peer)): Extension<Peer>,
    mut request: Request,
) -> Response {
    if !app.origins.allow(request.headers()) {
        count("foreign_origin");
        return (StatusCode::FORBIDDEN, "pages of this origin may not connect here\n").into_response();
    }
    let upgrade = request.extensions_mut().remove::<OnUpgrade>().ok_or(Malformed::NotHttp1);
    let (accept, upgrade) = match accept_key(request.headers()).and_then(|accept| Ok((accept, upgrade?))) {
        Ok(handshake) => handshake,
        Err(malformed) => {
            count("malformed");
            return malformed.into_response();
        }
    };
    let subprotocol = offered(request.headers());
    let json = subprotocol.as_ref().is_some_and(|offered| offered == JSON_SUBPROTOCOL);
    let verdict = verdict(&app, &request, subprotocol.as_ref());
    tokio::spawn(hand_over(app, upgrade, (peer, json), verdict));
    switching_protocols(&accept, subprotocol)
}

fn switching_protocols(accept: &str, subprotocol: Option<HeaderValue>) -> Response {
    let mut response = Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header(header::CONNECTION, "Upgrade")
        .header(header::UPGRADE, "websocket")
        .header(header::SEC_WEBSOCKET_ACCEPT, accept)
        .body(Body::empty())
        .expect("base64 is a valid header value");
    if let Some(subprotocol) = subprotocol {
        response.headers_mut().insert(header::SEC_WEBSOCKET_PROTOCOL, subprotocol);
    }
    response
}

/// Why a request is no WebSocket handshake.
enum Malformed {
    NotWebSocket,
    Version,
    Key,
    NotHttp1,
}

/// What the client must get back to know that a WebSocket server answered.
fn accept_key(headers: &HeaderMap) -> Result<String, Malformed> {
    if !has_token(headers, header::UPGRADE, "websocket") || !has_token(headers, header::CONNECTION, "upgrade") {
        return Err(Malformed::NotWebSocket);
    }
    if headers.get(header::SEC_WEBSOCKET_VERSION).is_none_or(|version| version != "13") {
        return Err(Malformed::Version);
    }
    let key = headers.get(header::SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes).unwrap_or_default();
    match STANDARD.decode(key) {
        Ok(nonce) if nonce.len() == 16 => Ok(derive_accept_key(key)),
        _ => Err(Malformed::Key),
    }
}

impl IntoResponse for Malformed {
    fn into_response(self) -> Response {
        match self {
            Self::NotWebSocket => {
                let needed = [(header::CONNECTION, "Upgrade"), (header::UPGRADE, "websocket")];
                (StatusCode::UPGRADE_REQUIRED, needed, "this is a WebSocket address\n").into_response()
            }
            Self::Version => {
                let spoken = [(header::SEC_WEBSOCKET_VERSION, "13")];
                (StatusCode::UPGRADE_REQUIRED, spoken, "WebSocket version 13 is spoken here\n").into_response()
            }
            Self::Key => (StatusCode::BAD_REQUEST, "Sec-WebSocket-Key must be 16 bytes in base64\n").into_response(),
            Self::NotHttp1 => {
                (StatusCode::BAD_REQUEST, "only an HTTP/1.1 connection can be upgraded\n").into_response()
            }
        }
    }
}

/// Whether a comma-separated header has this token, whatever its case.
fn has_token(headers: &HeaderMap, name: HeaderName, token: &str) -> bool {
    tokens(headers, name).any(|given| given.eq_ignore_ascii_case(token))
}

fn tokens(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
}

/// The subprotocol to echo: ours if it was offered, MessagePack before text; or else the first that was, since a browser gives up on a
/// handshake that echoes none, and its page could not read the refusal.
fn offered(headers: &HeaderMap) -> Option<HeaderValue> {
    let all = || tokens(headers, header::SEC_WEBSOCKET_PROTOCOL).filter(|token| !token.is_empty());
    let ours = [SUBPROTOCOL, JSON_SUBPROTOCOL].into_iter().find(|ours| all().any(|token| token == *ours));
    HeaderValue::from_str(ours.or_else(|| all().next())?).ok()
}

fn verdict(app: &App, request: &Request, subprotocol: Option<&HeaderValue>) -> Verdict {
    if !app.json_subprotocol && subprotocol.is_some_and(|offered| offered == JSON_SUBPROTOCOL) {
        let reason =
            format!("{JSON_SUBPROTOCOL} is off here: offer {SUBPROTOCOL}, or start the server with json_subprotocol");
        return refuse(CloseCode::Subprotocol, reason);
    }
    if subprotocol.is_none_or(|offered| offered != SUBPROTOCOL && offered != JSON_SUBPROTOCOL) {
        let reason = format!(
            "offer the WebSocket subprotocol {SUBPROTOCOL}, and a ticket from POST /api/join: see docs/protocol.md"
        );
        return refuse(CloseCode::Subprotocol, reason);
    }
    match ticket(request.uri().query().unwrap_or_default()) {
        None => {
            let reason = "no ticket in the address: POST /api/join gives one, see docs/protocol.md".to_owned();
            refuse(CloseCode::TicketMissing, reason)
        }
        Some(ticket) => match app.directory.claim(ticket) {
            Ok(claim) => {
                count("admitted");
                Verdict::Admit(claim)
            }
            Err(refusal) => refuse(refusal.code, refusal.reason),
        },
    }
}

fn refuse(code: CloseCode, reason: String) -> Verdict {
    count(code.name());
    Verdict::Refuse { code, reason }
}

/// The parameter `ticket`. Tickets are base64url, so there is nothing to unescape.
fn ticket(query: &str) -> Option<&str> {
    let mut values = query.split('&').filter_map(|pair| pair.strip_prefix("ticket="));
    values.next().filter(|ticket| !ticket.is_empty())
}

fn count(result: &'static str) {
    metrics::counter!(HANDSHAKES, "result" => result).increment(1);
}

/// Waits for the answer to be on its way, then gives the socket to a reader thread.
async fn hand_over(app: Arc<App>, upgrade: OnUpgrade, (peer, json): (SocketAddr, bool), verdict: Verdict) {
    let socket = match upgrade.await {
        Ok(upgraded) => take_socket(upgraded),
        Err(error) => Err(error.to_string()),
    };
    match socket {
        Ok((stream, read_buf)) => app.edge.admit(Admission { stream, read_buf, peer, json, verdict }),
        Err(error) => {
            tracing::debug!(%peer, error, "the handshake was not completed");
            verdict.abandon();
        }
    }
}

/// The bare socket, and what was read from it beyond the request.
fn take_socket(upgraded: Upgraded) -> Result<(std::net::TcpStream, Vec<u8>), String> {
    let parts = upgraded.downcast::<TokioIo<TcpStream>>().map_err(|_| "not a TCP connection".to_owned())?;
    let stream = parts.io.into_inner().into_std().map_err(|error| error.to_string())?;
    Ok((stream, parts.read_buf.to_vec()))
}
