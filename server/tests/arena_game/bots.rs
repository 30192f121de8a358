//! Bots chase, shoot, hit and miss.

use std::collections::BTreeSet;

use serde_json::json;
use skirmish_server::games::arena::ArenaEvent;
use skirmish_sim::Arrival;

use crate::support::{events, me, open};

#[test]
fn bots_hit_and_miss_and_kill_within_a_minute() {
    for seed in [1, 2, 3] {
        let (mut harness, clients) = open(&json!({}), seed, &["Ada"]);
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
