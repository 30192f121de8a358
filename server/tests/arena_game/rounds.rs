//! Rounds are won, and begin anew.

use serde_json::json;
use skirmish_server::games::arena::ArenaEvent;

use crate::support::{PLAYING, RESULTS, empty_map, events, fighter, hold, me, open, round, shoot_until};

#[test]
fn a_round_ends_at_the_score_with_a_winner_and_the_next_begins_at_zero() {
    let rules = json!({ "round": { "score_to_win": 2, "results_s": 1.0 }, "fighter": { "respawn_s": 0.2 } });
    let (mut harness, clients) = open(&empty_map(700, 500, rules), 5, &["Ada", "Bob"]);
    let (ada, bob) = (clients[0], clients[1]);
    assert_eq!(round(&harness, ada), (PLAYING, 1));
    assert!(shoot_until(&mut harness, (ada, bob), 600, |harness| round(harness, ada) == (RESULTS, 1)));
    assert!(events(&harness, bob).contains(&ArenaEvent::RoundEnd { winner: 0, score: 2 }));
    assert_eq!(me(&harness, ada).score, 2.0, "the results show what was reached");

    let held = skirmish_server::games::arena::ArenaInput { move_x: 1.0, fire: true, ..Default::default() };
    let before = me(&harness, ada);
    hold(&mut harness, ada, &held, 20);
    assert_eq!(me(&harness, ada).at, before.at, "nobody moves while results are shown");
    harness.run_ticks(15);
    assert_eq!(round(&harness, ada), (PLAYING, 2));
    for seat in [0, 1] {
        let fighter = fighter(&harness, ada, seat).unwrap();
        assert_eq!((fighter.score, fighter.deaths, fighter.hp, fighter.alive), (0.0, 0.0, 100.0, true), "seat {seat}");
    }
}

#[test]
fn a_round_that_nobody_wins_ends_at_its_time_as_a_draw() {
    let rules = json!({ "round": { "length_s": 2.0, "results_s": 1.0 } });
    let (mut harness, clients) = open(&empty_map(700, 500, rules), 5, &["Ada", "Bob"]);
    harness.run_s(2.1);
    assert_eq!(round(&harness, clients[0]), (RESULTS, 1));
    assert!(events(&harness, clients[0]).contains(&ArenaEvent::RoundEnd { winner: -1, score: 0 }));
}

#[test]
fn one_player_alone_can_walk_about_while_waiting() {
    let (mut harness, clients) = open(&empty_map(700, 500, json!({})), 5, &["Ada"]);
    assert_eq!(round(&harness, clients[0]), (0, 0));
    let before = me(&harness, clients[0]);
    let key = skirmish_server::games::arena::ArenaInput { move_x: 1.0, ..Default::default() };
    hold(&mut harness, clients[0], &key, 30);
    assert!(before.alive && me(&harness, clients[0]).at != before.at);
}
