//! The pages: the built files of the game and of the console, what stands where there are none, and the way into the console.
//!
//! Invariant: nothing of the console is given to who has not signed in.

use std::path::Path;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::App;

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Skirmish</title>\
<h1>The WHAT's page is not built</h1>\
<p>The server runs, but there is no page in <code>PAGE_DIR</code>. Stop it and run <code>./scripts/play</code>, \
which builds the page and starts the server.</p>";

/// Signs in with the token from the address or from its field, and then is the console.
const SIGN_IN: &str = include_str!("sign_in.html");

/// A file of the game's page.
pub(super) async fn file(State(app): State<Arc<App>>, request: Request) -> Response {
    built(&app.page_dir, "game", request).await
}

/// `GET /console` and everything below it: for those who signed in; the others get the page to do so.
pub(super) async fn console(State(app): State<Arc<App>>, mut request: Request) -> Response {
    let mut response = if app.auth.actor(request.headers()).is_ok() {
        let path = request.uri().path().trim_start_matches("/console").trim_start_matches('/');
        *request.uri_mut() = format!("/{path}").parse().expect("a part of a path is one");
        built(&app.console_dir, "console", request).await
    } else {
        (StatusCode::UNAUTHORIZED, Html(SIGN_IN)).into_response()
    };
    // What can act here must not be framed by another page.
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("frame-ancestors 'none'"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// A file that was built, by its path; the root's is the page itself.
async fn built(dir: &Path, what: &str, request: Request) -> Response {
    let at_root = request.uri().path() == "/";
    let Ok(found) = ServeDir::new(dir).oneshot(request).await;
    if at_root && found.status() == StatusCode::NOT_FOUND {
        let page = NOT_BUILT.replace("PAGE_DIR", &dir.display().to_string()).replace("WHAT", what);
        return (StatusCode::NOT_FOUND, Html(page)).into_response();
    }
    let mut response = found.into_response();
    // Built files are small and few; asking whether they changed keeps a page and its server of one version.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
