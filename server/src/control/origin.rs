//! Which pages may ask: the `Origin` of a request against the allow-list.
//!
//! Invariant: a request without `Origin` comes from no page and is allowed; everything else must match. Without a configured list,
//! pages of the host they ask and pages of loopback addresses match.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::App;
use super::join::Refused;

/// The allow-list.
#[derive(Debug, Clone)]
pub struct Origins(Vec<String>);

impl Origins {
    /// These origins only; if there are none: the asked host's own, and loopback.
    pub fn new(listed: &[String]) -> Self {
        Self(listed.to_vec())
    }

    /// Whether a request with these headers may be served.
    pub fn allow(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(header::ORIGIN) else {
            return true;
        };
        let Ok(origin) = origin.to_str() else {
            return false;
        };
        if !self.0.is_empty() {
            return self.0.iter().any(|listed| listed.eq_ignore_ascii_case(origin));
        }
        let Some((_, authority)) = origin.split_once("://") else {
            return false;
        };
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
        is_loopback(authority) || host.is_some_and(|host| host.eq_ignore_ascii_case(authority))
    }
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// Around the routes that pages of other hosts may use: refuses foreign ones, answers preflights, and lets the page read the answer.
pub(super) async fn cross_origin(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let allowed = app.origins.allow(request.headers());
    let mut response = if !allowed {
        let given = origin.as_ref().map(|origin| String::from_utf8_lossy(origin.as_bytes()).into_owned());
        Refused::foreign(&given.unwrap_or_default()).into_response()
    } else if request.method() == Method::OPTIONS {
        preflight()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = origin.filter(|_| allowed) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    }
    response
}

fn preflight() -> Response {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, POST"),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, "content-type"),
        (header::ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}
