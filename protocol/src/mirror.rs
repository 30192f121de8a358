//! What a client holds: a seat's view of the wire state, kept up to date by snapshots.
//!
//! Invariant: after each snapshot the mirror holds, bit for bit, the server's wire state of that tick restricted to what the
//! seat sees. A snapshot that breaks a rule leaves nothing behind: the mirror forgets all it held, and only a keyframe helps.
//! Other messages are [`crate::ServerMessage`]; when to send and to acknowledge is the connection's business.

use crate::delta_apply::Applier;
use crate::fixed::ONE;
use crate::mirror_error::MirrorError;
use crate::motion::Span;
use crate::plan::Plan;
use crate::schema::Schema;
use crate::schema_check::SchemaError;
use crate::server_message::Settings;
use crate::snapshot::{EventRecord, SnapshotHead, decode_events, decode_head};
use crate::tick_rates::TickRates;
use crate::wire::Reader;
use crate::wire_state::{Column, WireState};

/// A client's copy of what its seat sees.
#[derive(Clone, Debug)]
pub struct Mirror {
    plan: Plan,
    state: WireState,
    tick_rates: TickRates,
    newest_own_event: u32,
    newest_event: u32,
    applier: Applier,
}

/// What a snapshot brought besides the state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// What tick is held now.
    pub tick: u32,
    /// Whether the snapshot was a keyframe.
    pub keyframe: bool,
    /// The newest input that the state includes; 0 if none.
    pub input_ack: u32,
    /// The view checksum, if the snapshot carried one.
    pub checksum: Option<Checksum>,
    /// Events for this seat alone, in order.
    pub own_events: Vec<EventRecord>,
    /// Events for everybody, in order.
    pub events: Vec<EventRecord>,
}

/// A view checksum verified. Where the two differ, server and client hold different states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksum {
    /// What the server says.
    pub expected: u32,
    /// What the mirror holds.
    pub computed: u32,
}

impl Mirror {
    /// A mirror that holds nothing yet, for one connection; schema and settings are the welcome's.
    ///
    /// # Errors
    /// What [`Schema::check`] finds wrong.
    pub fn new(schema: Schema, settings: &Settings) -> Result<Self, SchemaError> {
        let plan = Plan::owning(schema)?;
        Ok(Self {
            state: WireState::empty(&plan, 0),
            plan,
            tick_rates: TickRates::new(settings),
            newest_own_event: 0,
            newest_event: 0,
            applier: Applier::default(),
        })
    }

    /// Takes note of a settings message, whose tick rate holds from its effective tick on.
    pub fn settings(&mut self, settings: &Settings) {
        self.tick_rates.note(settings);
    }

    /// Applies a whole snapshot message.
    ///
    /// # Errors
    /// What is wrong with the message. The mirror then holds nothing (tick 0) until it is given a keyframe.
    pub fn apply(&mut self, frame: &[u8]) -> Result<Applied, MirrorError> {
        let applied = self.read(&mut Reader::new(frame));
        if applied.is_err() {
            self.state.clear();
        }
        applied
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<Applied, MirrorError> {
        let head = decode_head(reader)?;
        let span = self.begin(&head)?;
        let schema = self.plan.schema();
        let own_events = decode_events(reader, schema, self.newest_own_event, head.tick)?;
        self.applier.apply(reader, &self.plan, &mut self.state, true, span)?;
        let events = decode_events(reader, schema, self.newest_event, head.tick)?;
        self.applier.apply(reader, &self.plan, &mut self.state, false, span)?;
        reader.end()?;
        self.state.tick = head.tick;
        self.tick_rates.forget_before(head.tick);
        self.newest_own_event = own_events.last().map_or(self.newest_own_event, |event| event.tick);
        self.newest_event = events.last().map_or(self.newest_event, |event| event.tick);
        Ok(Applied {
            tick: head.tick,
            keyframe: head.baseline.is_none(),
            input_ack: head.input_ack,
            checksum: head.checksum.map(|expected| Checksum { expected, computed: self.checksum() }),
            own_events,
            events,
        })
    }

    /// Makes the state the snapshot's baseline, and tells how far it is from there to the snapshot.
    fn begin(&mut self, head: &SnapshotHead) -> Result<Span, MirrorError> {
        let SnapshotHead { tick, baseline, .. } = *head;
        let held = self.tick();
        match baseline {
            None => self.state.clear(),
            Some(given) if given != held || held == 0 => {
                return Err(MirrorError::Baseline { given, held });
            }
            Some(_) => {}
        }
        let from = self.tick();
        if tick <= from {
            return Err(MirrorError::Tick { given: tick, after: from });
        }
        let tick_hz = match baseline {
            None => self.tick_rates.at(tick),
            Some(baseline) => {
                self.tick_rates.throughout(baseline, tick).ok_or(MirrorError::TickRate { baseline, tick })?
            }
        };
        Ok(Span { ticks: tick - from, tick_hz })
    }

    /// The tick of the snapshot applied last; 0 if nothing is held.
    pub fn tick(&self) -> u32 {
        self.state.tick
    }

    /// The schema that the mirror was made for.
    pub fn schema(&self) -> &Schema {
        self.plan.schema()
    }

    /// The entities held that have a component, ascending; none if the schema has no such component.
    pub fn ids(&self, component: &str) -> &[u32] {
        self.plan.public_table(component).map_or(&[], |table| &self.state.tables[table].ids)
    }

    /// A field's value in its unit (booleans are 0 or 1), private fields of own entities included. None if it is not held.
    pub fn value(&self, component: &str, field: &str, id: u32) -> Option<f64> {
        let (index, column) = self.plan.column(component, field)?;
        let table = &self.state.tables[index];
        let row = table.ids.binary_search(&id).ok()?;
        let quanta = match &table.columns[column] {
            Column::Plain(values) => f64::from(values[row]),
            Column::Motion(positions) => positions[row] as f64 / ONE as f64,
        };
        Some(quanta * self.plan.field(&self.plan.layouts()[index], column).quantum)
    }

    /// Everything held.
    pub fn state(&self) -> &WireState {
        &self.state
    }

    /// The view checksum of what is held.
    pub fn checksum(&self) -> u32 {
        self.state.checksum(&self.plan)
    }
}
