//! `GET /api/admin/feed`: what is going on, as server-sent events, ten times a second.
//!
//! Stages, one file each: `hub` (one task for all feeds of a match, which renders each event once), `process` (events of the whole server), `shown` and `players` (events of
//! a match), `verdict` (what a player's trouble comes from), `rates` (what was per second).
//!
//! Invariants: without a feed nothing here runs, and nothing is asked of a sim thread. A feed that takes nothing for [`STALL_MAX`] is cut off, one
//! that is too slow misses events and is told how many; nobody else notices either. Not here: the samples themselves (`driver::reporter`).

mod hub;
mod players;
mod process;
mod rates;
mod shown;
mod verdict;

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Extension, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::App;
use super::admin::AdminError;
use super::listener::Lease;
use crate::clock::wall_ms;
pub(super) use hub::Hubs;
pub(super) use shown::percentiles;

/// Feeds at once.
const FEEDS_MAX: usize = 32;
/// A feed that takes nothing for so long is cut off.
const STALL_MAX: Duration = Duration::from_secs(5);

/// How many feeds are open.
pub(super) type Count = AtomicUsize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(rename = "match")]
    match_id: Option<String>,
}

/// A place among all feeds, given back when dropped.
struct Place(Arc<App>);

impl Place {
    fn take(app: &Arc<App>) -> Result<Place, AdminError> {
        let place = Place(Arc::clone(app));
        let before = app.feeds.fetch_add(1, Ordering::Relaxed);
        if before < FEEDS_MAX { Ok(place) } else { Err(too_many()) }
    }
}

fn too_many() -> AdminError {
    let message = format!("all {FEEDS_MAX} feeds are open: close a console, or try again later");
    AdminError::Unavailable("too_many_feeds", message)
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.feeds.fetch_sub(1, Ordering::Relaxed);
    }
}

/// `GET /api/admin/feed`.
pub(super) async fn feed(
    State(app): State<Arc<App>>,
    wanted: Result<Query<Wanted>, QueryRejection>,
    lease: Option<Extension<Lease>>,
) -> Result<Response, AdminError> {
    let Query(wanted) = wanted.map_err(|error| AdminError::BadRequest(error.body_text()))?;
    let place = Place::take(&app)?;
    let of_match = wanted.match_id.map(|match_id| app.hubs.of_match(&app, &match_id)).transpose()?;
    let of_server = app.hubs.of_server(&app);
    let lease = lease.map(|Extension(lease)| lease.lift());
    let (sender, body) = Channel::<Bytes, Infallible>::new(1);
    tokio::spawn(async move {
        let _place = place;
        if pump(sender, of_server, of_match).await == Ended::Stalled {
            tracing::debug!("a feed took nothing for {STALL_MAX:?} and is cut off");
            lease.inspect(|lease| lease.cut());
        }
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::new(body)).into_response())
}

/// Why a feed ended.
#[derive(Debug, PartialEq, Eq)]
enum Ended {
    /// The reader has gone, the match has ended, or the server stops.
    Over,
    /// The reader took nothing for too long.
    Stalled,
}

/// Passes events on until one side has enough.
async fn pump(mut to: Sender<Bytes>, mut of_server: Receiver<Bytes>, mut of_match: Option<Receiver<Bytes>>) -> Ended {
    loop {
        let next = match &mut of_match {
            Some(of_match) => tokio::select! {
                event = of_match.recv() => event,
                event = of_server.recv() => event,
            },
            None => of_server.recv().await,
        };
        let event = match next {
            Ok(event) => event,
            Err(RecvError::Lagged(missed)) => event("gap", &json!({ "t_ms": wall_ms(), "missed": missed })),
            Err(RecvError::Closed) => return Ended::Over,
        };
        match tokio::time::timeout(STALL_MAX, to.send_data(event)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return Ended::Over,
            Err(_) => return Ended::Stalled,
        }
    }
}

/// One event as it is sent.
fn event(name: &str, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).expect("what we show is JSON");
    format!("event: {name}\ndata: {data}\n\n").into()
}

/// Rounded to a tenth.
pub(super) fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}
