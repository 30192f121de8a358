//! What people did through `/api/admin`: the newest acts, and everybody who wants to hear of the next.
//!
//! Invariant: bounded; every act that was accepted is here once. What an act does to a match stands in its log, too.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::{Query, State};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::App;
use super::admin::AdminError;
use super::auth::{Actor, Role};
use crate::clock::wall_ms;

/// Acts that are kept.
const KEPT_MAX: usize = 1_000;
/// Acts that a listener may be behind.
const BEHIND_MAX: usize = 64;

/// One act.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Entry {
    /// Its number, from 1.
    pub id: u64,
    /// When, in milliseconds since 1970.
    pub at_ms: u64,
    /// Who.
    pub who: String,
    /// As what.
    pub role: Role,
    /// What kind of act, for example `tune`.
    pub act: &'static str,
    /// On which match; none: on none.
    #[serde(rename = "match")]
    pub match_id: Option<String>,
    /// The match's tick when it was done: it shows from the next on.
    pub tick: Option<u32>,
    /// The particulars.
    pub what: Value,
}

impl Entry {
    pub(super) fn of(actor: &Actor, act: &'static str, what: Value) -> Self {
        let Actor { role, who } = actor.clone();
        Self { id: 0, at_ms: wall_ms(), who, role, act, match_id: None, tick: None, what }
    }

    pub(super) fn on(self, match_id: &str, tick: u32) -> Self {
        Self { match_id: Some(match_id.to_owned()), tick: Some(tick), ..self }
    }
}

/// The acts.
pub(super) struct Audit {
    kept: Mutex<Kept>,
    listeners: broadcast::Sender<Arc<Entry>>,
}

#[derive(Default)]
struct Kept {
    noted: u64,
    newest_last: VecDeque<Arc<Entry>>,
}

impl Audit {
    pub(super) fn new() -> Self {
        Self { kept: Mutex::default(), listeners: broadcast::channel(BEHIND_MAX).0 }
    }

    /// Notes an act that was accepted.
    pub(super) fn note(&self, mut entry: Entry) {
        let mut kept = self.kept.lock().expect("nothing panics while it holds the list");
        kept.noted += 1;
        entry.id = kept.noted;
        let Entry { who, act, match_id, what, .. } = &entry;
        tracing::info!(who, act, match_id, %what, "an act through /api/admin");
        let entry = Arc::new(entry);
        kept.newest_last.push_back(Arc::clone(&entry));
        if kept.newest_last.len() > KEPT_MAX {
            kept.newest_last.pop_front();
        }
        // Nobody may be listening.
        let _ = self.listeners.send(entry);
    }

    /// Hears of every act from now on.
    pub(super) fn listen(&self) -> broadcast::Receiver<Arc<Entry>> {
        self.listeners.subscribe()
    }

    fn newest(&self, match_id: Option<&str>, count: usize) -> Vec<Arc<Entry>> {
        let kept = self.kept.lock().expect("nothing panics while it holds the list");
        let fitting = kept
            .newest_last
            .iter()
            .rev()
            .filter(|entry| match_id.is_none_or(|id| entry.match_id.as_deref() == Some(id)));
        fitting.take(count).cloned().collect()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    #[serde(rename = "match")]
    match_id: Option<String>,
    limit: Option<usize>,
}

/// `GET /api/admin/audit`.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    wanted: Result<Query<Wanted>, axum::extract::rejection::QueryRejection>,
) -> Result<Json<Value>, AdminError> {
    let Query(wanted) = wanted.map_err(|error| AdminError::BadRequest(error.body_text()))?;
    let limit = wanted.limit.unwrap_or(100);
    if !(1..=KEPT_MAX).contains(&limit) {
        return Err(AdminError::BadRequest(format!("limit = {limit}: allowed is a whole number from 1 to {KEPT_MAX}")));
    }
    let newest = app.audit.newest(wanted.match_id.as_deref(), limit);
    Ok(Json(json!(newest.iter().map(|entry| &**entry).collect::<Vec<_>>())))
}
