//! Each seat holds what it may know, and nothing else.

use serde_json::json;
use skirmish_sim::harness::{ClientId, Harness};
use skirmish_sim::{SeatId, Tuning, View};

use crate::playground::{assert_holds_the_present, playground_with, push};

/// How many bodies the client holds, and how many there are.
fn bodies(harness: &Harness, client: ClientId) -> (usize, usize) {
    let table =
        harness.room().sim().plan().layouts().iter().position(|layout| layout.table == 2).expect("Body's table");
    let sim = harness.room().sim().wire_state().tables[table].ids.len();
    (harness.client(client).mirror().ids("Body").len(), sim)
}

#[test]
fn clients_hold_exactly_their_views_while_everything_moves() {
    let mut harness = playground_with(json!({ "interest_radius": 120, "rocks_max": 40 }), 1);
    let clients: Vec<_> = (0..6).map(|number| harness.join(&format!("Player {number}"))).collect();
    harness.run_ticks(1);
    let (mut held_some, mut lacked_some) = (false, false);
    for step in 0..300 {
        for (number, &client) in (0..).zip(&clients) {
            push(&mut harness, client, step / 20 + number);
        }
        harness.run_ticks(1);
        for &client in &clients {
            assert_holds_the_present(&harness, client);
            let (held, there) = bodies(&harness, client);
            held_some |= held > 1;
            lacked_some |= held < there;
        }
    }
    assert!(held_some && lacked_some);
    assert_eq!(harness.room().figures().keyframes, 6);
}

#[test]
fn a_view_that_narrows_and_widens_again_needs_no_keyframe() {
    let mut harness = playground_with(json!({ "rocks_max": 30 }), 2);
    let ada = harness.join("Ada");
    harness.run_ticks(200);
    let everything = bodies(&harness, ada);
    assert_eq!(everything.0, everything.1);
    harness.tune(Tuning { interest_radius: Some(50.0), ..Tuning::default() });
    harness.run_ticks(1);
    let (held, there) = bodies(&harness, ada);
    assert!(held < there);
    assert_holds_the_present(&harness, ada);
    harness.tune(Tuning { interest_radius: Some(0.0), ..Tuning::default() });
    harness.run_ticks(1);
    let (held, there) = bodies(&harness, ada);
    assert_eq!(held, there);
    assert_holds_the_present(&harness, ada);
    assert_eq!(harness.room().figures().keyframes, 1);
}

#[test]
fn the_games_filter_hides_what_it_says_from_whom_it_says() {
    let mut harness = playground_with(json!({ "blind": 1, "rocks_max": 10 }), 3);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(100);
    let (held, there) = bodies(&harness, ada);
    assert!(held == there && there > 2);
    assert_eq!(bodies(&harness, bob).0, 2);
    assert_holds_the_present(&harness, ada);
    assert_holds_the_present(&harness, bob);
}

#[test]
fn what_has_no_place_is_known_everywhere() {
    let mut harness = playground_with(json!({ "interest_radius": 1 }), 4);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(1);
    push(&mut harness, ada, 0);
    harness.run_ticks(1);
    let mirror = harness.client(bob).mirror();
    let board = mirror.ids("Board")[0];
    assert_eq!(mirror.value("Board", "shots", board), Some(1.0));
    assert_eq!(bodies(&harness, bob).0, 1);
}

#[test]
fn what_is_always_relevant_is_known_from_afar() {
    let mut harness = playground_with(json!({ "interest_radius": 1, "flag": 1 }), 4);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(1);
    for client in [ada, bob] {
        assert_eq!(bodies(&harness, client), (2, 3), "its own and the flag, not the other's");
        assert_holds_the_present(&harness, client);
    }
}

#[test]
fn without_radius_and_filter_every_seat_has_the_same_view_of_all() {
    let mut harness = playground_with(json!({}), 5);
    harness.join("Ada");
    harness.join("Bob");
    harness.run_ticks(1);
    let [one, two] = [0, 1].map(|seat| harness.room().sim().view(SeatId(seat)).expect("taken"));
    assert!(std::sync::Arc::ptr_eq(one, two));
    assert_eq!(**one, View::All);
}

#[test]
fn skipped_snapshots_do_not_change_what_is_seen() {
    let mut harness = playground_with(json!({ "interest_radius": 120, "rocks_max": 40 }), 6);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.link(ada).buffer_bytes = 0;
    harness.run_ticks(1);
    for step in 0..400 {
        harness.stall(ada, step % 23 < 19);
        push(&mut harness, ada, step / 20);
        push(&mut harness, bob, step / 30);
        harness.run_ticks(1);
        if harness.client(ada).tick() == harness.room().sim().tick() {
            assert_holds_the_present(&harness, ada);
        }
    }
    assert!(harness.client(ada).seen.snapshots.len() > 20);
    assert_eq!(harness.room().figures().keyframes, 2);
}
