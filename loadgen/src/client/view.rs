//! What a client holds: a mirror that applies every snapshot and verifies its checksums, or, cheaper, only the heads.

use skirmish_protocol::{Mirror, Reader, Schema, Settings};

/// The elements of a snapshot.
const ELEMENTS: usize = 9;

/// What a client holds of the match.
pub(crate) enum View {
    /// Everything.
    Whole(Box<Mirror>),
    /// The newest tick.
    Heads { tick: u32 },
}

/// What a snapshot said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Observed {
    pub(crate) tick: u32,
    pub(crate) keyframe: bool,
    pub(crate) input_ack: u32,
    /// Whether the view checksum agreed; none: it carried none, or nobody looks.
    pub(crate) agreed: Option<bool>,
}

impl View {
    /// # Errors
    /// The schema is unsound.
    pub(super) fn new(schema: Schema, settings: &Settings, verify: bool) -> Result<Self, String> {
        if !verify {
            return Ok(View::Heads { tick: 0 });
        }
        let mirror = Mirror::new(schema, settings).map_err(|error| format!("an unsound schema: {error}"))?;
        Ok(View::Whole(Box::new(mirror)))
    }

    /// The newest tick held; 0 if none.
    pub(crate) fn tick(&self) -> u32 {
        match self {
            View::Whole(mirror) => mirror.tick(),
            View::Heads { tick } => *tick,
        }
    }

    pub(super) fn settings(&mut self, settings: &Settings) {
        if let View::Whole(mirror) = self {
            mirror.settings(settings);
        }
    }

    /// # Errors
    /// What is wrong with the snapshot.
    pub(super) fn apply(&mut self, frame: &[u8]) -> Result<Observed, String> {
        match self {
            View::Whole(mirror) => {
                let applied =
                    mirror.apply(frame).map_err(|error| format!("a snapshot that can't be applied: {error}"))?;
                Ok(Observed {
                    tick: applied.tick,
                    keyframe: applied.keyframe,
                    input_ack: applied.input_ack,
                    agreed: applied.checksum.map(|checksum| checksum.expected == checksum.computed),
                })
            }
            View::Heads { tick } => {
                let observed = head(frame).map_err(|error| format!("a snapshot without a head: {error}"))?;
                *tick = observed.tick;
                Ok(observed)
            }
        }
    }
}

fn head(frame: &[u8]) -> Result<Observed, skirmish_protocol::DecodeError> {
    let mut reader = Reader::new(frame);
    reader.array(ELEMENTS)?;
    reader.u32()?;
    let (tick, baseline) = (reader.u32()?, reader.optional(Reader::u32)?);
    Ok(Observed { tick, keyframe: baseline.is_none(), input_ack: reader.u32()?, agreed: None })
}
