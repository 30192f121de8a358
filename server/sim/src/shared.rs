//! What the snapshots of one tick have in common, each computed once: encoded parts, and checksums. A flush copies a part once into each lane
//! of departures that needs it.
//!
//! Invariant: sessions get the same part exactly if they have equal views now, equal baselines, and are owed the same events. Their views
//! are equal if their kinds are, which `interest.rs` sees to; a view that no other seat has is of no kind, and a part for it is written straight into the departures. What goes into a part is decided in `fanout.rs`.

use std::ops::Range;

use crate::departures::{Body, Departures};
use crate::session::Baseline;

/// The shared parts of the snapshots of one tick. Their memory serves the next tick's.
#[derive(Debug, Default)]
pub(crate) struct SharedParts {
    bytes: Vec<u8>,
    /// By kind of view.
    kinds: Vec<OfOneView>,
    flush: u64,
}

/// What sessions with one view have in common.
#[derive(Debug, Default)]
struct OfOneView {
    checksum: Option<u32>,
    parts: Vec<Part>,
}

/// A shared part and what it is made from besides the view.
#[derive(Debug)]
struct Part {
    cursor: u64,
    baseline: Option<Baseline>,
    /// Where it is among all bytes.
    place: Range<usize>,
    placed: Option<Placed>,
}

/// Where a flush put a part last. Sessions come in the order of their ids, those of one lane one after the other: other lanes are not asked for again.
#[derive(Clone, Debug)]
struct Placed {
    flush: u64,
    lane: usize,
    body: Body,
}

impl SharedParts {
    /// Begins a new tick.
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        for kind in &mut self.kinds {
            kind.checksum = None;
            kind.parts.clear();
        }
    }

    /// Begins a new flush: copies of the one before are gone.
    pub(crate) fn begin_flush(&mut self) {
        self.flush += 1;
    }

    /// The checksum of the public tables in this view, made by `compute` if it is asked for the first time.
    pub(crate) fn checksum(&mut self, kind: usize, compute: impl FnOnce() -> u32) -> u32 {
        *self.of(kind).checksum.get_or_insert_with(compute)
    }

    /// Puts the part for this view, event cursor and baseline into a lane of departures, if this flush has not yet. `encode` makes the first of its kind.
    pub(crate) fn part(
        &mut self,
        (kind, cursor, baseline): (usize, u64, Option<&Baseline>),
        (lane, departures): (usize, &mut Departures),
        encode: impl FnOnce(&mut Vec<u8>),
    ) -> Body {
        let index = self.find(kind, cursor, baseline).unwrap_or_else(|| {
            let start = self.bytes.len();
            encode(&mut self.bytes);
            let place = start..self.bytes.len();
            let parts = &mut self.of(kind).parts;
            parts.push(Part { cursor, baseline: baseline.cloned(), place, placed: None });
            parts.len() - 1
        });
        let Self { bytes, kinds, flush, .. } = self;
        let part = &mut kinds[kind].parts[index];
        match &part.placed {
            Some(placed) if placed.flush == *flush && placed.lane == lane => placed.body.clone(),
            _ => {
                let body = departures.share(&bytes[part.place.clone()]);
                part.placed = Some(Placed { flush: *flush, lane, body: body.clone() });
                body
            }
        }
    }

    fn find(&mut self, kind: usize, cursor: u64, baseline: Option<&Baseline>) -> Option<usize> {
        let is_this = |part: &Part| part.cursor == cursor && part.baseline.as_ref() == baseline;
        self.of(kind).parts.iter().position(is_this)
    }

    fn of(&mut self, kind: usize) -> &mut OfOneView {
        if kind >= self.kinds.len() {
            self.kinds.resize_with(kind + 1, OfOneView::default);
        }
        &mut self.kinds[kind]
    }
}
