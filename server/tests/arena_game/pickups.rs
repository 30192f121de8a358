//! What lies there can be taken, works for a while, and comes back.

use serde_json::{Value, json};
use skirmish_server::games::arena::{ArenaEvent, ArenaInput};
use skirmish_sim::harness::{ClientId, Harness};

use crate::support::{events, hold, map, me, open, shoot_until};

/// Ada, alone at the left end of a lane; something of this kind lies 200 units to her right.
fn lane(kind: &str, changes: Value) -> (Harness, ClientId) {
    let lane = json!({ "width": 3000, "height": 200, "spawns": [[100, 100]], "pickups": [[kind, 300, 100]] });
    let (harness, clients) = open(&map(lane, changes), 1, &["Ada"]);
    (harness, clients[0])
}

fn right() -> ArenaInput {
    ArenaInput { move_x: 1.0, ..ArenaInput::default() }
}

fn taken(harness: &Harness, client: ClientId) -> usize {
    events(harness, client).iter().filter(|event| matches!(event, ArenaEvent::Taken { .. })).count()
}

fn ready(harness: &Harness, client: ClientId) -> bool {
    let mirror = harness.client(client).mirror();
    mirror.value("Pickup", "ready", mirror.ids("Pickup")[0]) == Some(1.0)
}

#[test]
fn haste_makes_a_fighter_faster_for_its_time_and_everybody_is_told() {
    let changes = json!({ "pickups": { "haste": 1.5, "haste_s": 2.0, "respawn_s": 60 } });
    let (mut harness, ada) = lane("haste", changes);
    hold(&mut harness, ada, &right(), 50);
    assert!(me(&harness, ada).haste_s > 0.5);
    assert_eq!(me(&harness, ada).velocity, [390.0, 0.0]);
    assert!(events(&harness, ada).contains(&ArenaEvent::Taken { seat: 0, kind: 1, x: 300.0, y: 100.0 }));
    hold(&mut harness, ada, &right(), 60);
    assert_eq!((me(&harness, ada).haste_s, me(&harness, ada).velocity), (0.0, [260.0, 0.0]));
}

#[test]
fn rapid_fire_lets_more_shots_go_in_the_same_time() {
    let shots = |kind| {
        let weapon = json!({ "magazine": 250, "shots_per_s": 4, "shot_life_s": 10 });
        let (mut harness, ada) = lane(kind, json!({ "weapon": weapon, "pickups": { "rapid": 3 } }));
        hold(&mut harness, ada, &right(), 30);
        assert_eq!(me(&harness, ada).rapid_s > 0.0, kind == "rapid");
        let trigger = ArenaInput { fire: true, ..ArenaInput::default() };
        let before = me(&harness, ada).ammo.expect("her own");
        hold(&mut harness, ada, &trigger, 60);
        before - me(&harness, ada).ammo.expect("her own")
    };
    let (usual, rapid) = (shots("haste"), shots("rapid"));
    assert!((rapid - 3.0 * usual).abs() <= 2.0, "{usual} and {rapid}");
}

#[test]
fn health_is_given_to_who_lacks_it_and_left_by_who_does_not() {
    let yard =
        json!({ "width": 900, "height": 300, "spawns": [[100, 150], [800, 150]], "pickups": [["health", 450, 150]] });
    let changes = json!({ "weapon": { "damage": 40, "magazine": 1, "reload_s": 60 }, "pickups": { "health": 25 } });
    let (mut harness, clients) = open(&map(yard, changes), 5, &["Ada", "Bob"]);
    let (ada, bob) = (clients[0], clients[1]);
    let middle = |harness: &Harness, client| {
        let me = me(harness, client);
        ArenaInput { move_x: ((450.0 - me.at[0]) / 50.0).clamp(-1.0, 1.0) as f32, ..ArenaInput::default() }
    };
    assert!(shoot_until(&mut harness, (ada, bob), 90, |harness| me(harness, bob).hp == 60.0));
    for _ in 0..60 {
        let key = middle(&harness, ada);
        hold(&mut harness, ada, &key, 1);
    }
    assert_eq!((taken(&harness, ada), ready(&harness, ada)), (0, true), "Ada has all her health");
    for _ in 0..60 {
        let key = middle(&harness, bob);
        hold(&mut harness, bob, &key, 1);
    }
    assert_eq!((me(&harness, bob).hp, taken(&harness, bob)), (85.0, 1));
    assert!(!ready(&harness, ada));
}

#[test]
fn what_was_taken_comes_back_after_its_time() {
    let (mut harness, ada) = lane("haste", json!({ "pickups": { "respawn_s": 3.0 } }));
    hold(&mut harness, ada, &right(), 60);
    assert_eq!((taken(&harness, ada), ready(&harness, ada)), (1, false));
    harness.run_s(3.0);
    assert!(ready(&harness, ada));
}

#[test]
fn a_fast_fighter_at_a_low_tick_rate_does_not_pass_over_a_pickup() {
    for tick_hz in [2, 10, 30, 128] {
        let changes = json!({ "match": { "tick_hz": tick_hz }, "fighter": { "speed": 1000, "acceleration": 100_000 } });
        let (mut harness, ada) = lane("rapid", changes);
        hold(&mut harness, ada, &right(), 2 * tick_hz);
        assert_eq!(taken(&harness, ada), 1, "{tick_hz} Hz");
    }
}

#[test]
fn death_takes_what_was_taken() {
    let yard =
        json!({ "width": 700, "height": 300, "spawns": [[100, 150], [600, 150]], "pickups": [["haste", 600, 150]] });
    let (mut harness, clients) = open(&map(yard, json!({ "pickups": { "haste_s": 60 } })), 5, &["Ada", "Bob"]);
    harness.run_ticks(2);
    let (hasty, other) = match me(&harness, clients[0]).haste_s > 0.0 {
        true => (clients[0], clients[1]),
        false => (clients[1], clients[0]),
    };
    assert!(me(&harness, hasty).haste_s > 0.0);
    assert!(shoot_until(&mut harness, (other, hasty), 120, |harness| !me(harness, hasty).alive));
    assert_eq!(me(&harness, hasty).haste_s, 0.0);
}
