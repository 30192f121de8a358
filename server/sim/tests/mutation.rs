//! What changes in the world changes in the wire state of the same tick, as exactly as its quantum tells.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use bevy_ecs::prelude::World;
use skirmish_protocol::Column;
use skirmish_sim::{EntityId, Match, MatchEvent, Tuning};

use crate::common::{Dot, Push, Spark, dot, ids, join, open, push, quanta, run};

fn truth_x(sim: &mut Match, id: u32) -> f64 {
    let world: &mut World = sim.world_mut();
    let mut dots = world.query::<(&EntityId, &Dot)>();
    let (_, dot) = dots.iter(world).find(|(of, _)| of.0 == id).expect("the dot is there");
    f64::from(dot.x)
}

/// The position as held, fractions included, in quanta.
fn held_x(sim: &Match, id: u32) -> f64 {
    let (table, column) = sim.plan().column("Dot", "x").unwrap();
    let table = &sim.wire_state().tables[table];
    let row = table.ids.binary_search(&id).unwrap();
    let Column::Motion(positions) = &table.columns[column] else { panic!("x is a motion field") };
    positions[row] as f64 / f64::from(1 << 24)
}

#[test]
fn a_changed_field_shows_in_the_tick_that_changed_it() {
    let mut sim = open();
    sim.world_mut().spawn((EntityId(9), Spark { x: 1.0, left_s: 60.0 }));
    sim.step();
    assert_eq!(quanta(&sim, "Spark", "x", 9), Some(100));
    let world = sim.world_mut();
    world.query::<&mut Spark>().single_mut(world).unwrap().x = -2.0;
    sim.step();
    assert_eq!(quanta(&sim, "Spark", "x", 9), Some(-200));
}

#[test]
fn a_value_beyond_its_range_stays_at_the_end_of_it() {
    let mut sim = open();
    for (id, x) in [(9, 1e9), (10, f32::NEG_INFINITY)] {
        sim.world_mut().spawn((EntityId(id), Spark { x, left_s: 60.0 }));
    }
    sim.step();
    assert_eq!(quanta(&sim, "Spark", "x", 9), Some(10_000));
    assert_eq!(quanta(&sim, "Spark", "x", 10), Some(-10_000));
}

#[test]
fn a_moving_body_is_held_within_half_a_quantum_at_every_tick() {
    let mut sim = open();
    join(&mut sim, 0);
    sim.step();
    let id = dot(&mut sim, 0);
    for tick in 0..600_u32 {
        if tick.is_multiple_of(7) {
            let vx = f32::from(u8::try_from(tick % 97).unwrap()) - 48.0;
            push(&mut sim, 0, tick + 1, &Push { vx, fire: false });
        }
        if tick == 300 {
            sim.push(MatchEvent::Tune(Tuning { tick_hz: Some(128), ..Tuning::default() }));
        }
        sim.step();
        let off = held_x(&sim, id) - truth_x(&mut sim, id) * 16.0;
        assert!(off.abs() <= 0.5, "tick {}: {off} quanta off", sim.tick());
    }
}

#[test]
fn a_body_in_straight_flight_is_never_corrected() {
    let mut sim = open();
    join(&mut sim, 0);
    push(&mut sim, 0, 1, &Push { vx: 12.5, fire: false });
    run(&mut sim, 2);
    let id = dot(&mut sim, 0);
    // 12.5 units a second are 200 quanta a second: at 30 Hz, so many 2^-24ths of a quantum a tick.
    let step = (0.5 * 16_777_216.0 / 30.0_f64).round() * 400.0 / f64::from(1 << 24);
    for _ in 0..100 {
        let before = held_x(&sim, id);
        sim.step();
        assert_eq!(held_x(&sim, id) - before, step);
    }
    assert_eq!(ids(&sim, "Dot"), [id]);
}
