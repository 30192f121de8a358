//! What one thread of players records, as cheaply as can be.
//!
//! Invariant: times and traffic count only in the steady window, but for those that belong to the whole run; the series has everything.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::series::CHARTED;
use super::{Basis, Kind, Metric, Second, Series, Tally, counts};
use crate::run::{Clock, Window};

/// The record of one thread.
pub(crate) struct Recorder {
    clock: Clock,
    window: Arc<Window>,
    tally: Tally,
    open: Second,
    open_s: u64,
    /// Clients connected now.
    connected: u64,
    /// Up to when their time is counted.
    counted: Instant,
    live: Arc<Mutex<Series>>,
}

impl Recorder {
    /// A record on this clock; finished seconds are added to `live` at once.
    pub(crate) fn new(clock: Clock, window: Arc<Window>, live: Arc<Mutex<Series>>) -> Self {
        let now = Instant::now();
        Self {
            open_s: clock.unix_s(now),
            clock,
            window,
            tally: Tally::default(),
            open: Second::default(),
            connected: 0,
            counted: now,
            live,
        }
    }

    /// A time that ended at `now`.
    pub(crate) fn time(&mut self, metric: Metric, basis: Basis, time: Duration, now: Instant) {
        let us = time.as_micros() as u64;
        if metric.is_of_whole_run() || self.window.is_steady() {
            self.tally.record(metric, basis, us);
        }
        if basis == Basis::Corrected && CHARTED.contains(&metric) {
            self.roll(now);
            self.open.times.entry(metric).or_default().record(us);
        }
    }

    /// The same time from either moment.
    pub(crate) fn both(&mut self, metric: Metric, time: Duration, now: Instant) {
        self.time(metric, Basis::Raw, time, now);
        self.time(metric, Basis::Corrected, time, now);
    }

    pub(crate) fn received(&mut self, kind: Kind, bytes: usize, now: Instant) {
        self.roll(now);
        self.open.bytes_received += bytes as u64;
        self.open.snapshots += u64::from(matches!(kind, Kind::Snapshot | Kind::Keyframe));
        if self.window.is_steady() {
            let traffic = self.tally.counts.received.entry(kind).or_default();
            traffic.messages += 1;
            traffic.bytes += bytes as u64;
        }
    }

    pub(crate) fn sent(&mut self, kind: Kind, bytes: usize) {
        self.open.inputs += u64::from(kind == Kind::Input);
        if self.window.is_steady() {
            let traffic = self.tally.counts.sent.entry(kind).or_default();
            traffic.messages += 1;
            traffic.bytes += bytes as u64;
        }
    }

    /// A tick whose snapshot came with this age.
    pub(crate) fn tick(&mut self, match_id: &str, tick: u32, age: Duration, now: Instant) {
        if self.window.is_steady() {
            self.tally.worst.note(match_id, tick, self.clock.unix_ms(now), age.as_micros() as u64);
        }
    }

    /// Inputs that were due, and of these the ones that the generator missed.
    pub(crate) fn inputs(&mut self, due: u64, missed: u64) {
        if self.window.is_steady() {
            self.tally.counts.inputs_due += due;
            self.tally.counts.inputs_missed += missed;
        }
    }

    pub(crate) fn skipped(&mut self, snapshots: u64) {
        if self.window.is_steady() {
            self.tally.counts.skipped += snapshots;
        }
    }

    pub(crate) fn checksum_agreed(&mut self) {
        self.tally.counts.checksums += 1;
    }

    pub(crate) fn joined(&mut self) {
        self.tally.counts.joins += 1;
    }

    /// A client that had this many inputs without an ack lost its connection, or gave it up.
    pub(crate) fn unacked(&mut self, inputs: u64) {
        if self.window.is_steady() {
            self.tally.counts.inputs_unacked += inputs;
        }
    }

    pub(crate) fn refused(&mut self, reason: &str) {
        counts::count(&mut self.tally.counts.refusals, reason);
    }

    pub(crate) fn closed(&mut self, reason: &str) {
        counts::count(&mut self.tally.counts.closes, reason);
    }

    pub(crate) fn violated(&mut self, what: &str) {
        counts::count(&mut self.tally.counts.violations, what);
    }

    pub(crate) fn connected(&mut self) {
        self.count_connected();
        self.connected += 1;
    }

    pub(crate) fn disconnected(&mut self) {
        self.count_connected();
        self.connected -= 1;
    }

    fn count_connected(&mut self) {
        let now = Instant::now();
        let counted = self.window.steady_within(self.counted, now);
        self.tally.counts.connected_us += counted.as_micros() as u64 * self.connected;
        self.counted = now;
    }

    /// Ends the second that is open, if it is over.
    pub(crate) fn roll(&mut self, now: Instant) {
        let now_s = self.clock.unix_s(now);
        if now_s != self.open_s {
            self.publish();
            self.open_s = now_s;
        }
    }

    fn publish(&mut self) {
        self.open.players = self.connected;
        self.live.lock().expect("nobody panics with it").add_second(self.open_s, &self.open);
        let mut times: BTreeMap<_, _> = std::mem::take(&mut self.open.times);
        times.values_mut().for_each(super::Distribution::clear);
        self.open = Second { times, ..Second::default() };
    }

    /// What was recorded since the last time, without the series, which lies in `live`.
    pub(crate) fn take(&mut self) -> Tally {
        self.count_connected();
        std::mem::take(&mut self.tally)
    }
}
