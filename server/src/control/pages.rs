//! The pages: the game's built files, and what stands where there are none.

use std::path::Path;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use super::App;

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Skirmish</title>\
<h1>The game's page is not built</h1>\
<p>The server runs, but there is no page in <code>PAGE_DIR</code>. Stop it and run <code>./scripts/play</code>, \
which builds the page and starts the server.</p>";

const CONSOLE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Skirmish console</title>\
<h1>Console</h1>\
<p>The console comes with a later release. What it will use is here already: \
<code>GET /api/admin/matches</code>, <code>GET</code> and <code>PATCH /api/admin/matches/{id}</code>, \
<code>POST /api/admin/matches/{id}/kick</code> with <code>{\"seat\",\"reason\"?}</code>, <code>POST /api/admin/matches/{id}/bots</code> with \
<code>{\"add\"}</code>, <code>DELETE /api/admin/matches/{id}/bots/{seat}</code>, each with the admin token, for example:</p>\
<pre>curl -X PATCH -H \"Authorization: Bearer $SKIRMISH_ADMIN_TOKEN\" \\\n     -d '{\"tick_hz\": 60}' http://HOST/api/admin/matches/arena-1</pre>";

/// A file of the game's page.
pub(super) async fn file(State(app): State<Arc<App>>, request: Request) -> Response {
    let at_root = request.uri().path() == "/";
    let Ok(found) = ServeDir::new(&app.page_dir).oneshot(request).await;
    if at_root && found.status() == StatusCode::NOT_FOUND {
        return not_built(&app.page_dir);
    }
    let mut response = found.into_response();
    // Built files are small and few; asking whether they changed keeps a page and its server of one version.
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn not_built(page_dir: &Path) -> Response {
    let page = NOT_BUILT.replace("PAGE_DIR", &page_dir.display().to_string());
    (StatusCode::NOT_FOUND, Html(page)).into_response()
}

/// `GET /console`.
pub(super) async fn console() -> Html<&'static str> {
    Html(CONSOLE)
}
