//! A session that cannot take snapshots skips them, and nobody else notices.

use serde_json::json;
use skirmish_sim::harness::{ClientId, Harness};
use skirmish_sim::{MatchEvent, RoomLimits, replay};

use crate::playground::{Playground, assert_holds_the_present, playground, push};

fn ticks(harness: &Harness, client: ClientId) -> Vec<u32> {
    harness.client(client).seen.snapshots.iter().map(|snapshot| snapshot.tick).collect()
}

#[test]
fn a_stalled_session_skips_and_catches_up_with_one_delta() {
    let mut harness = playground(1);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.link(ada).buffer_bytes = 0;
    harness.run_ticks(10);
    harness.stall(ada, true);
    harness.run_ticks(30);
    harness.stall(ada, false);
    harness.run_ticks(2);

    assert_holds_the_present(&harness, ada);
    let seen = &harness.client(ada).seen.snapshots;
    let missed: Vec<_> = seen.iter().filter(|snapshot| snapshot.tick > 10).collect();
    assert_eq!(missed.iter().map(|snapshot| snapshot.tick).collect::<Vec<_>>(), [11, 41, 42]);
    assert!(missed.iter().all(|snapshot| !snapshot.keyframe));
    assert_eq!(harness.room().figures().skips_outbox, 29);
    assert_eq!(ticks(&harness, bob), (1..=42).collect::<Vec<_>>());
}

#[test]
fn a_session_stalled_from_the_start_begins_with_the_present() {
    let mut harness = playground(2);
    let ada = harness.join("Ada");
    harness.run_ticks(1);
    let bob = harness.join("Bob");
    harness.link(bob).buffer_bytes = 0;
    harness.stall(bob, true);
    harness.run_ticks(50);
    harness.stall(bob, false);
    harness.run_ticks(2);
    assert_holds_the_present(&harness, ada);
    assert_holds_the_present(&harness, bob);
}

/// Plays for a while, all sessions stalled or none, and returns the log and each tick's match checksum.
fn played(stalled: bool) -> (Vec<u8>, Vec<u32>) {
    let limits = RoomLimits { history_ticks: 8, ..RoomLimits::default() };
    let mut harness = Harness::with_limits(&Playground, json!({ "interest_radius": 100 }), 3, limits);
    let clients: Vec<_> = (0..6).map(|number| harness.join(&format!("Player {number}"))).collect();
    harness.run_ticks(1);
    for &client in &clients {
        harness.link(client).buffer_bytes = 0;
        harness.stall(client, stalled);
    }
    let (mut log, mut checksums) = (Vec::new(), Vec::new());
    for step in 0..400 {
        for (number, &client) in (0..).zip(&clients) {
            push(&mut harness, client, step + number);
        }
        harness.run_ticks(1);
        log.extend(harness.take_log());
        checksums.push(harness.room().sim().checksum());
    }
    let skips = harness.room().figures().skips_outbox;
    assert_eq!(skips > 0, stalled);
    (log, checksums)
}

#[test]
fn stalling_every_session_changes_no_checksum() {
    let (stalled_log, stalled) = played(true);
    let (log, free) = played(false);
    assert_eq!(stalled_log, log);
    assert_eq!(stalled, free);
    let replayed = replay(&Playground, &log).expect("a whole log");
    assert_eq!((replayed.ticks, replayed.checksum), (401, *free.last().expect("ticks were played")));
}

#[test]
fn a_match_without_sessions_is_the_same_match() {
    let mut watched = playground(4);
    let ada = watched.join("Ada");
    watched.run_ticks(100);
    let mut alone =
        skirmish_sim::Match::new(&Playground, watched.room().sim().header().clone()).expect("it opened before");
    alone.push(MatchEvent::Join { seat: watched.client(ada).seat, name: "Ada".to_owned(), bot: false });
    (0..100).for_each(|_| alone.step());
    assert_eq!(alone.checksum(), watched.room().sim().checksum());
}
