//! Events of the whole server: what it takes of the machine, and once a second its matches.
//!
//! Not here: what it counts (`metrics`), what the sim threads say of their matches (`driver`).

use std::time::Duration;

use bytes::Bytes;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};
use skirmish_sim::Relief;
use tokio::sync::oneshot;

use super::event;
use super::rates::Rate;
use crate::channels::{MatchRow, SimCommand};
use crate::clock::{now_us, wall_ms};
use crate::control::{App, AuditEntry};
use crate::metrics::{self, BYTES_RECEIVED_TOTAL, BYTES_SENT_TOTAL, SESSIONS_OPEN_NOW};

/// Every so many events has the matches.
const MATCHES_EVERY: u64 = 10;
/// How long a sim thread may take to say how its matches are; those of one that takes longer are missing this time.
const ANSWER_TIMEOUT: Duration = Duration::from_millis(500);

/// Makes the events of the server.
#[derive(Default)]
pub(super) struct ServerEvents {
    told: u64,
    cpu: Rate,
    bytes_in: Rate,
    bytes_out: Rate,
    resident_bytes: u64,
}

impl ServerEvents {
    /// The next one.
    pub(super) async fn next(&mut self, app: &App) -> Bytes {
        let with_matches = self.told.is_multiple_of(MATCHES_EVERY);
        self.told += 1;
        if with_matches {
            self.resident_bytes = metrics::resident_bytes().unwrap_or_default();
        }
        let now_us = now_us();
        let mut data = json!({
            "t_ms": wall_ms(),
            "cpu_permille": self.cpu.at(now_us, cpu_us()) / 1000,
            "rss_bytes": self.resident_bytes,
            "bytes_in_per_s": self.bytes_in.at(now_us, BYTES_RECEIVED_TOTAL.get()),
            "bytes_out_per_s": self.bytes_out.at(now_us, BYTES_SENT_TOTAL.get()),
            "sessions": SESSIONS_OPEN_NOW.get(),
        });
        if with_matches {
            let rows = survey(app).await;
            data["matches"] = rows.iter().map(|row| shown(row, now_us)).collect();
        }
        event("server", &data)
    }
}

/// An act of somebody; if it changed a match, the change too.
pub(super) fn of_act(act: &AuditEntry) -> Vec<Bytes> {
    let mut data = json!(act);
    data["t_ms"] = wall_ms().into();
    let mut events = vec![event("act", &data)];
    if act.what["id"].is_u64() {
        let change = json!({ "t_ms": wall_ms(), "match": act.match_id, "change": act.what });
        events.push(event("change", &change));
    }
    events
}

fn shown(row: &MatchRow, now_us: u64) -> Value {
    json!({
        "match": row.match_id,
        "game": row.game,
        "players": row.players,
        "bots": row.bots,
        "tick": row.tick,
        "tick_hz": row.in_force.tick_hz,
        "state": if row.in_force.paused { "paused" } else { "running" },
        "budget_permille": (row.tick_us * 1000.0 / row.budget_us.max(1) as f64).round(),
        "is_relieved": row.relief != Relief::NONE,
        "bytes_per_s": row.bytes_per_s,
        "age_s": now_us.saturating_sub(row.opened_us) / 1_000_000,
    })
}

/// All matches, those that were opened first at the front.
async fn survey(app: &App) -> Vec<MatchRow> {
    let asked = app.directory.sims().iter().filter_map(|sim| {
        let (answer, answered) = oneshot::channel();
        sim.send(SimCommand::Survey { answer }).ok().map(|()| answered)
    });
    let asked: Vec<_> = asked.collect();
    let mut rows = Vec::new();
    for answered in asked {
        if let Ok(Ok(answer)) = tokio::time::timeout(ANSWER_TIMEOUT, answered).await {
            rows.extend(answer);
        }
    }
    rows.sort_by(|one, other| one.opened_us.cmp(&other.opened_us).then_with(|| one.match_id.cmp(&other.match_id)));
    rows
}

/// The processor time that this process has taken, in microseconds.
fn cpu_us() -> u64 {
    let taken = clock_gettime(ClockId::ProcessCPUTime);
    taken.tv_sec as u64 * 1_000_000 + taken.tv_nsec as u64 / 1000
}
