//! The flow window, and what happens to those who take too little.

use serde_json::json;
use skirmish_protocol::CloseCode;
use skirmish_protocol::limits::{EVENTS_UNDELIVERED_MAX, MESSAGES_UNDELIVERED_MAX};
use skirmish_sim::harness::Harness;
use skirmish_sim::{Arrival, RoomLimits, Tuning};

use crate::playground::{Playground, assert_holds_the_present, playground, playground_with, push};

#[test]
fn at_most_one_flow_window_of_snapshots_is_outstanding() {
    let limits = RoomLimits { window_ms: 250, ..RoomLimits::default() };
    let mut harness = Harness::with_limits(&Playground, json!({ "tick_hz": 100 }), 1, limits);
    let ada = harness.join("Ada");
    harness.run_s(2.0);
    harness.stall(ada, true);
    harness.run_s(10.0);
    let snapshots = harness.client(ada).seen.snapshots.len();
    harness.stall(ada, false);
    harness.run_ticks(1);

    // A round trip is one tick here; the snapshot that closes the window is sent while it is still open.
    let outstanding = harness.client(ada).seen.snapshots.len() - snapshots;
    assert!((25..=28).contains(&outstanding), "{outstanding} snapshots were outstanding");
    harness.run_ticks(2);
    assert_holds_the_present(&harness, ada);
    assert!(harness.room().figures().skips_window > 900);
}

#[test]
fn a_client_far_away_gets_every_snapshot() {
    let mut harness = playground(2);
    let ada = harness.join("Ada");
    harness.link(ada).latency_us = 400_000;
    harness.run_s(20.0);
    let ticks: Vec<u32> = harness.client(ada).seen.snapshots.iter().map(|snapshot| snapshot.tick).collect();
    let late = ticks.iter().rev().take(200).rev();
    assert!(late.clone().zip(late.skip(1)).all(|(tick, next)| next - tick == 1), "{ticks:?}");
}

#[test]
fn a_long_sleep_hardly_widens_the_window_for_the_next_one() {
    let mut harness = playground_with(json!({ "tick_hz": 100 }), 3);
    let ada = harness.join("Ada");
    harness.run_s(2.0);
    let mut asleep = || {
        harness.stall(ada, true);
        harness.run_s(10.0);
        let snapshots = harness.client(ada).seen.snapshots.len();
        harness.stall(ada, false);
        harness.run_ticks(1);
        harness.client(ada).seen.snapshots.len() - snapshots
    };
    let (first, second) = (asleep(), asleep());
    assert!(second < 2 * first + 4, "{first} snapshots were outstanding, then {second}");
}

#[test]
fn one_with_too_many_undelivered_events_is_closed_and_may_come_back() {
    let mut harness = playground_with(json!({ "events_per_tick": 100 }), 4);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.link(ada).buffer_bytes = 0;
    harness.run_ticks(5);
    harness.stall(ada, true);
    harness.run_ticks(EVENTS_UNDELIVERED_MAX as u32 / 100 + 1);
    assert_eq!(harness.room().sessions(), 2);
    harness.run_ticks(1);
    assert_eq!(harness.room().sessions(), 1);
    harness.stall(ada, false);
    harness.run_ticks(1);
    assert_eq!(harness.client(ada).closed.as_ref().map(|(code, _)| *code), Some(CloseCode::TooSlow));

    harness.reconnect(ada);
    harness.run_ticks(2);
    assert_holds_the_present(&harness, ada);
    assert_holds_the_present(&harness, bob);
}

#[test]
fn a_long_snapshot_interval_closes_nobody_for_the_events_it_holds_back() {
    let mut harness = playground_with(json!({ "events_per_tick": 100 }), 4);
    let ada = harness.join("Ada");
    harness.run_ticks(5);
    harness.act(Arrival::Tune(Tuning { snapshot_interval: Some(240), ..Tuning::default() }));
    harness.run_ticks(480);
    assert_eq!(harness.client(ada).closed, None);
    let behind = harness.room().sim().tick() - harness.client(ada).mirror().tick();
    assert!(behind < 30, "{behind} ticks of 100 events each were held back");
}

#[test]
fn one_with_too_many_waiting_messages_is_closed() {
    let mut harness = playground(5);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.link(ada).buffer_bytes = 0;
    harness.run_ticks(5);
    harness.stall(ada, true);
    harness.run_ticks(1);
    for _ in 0..MESSAGES_UNDELIVERED_MAX {
        harness.chat(bob, "Anyone?");
        harness.run_ticks(1);
    }
    assert_eq!(harness.room().sessions(), 2);
    harness.chat(bob, "Anyone?");
    harness.run_ticks(1);
    assert_eq!(harness.room().sessions(), 1);
    assert_eq!(harness.client(bob).seen.chats.len(), MESSAGES_UNDELIVERED_MAX + 1);
}

#[test]
fn an_input_that_is_not_above_the_one_before_closes_the_session() {
    let mut harness = playground(6);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(1);
    push(&mut harness, ada, 0);
    harness.run_ticks(1);
    let stale = skirmish_protocol::ClientMessage::Input { seq: 1, snapshot_ack: 0, values: vec![0, 0, 0].into() };
    harness.send(ada, stale);
    harness.run_ticks(2);
    let (code, reason) = harness.client(ada).closed.clone().expect("closed");
    assert_eq!((code, reason.as_str()), (CloseCode::Stale, "input seq 1 is not above 1, the one before"));
    assert_holds_the_present(&harness, bob);
}

#[test]
fn what_a_closed_session_still_sends_is_dropped() {
    let mut harness = playground(7);
    let ada = harness.join("Ada");
    harness.run_ticks(2);
    let seat = harness.client(ada).seat;
    harness.act(Arrival::Kick { seat, reason: "enough".to_owned() });
    push(&mut harness, ada, 0);
    harness.run_ticks(2);
    assert_eq!(harness.client(ada).closed, Some((CloseCode::Kicked, "enough".to_owned())));
    assert!(harness.room().sim().seats().iter().next().is_none());
}
