//! Whoever looks on sees everything and changes nothing.

use serde_json::json;
use skirmish_protocol::limits::SPECTATOR_SEATS;
use skirmish_sim::harness::Harness;

use crate::playground::{assert_holds_the_present, held, playground_with, push};

#[test]
fn a_spectator_sees_everything_though_players_do_not() {
    let mut harness = playground_with(json!({ "interest_radius": 50, "rocks_max": 30 }), 1);
    let ada = harness.join("Ada");
    let eve = harness.claim("Eve", SPECTATOR_SEATS.start);
    harness.run_ticks(200);
    let held = |client| harness.client(client).mirror().ids("Body").len();
    assert!(held(ada) < held(eve));
    for client in [ada, eve] {
        assert_holds_the_present(&harness, client);
    }
    assert_eq!(harness.room().figures().keyframes, 2);
}

#[test]
fn a_spectator_is_in_nobodys_roster_and_has_no_say() {
    let mut harness = playground_with(json!({}), 2);
    let ada = harness.join("Ada");
    let eve = harness.claim("Eve", SPECTATOR_SEATS.start);
    harness.run_ticks(2);
    harness.chat(eve, "Behind you!");
    harness.chat(ada, "Hello?");
    harness.run_ticks(2);
    for client in [ada, eve] {
        assert_eq!(harness.client(client).seen.roster.keys().copied().collect::<Vec<_>>(), [0]);
        assert_eq!(harness.client(client).seen.chats, [(0, "Hello?".to_owned())]);
    }
}

#[test]
fn a_match_and_its_log_are_the_same_with_a_spectator_and_without() {
    let run = |watched: bool| {
        let mut harness = playground_with(json!({ "rocks_max": 10 }), 3);
        let ada = harness.join("Ada");
        let eve = watched.then(|| harness.claim("Eve", SPECTATOR_SEATS.start));
        harness.run_ticks(1);
        for step in 0..60 {
            push(&mut harness, ada, step / 10);
            if let Some(eve) = eve {
                push(&mut harness, eve, step);
            }
            harness.run_ticks(1);
        }
        if let Some(eve) = eve {
            harness.disconnect(eve);
        }
        harness.run_ticks(5);
        (harness.room().sim().checksum(), harness.take_log())
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn a_spectator_comes_back_and_gives_its_place_up() {
    let mut harness = playground_with(json!({}), 4);
    harness.join("Ada");
    let eve = harness.claim("Eve", SPECTATOR_SEATS.start);
    harness.run_ticks(5);
    harness.disconnect(eve);
    harness.run_ticks(5);
    harness.reconnect(eve);
    harness.run_ticks(5);
    assert_holds_the_present(&harness, eve);
    assert_eq!(harness.room().sessions(), 2);
    harness.leave(eve);
    harness.run_ticks(2);
    assert_eq!(harness.room().sessions(), 1);
}

#[test]
fn who_looks_through_a_players_eyes_holds_exactly_what_that_player_holds() {
    let mut harness = playground_with(json!({ "interest_radius": 50, "rocks_max": 30 }), 5);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    let eve = harness.claim("Eve", SPECTATOR_SEATS.start);
    harness.run_ticks(1);
    harness.look_through(eve, 0);
    let state = |harness: &Harness, client| held(harness.client(client).mirror().state());
    for step in 0..300 {
        push(&mut harness, ada, step / 7);
        push(&mut harness, bob, step / 5);
        harness.run_ticks(1);
        assert_eq!(state(&harness, eve), state(&harness, ada), "at step {step}");
    }
    assert_ne!(state(&harness, bob), state(&harness, ada));
    let own = |client| harness.client(client).seen.own_events.clone();
    assert!(own(ada).len() > 3 && own(ada).ends_with(&own(eve)[1..]), "and its own events: {:?}", own(eve));
}

#[test]
fn a_match_looked_at_through_a_players_eyes_goes_as_it_would_without() {
    let run = |watched: bool| {
        let mut harness = playground_with(json!({ "interest_radius": 50, "rocks_max": 10 }), 6);
        let ada = harness.join("Ada");
        let eve = watched.then(|| harness.claim("Eve", SPECTATOR_SEATS.start));
        harness.run_ticks(1);
        if let Some(eve) = eve {
            harness.look_through(eve, 0);
        }
        for step in 0..60 {
            push(&mut harness, ada, step / 10);
            harness.run_ticks(1);
        }
        (harness.room().sim().checksum(), harness.take_log())
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn a_players_eyes_that_close_show_nothing_more_and_harm_nobody() {
    let mut harness = playground_with(json!({ "interest_radius": 50 }), 7);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    let eve = harness.claim("Eve", SPECTATOR_SEATS.start);
    harness.run_ticks(1);
    harness.look_through(eve, 0);
    harness.run_ticks(5);
    harness.leave(ada);
    harness.run_ticks(5);
    let tick = harness.client(eve).tick();
    harness.run_ticks(20);
    assert_eq!(harness.client(eve).tick(), tick);
    assert_holds_the_present(&harness, bob);
}
