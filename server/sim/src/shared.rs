//! What the snapshots of one tick have in common, each computed once: encoded parts, and checksums.
//!
//! Invariant: sessions get the same part exactly if they have equal views now, equal baselines, and are owed the same events. Their views
//! are equal if their kinds are, which `interest.rs` sees to. What goes into a part is decided in `fanout.rs`.

use std::ops::Range;

use crate::sessions::Baseline;

/// The shared parts of the snapshots of one tick. Their memory serves the next tick's.
#[derive(Debug, Default)]
pub(crate) struct SharedParts {
    bytes: Vec<u8>,
    /// By kind of view.
    kinds: Vec<OfOneView>,
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

    /// The checksum of the public tables in this view, made by `compute` if it is asked for the first time.
    pub(crate) fn checksum(&mut self, kind: usize, compute: impl FnOnce() -> u32) -> u32 {
        *self.of(kind).checksum.get_or_insert_with(compute)
    }

    /// The part for this view, event cursor and baseline, made by `encode` if it is the first of its kind.
    pub(crate) fn part(
        &mut self,
        kind: usize,
        cursor: u64,
        baseline: Option<&Baseline>,
        encode: impl FnOnce(&mut Vec<u8>),
    ) -> &[u8] {
        let is_this = |part: &&Part| part.cursor == cursor && part.baseline.as_ref() == baseline;
        let known = self.of(kind).parts.iter().find(is_this).map(|part| part.place.clone());
        let place = known.unwrap_or_else(|| {
            let start = self.bytes.len();
            encode(&mut self.bytes);
            let place = start..self.bytes.len();
            self.of(kind).parts.push(Part { cursor, baseline: baseline.cloned(), place: place.clone() });
            place
        });
        &self.bytes[place]
    }

    fn of(&mut self, kind: usize) -> &mut OfOneView {
        if kind >= self.kinds.len() {
            self.kinds.resize_with(kind + 1, OfOneView::default);
        }
        &mut self.kinds[kind]
    }
}
