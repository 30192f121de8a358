//! What is gone from the world is gone from the wire state of the same tick.

use bevy_ecs::prelude::With;
use skirmish_sim::{EntityId, MatchEvent};

use crate::common::{AMMO_FULL, Dot, Push, SPARK_S, Spark, add_bot, dot, ids, join, open, push, quanta, run};

#[test]
fn a_seat_that_leaves_takes_its_entity_along() {
    let mut sim = open();
    join(&mut sim, 0);
    join(&mut sim, 1);
    sim.step();
    let stays = dot(&mut sim, 1);
    sim.push(MatchEvent::Leave { seat: 0 });
    sim.step();
    assert_eq!(ids(&sim, "Dot"), [stays]);
}

#[test]
fn a_seat_that_only_loses_its_session_keeps_everything() {
    let mut sim = open();
    join(&mut sim, 0);
    push(&mut sim, 0, 1, &Push { vx: 1.0, fire: true });
    sim.step();
    let id = dot(&mut sim, 0);
    sim.push(MatchEvent::Disconnect { seat: 0 });
    run(&mut sim, 100);
    assert_eq!(quanta(&sim, "Dot", "ammo", id), Some(i64::from(AMMO_FULL) - 1));
    sim.push(MatchEvent::Connect { seat: 0 });
    sim.step();
    assert_eq!(dot(&mut sim, 0), id);
}

#[test]
fn an_id_is_never_used_again() {
    let mut sim = open();
    let mut seen = Vec::new();
    for _ in 0..20 {
        join(&mut sim, 0);
        sim.step();
        seen.extend(ids(&sim, "Dot"));
        sim.push(MatchEvent::Leave { seat: 0 });
        sim.step();
    }
    assert_eq!(seen.len(), 20);
    assert!(seen.is_sorted_by(|earlier, later| earlier < later));
}

#[test]
fn a_component_taken_off_ends_its_row_and_no_other() {
    let mut sim = open();
    let both = (EntityId(50), Dot { x: 0.0, vx: 0.0, ammo: 0 }, Spark { x: 0.0, left_s: 60.0 });
    let entity = sim.world_mut().spawn(both).id();
    sim.step();
    assert_eq!((ids(&sim, "Dot"), ids(&sim, "Spark")), (vec![50], vec![50]));
    sim.world_mut().entity_mut(entity).remove::<Dot>();
    sim.step();
    assert_eq!((ids(&sim, "Dot"), ids(&sim, "Spark")), (Vec::new(), vec![50]));
}

#[test]
fn a_spark_burns_as_long_at_any_tick_rate() {
    for tick_hz in [10, 30, 128] {
        let mut sim = open();
        sim.push(MatchEvent::Tune(skirmish_sim::Tuning { tick_hz: Some(tick_hz), ..Default::default() }));
        join(&mut sim, 0);
        push(&mut sim, 0, 1, &Push { vx: 0.0, fire: true });
        let mut burning = 0;
        for _ in 0..2 * tick_hz {
            sim.step();
            burning += ids(&sim, "Spark").len() as u32;
        }
        assert_eq!(burning, (SPARK_S * tick_hz as f32).round() as u32 - 1, "at {tick_hz} Hz");
    }
}

#[test]
fn coming_and_going_leaves_nothing_behind_in_the_world() {
    let mut sim = open();
    add_bot(&mut sim, 7);
    for _ in 0..500 {
        join(&mut sim, 0);
        sim.step();
        sim.push(MatchEvent::Leave { seat: 0 });
        sim.step();
    }
    let world = sim.world_mut();
    assert_eq!(world.query_filtered::<&EntityId, With<Dot>>().iter(world).count(), 1);
    assert_eq!(world.removed::<Dot>().count(), 0, "removals are forgotten at each tick");
}
