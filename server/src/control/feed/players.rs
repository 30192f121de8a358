//! The players of one watched match, one row each.
//!
//! Not here: what a player's trouble comes from (`verdict`).

use std::collections::BTreeMap;

use serde_json::{Value, json};
use skirmish_sim::PlayerClose;

use super::rates::Rate;
use super::tenths;
use super::verdict::{Line, Server, verdict};
use crate::channels::{MatchSample, PlayerSample};
use crate::clock::wall_ms;
use crate::control::App;
use crate::match_key::MatchKey;

/// Makes the rows.
pub(super) struct Players {
    key: MatchKey,
    /// By seat.
    rates: BTreeMap<u32, Rates>,
    /// Round trips of the newest rows, ascending, in microseconds.
    rtts_us: Vec<u32>,
    overruns: Rate,
    ticks: Rate,
}

/// What was per second on one line.
#[derive(Default)]
struct Rates {
    bytes: Rate,
    snapshots: Rate,
    skips: Rate,
    skips_window: Rate,
    inputs: Rate,
    inputs_late: Rate,
}

impl Players {
    pub(super) fn new(key: MatchKey) -> Players {
        Players { key, rates: BTreeMap::new(), rtts_us: Vec::new(), overruns: Rate::default(), ticks: Rate::default() }
    }

    /// The rows of a sample's players.
    pub(super) fn rows(&mut self, app: &App, sample: &MatchSample, players: &[PlayerSample]) -> Vec<Value> {
        self.rtts_us = players.iter().filter_map(|player| Some(player.line?.rtt_us)).collect();
        self.rtts_us.sort_unstable();
        let server = Server {
            overruns_per_s: self.overruns.at(sample.at_us, sample.overruns),
            ticks_per_s: self.ticks.at(sample.at_us, sample.tick.into()),
            relief: sample.relief,
            budget_us: sample.budget_us,
            snapshot_us: sample.budget_us * u64::from(sample.in_force.snapshot_interval),
            is_paused: sample.in_force.paused,
        };
        let mut before = std::mem::take(&mut self.rates);
        let rows = players.iter().map(|player| {
            let mut rates = before.remove(&player.known.seat).unwrap_or_default();
            let row = self.row(app, &server, player, &mut rates, sample.at_us);
            self.rates.insert(player.known.seat, rates);
            row
        });
        rows.collect()
    }

    /// Median and 99th percentile of the players' round trips.
    pub(super) fn rtt_ms(&self) -> Value {
        let at = |permille: usize| {
            let rank = (self.rtts_us.len() * permille).div_ceil(1000).saturating_sub(1);
            self.rtts_us.get(rank).map(|us| tenths(f64::from(*us) / 1000.0))
        };
        json!({ "p50": at(500), "p99": at(990) })
    }

    fn row(&self, app: &App, server: &Server, player: &PlayerSample, rates: &mut Rates, now_us: u64) -> Value {
        let PlayerSample { known, line } = player;
        let figures = &known.figures;
        let ms = |us: u64| tenths(us as f64 / 1000.0);
        let line_of_late = Line {
            rtt_us: line.map(|line| line.rtt_us.into()),
            jitter_us: line.map_or(0, |line| line.jitter_us.into()),
            ack_us: known.ack_us,
            snapshots_per_s: rates.snapshots.at(now_us, figures.snapshots),
            skips_per_s: rates.skips.at(now_us, figures.skips),
            skips_window_per_s: rates.skips_window.at(now_us, figures.skips_window),
            inputs_per_s: rates.inputs.at(now_us, figures.inputs),
            inputs_late_per_s: rates.inputs_late.at(now_us, figures.inputs_late),
        };
        let impairment = app.impairment_of(self.key, known.seat);
        let (cause, why) = verdict(known, &line_of_late, server, impairment.is_some());
        json!({
            "seat": known.seat,
            "name": known.name,
            "bot": known.bot,
            "connected": known.session.is_some(),
            "rtt_ms": line.map(|line| ms(line.rtt_us.into())),
            "jitter_ms": line.map(|line| ms(line.jitter_us.into())),
            "ack_ms": known.session.map(|_| ms(known.ack_us)),
            "input_ack_ms": line.filter(|_| figures.inputs > 0).map(|line| ms(figures.input_ack_us + u64::from(line.rtt_us))),
            "inputs": figures.inputs,
            "inputs_late": figures.inputs_late,
            "inputs_dropped": figures.inputs_dropped,
            "snapshot_age_ms": known.session.map(|_| ms(known.snapshot_age_us)),
            "snapshots": figures.snapshots,
            "skips": figures.skips,
            "bytes_per_s": rates.bytes.at(now_us, figures.bytes),
            "reconnects": known.reconnects,
            "closes": known.closes.iter().map(|close| shown(close, now_us)).collect::<Vec<_>>(),
            "impairment": impairment,
            "verdict": { "cause": cause, "why": why },
        })
    }
}

fn shown(close: &PlayerClose, now_us: u64) -> Value {
    let at_ms = wall_ms() - now_us.saturating_sub(close.at_us) / 1000;
    json!({ "code": close.code, "reason": close.reason, "at_ms": at_ms })
}
