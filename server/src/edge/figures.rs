//! What one reader thread counts, in plain integers, published a few times a second.
//!
//! Not here: names and meanings of the metrics (`metrics`).

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use metrics::{Counter, Gauge};
use skirmish_sim::FrameKind;

use super::rate::Kind;
use crate::metrics::{
    BYTES_RECEIVED, BYTES_RECEIVED_TOTAL, BYTES_SENT, BYTES_SENT_TOTAL, CLOSES, FRAMES_SENT, MESSAGES_RECEIVED,
    READER_TURNS, SESSIONS_OPEN, SESSIONS_OPEN_NOW,
};

const FRAME_KINDS: [&str; 2] = ["reliable", "snapshot"];

/// Counts since they were last published.
#[derive(Debug)]
pub(super) struct Figures {
    metrics: Metrics,
    received: [Cell<u64>; Kind::ALL.len()],
    bytes_received: Cell<u64>,
    frames_sent: [Cell<u64>; FRAME_KINDS.len()],
    bytes_sent: Cell<u64>,
    opened: Cell<i64>,
    closes: RefCell<BTreeMap<&'static str, u64>>,
}

/// Where they are published. Asked for once: asking takes memory.
#[derive(Debug)]
struct Metrics {
    turns_by_slot: Counter,
    turns_by_readiness: Counter,
    received: [Counter; Kind::ALL.len()],
    bytes_received: Counter,
    frames_sent: [Counter; FRAME_KINDS.len()],
    bytes_sent: Counter,
    open: Gauge,
}

impl Metrics {
    fn new() -> Metrics {
        Metrics {
            turns_by_slot: metrics::counter!(READER_TURNS, "by" => "slot"),
            turns_by_readiness: metrics::counter!(READER_TURNS, "by" => "readiness"),
            received: Kind::ALL.map(|kind| metrics::counter!(MESSAGES_RECEIVED, "kind" => kind.name())),
            bytes_received: metrics::counter!(BYTES_RECEIVED),
            frames_sent: FRAME_KINDS.map(|kind| metrics::counter!(FRAMES_SENT, "kind" => kind)),
            bytes_sent: metrics::counter!(BYTES_SENT),
            open: metrics::gauge!(SESSIONS_OPEN),
        }
    }
}

fn add(cell: &Cell<u64>, amount: u64) {
    cell.set(cell.get() + amount);
}

impl Figures {
    /// Nothing yet.
    pub(super) fn new() -> Figures {
        Figures {
            metrics: Metrics::new(),
            received: Default::default(),
            bytes_received: Cell::default(),
            frames_sent: Default::default(),
            bytes_sent: Cell::default(),
            opened: Cell::default(),
            closes: RefCell::default(),
        }
    }

    /// A session was admitted.
    pub(super) fn opened(&self) {
        self.opened.set(self.opened.get() + 1);
    }

    /// A session ended, with a close code of this name.
    pub(super) fn closed(&self, code: &'static str) {
        self.opened.set(self.opened.get() - 1);
        *self.closes.borrow_mut().entry(code).or_default() += 1;
    }

    /// A message came.
    pub(super) fn received(&self, kind: Kind) {
        add(&self.received[kind as usize], 1);
    }

    /// A message of so many bytes came, whatever it is.
    pub(super) fn bytes_received(&self, bytes: usize) {
        add(&self.bytes_received, bytes as u64);
    }

    /// A message was handed to a socket.
    pub(super) fn sent(&self, kind: FrameKind, bytes: usize) {
        let index = match kind {
            FrameKind::Reliable => 0,
            FrameKind::Snapshot => 1,
        };
        add(&self.frames_sent[index], 1);
        add(&self.bytes_sent, bytes as u64);
    }

    /// Messages that came since they were last published.
    pub(super) fn messages(&self) -> u64 {
        self.received.iter().map(Cell::get).sum()
    }

    /// Adds everything, and the thread's turns in slots and on readiness, to the process's metrics and starts anew.
    pub(super) fn publish(&self, [by_slot, by_readiness]: [u64; 2]) {
        let metrics = &self.metrics;
        metrics.turns_by_slot.increment(by_slot);
        metrics.turns_by_readiness.increment(by_readiness);
        for (counter, count) in metrics.received.iter().zip(&self.received) {
            counter.increment(count.take());
        }
        for (counter, count) in metrics.frames_sent.iter().zip(&self.frames_sent) {
            counter.increment(count.take());
        }
        for (code, count) in self.closes.take() {
            metrics::counter!(CLOSES, "code" => code).increment(count);
        }
        let (received, sent, opened) = (self.bytes_received.take(), self.bytes_sent.take(), self.opened.take());
        metrics.bytes_received.increment(received);
        BYTES_RECEIVED_TOTAL.add(received as i64);
        metrics.bytes_sent.increment(sent);
        BYTES_SENT_TOTAL.add(sent as i64);
        metrics.open.increment(opened as f64);
        SESSIONS_OPEN_NOW.add(opened);
    }
}

#[cfg(test)]
mod tests {
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;

    #[test]
    fn what_was_counted_is_published_once() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let figures = metrics::with_local_recorder(&recorder, Figures::new);
        figures.opened();
        figures.opened();
        figures.received(Kind::Input);
        figures.sent(FrameKind::Snapshot, 300);
        figures.closed("too_large");
        assert_eq!(figures.messages(), 1);
        metrics::with_local_recorder(&recorder, || [[3, 5], [0, 0]].map(|turns| figures.publish(turns)));
        assert_eq!(figures.messages(), 0);
        let text = recorder.handle().render();
        for line in [
            "skirmish_sessions_open 1",
            "skirmish_messages_received_total{kind=\"input\"} 1",
            "skirmish_messages_received_total{kind=\"ack\"} 0",
            "skirmish_frames_sent_total{kind=\"snapshot\"} 1",
            "skirmish_bytes_sent_total 300",
            "skirmish_reader_turns_total{by=\"slot\"} 3",
            "skirmish_reader_turns_total{by=\"readiness\"} 5",
            "skirmish_closes_total{code=\"too_large\"} 1",
        ] {
            assert!(text.lines().any(|given| given == line), "{line:?} is missing in:\n{text}");
        }
    }
}
