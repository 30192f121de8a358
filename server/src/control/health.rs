//! Liveness, readiness and figures, for those who watch the process.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;

use super::App;

/// `GET /healthz`: the process answers.
pub(super) async fn healthz() -> &'static str {
    "ok\n"
}

/// `GET /readyz`: players may be sent here.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> impl IntoResponse {
    if app.directory.is_stopping() {
        (StatusCode::SERVICE_UNAVAILABLE, "stopping\n")
    } else {
        (StatusCode::OK, "ready\n")
    }
}

/// `GET /metrics`, in Prometheus' text format.
pub(super) async fn metrics() -> impl IntoResponse {
    let text = crate::metrics::render(crate::metrics::install());
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
