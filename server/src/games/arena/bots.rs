//! Bots: they chase the nearest enemy, circle it, shoot, and miss.
//!
//! A bot looks and decides once in a reaction time; in between it acts on what it saw: it aims where the enemy would
//! be had it gone on as it went, and off by an error drawn at the last look. Invariant: bots act through the input
//! commands that players have, in order of their ids, with random numbers of their own.

use bevy_ecs::prelude::{Component, Query, Res, ResMut};
use bevy_ecs::system::SystemParam;
use glam::Vec2;
use skirmish_sim::{BotRandom, Clock, EntityId, Inputs, Owner, Seats};

use super::components::{ArenaInput, Body, Fighter, TURN};
use super::config::ArenaConfig;
use super::paths::Paths;
use super::terrain::Terrain;

/// How likely a bot is to change the side it circles to when it decides.
const TURN_ABOUT_CHANCE: f32 = 0.2;

/// Where a bot gives way, as a part of the distance at which it circles.
const TOO_CLOSE: f32 = 0.6;

/// What a bot keeps from one look to the next.
#[derive(Component, Clone, Debug, Default)]
pub(super) struct Mind {
    decides_in_s: f32,
    enemy: Option<Sighting>,
    /// Where it walks to.
    goal: Vec2,
    aim_error: f32,
    circles_left: bool,
}

/// An enemy as last seen.
#[derive(Clone, Debug)]
struct Sighting {
    at: Vec2,
    velocity: Vec2,
    ago_s: f32,
    exposed: bool,
}

/// A living fighter.
struct Figure {
    id: EntityId,
    at: Vec2,
    velocity: Vec2,
}

/// Where bots are.
#[derive(SystemParam)]
pub(super) struct Surroundings<'w> {
    config: Res<'w, ArenaConfig>,
    terrain: Res<'w, Terrain>,
    paths: Res<'w, Paths>,
}

/// What bots see.
struct Scene<'a> {
    around: &'a Surroundings<'a>,
    figures: Vec<Figure>,
}

pub(super) fn think(
    clock: Res<Clock>,
    seats: Res<Seats>,
    around: Surroundings,
    mut random: ResMut<BotRandom>,
    mut inputs: ResMut<Inputs<ArenaInput>>,
    fighters: Query<(&EntityId, &Fighter, &Body)>,
    mut minds: Query<(&EntityId, &Owner, &mut Mind)>,
) {
    let config = &around.config;
    let scene = Scene::new(&around, fighters.iter());
    // A bot whose seat was given up in this tick is still there, and the seat may be another's.
    let is_bots = |seat| seats.get(seat).is_some_and(|seat| seat.bot);
    let mut minds: Vec<_> = minds.iter_mut().filter(|(_, owner, _)| is_bots(owner.0)).collect();
    minds.sort_by_key(|(id, ..)| **id);
    for (id, owner, mut mind) in minds {
        let Some(me) = scene.figure(*id) else {
            continue;
        };
        mind.decides_in_s -= clock.dt_s;
        if mind.decides_in_s <= 0.0 {
            mind.decides_in_s = config.bots.reaction_s * random.range_f32(0.75, 1.25);
            mind.decide(&scene, me, &mut random);
        }
        inputs.push(owner.0, mind.act(config, me, clock.dt_s));
    }
}

impl<'a> Scene<'a> {
    fn new<'f>(
        around: &'a Surroundings<'a>,
        fighters: impl Iterator<Item = (&'f EntityId, &'f Fighter, &'f Body)>,
    ) -> Self {
        let living = fighters.filter(|(_, fighter, _)| fighter.alive);
        let figure =
            |(&id, _, body): (&EntityId, &Fighter, &Body)| Figure { id, at: body.at(), velocity: body.velocity() };
        let mut figures: Vec<_> = living.map(figure).collect();
        figures.sort_by_key(|figure| figure.id);
        Self { around, figures }
    }

    fn figure(&self, id: EntityId) -> Option<&Figure> {
        let index = self.figures.binary_search_by_key(&id, |figure| figure.id).ok()?;
        Some(&self.figures[index])
    }

    fn nearest_enemy(&self, me: &Figure) -> Option<&Figure> {
        let distance = |figure: &Figure| figure.at.distance_squared(me.at);
        let enemies = self.figures.iter().filter(|figure| figure.id != me.id);
        enemies.min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }

    fn way_to(&self, me: &Figure, goal: Vec2) -> Vec2 {
        let radius = self.around.config.fighter.radius;
        if self.around.terrain.clear(me.at, goal, radius) {
            return goal;
        }
        self.around.paths.towards(&self.around.terrain, radius, me.at, goal).unwrap_or(goal)
    }
}

impl Mind {
    fn decide(&mut self, scene: &Scene<'_>, me: &Figure, random: &mut BotRandom) {
        // The sum of two draws: small errors are likelier than large ones.
        let error_max = scene.around.config.bots.aim_error_deg.to_radians();
        self.aim_error = (random.f32() + random.f32() - 1.0) * error_max;
        self.circles_left ^= random.chance(TURN_ABOUT_CHANCE);
        self.enemy = scene.nearest_enemy(me).map(|enemy| Sighting {
            at: enemy.at,
            velocity: enemy.velocity,
            ago_s: 0.0,
            exposed: scene.around.terrain.clear(me.at, enemy.at, scene.around.config.weapon.shot_radius),
        });
        self.goal = self.enemy.as_ref().map_or(me.at, |enemy| scene.way_to(me, enemy.at));
    }

    fn act(&mut self, config: &ArenaConfig, me: &Figure, dt_s: f32) -> ArenaInput {
        let Some(enemy) = &mut self.enemy else {
            return ArenaInput::default();
        };
        enemy.ago_s += dt_s;
        let range = config.weapon.shot_speed * config.weapon.shot_life_s;
        let believed = enemy.at + enemy.velocity * enemy.ago_s;
        let distance = believed.distance(me.at);
        let led = believed + enemy.velocity * (config.bots.lead * distance / config.weapon.shot_speed);
        let angle = (led - me.at).to_angle() + self.aim_error;
        let circling = enemy.exposed && distance < config.bots.distance;
        let direction = if circling {
            circle(believed - me.at, config.bots.distance, self.circles_left)
        } else {
            (self.goal - me.at).normalize_or_zero()
        };
        ArenaInput {
            move_x: direction.x,
            move_y: direction.y,
            aim: angle.rem_euclid(TURN),
            fire: enemy.exposed && distance < range,
        }
    }
}

/// Around what lies `towards` there, and away from it where it is too close.
fn circle(towards: Vec2, distance: f32, left: bool) -> Vec2 {
    let ahead = towards.normalize_or_zero();
    let aside = if left { -ahead.perp() } else { ahead.perp() };
    let back = if towards.length() < distance * TOO_CLOSE { -ahead } else { Vec2::ZERO };
    (aside + back).normalize_or_zero()
}
