//! How many bytes it costs when entities come and go quickly. `--no-capture` shows them. Where a shot begins, and how fast it is, are 68 bits
//! that nothing tells beforehand.

use skirmish_protocol::{Plan, Scratch, Truth, TruthTable, WireState};

use crate::snapshot_support::{all, component, mirror_of, motion, number, plan_of, tables};

const TICK_HZ: u32 = 60;
const TICKS: u32 = 240;
/// Shots fired in a tick: with half a second to live, 300 are in flight.
const SHOTS: u32 = 10;
const LIFE_TICKS: u32 = TICK_HZ / 2;

/// A projectile in straight flight.
#[derive(Clone)]
struct Shot {
    id: u32,
    ends_tick: u32,
    place: [f64; 2],
    velocity: [f64; 2],
}

/// Position to a sixteenth of a unit in a field of 4096 x 4096, velocity to a fiftieth of a unit a second, who shot.
fn plan() -> Plan {
    let axis = |id, name: &str, velocity| motion(id, name, 0.0625, 32_768, velocity);
    let speed = |id, name: &str| number(id, name, 0.02, -30_000, 30_000);
    let fields = vec![axis(0, "x", 2), axis(1, "y", 3), speed(2, "vx"), speed(3, "vy"), number(4, "by", 1.0, 0, 63)];
    plan_of(vec![component(2, "Shot", fields)])
}

fn truth(shots: &[Shot]) -> Truth {
    let row = |shot: &Shot| {
        let [x, y] = shot.place.map(|place| place / 0.0625);
        let [vx, vy] = shot.velocity.map(|velocity| velocity / 0.02);
        [x, y, vx, vy, f64::from(shot.id % 64)]
    };
    let table = TruthTable {
        ids: shots.iter().map(|shot| shot.id).collect(),
        owners: vec![None; shots.len()],
        values: shots.iter().flat_map(row).collect(),
    };
    Truth { tables: vec![table] }
}

/// Fires away, with a snapshot at each tick. `luck` says how much of its life a shot may lose by hitting something. Gives the bytes of a shot
/// that comes, flies and goes.
fn bytes_per_shot(luck: impl Fn(u32) -> u32) -> f64 {
    let plan = plan();
    let mut scratch = Scratch::default();
    let mut mirror = mirror_of(&plan, TICK_HZ);
    let mut shots: Vec<Shot> = Vec::new();
    let mut state = WireState::empty(&plan, 0);
    let (mut bytes, mut id) = (0, 0);
    for tick in 1..=TICKS {
        for shot in &mut shots {
            (0..2).for_each(|axis| shot.place[axis] += shot.velocity[axis] / f64::from(TICK_HZ));
        }
        shots.retain(|shot| shot.ends_tick > tick);
        for _ in 0..SHOTS {
            id += 1;
            let angle = f64::from(id) * 2.399;
            let place = [angle.sin() * 900.0, angle.cos() * 700.0];
            let velocity = [angle.cos() * 500.0, angle.sin() * 500.0];
            shots.push(Shot { id, ends_tick: tick + LIFE_TICKS - luck(id), place, velocity });
        }
        let now = state.next(&plan, &truth(&shots), tick, TICK_HZ);
        let baseline = (tick > 1).then(|| all(&state));
        let written = tables(&mut scratch, &plan, baseline.as_ref(), &all(&now), TICK_HZ);
        mirror
            .apply(&crate::snapshot_support::frame(&plan, baseline.as_ref(), &all(&now), TICK_HZ))
            .expect("a sound snapshot");
        assert_eq!(mirror.state(), &now);
        bytes += if tick > LIFE_TICKS { written.len() } else { 0 };
        state = now;
    }
    bytes as f64 / f64::from((TICKS - LIFE_TICKS) * SHOTS)
}

#[test]
fn a_shot_that_lives_half_a_second_costs_about_fourteen_bytes_in_all() {
    let bytes = bytes_per_shot(|_| 0);
    println!("{bytes:.2} bytes a shot that comes, flies and goes; all live equally long");
    assert!(bytes <= 14.1);
}

#[test]
fn shots_that_hit_something_at_any_time_cost_hardly_more() {
    let bytes = bytes_per_shot(|id| id.wrapping_mul(0x9E37_79B9) >> 8 & 15);
    println!("{bytes:.2} bytes a shot that comes, flies and goes; lives differ");
    assert!(bytes <= 14.4);
}
