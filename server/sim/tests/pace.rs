//! When ticks happen, as opposed to what they compute.

use serde_json::json;
use skirmish_protocol::CloseCode;
use skirmish_protocol::limits::{ACKS_PER_S_MAX, TICK_HZ_MAX};
use skirmish_sim::harness::{ClientId, Harness};
use skirmish_sim::{Arrival, Pace, RoomLimits, SeatId};

use crate::playground::{Playground, assert_holds_the_present, playground, playground_with};

#[test]
fn a_paused_match_stands_still_and_still_talks() {
    let mut harness = playground(1);
    let ada = harness.join("Ada");
    harness.run_ticks(5);
    harness.act(Arrival::Pace(Pace { paused: true, dilation_permille: 1000 }));
    harness.run_ticks(1);
    harness.chat(ada, "Frozen?");
    harness.run_ticks(10);
    assert_eq!(harness.room().sim().tick(), 5);
    assert_eq!(harness.client(ada).seen.chats.len(), 1);
    assert!(harness.client(ada).seen.settings[0].paused);
    assert_eq!(harness.client(ada).seen.snapshots.len(), 5);

    harness.act(Arrival::Pace(Pace { paused: false, dilation_permille: 500 }));
    harness.run_ticks(10);
    assert_eq!(harness.room().sim().tick(), 15);
    assert_eq!(harness.client(ada).seen.settings[1].dilation_permille, 500);
    assert_holds_the_present(&harness, ada);
}

#[test]
fn who_returns_to_a_paused_match_sees_it_at_once() {
    let mut harness = playground(2);
    let ada = harness.join("Ada");
    harness.run_ticks(5);
    harness.act(Arrival::Pace(Pace { paused: true, dilation_permille: 1000 }));
    harness.run_ticks(1);
    harness.reconnect(ada);
    let bob = harness.join("Bob");
    harness.run_ticks(3);
    assert_holds_the_present(&harness, ada);
    assert_eq!(harness.client(ada).seen.snapshots.len(), 1);
    assert!(harness.client(bob).is_open());
    assert_eq!(harness.client(bob).tick(), 0, "a new seat is in the match from the next tick on");
}

#[test]
fn who_takes_a_seat_that_is_given_up_in_a_pause_sees_nothing_through_its_former_holders_eyes() {
    let mut harness = playground(5);
    let ada = harness.join("Ada");
    harness.run_ticks(5);
    harness.act(Arrival::Pace(Pace { paused: true, dilation_permille: 1000 }));
    harness.leave(ada);
    let bob = harness.claim("Bob", 0);
    harness.run_ticks(3);
    assert!(harness.client(bob).is_open());
    assert!(harness.client(bob).seen.snapshots.is_empty());
    harness.act(Arrival::Pace(Pace::default()));
    harness.run_ticks(1);
    assert_holds_the_present(&harness, bob);
}

/// A match at this pace, in which Ada's connection is lost and a seat waits for two seconds.
fn left_alone_at(pace: Pace) -> (Harness, ClientId) {
    let limits = RoomLimits { seat_timeout_s: 2.0, ..RoomLimits::default() };
    let mut harness = Harness::with_limits(&Playground, json!({}), 6, limits);
    let ada = harness.join("Ada");
    harness.run_ticks(5);
    harness.disconnect(ada);
    harness.run_ticks(1);
    harness.act(Arrival::Pace(pace));
    (harness, ada)
}

#[test]
fn a_paused_match_waits_for_who_is_away_no_longer_than_another() {
    let (mut harness, ada) = left_alone_at(Pace { paused: true, dilation_permille: 1000 });
    harness.run_s(1.9);
    assert!(harness.client(ada).holds_seat);
    harness.run_s(0.2);
    assert!(!harness.client(ada).holds_seat);
    harness.run_s(3.0);
    let deserted_s = harness.room().deserted_s(harness.now_us());
    assert!((2.9..=3.2).contains(&deserted_s), "{deserted_s}");
    assert_eq!(harness.room().sim().tick(), 6);

    let bob = harness.claim("Bob", 0);
    harness.act(Arrival::Pace(Pace::default()));
    harness.run_ticks(2);
    assert_holds_the_present(&harness, bob);
    assert_eq!(harness.client(bob).seen.roster[&0].name.as_deref(), Some("Bob"));
}

#[test]
fn a_slow_match_waits_for_who_is_away_no_longer_than_another() {
    let (mut harness, ada) = left_alone_at(Pace { paused: false, dilation_permille: 100 });
    harness.run_s(4.0);
    assert!(!harness.client(ada).holds_seat);
    assert!(harness.room().sim().seats().get(SeatId(0)).is_none());
}

#[test]
fn at_a_fast_pace_snapshots_come_no_faster_than_they_may_be_acknowledged() {
    let mut harness = playground_with(json!({ "tick_hz": 60 }), 7);
    let ada = harness.join("Ada");
    harness.act(Arrival::Pace(Pace { paused: false, dilation_permille: 10_000 }));
    harness.run_s(4.0);
    let snapshots = harness.client(ada).seen.snapshots.len();
    assert!(harness.room().sim().tick() > 2300);
    assert!((900..=4 * ACKS_PER_S_MAX as usize).contains(&snapshots), "{snapshots} snapshots in 4 s");
    let figures = harness.room().figures();
    assert_eq!((figures.skips_outbox, figures.skips_window), (0, 0));

    harness.act(Arrival::Pace(Pace::default()));
    harness.run_ticks(2);
    assert_holds_the_present(&harness, ada);
}

#[test]
fn at_the_normal_pace_every_tick_has_its_snapshot_at_any_tick_rate() {
    let mut harness = playground_with(json!({ "tick_hz": TICK_HZ_MAX }), 8);
    let ada = harness.join("Ada");
    harness.run_s(2.0);
    assert_eq!(harness.client(ada).seen.snapshots.len(), harness.room().sim().tick() as usize);
}

#[test]
fn half_speed_takes_twice_the_time() {
    let mut harness = playground(3);
    harness.act(Arrival::Pace(Pace { paused: false, dilation_permille: 500 }));
    harness.run_ticks(1);
    let start_us = harness.now_us();
    harness.run_ticks(20);
    assert_eq!(harness.now_us() - start_us, 2_000_000);
}

#[test]
fn a_room_that_closes_says_goodbye_to_everybody() {
    let mut harness = playground(4);
    let clients = [harness.join("Ada"), harness.join("Bob")];
    harness.run_ticks(2);
    harness.close(CloseCode::Shutdown, "the server restarts", Some(2_000));
    harness.run_ticks(1);
    for client in clients.map(|client| harness.client(client)) {
        assert_eq!(client.seen.goodbye, Some(("the server restarts".to_owned(), Some(2_000))));
        assert_eq!(client.closed, Some((CloseCode::Shutdown, "the server restarts".to_owned())));
    }
    assert_eq!(harness.room().sessions(), 0);
}
