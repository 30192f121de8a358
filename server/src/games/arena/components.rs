//! What arena puts on the wire: components, the input command, events.
//!
//! Invariant: ids stay with their meaning for ever. Positions are in units, velocities in units per second, angles in
//! radians.

use bevy_ecs::prelude::Component;
use glam::Vec2;
use serde::{Deserialize, Serialize};
use skirmish_protocol::{GameEvent, Input, Replicate};

/// A full turn, in radians.
pub(super) const TURN: f32 = std::f32::consts::TAU;

/// The step in which velocities are sent. Wanted velocities and shots keep to it, so that straight flight is
/// predicted without an error.
const VELOCITY_QUANTUM: f32 = 0.0625;

/// Where a fighter or a shot is and how it moves.
#[derive(Component, Clone, Debug, Replicate)]
#[replicate(id = 1)]
pub(super) struct Body {
    #[replicate(id = 0, quantum = 0.0625, range = 0.0..=4095.0, velocity = "vx")]
    x: f32,
    #[replicate(id = 1, quantum = 0.0625, range = 0.0..=4095.0, velocity = "vy")]
    y: f32,
    #[replicate(id = 2, quantum = 0.0625, range = -2047.0..=2047.0)]
    vx: f32,
    #[replicate(id = 3, quantum = 0.0625, range = -2047.0..=2047.0)]
    vy: f32,
    /// Where it was when the tick began.
    #[replicate(skip)]
    pub(super) came_from: Vec2,
}

impl Body {
    pub(super) fn new(at: Vec2, velocity: Vec2) -> Self {
        Self { x: at.x, y: at.y, vx: velocity.x, vy: velocity.y, came_from: at }
    }

    pub(super) fn at(&self) -> Vec2 {
        Vec2::new(self.x, self.y)
    }

    pub(super) fn velocity(&self) -> Vec2 {
        Vec2::new(self.vx, self.vy)
    }

    pub(super) fn put(&mut self, at: Vec2, velocity: Vec2) {
        [self.x, self.y, self.vx, self.vy] = [at.x, at.y, velocity.x, velocity.y];
    }

    pub(super) fn place(&self) -> [f32; 2] {
        [self.x, self.y]
    }
}

/// The nearest velocity that the wire can tell.
pub(super) fn tellable(velocity: Vec2) -> Vec2 {
    (velocity / VELOCITY_QUANTUM).round() * VELOCITY_QUANTUM
}

/// Where a fighter looks: 0 is to the right, and it grows clockwise as seen on the screen.
#[derive(Component, Clone, Debug, Default, Replicate)]
#[replicate(id = 2)]
pub(super) struct Aim {
    #[replicate(id = 0, quantum = 0.006, wrap = std::f64::consts::TAU)]
    pub(super) aim: f32,
}

/// A seat's figure in the arena.
#[derive(Component, Clone, Debug, Replicate)]
#[replicate(id = 3)]
pub(super) struct Fighter {
    #[replicate(id = 0, range = 0..=199)]
    pub(super) seat: u32,
    #[replicate(id = 1, range = 0..=1000)]
    pub(super) hp: u16,
    #[replicate(id = 4)]
    pub(super) alive: bool,
    /// Seconds until a dead fighter returns.
    #[replicate(skip)]
    pub(super) respawn_in_s: f32,
}

/// What a seat has reached in this round. It is nowhere, so that everybody knows it, however far away the seat's fighter is.
#[derive(Component, Clone, Debug, Replicate)]
#[replicate(id = 8)]
pub(super) struct Standing {
    #[replicate(id = 0, range = 0..=199)]
    pub(super) seat: u32,
    #[replicate(id = 1, range = 0..=9999)]
    pub(super) score: u16,
    #[replicate(id = 2, range = 0..=9999)]
    pub(super) deaths: u16,
    /// 0: a person; 1 to 3: a bot, from rookie to veteran.
    #[replicate(id = 3, range = 0..=3)]
    pub(super) skill: u8,
}

/// What a fighter has taken that does not last.
#[derive(Component, Clone, Debug, Default, Replicate)]
#[replicate(id = 9)]
pub(super) struct Boosts {
    /// For how many seconds it still moves faster.
    #[replicate(id = 0, quantum = 0.25, range = 0.0..=60.0)]
    pub(super) haste_s: f32,
    /// For how many seconds its weapon is still faster.
    #[replicate(id = 1, quantum = 0.25, range = 0.0..=60.0)]
    pub(super) rapid_s: f32,
}

/// The kinds of pickups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum PickupKind {
    Health = 0,
    Haste = 1,
    Rapid = 2,
}

/// Something that lies there to be taken. Everybody knows of all of them.
#[derive(Component, Clone, Debug, Replicate)]
#[replicate(id = 10)]
pub(super) struct Pickup {
    /// A [`PickupKind`], as a number.
    #[replicate(id = 0, range = 0..=2)]
    kind: u8,
    #[replicate(id = 1, quantum = 0.0625, range = 0.0..=4095.0)]
    x: f32,
    #[replicate(id = 2, quantum = 0.0625, range = 0.0..=4095.0)]
    y: f32,
    /// Whether it is there; else it will be again.
    #[replicate(id = 3)]
    pub(super) ready: bool,
    /// Seconds until it is there again.
    #[replicate(skip)]
    pub(super) ready_in_s: f32,
    #[replicate(skip)]
    pub(super) is: PickupKind,
}

impl Pickup {
    pub(super) fn new(is: PickupKind, at: Vec2) -> Self {
        Self { kind: is as u8, x: at.x, y: at.y, ready: true, ready_in_s: 0.0, is }
    }

    pub(super) fn at(&self) -> Vec2 {
        Vec2::new(self.x, self.y)
    }
}

/// A projectile.
#[derive(Component, Clone, Debug, Replicate)]
#[replicate(id = 4)]
pub(super) struct Shot {
    /// The seat whose fighter shot it.
    #[replicate(id = 0, range = 0..=199)]
    pub(super) by: u32,
    /// How far into the present tick its flight begins, in seconds: 0 but for a new shot.
    #[replicate(skip)]
    pub(super) begins_s: f32,
    /// What is left of its life, in seconds.
    #[replicate(skip)]
    pub(super) left_s: f32,
}

/// A rectangle that nothing passes; the border is made of four that lie outside the map.
#[derive(Component, Clone, Debug, Replicate)]
#[replicate(id = 5)]
pub(super) struct Wall {
    #[replicate(id = 0, quantum = 0.0625, range = -128.0..=4224.0)]
    pub(super) x: f32,
    #[replicate(id = 1, quantum = 0.0625, range = -128.0..=4224.0)]
    pub(super) y: f32,
    #[replicate(id = 2, quantum = 0.0625, range = 0.0..=4352.0)]
    pub(super) w: f32,
    #[replicate(id = 3, quantum = 0.0625, range = 0.0..=4352.0)]
    pub(super) h: f32,
}

/// What a page must know of the configuration to draw the rest: one entity has it.
#[derive(Component, Clone, Debug, Replicate)]
#[replicate(id = 7)]
pub(super) struct Facts {
    #[replicate(id = 0, quantum = 0.0625, range = 0.0..=4095.0)]
    pub(super) width: f32,
    #[replicate(id = 1, quantum = 0.0625, range = 0.0..=4095.0)]
    pub(super) height: f32,
    #[replicate(id = 2, quantum = 0.0625, range = 0.0..=64.0)]
    pub(super) fighter_radius: f32,
    #[replicate(id = 3, quantum = 0.0625, range = 0.0..=32.0)]
    pub(super) shot_radius: f32,
    #[replicate(id = 4, range = 0..=1000)]
    pub(super) health: u16,
    #[replicate(id = 5, range = 0..=250)]
    pub(super) magazine: u8,
    #[replicate(id = 6, range = 0..=9999)]
    pub(super) score_to_win: u16,
    /// Which of the match's maps this is, from 0.
    #[replicate(id = 7, range = 0..=7)]
    pub(super) map: u8,
    /// In units per second.
    #[replicate(id = 8, quantum = 0.0625, range = 0.0..=1000.0)]
    pub(super) speed: f32,
    /// In units per second squared.
    #[replicate(id = 9, quantum = 0.0625, range = 0.0..=100000.0)]
    pub(super) acceleration: f32,
    /// How many times as fast haste makes a fighter.
    #[replicate(id = 10, quantum = 0.001, range = 1.0..=4.0)]
    pub(super) haste: f32,
    /// In seconds.
    #[replicate(id = 11, quantum = 0.01, range = 0.0..=60.0)]
    pub(super) reload_s: f32,
    /// In seconds.
    #[replicate(id = 12, quantum = 0.01, range = 0.0..=60.0)]
    pub(super) respawn_s: f32,
    #[replicate(id = 13, quantum = 0.0625, range = 0.0..=64.0)]
    pub(super) pickup_radius: f32,
    /// How many times as fast rapid fire makes a weapon.
    #[replicate(id = 14, quantum = 0.001, range = 1.0..=10.0)]
    pub(super) rapid: f32,
}

/// What a player does.
#[derive(Clone, Debug, Default, PartialEq, Input)]
pub struct ArenaInput {
    /// Wanted movement to the right, -1 to 1 of the full speed. A direction longer than 1 counts as 1.
    #[input(id = 0, quantum = 0.01, range = -1.0..=1.0)]
    pub move_x: f32,
    /// Wanted movement downwards.
    #[input(id = 1, quantum = 0.01, range = -1.0..=1.0)]
    pub move_y: f32,
    /// Where to aim, in radians: 0 is to the right, and it grows clockwise as seen on the screen.
    #[input(id = 2, quantum = 0.001, range = 0.0..=6.284)]
    pub aim: f32,
    /// Whether the trigger is held.
    #[input(id = 3)]
    pub fire: bool,
}

impl ArenaInput {
    /// The wanted movement as a part of the full speed, at most 1 long.
    pub(super) fn direction(&self) -> Vec2 {
        Vec2::new(self.move_x, self.move_y).clamp_length_max(1.0)
    }
}

/// What happens in arena.
#[derive(Clone, Debug, PartialEq, GameEvent)]
pub enum ArenaEvent {
    /// A shot struck a fighter.
    #[event(id = 1)]
    Hit {
        /// The seat that shot.
        #[event(id = 0, range = 0..=199)]
        by: u32,
        /// The seat that was struck.
        #[event(id = 1, range = 0..=199)]
        target: u32,
        /// Points taken.
        #[event(id = 2, range = 0..=1000)]
        damage: u32,
        /// Where the shot was, in units.
        #[event(id = 3, quantum = 0.0625, range = 0.0..=4095.0)]
        x: f32,
        /// Where the shot was, in units.
        #[event(id = 4, quantum = 0.0625, range = 0.0..=4095.0)]
        y: f32,
    },
    /// A fighter died.
    #[event(id = 2)]
    Kill {
        /// The seat that gets the point.
        #[event(id = 0, range = 0..=199)]
        by: u32,
        /// The seat that died.
        #[event(id = 1, range = 0..=199)]
        target: u32,
    },
    /// A round is over.
    #[event(id = 3)]
    RoundEnd {
        /// The seat that won; -1: a draw.
        #[event(id = 0, range = -1..=199)]
        winner: i32,
        /// The highest score.
        #[event(id = 1, range = 0..=9999)]
        score: u32,
    },
    /// A fighter entered the arena, or entered it again.
    #[event(id = 4)]
    Spawn {
        /// Its seat.
        #[event(id = 0, range = 0..=199)]
        seat: u32,
        /// Where, in units.
        #[event(id = 1, quantum = 0.0625, range = 0.0..=4095.0)]
        x: f32,
        /// Where, in units.
        #[event(id = 2, quantum = 0.0625, range = 0.0..=4095.0)]
        y: f32,
    },
    /// A fighter took a pickup.
    #[event(id = 5)]
    Taken {
        /// Its seat.
        #[event(id = 0, range = 0..=199)]
        seat: u32,
        /// 0 health, 1 haste, 2 rapid fire.
        #[event(id = 1, range = 0..=2)]
        kind: u32,
        /// Where, in units.
        #[event(id = 2, quantum = 0.0625, range = 0.0..=4095.0)]
        x: f32,
        /// Where, in units.
        #[event(id = 3, quantum = 0.0625, range = 0.0..=4095.0)]
        y: f32,
    },
}
