//! Fighters come, go and return.
//!
//! A taken seat has one fighter, connected or not; a seat given up has none. Invariant: fighters enter the arena in
//! order of their ids, each at the one of the map's spawns that is farthest from all who live; where the map has none, or none
//! is free, at the one of a few random places.

use bevy_ecs::prelude::{Commands, Entity, Query, Res, ResMut, With};
use bevy_ecs::system::SystemParam;
use glam::Vec2;
use skirmish_sim::{Clock, EntityId, Ids, Outgoing, Owner, Phase, Random, RoundState, SeatChange, SeatId, Seats};

use super::bots::{Mind, Skill};
use super::components::{Aim, ArenaEvent, Body, Boosts, Fighter, Shot, Standing};
use super::config::ArenaConfig;
use super::orders::Orders;
use super::shoot::remove_shots;
use super::stage::Stages;
use super::weapon::Weapon;

/// Random places among which the one farthest from the enemies is taken.
const CANDIDATES: usize = 16;

/// A spawn is free if nobody is within so many fighter radii.
const FREE_RADII: f32 = 8.0;

/// What it takes to put a fighter into the arena.
#[derive(SystemParam)]
pub(super) struct Entrance<'w> {
    config: Res<'w, ArenaConfig>,
    stages: Res<'w, Stages>,
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
        *weapon = Weapon::loaded(self.config.weapon.magazine);
        self.events.to_all(ArenaEvent::Spawn { seat: fighter.seat, x: at.x, y: at.y });
    }

    fn place(&mut self, living: &[Vec2]) -> Vec2 {
        let room = |at: &Vec2| living.iter().map(|other| other.distance_squared(*at)).fold(f32::INFINITY, f32::min);
        let roomiest = |a: &Vec2, b: &Vec2| room(a).total_cmp(&room(b));
        let stage = self.stages.here();
        // Where nobody is, all spawns are alike: chance decides.
        let turn = self.random.below(stage.spawns.len() as u32) as usize;
        let spawns = stage.spawns.iter().cycle().skip(turn).take(stage.spawns.len());
        let free = spawns.copied().max_by(roomiest);
        if let Some(at) = free.filter(|at| room(at) > (self.config.fighter.radius * FREE_RADII).powi(2)) {
            return at;
        }
        let places = stage.paths.places();
        let candidates = (0..CANDIDATES).map(|_| places[self.random.below(places.len() as u32) as usize]);
        candidates.max_by(roomiest).expect("there are candidates")
    }
}

pub(super) fn follow_seats(
    seats: Res<Seats>,
    mut ids: ResMut<Ids>,
    mut commands: Commands,
    fighters: Query<(Entity, &Fighter)>,
    standings: Query<(Entity, &Standing)>,
    shots: Query<(Entity, &Shot), With<Body>>,
) {
    for &change in seats.changes() {
        match change {
            SeatChange::Joined(seat) => {
                let figure = (Fighter::new(seat), Body::new(Vec2::ZERO, Vec2::ZERO), Aim::default());
                let player = (Owner(seat), Weapon::default(), Orders::default(), Boosts::default());
                let skill = seats.get(seat).filter(|seat| seat.bot).map(|_| Skill::of(seat));
                let mut spawned = commands.spawn((ids.next(), figure, player));
                if let Some(skill) = skill {
                    spawned.insert(Mind::new(skill));
                }
                let skill = skill.map_or(0, |skill| skill as u8);
                commands.spawn((ids.next(), Standing { seat: seat.0, score: 0, deaths: 0, skill }));
            }
            SeatChange::Left(seat) => {
                let fighter = fighters.iter().filter(|(_, fighter)| fighter.seat == seat.0).map(|(entity, _)| entity);
                let standing =
                    standings.iter().filter(|(_, standing)| standing.seat == seat.0).map(|(entity, _)| entity);
                fighter.chain(standing).for_each(|entity| commands.entity(entity).despawn());
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
        Self { seat: seat.0, hp: 0, alive: false, respawn_in_s: 0.0 }
    }
}
