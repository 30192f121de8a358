//! What appears in the world appears in the wire state of the same tick.

use bevy_ecs::prelude::World;
use serde_json::json;
use skirmish_sim::{EntityId, Ids, Match, Rules, SeatId};

use crate::common::{AMMO_FULL, Dot, Odd, Push, Spark, dot, header, ids, join, open, open_with, quanta, run};

#[test]
fn a_seat_that_joins_has_its_entity_in_the_next_tick() {
    let mut sim = open();
    join(&mut sim, 3);
    assert!(ids(&sim, "Dot").is_empty());
    sim.step();
    let id = dot(&mut sim, 3);
    assert_eq!(ids(&sim, "Dot"), [id]);
    assert_eq!(quanta(&sim, "Dot", "x", id), Some(3 * 16));
}

#[test]
fn what_setup_spawns_is_there_at_the_first_tick() {
    let game = Odd(|| {
        Rules::new::<Push>().replicate::<Spark>().setup(|world: &mut World| {
            let id = world.resource_mut::<Ids>().next();
            world.spawn((id, Spark { x: 1.0, left_s: 1.0 }));
        })
    });
    let mut sim = Match::new(&game, header(&game, json!({}), 1)).unwrap();
    assert_eq!(sim.tick(), 0);
    assert!(ids(&sim, "Spark").is_empty());
    sim.step();
    assert_eq!(sim.tick(), 1);
    assert_eq!(ids(&sim, "Spark").len(), 1);
}

#[test]
fn an_entity_without_an_id_is_not_replicated() {
    let mut sim = open();
    sim.world_mut().spawn(Spark { x: 0.0, left_s: 60.0 });
    sim.step();
    assert!(ids(&sim, "Spark").is_empty());
}

#[test]
fn rows_stand_in_order_of_id_whatever_order_they_were_spawned_in() {
    let mut sim = open();
    for id in [900, 100, 500, 300] {
        sim.world_mut().spawn((EntityId(id), Spark { x: id as f32 / 10.0, left_s: 60.0 }));
    }
    sim.step();
    assert_eq!(ids(&sim, "Spark"), [100, 300, 500, 900]);
    assert_eq!(quanta(&sim, "Spark", "x", 300), Some(3000));
}

#[test]
fn the_first_id_of_the_game_is_2_with_and_without_rounds() {
    for config in [json!({}), json!({"rounds": [1, 10.0, 1.0]})] {
        let mut sim = open_with(config);
        join(&mut sim, 0);
        sim.step();
        assert_eq!(ids(&sim, "Dot"), [2]);
    }
}

#[test]
fn private_fields_lie_in_a_table_of_their_own_with_their_owner() {
    let mut sim = open();
    join(&mut sim, 5);
    sim.world_mut().spawn((EntityId(77), Dot { x: 0.0, vx: 0.0, ammo: 1 }));
    sim.step();
    let id = dot(&mut sim, 5);
    assert_eq!(ids(&sim, "Dot"), [id, 77]);
    assert_eq!(quanta(&sim, "Dot", "ammo", id), Some(i64::from(AMMO_FULL)));
    assert_eq!(quanta(&sim, "Dot", "ammo", 77), None, "nobody owns it");
    let (table, _) = sim.plan().column("Dot", "ammo").unwrap();
    assert_eq!(sim.wire_state().tables[table].owners, [5]);
}

#[test]
fn every_human_seat_has_a_view_and_no_other() {
    let mut sim = open();
    join(&mut sim, 0);
    crate::common::add_bot(&mut sim, 1);
    sim.step();
    assert!(sim.view(SeatId(0)).is_some());
    assert!(sim.view(SeatId(1)).is_none());
    assert!(sim.view(SeatId(2)).is_none());
}

#[test]
#[should_panic(expected = "two entities have the id 40")]
fn an_id_that_two_entities_wear_is_found_at_once() {
    let mut sim = open();
    for _ in 0..2 {
        sim.world_mut().spawn((EntityId(40), Spark { x: 0.0, left_s: 60.0 }));
    }
    run(&mut sim, 1);
}
