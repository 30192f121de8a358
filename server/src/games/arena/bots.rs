//! Bots: they chase the nearest enemy, circle it, shoot, and miss; they take what lies on their way, and health when they need it.
//!
//! They come in three skills, which differ in numbers only. A bot looks and decides once in a reaction time; in between it acts on what it saw: it aims where the enemy would
//! be had it gone on as it went, and off by an error drawn at the last look. Invariant: bots act through the input
//! commands that players have, in order of their ids, with random numbers of their own.

use bevy_ecs::prelude::{Component, Query, Res, ResMut};
use bevy_ecs::system::SystemParam;
use glam::Vec2;
use skirmish_sim::{BotRandom, Clock, EntityId, Inputs, Owner, SeatId, Seats};

use super::components::{ArenaInput, Body, Fighter, Pickup, PickupKind, TURN};
use super::config::{ArenaConfig, SkillConfig};
use super::stage::Stages;

/// How likely a bot is to change the side it circles to when it decides.
const TURN_ABOUT_CHANCE: f32 = 0.2;

/// Where a bot gives way, as a part of the distance at which it circles.
const TOO_CLOSE: f32 = 0.6;

/// How far a bot goes for something that lies there, in units; for health when it has little left, farther.
const DETOUR: f32 = 280.0;
const DETOUR_FOR_HEALTH: f32 = 900.0;

/// The part of full health below which a bot has little left.
const LITTLE: f32 = 0.45;

/// How good a bot is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Skill {
    Rookie = 1,
    Regular = 2,
    Veteran = 3,
}

impl Skill {
    /// That of the bot in this seat: all three are met in a few.
    pub(super) fn of(seat: SeatId) -> Self {
        match seat.0 % 3 {
            0 => Self::Rookie,
            1 => Self::Regular,
            _ => Self::Veteran,
        }
    }

    fn numbers(self, config: &ArenaConfig) -> &SkillConfig {
        match self {
            Self::Rookie => &config.bots.rookie,
            Self::Regular => &config.bots.regular,
            Self::Veteran => &config.bots.veteran,
        }
    }
}

/// What a bot keeps from one look to the next.
#[derive(Component, Clone, Debug)]
pub(super) struct Mind {
    skill: Skill,
    decides_in_s: f32,
    enemy: Option<Sighting>,
    /// Where it walks to.
    goal: Vec2,
    /// Whether it goes there for something that lies there, whoever shoots.
    fetches: bool,
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
    hp: u16,
}

/// Something that lies there.
struct Prize {
    id: EntityId,
    at: Vec2,
    kind: PickupKind,
}

/// Where bots are, and who is a bot.
#[derive(SystemParam)]
pub(super) struct Surroundings<'w> {
    config: Res<'w, ArenaConfig>,
    stages: Res<'w, Stages>,
    seats: Res<'w, Seats>,
}

/// What bots see.
struct Scene<'a> {
    around: &'a Surroundings<'a>,
    figures: Vec<Figure>,
    prizes: Vec<Prize>,
}

pub(super) fn think(
    clock: Res<Clock>,
    around: Surroundings,
    mut random: ResMut<BotRandom>,
    mut inputs: ResMut<Inputs<ArenaInput>>,
    fighters: Query<(&EntityId, &Fighter, &Body)>,
    pickups: Query<(&EntityId, &Pickup)>,
    mut minds: Query<(&EntityId, &Owner, &mut Mind)>,
) {
    let config = &around.config;
    let scene = Scene::new(&around, fighters.iter(), pickups.iter());
    // A bot whose seat was given up in this tick is still there, and the seat may be another's.
    let is_bots = |seat| around.seats.get(seat).is_some_and(|seat| seat.bot);
    let mut minds: Vec<_> = minds.iter_mut().filter(|(_, owner, _)| is_bots(owner.0)).collect();
    minds.sort_by_key(|(id, ..)| **id);
    for (id, owner, mut mind) in minds {
        let Some(me) = scene.figure(*id) else {
            continue;
        };
        mind.decides_in_s -= clock.dt_s;
        if mind.decides_in_s <= 0.0 {
            mind.decides_in_s = mind.skill.numbers(config).reaction_s * random.range_f32(0.75, 1.25);
            mind.decide(&scene, me, &mut random);
        }
        inputs.push(owner.0, mind.act(config, me, clock.dt_s));
    }
}

impl<'a> Scene<'a> {
    fn new<'f>(
        around: &'a Surroundings<'a>,
        fighters: impl Iterator<Item = (&'f EntityId, &'f Fighter, &'f Body)>,
        pickups: impl Iterator<Item = (&'f EntityId, &'f Pickup)>,
    ) -> Self {
        let living = fighters.filter(|(_, fighter, _)| fighter.alive);
        let figure = |(&id, fighter, body): (&EntityId, &Fighter, &Body)| Figure {
            id,
            at: body.at(),
            velocity: body.velocity(),
            hp: fighter.hp,
        };
        let mut figures: Vec<_> = living.map(figure).collect();
        figures.sort_by_key(|figure| figure.id);
        let ready = pickups.filter(|(_, pickup)| pickup.ready);
        let mut prizes: Vec<_> = ready.map(|(&id, pickup)| Prize { id, at: pickup.at(), kind: pickup.is }).collect();
        prizes.sort_by_key(|prize| prize.id);
        Self { around, figures, prizes }
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

    /// The nearest thing that is worth its way.
    fn nearest_prize(&self, me: &Figure) -> Option<&Prize> {
        let health = self.around.config.fighter.health;
        let worth = |prize: &Prize| match prize.kind {
            PickupKind::Health if f32::from(me.hp) < f32::from(health) * LITTLE => DETOUR_FOR_HEALTH,
            PickupKind::Health if me.hp == health => 0.0,
            _ => DETOUR,
        };
        let near = self.prizes.iter().filter(|prize| prize.at.distance(me.at) < worth(prize));
        near.min_by(|a, b| a.at.distance_squared(me.at).total_cmp(&b.at.distance_squared(me.at)))
    }

    fn clear(&self, from: Vec2, to: Vec2, radius: f32) -> bool {
        self.around.stages.here().terrain.clear(from, to, radius)
    }

    fn way_to(&self, me: &Figure, goal: Vec2) -> Vec2 {
        let (radius, stage) = (self.around.config.fighter.radius, self.around.stages.here());
        if self.clear(me.at, goal, radius) {
            return goal;
        }
        stage.paths.towards(&stage.terrain, radius, me.at, goal).unwrap_or(goal)
    }
}

impl Mind {
    pub(super) fn new(skill: Skill) -> Self {
        Self {
            skill,
            decides_in_s: 0.0,
            enemy: None,
            goal: Vec2::ZERO,
            fetches: false,
            aim_error: 0.0,
            circles_left: false,
        }
    }

    fn decide(&mut self, scene: &Scene<'_>, me: &Figure, random: &mut BotRandom) {
        // The sum of two draws: small errors are likelier than large ones.
        let error_max = self.skill.numbers(&scene.around.config).aim_error_deg.to_radians();
        self.aim_error = (random.f32() + random.f32() - 1.0) * error_max;
        self.circles_left ^= random.chance(TURN_ABOUT_CHANCE);
        self.enemy = scene.nearest_enemy(me).map(|enemy| Sighting {
            at: enemy.at,
            velocity: enemy.velocity,
            ago_s: 0.0,
            exposed: scene.clear(me.at, enemy.at, scene.around.config.weapon.shot_radius),
        });
        let prize = self.enemy.as_ref().and_then(|_| scene.nearest_prize(me)).map(|prize| prize.at);
        self.fetches = prize.is_some();
        let goal = prize.or(self.enemy.as_ref().map(|enemy| enemy.at));
        self.goal = goal.map_or(me.at, |goal| scene.way_to(me, goal));
    }

    fn act(&mut self, config: &ArenaConfig, me: &Figure, dt_s: f32) -> ArenaInput {
        let skill = self.skill.numbers(config);
        let Some(enemy) = &mut self.enemy else {
            return ArenaInput::default();
        };
        enemy.ago_s += dt_s;
        let range = config.weapon.shot_speed * config.weapon.shot_life_s;
        let believed = enemy.at + enemy.velocity * enemy.ago_s;
        let distance = believed.distance(me.at);
        let led = believed + enemy.velocity * (skill.lead * distance / config.weapon.shot_speed);
        let angle = (led - me.at).to_angle() + self.aim_error;
        let circling = !self.fetches && enemy.exposed && distance < skill.distance;
        let direction = if circling {
            circle(believed - me.at, skill.distance, self.circles_left)
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
