//! Bots chase, shoot, hit and miss.

use std::collections::BTreeSet;

use serde_json::json;
use skirmish_server::games::arena::{ArenaEvent, ArenaInput};
use skirmish_sim::Arrival;

use crate::support::{events, fighter, hold, map, me, open};

#[test]
fn bots_hit_and_miss_and_kill_within_a_minute() {
    for seed in [1, 2, 3] {
        let (mut harness, clients) = open(&json!({ "match": { "interest_radius": 0 } }), seed, &["Ada"]);
        for number in 1..=6 {
            harness.act(Arrival::AddBot { name: format!("Bot {number}") });
        }
        let mut shots = BTreeSet::<u32>::new();
        for _ in 0..60 * 30 {
            harness.run_ticks(1);
            shots.extend(harness.client(clients[0]).mirror().ids("Shot"));
        }
        let events = events(&harness, clients[0]);
        let hits = events.iter().filter(|event| matches!(event, ArenaEvent::Hit { .. })).count();
        let kills = events.iter().filter(|event| matches!(event, ArenaEvent::Kill { .. })).count();
        let kills_of_ada = events.iter().filter(|event| matches!(event, ArenaEvent::Kill { target: 0, .. })).count();
        let summary =
            format!("seed {seed}: {} shots seen, {hits} hits, {kills} kills, {kills_of_ada} of Ada", shots.len());
        assert!(kills >= 5 && kills_of_ada >= 1, "{summary}");
        assert!(hits > kills * 4 && shots.len() > hits + hits / 4, "{summary}");
    }
}

#[test]
fn a_bot_finds_its_way_to_an_enemy_who_stands_still() {
    for seed in [4, 5, 6] {
        let (mut harness, clients) = open(&json!({ "fighter": { "health": 1000 } }), seed, &["Ada"]);
        harness.act(Arrival::AddBot { name: "Bot".to_owned() });
        let found = (0..20 * 30).any(|_| {
            harness.run_ticks(1);
            me(&harness, clients[0]).hp < 1_000.0
        });
        assert!(found, "seed {seed}: not found within 20 s");
    }
}

#[test]
fn a_bot_alone_stands_still() {
    let (mut harness, clients) = open(&json!({}), 1, &["Ada"]);
    harness.act(Arrival::AddBot { name: "Bot".to_owned() });
    harness.run_ticks(1);
    let bob = harness.join("Bob");
    harness.leave(clients[0]);
    harness.run_ticks(1);
    harness.leave(bob);
    harness.run_ticks(60);
    assert_eq!(harness.room().sim().seats().iter().count(), 1);
    let state = harness.room().sim().checksum();
    harness.run_ticks(30);
    assert_eq!(harness.room().sim().checksum(), state);
}

#[test]
fn bots_come_in_three_skills_and_the_better_ones_win() {
    let kills_of = |seed| {
        let (mut harness, clients) = open(&json!({ "round": { "score_to_win": 9999 } }), seed, &["Ada"]);
        for number in 1..=9 {
            harness.act(Arrival::AddBot { name: format!("Bot {number}") });
        }
        harness.run_s(120.0);
        let mirror = harness.client(clients[0]).mirror();
        let mut kills = [0.0; 4];
        for &id in mirror.ids("Standing") {
            let value = |field| mirror.value("Standing", field, id).expect("a field of it");
            kills[value("skill") as usize] += value("score");
        }
        kills
    };
    let seeds = [7, 8, 9].map(kills_of);
    let [people, rookies, regulars, veterans] =
        [0, 1, 2, 3].map(|skill| seeds.iter().map(|kills| kills[skill]).sum::<f64>());
    assert_eq!(people, 0.0);
    assert!(rookies > 0.0 && rookies < regulars && regulars < veterans, "{seeds:?}");
}

#[test]
fn a_hurt_bot_fetches_health_though_an_enemy_is_near() {
    let yard =
        json!({ "width": 1200, "height": 400, "pickups": [["health", 600, 200]], "spawns": [[100, 200], [1100, 200]] });
    let changes = json!({ "pickups": { "respawn_s": 600 }, "weapon": { "damage": 30, "shot_life_s": 0.5 } });
    let (mut harness, clients) = open(&map(yard, changes), 3, &["Ada"]);
    harness.act(Arrival::AddBot { name: "Bot".to_owned() });
    harness.run_ticks(2);
    let bot = 31;
    let taken = (0..30 * 30).any(|_| {
        let aim = me(&harness, clients[0]).towards(&fighter(&harness, clients[0], bot).expect("it was added"));
        hold(&mut harness, clients[0], &ArenaInput { aim, fire: true, ..ArenaInput::default() }, 1);
        events(&harness, clients[0]).iter().any(|event| matches!(event, ArenaEvent::Taken { seat: 31, kind: 0, .. }))
    });
    assert!(taken);
}
