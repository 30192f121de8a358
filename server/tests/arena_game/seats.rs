//! A fighter belongs to a seat, not to a connection.

use serde_json::json;
use skirmish_server::games::arena::ArenaInput;
use skirmish_sim::Arrival;

use crate::support::{empty_map, fighter, hold, me, open, shoot_until};

#[test]
fn a_disconnected_players_fighter_stands_still_and_is_given_back_with_its_score() {
    let (mut harness, clients) = open(&empty_map(700, 500, json!({})), 5, &["Ada", "Bob"]);
    let (ada, bob) = (clients[0], clients[1]);
    assert!(shoot_until(&mut harness, (ada, bob), 120, |harness| me(harness, ada).score == 1.0));
    let (id, run) = (me(&harness, ada).id, ArenaInput { move_y: 1.0, ..ArenaInput::default() });
    hold(&mut harness, ada, &run, 2);
    harness.disconnect(ada);
    harness.run_s(1.0);
    let left_alone = fighter(&harness, bob, 0).expect("it stays");
    assert_eq!(left_alone.velocity, [0.0, 0.0]);
    harness.run_s(1.0);
    assert_eq!(fighter(&harness, bob, 0).unwrap().at, left_alone.at);

    harness.reconnect(ada);
    harness.run_ticks(1);
    let back = me(&harness, ada);
    assert_eq!((back.id, back.score), (id, 1.0));
}

#[test]
fn a_seat_given_up_leaves_no_fighter_and_no_shots() {
    let (mut harness, clients) = open(&empty_map(4_000, 4_000, json!({})), 5, &["Ada", "Bob"]);
    let (ada, bob) = (clients[0], clients[1]);
    let aim = me(&harness, ada).towards(&me(&harness, bob));
    hold(&mut harness, ada, &ArenaInput { aim, fire: true, ..ArenaInput::default() }, 3);
    assert!(!harness.client(bob).mirror().ids("Shot").is_empty());
    harness.leave(ada);
    harness.run_ticks(1);
    assert!(fighter(&harness, bob, 0).is_none());
    assert!(harness.client(bob).mirror().ids("Shot").is_empty());
}

#[test]
fn a_seat_taken_anew_begins_with_nothing() {
    let (mut harness, clients) = open(&empty_map(700, 500, json!({})), 5, &["Ada", "Bob"]);
    let (ada, bob) = (clients[0], clients[1]);
    assert!(shoot_until(&mut harness, (ada, bob), 120, |harness| me(harness, ada).score == 1.0));
    let id = me(&harness, ada).id;
    harness.leave(ada);
    harness.run_ticks(1);
    let eve = harness.join("Eve");
    harness.run_ticks(1);
    assert_eq!(harness.client(eve).seat, 0);
    let new = me(&harness, eve);
    assert!(new.id != id && new.score == 0.0 && new.alive, "{new:?}");
}

#[test]
fn two_players_start_far_from_each_other() {
    for seed in 0..10 {
        let (harness, clients) = open(&json!({}), seed, &["Ada", "Bob"]);
        let distance = me(&harness, clients[0]).distance(&me(&harness, clients[1]));
        assert!(distance > 800.0, "seed {seed}: {distance}");
    }
}

#[test]
fn a_seat_that_changes_hands_within_a_tick_has_one_fighter_the_new_holders() {
    let (mut harness, clients) = open(&empty_map(700, 500, json!({})), 5, &["Ada", "Bob"]);
    let (ada, bob) = (clients[0], clients[1]);
    let id = me(&harness, ada).id;
    harness.leave(ada);
    let eve = harness.claim("Eve", 0);
    harness.run_ticks(1);
    let new = me(&harness, eve);
    assert!(new.id != id && new.alive, "{new:?}");
    assert_eq!(harness.client(bob).mirror().ids("Fighter").len(), 2);
}

#[test]
fn who_takes_a_bots_seat_is_not_moved_by_the_bot() {
    let (mut harness, _) = open(&empty_map(700, 500, json!({})), 5, &["Ada"]);
    harness.act(Arrival::AddBot { name: "Bot".to_owned() });
    harness.run_s(1.0);
    let seats = harness.room().sim().seats();
    let seat = seats.iter().find(|seat| seat.bot).expect("it was added").id.0;
    let eve = harness.claim("Eve", seat);
    harness.run_ticks(1);
    assert_eq!(me(&harness, eve).velocity, [0.0, 0.0]);
}
