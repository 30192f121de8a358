//! Fighters come, go and return.
//!
//! A taken seat has one fighter, connected or not; a seat given up has none. Invariant: fighters enter the arena in
//! order of their ids, each at the one of a few random places that is farthest from all who live.

use bevy_ecs::prelude::{Commands, Entity, Query, Res, ResMut, With};
use bevy_ecs::system::SystemParam;
use glam::Vec2;
use skirmish_sim::{Clock, EntityId, Ids, Outgoing, Owner, Phase, Random, RoundState, SeatChange, SeatId, Seats};

use super::bots::Mind;
use super::components::{Aim, ArenaEvent, Body, Fighter, Shot};
use super::config::ArenaConfig;
use super::orders::Orders;
use super::paths::Paths;
use super::shoot::remove_shots;
use super::weapon::Weapon;

/// Random places among which the one farthest from the enemies is taken.
const CANDIDATES: usize = 16;

/// What it takes to put a fighter into the arena.
#[derive(SystemParam)]
pub(super) struct Entrance<'w> {
    config: Res<'w, ArenaConfig>,
    paths: Res<'w, Paths>,
    random: ResMut<'w, Random>,
    events: ResMut<'w, Outgoing<ArenaEvent>>,
}

impl Entrance<'_> {
    /// Brings a fighter to life where nobody of `living` is near, and adds it to them.
    pub(super) fn enter(
        &mut self,
        fighter: &mut Fighter,
        body: &mut Body,
        weapon: &mut Weapon,
        living: &mut Vec<Vec2>,
    ) {
        let at = self.place(living);
        living.push(at);
        fighter.hp = self.config.fighter.health;
        fighter.alive = true;
        *body = Body::new(at, Vec2::ZERO);
        *weapon = Weapon::loaded(&self.config.weapon.cadence());
        self.events.to_all(ArenaEvent::Spawn { seat: fighter.seat, x: at.x, y: at.y });
    }

    fn place(&mut self, living: &[Vec2]) -> Vec2 {
        let places = self.paths.places();
        let candidates = (0..CANDIDATES).map(|_| places[self.random.below(places.len() as u32) as usize]);
        let room = |at: Vec2| living.iter().map(|other| other.distance_squared(at)).fold(f32::INFINITY, f32::min);
        candidates.max_by(|&a, &b| room(a).total_cmp(&room(b))).expect("there are candidates")
    }
}

pub(super) fn follow_seats(
    seats: Res<Seats>,
    mut ids: ResMut<Ids>,
    mut commands: Commands,
    fighters: Query<(Entity, &Fighter)>,
    shots: Query<(Entity, &Shot), With<Body>>,
) {
    for &change in seats.changes() {
        match change {
            SeatChange::Joined(seat) => {
                let figure = (Fighter::new(seat), Body::new(Vec2::ZERO, Vec2::ZERO), Aim::default());
                let player = (Owner(seat), Weapon::default(), Orders::default());
                let mut spawned = commands.spawn((ids.next(), figure, player));
                if seats.get(seat).is_some_and(|seat| seat.bot) {
                    spawned.insert(Mind::default());
                }
            }
            SeatChange::Left(seat) => {
                for (entity, _) in fighters.iter().filter(|(_, fighter)| fighter.seat == seat.0) {
                    commands.entity(entity).despawn();
                }
                remove_shots(&mut commands, &shots, |shot| shot.by == seat.0);
            }
            SeatChange::Connected(_) | SeatChange::Disconnected(_) => {}
        }
    }
}

pub(super) fn return_the_dead(
    clock: Res<Clock>,
    round: Res<RoundState>,
    mut entrance: Entrance,
    mut fighters: Query<(&EntityId, &mut Fighter, &mut Body, &mut Weapon)>,
) {
    if round.phase == Phase::Results {
        return;
    }
    let alive = fighters.iter().filter(|(_, fighter, ..)| fighter.alive);
    let mut living: Vec<_> = alive.map(|(_, _, body, _)| body.at()).collect();
    let mut dead: Vec<_> = fighters.iter_mut().filter(|(_, fighter, ..)| !fighter.alive).collect();
    dead.sort_by_key(|(id, ..)| **id);
    for (_, mut fighter, mut body, mut weapon) in dead {
        fighter.respawn_in_s -= clock.dt_s;
        if fighter.respawn_in_s <= 0.0 {
            entrance.enter(&mut fighter, &mut body, &mut weapon, &mut living);
        }
    }
}

impl Fighter {
    /// One that is about to enter.
    fn new(seat: SeatId) -> Self {
        Self { seat: seat.0, hp: 0, score: 0, deaths: 0, alive: false, respawn_in_s: 0.0 }
    }
}
