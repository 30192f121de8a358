//! The way of samples to goose: gathered by the player's thread, handed over a few times a second.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use crate::metrics::Metric;

/// How long samples are gathered.
const GATHER: Duration = Duration::from_millis(400);

/// Something for goose's tables.
#[derive(Clone, Debug)]
pub(crate) enum Sample {
    /// A corrected time.
    Time(Metric, Duration),
    /// Something went wrong.
    Failure { name: &'static str, reason: String },
}

/// One player's way to goose, if goose runs it.
pub(crate) struct Relay {
    goose: Option<UnboundedSender<Vec<Sample>>>,
    gathered: RefCell<Vec<Sample>>,
    flushed: Cell<Instant>,
}

impl Relay {
    pub(crate) fn new(goose: Option<UnboundedSender<Vec<Sample>>>) -> Self {
        Self { goose, gathered: RefCell::default(), flushed: Cell::new(Instant::now()) }
    }

    pub(crate) fn time(&self, metric: Metric, time: Duration) {
        if self.goose.is_some() {
            self.gathered.borrow_mut().push(Sample::Time(metric, time));
        }
    }

    pub(crate) fn failure(&self, name: &'static str, reason: String) {
        if self.goose.is_some() {
            self.gathered.borrow_mut().push(Sample::Failure { name, reason });
            self.flush();
        }
    }

    /// Hands over what was gathered, unless that was done a moment ago.
    pub(crate) fn flush_sometimes(&self, now: Instant) {
        if now.saturating_duration_since(self.flushed.get()) >= GATHER {
            self.flushed.set(now);
            self.flush();
        }
    }

    fn flush(&self) {
        let gathered = self.gathered.take();
        if let Some(goose) = self.goose.as_ref().filter(|_| !gathered.is_empty()) {
            // Goose has given the player up: the samples are in our own record.
            let _ = goose.send(gathered);
        }
    }
}
