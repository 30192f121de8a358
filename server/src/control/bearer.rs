//! Who may use `/api/admin`: the bearer of the admin token.
//!
//! Invariant: comparing takes the same time whatever was given, since digests are compared and not texts.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;

use super::App;

/// In whatever case.
const SCHEME: &[u8] = b"Bearer ";

/// The admin token, as a digest.
pub(super) struct Bearer(Vec<u8>);

impl Bearer {
    pub(super) fn new(token: &str) -> Self {
        Self(digest(token.as_bytes()).finalize().into_bytes().to_vec())
    }

    fn allows(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION).map(|value| value.as_bytes()).unwrap_or_default();
        let (scheme, token) = given.split_at_checked(SCHEME.len()).unwrap_or_default();
        let token = if scheme.eq_ignore_ascii_case(SCHEME) { token } else { b"" };
        digest(token).verify_slice(&self.0).is_ok()
    }
}

fn digest(token: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(token).expect("HMAC takes keys of any length")
}

/// Answers 401 to a request without the token.
pub(super) async fn require(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if app.bearer.allows(request.headers()) {
        return next.run(request).await;
    }
    let message =
        "give the admin token as `Authorization: Bearer TOKEN`; it is SKIRMISH_ADMIN_TOKEN, or was printed at start";
    let body = Json(json!({ "error": { "code": "unauthorized", "message": message } }));
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, "Bearer")], body).into_response()
}
