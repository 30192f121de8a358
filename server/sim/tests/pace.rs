//! When ticks happen, as opposed to what they compute.

mod playground;

use playground::{assert_holds_the_present, playground};
use skirmish_protocol::CloseCode;
use skirmish_sim::{Arrival, Pace};

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
