//! Rounds: waiting for players, playing, showing results, and again.
//!
//! Invariant: phases end at a time, not at a tick, so a change of the tick rate in mid-round keeps the end where it was. A phase lasts at
//! least one tick. What a round is won by, and what is cleared between two, is the game's.

use bevy_ecs::prelude::{Component, Query, Res, ResMut, Resource};
use skirmish_protocol::{ComponentSchema, FieldKind, FieldSchema, Replicate};

use crate::tuning::{TuningError, check};
use crate::{Clock, Seats};

/// Longest phase, in seconds.
const PHASE_S_MAX: f32 = 86_400.0;

/// How a game's rounds go.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RoundRules {
    /// How many bots and connected humans a round needs to begin: 1 to the number of seats.
    pub seats_min: u32,
    /// How long it is played, in seconds: more than 0, at most a day.
    pub round_s: f32,
    /// How long its results are shown, in seconds, at most a day.
    pub results_s: f32,
}

impl RoundRules {
    pub(crate) fn check(&self, seats_max: u32) -> Result<(), TuningError> {
        check("seats_min", Some(self.seats_min), 1, seats_max)?;
        check("round_s", Some(self.round_s), f32::MIN_POSITIVE, PHASE_S_MAX)?;
        check("results_s", Some(self.results_s), 0.0, PHASE_S_MAX)
    }
}

/// What a match is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Too few are here to begin.
    Waiting = 0,
    /// A round is being played.
    Playing = 1,
    /// The results of a round are shown.
    Results = 2,
}

/// The round, for systems. A game without rounds plays one that never ends.
#[derive(Resource, Debug)]
pub struct RoundState {
    /// What the match is doing in this tick.
    pub phase: Phase,
    /// The number of the newest round, from 1; 0 before the first.
    pub number: u32,
    rules: Option<RoundRules>,
    ends_s: f64,
    ends_tick: u32,
    remaining_s: f32,
    entered: bool,
    finishing: bool,
}

impl RoundState {
    pub(crate) fn new(rules: Option<RoundRules>) -> RoundState {
        RoundState {
            phase: Phase::Waiting,
            number: 0,
            rules,
            ends_s: f64::INFINITY,
            ends_tick: 0,
            remaining_s: f32::INFINITY,
            entered: false,
            finishing: false,
        }
    }

    /// How long this phase still lasts at the beginning of this tick, in seconds; infinite if its end is open.
    pub fn remaining_s(&self) -> f32 {
        self.remaining_s
    }

    /// Whether this is a round's first tick.
    pub fn just_started(&self) -> bool {
        self.entered && self.phase == Phase::Playing
    }

    /// Whether this is the first tick of a round's results.
    pub fn just_ended(&self) -> bool {
        self.entered && self.phase == Phase::Results
    }

    /// Ends the round being played: the next tick is the first of its results. Without effect in other phases.
    pub fn finish(&mut self) {
        self.finishing = self.phase == Phase::Playing && self.rules.is_some();
    }

    /// How rounds go from the next phase on: the one that has begun keeps its end. Without effect in a game without rounds; numbers outside the
    /// ranges of [`RoundRules`] are the caller's to keep out.
    pub fn set_rules(&mut self, rules: RoundRules) {
        self.rules = self.rules.map(|_| rules);
    }

    fn advance(&mut self, clock: &Clock, present: u32) {
        let began_s = clock.began_s();
        let over = self.finishing || self.ends_s.is_finite() && clock.tick_at(self.ends_s) == clock.tick;
        self.entered = false;
        match (self.rules, self.phase) {
            (None, Phase::Waiting) => self.play(f64::INFINITY),
            (Some(rules), Phase::Playing) if over => {
                self.enter(Phase::Results, began_s + f64::from(rules.results_s));
            }
            (Some(rules), Phase::Waiting) if present >= rules.seats_min => {
                self.play(began_s + f64::from(rules.round_s));
            }
            (Some(rules), Phase::Results) if over && present >= rules.seats_min => {
                self.play(began_s + f64::from(rules.round_s));
            }
            (Some(_), Phase::Results) if over => self.enter(Phase::Waiting, f64::INFINITY),
            _ => {}
        }
        self.ends_tick = if self.ends_s.is_finite() { clock.tick_at(self.ends_s) } else { 0 };
        self.remaining_s = (self.ends_s - began_s) as f32;
    }

    fn play(&mut self, ends_s: f64) {
        self.number += 1;
        self.enter(Phase::Playing, ends_s);
    }

    fn enter(&mut self, phase: Phase, ends_s: f64) {
        self.phase = phase;
        self.ends_s = ends_s;
        self.entered = true;
        self.finishing = false;
    }
}

/// The engine's own replicated component, on the entity with id 1, in games that play in rounds.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Round {
    /// What the match is doing.
    pub phase: Phase,
    /// The number of the newest round.
    pub number: u32,
    /// The first tick that is no longer in this phase, at the present tick rate; 0 if its end is open.
    pub ends_tick: u32,
}

impl Replicate for Round {
    fn schema() -> ComponentSchema {
        let field = |id, name: &str, max| FieldSchema {
            id,
            name: name.to_owned(),
            kind: FieldKind::Number,
            quantum: 1.0,
            min: 0,
            max,
            wrap: None,
            private: false,
            velocity: None,
            tolerance: 0.5,
        };
        ComponentSchema {
            id: 0,
            name: "Round".to_owned(),
            fields: vec![field(0, "phase", 2), field(1, "number", i32::MAX), field(2, "ends_tick", i32::MAX)],
        }
    }

    fn measure(&self, row: &mut [f64]) {
        row[0] = f64::from(self.phase as u8);
        row[1] = f64::from(self.number);
        row[2] = f64::from(self.ends_tick);
    }
}

impl From<&RoundState> for Round {
    fn from(state: &RoundState) -> Round {
        Round { phase: state.phase, number: state.number, ends_tick: state.ends_tick }
    }
}

/// Moves the round on at the beginning of a tick.
#[expect(clippy::needless_pass_by_value, reason = "a system takes its parameters by value")]
pub(crate) fn advance_round(
    clock: Res<'_, Clock>,
    seats: Res<'_, Seats>,
    mut state: ResMut<'_, RoundState>,
    mut shown: Query<'_, '_, &mut Round>,
) {
    state.advance(&clock, seats.present());
    for mut round in &mut shown {
        *round = Round::from(&*state);
    }
}
