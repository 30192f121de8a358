//! Events of one watched match, made from its samples.
//!
//! Not here: its players (`players`), when a sample is taken (`driver::reporter`).

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::{Value, json};
use skirmish_sim::{Relief, Spread, Waits};

use super::players::Players;
use super::{event, tenths};
use crate::channels::{MatchSample, SpentSample, TickSample};
use crate::clock::{now_us, wall_ms};
use crate::control::App;
use crate::control::impairments::shown;
use crate::edge::Impairment;
use crate::match_key::MatchKey;

/// Waits are those of so many samples: a second.
const WAITS_OF: usize = 10;

/// Makes the events of one match.
pub(super) struct MatchEvents {
    key: MatchKey,
    match_id: String,
    /// Those in force when last looked.
    impairments: Vec<Impairment>,
    /// Bytes sent when last told what they were spent on.
    bytes: Option<u64>,
    waits: VecDeque<Waits>,
    players: Players,
}

impl MatchEvents {
    pub(super) fn new(key: MatchKey, match_id: String) -> MatchEvents {
        MatchEvents {
            key,
            match_id,
            impairments: Vec::new(),
            bytes: None,
            waits: VecDeque::new(),
            players: Players::new(key),
        }
    }

    /// What a sample says.
    pub(super) fn of(&mut self, app: &App, sample: MatchSample) -> Vec<Bytes> {
        // The players first: the match shows their round trips.
        let players = sample.players.as_ref().map(|players| {
            let rows = self.players.rows(app, &sample, players);
            event("players", &json!({ "t_ms": wall_ms(), "match": self.match_id, "players": rows }))
        });
        let shown = event("match", &self.shown(&sample));
        let spent = sample.spent.as_ref().and_then(|spent| self.spent(spent, sample.figures.bytes));
        [Some(shown), players, spent].into_iter().flatten().collect()
    }

    /// Which impairments have begun and ended since last asked.
    pub(super) fn impairments(&mut self, app: &App) -> Vec<Bytes> {
        let in_force = app.edge.impairments().of_match(self.key, now_us());
        let before = std::mem::replace(&mut self.impairments, in_force);
        let told = |state: &str, held: &Impairment| {
            let data = json!({ "t_ms": wall_ms(), "match": self.match_id, "state": state, "impairment": shown(held) });
            event("impairment", &data)
        };
        let ended = before.iter().filter(|held| !self.impairments.contains(held)).map(|held| told("ended", held));
        let begun = self.impairments.iter().filter(|held| !before.contains(held)).map(|held| told("begun", held));
        ended.chain(begun).collect()
    }

    /// The last event: the match is no more.
    pub(super) fn ended(&self) -> Bytes {
        event("ended", &json!({ "t_ms": wall_ms(), "match": self.match_id, "reason": "the match has ended" }))
    }

    fn shown(&mut self, sample: &MatchSample) -> Value {
        let MatchSample { in_force, figures, .. } = sample;
        let waits = self.waits_of_late(&sample.waits);
        let ticks = sample
            .ticks
            .iter()
            .map(|TickSample { tick, work_us, late_us, overran }| json!([tick, work_us, late_us, u8::from(*overran)]));
        json!({
            "t_ms": wall_ms(),
            "match": self.match_id,
            "tick": sample.tick,
            "settings": {
                "tick_hz": in_force.tick_hz,
                "snapshot_interval": in_force.snapshot_interval,
                "interp_delay_ms": in_force.interp_delay_ms,
                "interest_radius": sample.interest_radius,
                "dilation_permille": in_force.dilation_permille,
                "paused": in_force.paused,
            },
            "is_relieved": sample.relief != Relief::NONE,
            "ticks": ticks.collect::<Vec<_>>(),
            "ticks_left_out": sample.ticks_left_out,
            "budget_us": sample.budget_us,
            "overruns": sample.overruns,
            "sessions": sample.sessions,
            "snapshots": figures.snapshots,
            "keyframes": figures.keyframes,
            "skips": { "outbox": figures.skips_outbox, "window": figures.skips_window },
            "bytes": figures.bytes,
            "input_ack_ms": percentiles(&waits.input_ack),
            "snapshot_age_ms": percentiles(&waits.snapshot_age),
            "rtt_ms": self.players.rtt_ms(),
            "samples_lost": sample.lost,
        })
    }

    /// What bytes were spent on: by component and field, and what remains. Nothing at the first look.
    fn spent(&mut self, SpentSample { length_us, account, plan }: &SpentSample, bytes: u64) -> Option<Bytes> {
        let before = self.bytes.replace(bytes)?;
        let per_s = |bytes: u64| (bytes as f64 * 1e6 / (*length_us).max(1) as f64).round();
        let row = |component: Option<&str>, field: Option<&str>, bytes: u64| json!({ "component": component, "field": field, "bytes_per_s": per_s(bytes) });
        let mut rows: Vec<_> =
            account.spent(plan).map(|spent| row(Some(spent.component), spent.field, spent.bytes)).collect();
        let in_tables: u64 = account.spent(plan).map(|spent| spent.bytes).sum();
        let messages = (bytes - before).saturating_sub(in_tables + account.heads + account.events);
        let others = [("heads", account.heads), ("events", account.events), ("messages", messages)];
        rows.extend(others.map(|(what, bytes)| row(None, Some(what), bytes)));
        Some(event("bytes", &json!({ "t_ms": wall_ms(), "match": self.match_id, "bytes": rows })))
    }

    /// How long players waited in the last second.
    fn waits_of_late(&mut self, waits: &Waits) -> Waits {
        self.waits.push_back(*waits);
        if self.waits.len() > WAITS_OF + 1 {
            self.waits.pop_front();
        }
        let before = &self.waits[0];
        Waits {
            input_ack: waits.input_ack.since(&before.input_ack),
            snapshot_age: waits.snapshot_age.since(&before.snapshot_age),
        }
    }
}

/// The median and the 99th percentile, null without samples.
pub(in crate::control) fn percentiles(spread: &Spread) -> Value {
    let ms = |permille| spread.percentile_ms(permille).map(tenths);
    json!({ "p50": ms(500), "p99": ms(990) })
}
