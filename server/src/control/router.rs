//! Which path goes where.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};

use super::{App, BODY_BYTES_MAX, admin, bearer, feed, health, join, origin, pages, upgrade};

/// The whole HTTP surface of the server.
pub fn router(app: Arc<App>) -> Router {
    let shared = Router::new()
        .route("/api/join", post(join::join))
        .route("/api/matches", get(join::matches))
        .layer(from_fn_with_state(Arc::clone(&app), origin::cross_origin));
    let admin = Router::new()
        .route("/api/admin/matches", get(admin::list))
        .route("/api/admin/matches/{id}", get(admin::show).patch(admin::change))
        .route("/api/admin/matches/{id}/kick", post(admin::kick))
        .route("/api/admin/matches/{id}/bots", post(admin::add_bots))
        .route("/api/admin/matches/{id}/bots/{seat}", delete(admin::remove_bot))
        .route("/api/admin/feed", get(feed::feed))
        .layer(from_fn_with_state(Arc::clone(&app), bearer::require));
    Router::new()
        .route("/", get(upgrade::or_page))
        .route("/ws", get(upgrade::upgrade))
        .route("/console", get(pages::console))
        .route("/metrics", get(health::metrics))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .merge(shared)
        .merge(admin)
        .fallback(pages::file)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(app)
}
