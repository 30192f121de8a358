//! Which path goes where.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{MethodRouter, any, delete, get, patch, post, put};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::auth::{self, Role};
use super::{
    App, BODY_BYTES_MAX, admin, audit, compare, feed, health, impairments, join, lifecycle, origin, pages, people,
    presets, session, tune, upgrade, watch,
};

/// A route of `/api/admin`.
pub struct AdminRoute {
    /// Its method.
    pub method: &'static str,
    /// Its path, with `{names}` for what varies.
    pub path: &'static str,
    /// What one must be to use it; none: anybody may.
    pub needs: Option<Role>,
    handler: MethodRouter<Arc<App>>,
}

/// Every route of `/api/admin`.
pub fn admin_routes() -> Vec<AdminRoute> {
    let looks = |path, handler| AdminRoute { method: "GET", path, needs: Some(Role::Viewer), handler };
    let acts = |method, path, handler| AdminRoute { method, path, needs: Some(Role::Operator), handler };
    vec![
        AdminRoute { method: "POST", path: "/api/admin/session", needs: None, handler: post(session::sign_in) },
        looks("/api/admin/session", get(session::show)),
        AdminRoute {
            method: "DELETE",
            path: "/api/admin/session",
            needs: Some(Role::Viewer),
            handler: delete(session::sign_out),
        },
        looks("/api/admin/matches", get(admin::list)),
        acts("POST", "/api/admin/matches", post(lifecycle::open)),
        looks("/api/admin/matches/{id}", get(admin::show)),
        acts("PATCH", "/api/admin/matches/{id}", patch(tune::change)),
        acts("DELETE", "/api/admin/matches/{id}", delete(lifecycle::end)),
        looks("/api/admin/matches/{id}/settings", get(tune::show)),
        looks("/api/admin/matches/{id}/changes", get(tune::list)),
        acts("POST", "/api/admin/matches/{id}/changes/{change}/undo", post(tune::undo)),
        acts("POST", "/api/admin/matches/{id}/step", post(lifecycle::step)),
        acts("POST", "/api/admin/matches/{id}/message", post(people::message)),
        acts("POST", "/api/admin/matches/{id}/kick", post(people::kick)),
        acts("POST", "/api/admin/matches/{id}/bots", post(people::change_bots)),
        acts("DELETE", "/api/admin/matches/{id}/bots/{seat}", delete(people::remove_bot)),
        acts("POST", "/api/admin/matches/{id}/preset", post(presets::apply)),
        looks("/api/admin/presets", get(presets::list)),
        acts("PUT", "/api/admin/presets/{name}", put(presets::save)),
        acts("DELETE", "/api/admin/presets/{name}", delete(presets::remove)),
        looks("/api/admin/audit", get(audit::list)),
        looks("/api/admin/feed", get(feed::feed)),
        looks("/api/admin/matches/{id}/changes/{change}/compare", get(compare::compare)),
        AdminRoute {
            method: "POST",
            path: "/api/admin/matches/{id}/watch",
            needs: Some(Role::Viewer),
            handler: post(watch::watch),
        },
        looks("/api/admin/matches/{id}/scene", get(watch::scene)),
        looks("/api/admin/matches/{id}/impairments", get(impairments::list)),
        acts("PUT", "/api/admin/matches/{id}/impairments", put(impairments::begin)),
        acts("DELETE", "/api/admin/matches/{id}/impairments/{impairment}", delete(impairments::end)),
    ]
}

/// The whole HTTP surface of the server.
pub fn router(app: Arc<App>) -> Router {
    let shared = Router::new()
        .route("/api/join", post(join::join))
        .route("/api/matches", get(join::matches))
        .layer(from_fn_with_state(Arc::clone(&app), origin::cross_origin));
    Router::new()
        .route("/", get(upgrade::or_page))
        .route("/ws", get(upgrade::upgrade))
        .route("/console", get(pages::console))
        .route("/console/", get(pages::console))
        .route("/console/{*file}", get(pages::console))
        .route("/metrics", get(health::metrics))
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .merge(shared)
        .merge(admin(&app))
        .route("/api/{*path}", any(no_path))
        .fallback(pages::file)
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .with_state(app)
}

fn admin(app: &Arc<App>) -> Router<Arc<App>> {
    let routes = admin_routes().into_iter().fold(Router::new(), |router, AdminRoute { path, needs, handler, .. }| {
        let handler = match needs {
            Some(role) => handler.route_layer(from_fn_with_state((Arc::clone(app), role), auth::require)),
            None => handler,
        };
        router.route(path, handler)
    });
    routes.layer(map_response(in_one_form))
}

/// Scripts that mistyped a path are told so, in place of a page's missing file.
async fn no_path(method: Method, uri: Uri) -> (StatusCode, Json<Value>) {
    let message = format!("there is no {method} {}: docs/protocol.md and docs/admin-api.md have all paths", uri.path());
    (StatusCode::NOT_FOUND, Json(json!({ "error": { "code": "no_path", "message": message } })))
}

/// What is refused before a handler runs is told as every other refusal is.
async fn in_one_form(mut response: Response) -> Response {
    let (code, message) = match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => ("no_method", "this path has no such method".to_owned()),
        StatusCode::PAYLOAD_TOO_LARGE => ("too_large", format!("a body has at most {BODY_BYTES_MAX} bytes")),
        _ => return response,
    };
    let told = json!({ "error": { "code": code, "message": message } });
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    *response.body_mut() = Body::from(told.to_string());
    response
}
