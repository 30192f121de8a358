//! Shots hit, hits kill, the dead return.

use serde_json::{Value, json};
use skirmish_server::games::arena::{ArenaEvent, ArenaInput};
use skirmish_sim::harness::{ClientId, Harness};

use crate::support::{empty_map, events, fighter, hold, me, open, shoot_until};

/// Two players within range of each other.
fn duel(changes: Value) -> (Harness, ClientId, ClientId) {
    let (harness, clients) = open(&empty_map(700, 500, changes), 5, &["Ada", "Bob"]);
    (harness, clients[0], clients[1])
}

#[test]
fn a_shot_lowers_the_others_health_by_its_damage_and_everybody_is_told() {
    let (mut harness, ada, bob) = duel(json!({ "weapon": { "damage": 30 } }));
    assert!(shoot_until(&mut harness, (ada, bob), 60, |harness| me(harness, bob).hp < 100.0));
    assert_eq!(me(&harness, bob).hp, 70.0);
    assert_eq!(fighter(&harness, ada, 1).unwrap().hp, 70.0, "the other sees the same");
    let (at, told) = (me(&harness, bob).at, events(&harness, bob));
    let hits = told.iter().filter_map(|event| match *event {
        ArenaEvent::Hit { by, target, damage, x, y } => Some((by, target, damage, [x, y])),
        _ => None,
    });
    let [(0, 1, 30, [x, y])] = hits.collect::<Vec<_>>()[..] else { panic!("{told:?}") };
    let distance = (f64::from(x) - at[0]).hypot(f64::from(y) - at[1]);
    assert!((distance - 20.0).abs() < 1.0, "where shot and fighter touch: {distance} from its centre");
}

#[test]
fn a_kill_raises_the_score_and_the_dead_return_elsewhere_with_full_health() {
    let (mut harness, ada, bob) = duel(json!({ "fighter": { "respawn_s": 1.0 } }));
    let inwards = if me(&harness, bob).at[0] < 350.0 { 0.2 } else { -0.2 };
    let stroll = ArenaInput { move_x: inwards, ..ArenaInput::default() };
    let killed = (0..120).any(|_| {
        harness.input(bob, &stroll);
        shoot_until(&mut harness, (ada, bob), 1, |harness| !me(harness, bob).alive)
    });
    assert!(killed);
    let (killer, killed) = (me(&harness, ada), me(&harness, bob));
    assert_eq!((killer.score, killer.deaths), (1.0, 0.0));
    assert_eq!((killed.score, killed.deaths, killed.hp), (0.0, 1.0, 0.0));
    assert_eq!(killed.velocity, [0.0, 0.0], "it was walking when it was killed");
    assert!(events(&harness, ada).contains(&ArenaEvent::Kill { by: 0, target: 1 }));

    let run = ArenaInput { move_x: 1.0, fire: true, ..ArenaInput::default() };
    hold(&mut harness, bob, &run, 25);
    let dead = me(&harness, bob);
    assert!(!dead.alive && dead.at == killed.at, "the dead neither move nor return before their time: {dead:?}");
    harness.run_ticks(10);
    let returned = me(&harness, bob);
    assert!(returned.alive && returned.hp == 100.0, "{returned:?}");
    assert!(returned.distance(&me(&harness, ada)) > 200.0, "away from the enemy: {returned:?}");
    assert_eq!(returned.deaths, 1.0);
}

#[test]
fn the_fastest_shot_at_the_lowest_rate_neither_passes_a_thin_wall_nor_a_fighter() {
    let fast = json!({ "match": { "tick_hz": 1 }, "weapon": { "shot_speed": 2000 } });
    for wall in [true, false] {
        let mut config = empty_map(700, 500, fast.clone());
        if wall {
            config["map"]["only"]["walls"] = json!([[345, 0, 10, 440]]);
        }
        // The first seed that puts the two on either side of where the wall is, away from its open end.
        let apart = (0..200).find_map(|seed| {
            let (harness, clients) = open(&config, seed, &["Ada", "Bob"]);
            let (a, b) = (me(&harness, clients[0]).at, me(&harness, clients[1]).at);
            ((a[0] < 345.0) != (b[0] < 345.0) && a[1].max(b[1]) < 400.0).then_some((harness, clients, seed))
        });
        let (mut harness, clients, seed) = apart.expect("a seed that puts them on either side");
        let hit = shoot_until(&mut harness, (clients[0], clients[1]), 50, |harness| me(harness, clients[1]).hp < 100.0);
        assert_eq!(hit, !wall, "seed {seed}");
    }
}

#[test]
fn only_its_owner_knows_what_is_left_in_a_magazine() {
    let (mut harness, ada, bob) = duel(json!({ "weapon": { "magazine": 10, "reload_s": 2.0 } }));
    assert_eq!(me(&harness, ada).ammo, Some(10.0));
    assert_eq!(fighter(&harness, bob, 0).unwrap().ammo, None);
    let trigger =
        ArenaInput { aim: me(&harness, bob).towards(&me(&harness, ada)), fire: true, ..ArenaInput::default() };
    hold(&mut harness, ada, &trigger, 16);
    assert_eq!(me(&harness, ada).ammo, Some(6.0), "shots at 0, 1/6, 2/6 and 3/6 s");
    hold(&mut harness, ada, &trigger, 40);
    assert_eq!(me(&harness, ada).ammo, Some(0.0), "reloading");
}
