//! A seat outlives its session.

use serde_json::json;
use skirmish_protocol::{ClientMessage, CloseCode};
use skirmish_sim::harness::{ClientId, Harness};
use skirmish_sim::{Arrival, RoomLimits, SeatId};

use crate::playground::{Playground, assert_holds_the_present, playground, push};

/// The ids of the bodies that this seat owns, and their ammunition.
fn own_ammo(harness: &Harness, client: ClientId) -> Vec<(u32, f64)> {
    let mirror = harness.client(client).mirror();
    let ammo = |&id: &u32| mirror.value("Body", "ammo", id).map(|ammo| (id, ammo));
    mirror.ids("Body").iter().filter_map(ammo).collect()
}

#[test]
fn who_comes_back_finds_the_same_seat_and_body() {
    let mut harness = playground(1);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(1);
    for step in 0..20 {
        push(&mut harness, ada, step);
        harness.run_ticks(1);
    }
    let before = own_ammo(&harness, ada);
    assert_eq!(before.len(), 1);
    assert!(before[0].1 < 1000.0);

    harness.disconnect(ada);
    harness.run_ticks(20);
    assert!(!harness.room().sim().seats().get(SeatId(0)).expect("the seat stays").connected);
    harness.reconnect(ada);
    harness.run_ticks(2);
    assert_eq!(own_ammo(&harness, ada), before);
    assert_holds_the_present(&harness, ada);
    assert_holds_the_present(&harness, bob);
    assert!(harness.client(ada).seen.snapshots[0].keyframe);
}

#[test]
fn inputs_go_on_from_the_number_in_the_welcome() {
    let mut harness = playground(2);
    let ada = harness.join("Ada");
    harness.run_ticks(1);
    (0..5).for_each(|step| push(&mut harness, ada, step));
    harness.run_ticks(1);
    harness.reconnect(ada);
    harness.run_ticks(1);
    assert_eq!(harness.client(ada).next_seq(), 6);
    push(&mut harness, ada, 0);
    harness.run_ticks(1);
    assert_eq!(harness.client(ada).seen.snapshots.last().expect("one came").input_ack, 6);
}

#[test]
fn inputs_that_were_taken_but_not_yet_applied_count_for_the_welcome() {
    let mut harness = playground(3);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(1);
    push(&mut harness, ada, 0);
    let again = harness.claim("Ada", harness.client(ada).seat);
    harness.run_ticks(1);
    assert_eq!(harness.client(again).next_seq(), 2);
    push(&mut harness, again, 1);
    harness.run_ticks(1);
    assert!(harness.client(again).is_open());
    assert_holds_the_present(&harness, bob);
}

#[test]
fn the_old_session_of_a_claimed_seat_is_replaced_and_its_arrivals_are_dropped() {
    let mut harness = playground(4);
    let ada = harness.join("Ada");
    harness.link(ada).latency_us = 120_000;
    harness.run_ticks(20);
    let phone = harness.claim("Ada", harness.client(ada).seat);
    push(&mut harness, ada, 0);
    harness.send(ada, ClientMessage::Leave);
    harness.run_ticks(10);
    assert_eq!(harness.client(ada).closed.as_ref().map(|(code, _)| *code), Some(CloseCode::Replaced));
    assert_eq!(harness.room().sim().input_ack(SeatId(0)), 0);
    assert_holds_the_present(&harness, phone);
    assert!(harness.client(phone).seen.roster[&0].connected);
}

#[test]
fn a_client_that_holds_the_schema_is_not_sent_it_again() {
    let mut harness = playground(5);
    let ada = harness.join("Ada");
    harness.run_ticks(1);
    let first = harness.client(ada).seen.bytes;
    harness.reconnect(ada);
    harness.run_ticks(1);
    assert!(harness.client(ada).is_open());
    assert!(harness.client(ada).seen.bytes < first / 2);
}

#[test]
fn a_seat_is_given_up_when_nobody_comes_back_in_time() {
    let limits = RoomLimits { seat_timeout_s: 2.0, checksum_interval_s: 0.0, ..RoomLimits::default() };
    let mut harness = Harness::with_limits(&Playground, json!({}), 6, limits);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(5);
    harness.disconnect(ada);
    harness.run_s(1.9);
    assert!(harness.client(ada).holds_seat);
    harness.run_s(0.3);
    assert!(!harness.client(ada).holds_seat);
    assert!(harness.room().sim().seats().get(SeatId(0)).is_none());
    assert!(!harness.client(bob).seen.roster.contains_key(&0));
    assert_holds_the_present(&harness, bob);
}

#[test]
fn a_match_is_deserted_once_no_seat_is_a_humans() {
    let limits = RoomLimits { seat_timeout_s: 1.0, ..RoomLimits::default() };
    let mut harness = Harness::with_limits(&Playground, json!({}), 7, limits);
    let ada = harness.join("Ada");
    harness.run_s(2.0);
    harness.disconnect(ada);
    harness.run_s(0.9);
    assert_eq!(harness.room().deserted_s(harness.now_us()), 0.0);
    harness.run_s(3.2);
    let deserted_s = harness.room().deserted_s(harness.now_us());
    assert!((2.9..=3.2).contains(&deserted_s), "{deserted_s}");

    let bob = harness.join("Bob");
    harness.run_s(1.0);
    assert_eq!(harness.room().deserted_s(harness.now_us()), 0.0);
    harness.leave(bob);
    harness.run_s(1.0);
    assert!(harness.room().deserted_s(harness.now_us()) < 1.1, "it counts from the last one's leaving");
}

#[test]
fn a_room_to_which_nobody_comes_is_deserted_from_the_start() {
    let mut harness = playground(9);
    harness.act(Arrival::AddBot { name: "Bot".to_owned() });
    harness.run_s(2.0);
    let deserted_s = harness.room().deserted_s(harness.now_us());
    assert!((1.9..=2.1).contains(&deserted_s), "{deserted_s}");
}

#[test]
fn who_leaves_is_told_and_frees_the_seat_at_once() {
    let mut harness = playground(8);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(3);
    harness.leave(ada);
    harness.run_ticks(1);
    assert_eq!(harness.client(ada).closed.as_ref().map(|(code, _)| *code), Some(CloseCode::Left));
    let cleo = harness.join("Cleo");
    harness.run_ticks(1);
    assert_eq!(harness.client(cleo).seat, 0);
    assert_eq!(harness.client(bob).seen.roster[&0].name.as_deref(), Some("Cleo"));
    assert_eq!(own_ammo(&harness, cleo), [(harness.client(cleo).mirror().ids("Purse")[1], 1000.0)]);
}
