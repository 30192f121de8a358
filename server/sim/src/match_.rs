//! One match, stages 1 to 4: intake, systems, wire state, interest.
//!
//! Invariant: a match is a pure function of its header and its log. No session, clock or peer reaches this file; pace and whoever watches
//! change nothing that it computes. Opening a match is in `open`, sessions and sending are in `room`.

use std::sync::Arc;

use bevy_ecs::prelude::{Schedule, World};
use skirmish_protocol::limits::SPECTATOR_SEATS;
use skirmish_protocol::{Plan, Quantiser, Settings, Truth, WireState, check_name};

use crate::extract::{self, Census, Rows, Subjects};
use crate::inputs::PendingInputs;
use crate::intake::Intake;
use crate::interest::{Bounds, Interest, Sight};
use crate::log::LogWriter;
use crate::numbers::Dials;
use crate::rules::{EventKind, Visible};
use crate::tuning::Tuned;
use crate::{Annotation, Clock, MatchEvent, MatchHeader, Number, Pace, Scene, SeatId, Seats, TickEvents, Tuning, View};

/// States that are kept for their memory, at most: as many baselines as sessions that keep up have.
const SPARE_MAX: usize = 4;

/// A match in memory. Nothing happens in it but by [`Match::step`].
pub struct Match {
    pub(crate) header: MatchHeader,
    pub(crate) plan: Arc<Plan>,
    pub(crate) world: World,
    pub(crate) schedule: Schedule,
    pub(crate) pending: Box<dyn PendingInputs>,
    pub(crate) events: Vec<EventKind>,
    pub(crate) readers: Vec<Box<dyn Rows>>,
    pub(crate) census: Box<dyn Census>,
    pub(crate) visible: Option<Visible>,
    pub(crate) scene: Scene,
    pub(crate) intake: Intake,
    pub(crate) tuned: Tuned,
    /// The tuning once what waits for the next tick has been applied.
    pub(crate) asked: Tuned,
    pub(crate) dials: Dials,
    pub(crate) pace: Pace,
    pub(crate) effective_tick: u32,
    pub(crate) epoch: u32,
    pub(crate) truth: Truth,
    pub(crate) quantiser: Quantiser,
    pub(crate) state: Arc<WireState>,
    /// States that nobody holds, for their memory.
    pub(crate) spare: Vec<Arc<WireState>>,
    pub(crate) tick_events: TickEvents,
    pub(crate) subjects: Subjects,
    pub(crate) interest: Interest,
    pub(crate) log: LogWriter,
}

impl Match {
    /// Adds what the next step will apply, after what was added before. What does not apply then (a taken seat, values or tuning
    /// out of range, a name that is not one) is ignored and not logged. Of a seat's inputs the newest
    /// `limits::COMMANDS_PER_TICK_MAX` are kept.
    pub fn push(&mut self, event: MatchEvent) {
        match &event {
            MatchEvent::Tune(tuning) if tuning.check().is_ok() => self.asked = self.asked.with(tuning),
            MatchEvent::Number { key, value } => self.dials.ask(key, *value),
            _ => {}
        }
        self.intake.push(event);
    }

    /// Notes in the log what does not change the match. A pace shows in [`Match::settings`] from the next tick on.
    #[expect(clippy::needless_pass_by_value, reason = "an annotation is handed over, as an event is")]
    pub fn annotate(&mut self, annotation: Annotation) {
        if let Annotation::Pace(pace) = &annotation {
            self.pace = *pace;
            self.effective_tick = self.tick() + 1;
        }
        let tick = self.tick();
        self.log.annotation(tick, &annotation);
    }

    /// Computes the next tick.
    pub fn step(&mut self) {
        let tick = self.tick() + 1;
        self.take_in(tick);
        self.run_systems(tick);
        self.update_wire_state(tick);
        self.update_views();
        if tick.is_multiple_of(self.tuned.tick_hz) {
            let checksum = Annotation::Checksum(self.checksum());
            self.log.annotation(tick, &checksum);
        }
    }

    fn take_in(&mut self, tick: u32) {
        self.world.resource_mut::<Seats>().begin_tick();
        let events = self.intake.take();
        for event in &events {
            if self.apply(event, tick) {
                self.log.event(tick, event);
            }
        }
        self.intake.recycle(events);
        self.pending.hand_over(&mut self.world);
        self.world.resource_mut::<Clock>().advance(self.tuned.tick_hz);
    }

    /// Applies an event; false if it does not apply.
    fn apply(&mut self, event: &MatchEvent, tick: u32) -> bool {
        match event {
            MatchEvent::Join { seat, name, bot } => self.join(SeatId(*seat), name, *bot),
            MatchEvent::Leave { seat } => self.leave(SeatId(*seat)),
            MatchEvent::Connect { seat } => self.seats_mut().connect(SeatId(*seat), true),
            MatchEvent::Disconnect { seat } => self.seats_mut().connect(SeatId(*seat), false),
            MatchEvent::Input { seat, seq, values } => self.command(SeatId(*seat), *seq, values),
            MatchEvent::Tune(tuning) => tuning.check().is_ok() && self.tune(tuning, tick),
            MatchEvent::Number { key, value } => self.dials.turn(&mut self.world, key, *value),
        }
    }

    fn join(&mut self, seat: SeatId, name: &str, bot: bool) -> bool {
        let joined = check_name(name).is_ok() && self.seats_mut().join(seat, name.to_owned(), bot);
        if joined {
            self.intake.occupy(seat);
        }
        joined
    }

    fn leave(&mut self, seat: SeatId) -> bool {
        let left = self.seats_mut().leave(seat);
        if left {
            self.pending.clear_seat(seat);
            self.intake.vacate(seat);
            self.interest.forget(seat.0);
        }
        left
    }

    fn command(&mut self, seat: SeatId, seq: u32, values: &[i32]) -> bool {
        let applies = self.intake.is_taken(seat) && self.plan.schema().input_values_valid(values).is_ok();
        if applies {
            self.pending.push(seat, values);
            self.intake.applied(seat, seq);
        }
        applies
    }

    fn tune(&mut self, change: &Tuning, tick: u32) -> bool {
        let before = self.tuned;
        self.tuned = before.with(change);
        self.epoch += u32::from(self.tuned.tick_hz != before.tick_hz);
        if self.tuned != before {
            self.effective_tick = tick;
        }
        true
    }

    fn run_systems(&mut self, tick: u32) {
        // A schedule that no world holds is not told by the world itself.
        if let Some(check) = self.world.check_change_ticks() {
            self.schedule.check_change_ticks(check);
        }
        self.schedule.run(&mut self.world);
        self.world.clear_trackers();
        self.tick_events.clear();
        for kind in &self.events {
            (kind.drain)(&mut self.world, tick, &mut self.tick_events);
        }
    }

    fn update_wire_state(&mut self, tick: u32) {
        extract::read_all(&self.world, &mut self.readers, &mut self.truth);
        let mut next = self.spare.pop().unwrap_or_else(|| Arc::new(WireState::empty(&self.plan, 0)));
        let state = Arc::get_mut(&mut next).expect("nobody else holds a spare state");
        state.tick = tick;
        self.quantiser.follow(&self.state, &self.plan, &self.truth, self.tuned.tick_hz, state);
        let before = std::mem::replace(&mut self.state, next);
        self.recycle(before);
    }

    /// Takes a state that is no longer needed, unless somebody still holds it.
    pub(crate) fn recycle(&mut self, mut state: Arc<WireState>) {
        if self.spare.len() < SPARE_MAX && Arc::get_mut(&mut state).is_some() {
            self.spare.push(state);
        }
    }

    fn update_views(&mut self) {
        let radius = (self.tuned.interest_radius > 0.0).then_some(self.tuned.interest_radius);
        let (world, visible, subjects) = (&self.world, self.visible, &mut self.subjects);
        if radius.is_some() || visible.is_some() {
            self.census.read(world, subjects);
        }
        let entities = &subjects.entities;
        let filter =
            visible.map(|visible| move |seat: u32, index: usize| visible(SeatId(seat), world.entity(entities[index])));
        let filter = filter.as_ref().map(|filter| filter as &dyn Fn(u32, usize) -> bool);
        let seats = world.resource::<Seats>().iter().filter(|seat| !seat.bot).map(|seat| seat.id.0);
        self.interest.update(seats, &subjects.list, Bounds { radius, filter });
    }

    fn seats_mut(&mut self) -> bevy_ecs::change_detection::Mut<'_, Seats> {
        self.world.resource_mut::<Seats>()
    }
}

impl Match {
    /// What the match was opened from.
    pub fn header(&self) -> &MatchHeader {
        &self.header
    }

    /// The newest tick computed; 0 before the first.
    pub fn tick(&self) -> u32 {
        self.state.tick
    }

    /// The schema and its layouts.
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// What clients are told about the simulation. `effective_tick` is the first tick to which the newest change applies.
    pub fn settings(&self) -> Settings {
        Settings {
            effective_tick: self.effective_tick,
            tick_hz: self.tuned.tick_hz,
            snapshot_interval: self.tuned.snapshot_interval,
            interp_delay_ms: self.tuned.interp_delay_ms,
            dilation_permille: self.pace.dilation_permille,
            paused: self.pace.paused,
        }
    }

    /// Every tunable number, as it is now.
    pub fn tuning(&self) -> Tuning {
        self.tuned.all()
    }

    /// Every tunable number as it will be at the next tick, when what was pushed has been applied.
    pub fn tuning_asked(&self) -> Tuning {
        self.asked.all()
    }

    /// The game's own numbers in its order, each as it will be at the next tick.
    pub fn numbers(&self) -> impl Iterator<Item = (&Number, f64)> {
        self.dials.iter()
    }

    /// How it looks from above.
    pub fn scene(&self) -> &Scene {
        &self.scene
    }

    /// What every up-to-date client holds at this tick, restricted to its view.
    pub fn wire_state(&self) -> &Arc<WireState> {
        &self.state
    }

    /// What a human's seat may see at this tick.
    pub fn view(&self, seat: SeatId) -> Option<&Arc<View>> {
        self.sight(seat).map(|sight| sight.view)
    }

    /// The same, and which of this tick's different views it is. A spectator sees everything.
    pub(crate) fn sight(&self, seat: SeatId) -> Option<Sight<'_>> {
        if SPECTATOR_SEATS.contains(&seat.0) { Some(self.interest.overview()) } else { self.interest.sight(seat.0) }
    }

    /// The events of this tick.
    pub fn events(&self) -> &TickEvents {
        &self.tick_events
    }

    /// The newest input applied from the seat's occupant; 0 if none was.
    pub fn input_ack(&self, seat: SeatId) -> u32 {
        self.intake.input_ack(seat)
    }

    /// How often the tick rate has changed. No delta crosses such a change.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// The match checksum: over all rows of the wire state.
    pub fn checksum(&self) -> u32 {
        self.state.checksum(&self.plan)
    }

    /// Appends to `log` what was logged since the last time; all of it, in order, is the match log. Take it at least once a tick: beyond 64 KiB
    /// and the most inputs that a tick can bring, records are dropped, see [`Match::log_records_dropped`].
    pub fn take_log(&mut self, log: &mut Vec<u8>) {
        self.log.take(log);
    }

    /// How many records the log lacks because it was not taken in time. Above 0 the log can't be replayed; the match itself is not affected.
    pub fn log_records_dropped(&self) -> u64 {
        self.log.dropped()
    }

    /// The seats.
    pub fn seats(&self) -> &Seats {
        self.world.resource::<Seats>()
    }

    /// The world, to look at.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// The world, for tests and benches: whoever changes it leaves the log behind.
    pub fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

impl std::fmt::Debug for Match {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (header, tick) = (&self.header, self.tick());
        f.debug_struct("Match").field("header", header).field("tick", &tick).finish_non_exhaustive()
    }
}
