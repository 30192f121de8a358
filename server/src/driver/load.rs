//! What a match's ticks and snapshots cost its thread, and how much of its time a thread has left over.
//!
//! Invariant: these are sums and quotients of times that others took; no clock is in here. What follows from them is in `overload`.

use skirmish_protocol::Settings;
use skirmish_sim::Relief;

use super::overload::Load;

/// How long a window lasts: long enough for some ticks of each match.
const WINDOW_US: u64 = 250_000;

/// The costs of one match.
#[derive(Debug, Default)]
pub(super) struct Meter {
    ticks: u32,
    /// All that these ticks took.
    work_us: u64,
    /// Ticks with snapshots, and what handing those out took.
    sends: u32,
    sends_us: u64,
    /// Means of the last window that had any.
    tick_us: f64,
    send_us: f64,
    mean_us: f64,
    /// The longest tick of this window, and of the last that had any.
    longest_us: u64,
    max_us: u64,
}

impl Meter {
    /// A tick took `work_us`, of which handing out took `flush_us`; `sent`: it handed out snapshots.
    pub(super) fn ticked(&mut self, work_us: u64, flush_us: u64, sent: bool) {
        self.ticks += 1;
        self.work_us += work_us;
        self.longest_us = self.longest_us.max(work_us);
        if sent {
            self.sends += 1;
            self.sends_us += flush_us;
        }
    }

    /// What was counted in the window that ends here.
    pub(super) fn counted_us(&self) -> u64 {
        self.work_us
    }

    /// What a tick cost in the last window that had any, all that it handed out included, in microseconds.
    pub(super) fn mean_us(&self) -> f64 {
        self.mean_us
    }

    /// What the longest of those ticks cost, in microseconds.
    pub(super) fn max_us(&self) -> u64 {
        self.max_us
    }

    /// The load of a match with these settings, of its designer's, and this relief. The next window begins.
    pub(super) fn load(&mut self, settings: &Settings, relief: Relief) -> Load {
        if self.ticks > 0 {
            self.mean_us = self.work_us as f64 / f64::from(self.ticks);
            self.max_us = std::mem::take(&mut self.longest_us);
            self.tick_us = (self.work_us - self.sends_us) as f64 / f64::from(self.ticks);
        }
        if self.sends > 0 {
            self.send_us = self.sends_us as f64 / f64::from(self.sends);
        }
        let is_fresh = self.ticks > 0 || settings.paused;
        (self.ticks, self.work_us, self.sends, self.sends_us) = (0, 0, 0, 0);
        let pace = if settings.paused { 0.0 } else { f64::from(settings.dilation_permille) / 1000.0 };
        Load {
            ticks_per_s: f64::from(settings.tick_hz) * pace,
            snapshot_interval: settings.snapshot_interval,
            tick_us: self.tick_us,
            send_us: self.send_us,
            is_fresh,
            relief,
        }
    }
}

/// How a thread spends its time, from one judgement to the next.
#[derive(Debug)]
pub(super) struct Window {
    began_us: u64,
    rested_us: u64,
}

impl Window {
    pub(super) fn new(now_us: u64) -> Window {
        Window { began_us: now_us, rested_us: 0 }
    }

    /// The thread slept from `from_us` to `to_us`, and had nothing to do until `due_us`. What it slept beyond was taken from it.
    pub(super) fn rested(&mut self, from_us: u64, to_us: u64, due_us: u64) {
        self.rested_us += to_us.min(due_us).saturating_sub(from_us);
    }

    /// If the window is over at `now_us`: how long it was, and for how long the thread was not at rest. The next one begins.
    pub(super) fn take(&mut self, now_us: u64) -> Option<(u64, u64)> {
        let length_us = now_us.saturating_sub(self.began_us);
        if length_us < WINDOW_US {
            return None;
        }
        let busy_us = length_us.saturating_sub(self.rested_us);
        *self = Window::new(now_us);
        Some((length_us, busy_us))
    }
}
