//! Which snapshot the next one is a difference from, and when there is none.

use serde_json::json;
use skirmish_protocol::{ClientMessage, CloseCode};
use skirmish_sim::harness::{ClientId, Harness};
use skirmish_sim::{RoomLimits, Tuning};

use crate::playground::{Playground, assert_holds_the_present, playground, push};

fn keyframe_ticks(harness: &Harness, client: ClientId) -> Vec<u32> {
    let snapshots = &harness.client(client).seen.snapshots;
    snapshots.iter().filter(|snapshot| snapshot.keyframe).map(|snapshot| snapshot.tick).collect()
}

#[test]
fn the_first_snapshot_is_a_keyframe_and_all_later_ones_are_deltas() {
    let mut harness = playground(1);
    let ada = harness.join("Ada");
    harness.run_ticks(1);
    for step in 0..40 {
        push(&mut harness, ada, step);
        harness.run_ticks(1);
        assert_holds_the_present(&harness, ada);
    }
    assert_eq!(keyframe_ticks(&harness, ada), [1]);
}

#[test]
fn late_ack_never_moves_the_baseline_back() {
    let mut harness = playground(2);
    let ada = harness.join("Ada");
    harness.run_ticks(20);
    for _ in 0..20 {
        harness.send(ada, ClientMessage::Ack { snapshot_ack: 3 });
        harness.run_ticks(1);
        assert_holds_the_present(&harness, ada);
    }
    assert_eq!(keyframe_ticks(&harness, ada), [1]);
}

#[test]
fn an_ack_of_a_tick_that_was_never_sent_closes_the_session() {
    let mut harness = playground(3);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(5);
    harness.send(ada, ClientMessage::Ack { snapshot_ack: 99 });
    harness.run_ticks(2);
    let (code, reason) = harness.client(ada).closed.clone().expect("closed");
    assert_eq!(code, CloseCode::BadAck);
    assert_eq!(reason, "acknowledged tick 99, the newest snapshot sent is of tick 5");
    assert_holds_the_present(&harness, bob);
}

#[test]
fn a_baseline_that_left_the_history_costs_a_keyframe() {
    let limits = RoomLimits { history_ticks: 16, checksum_interval_s: 0.0, ..RoomLimits::default() };
    let mut harness = Harness::with_limits(&Playground, json!({}), 4, limits);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.link(ada).buffer_bytes = 0;
    harness.run_ticks(10);

    harness.stall(ada, true);
    harness.run_ticks(16);
    harness.stall(ada, false);
    harness.run_ticks(3);
    assert_eq!(keyframe_ticks(&harness, ada), [1], "the baseline was still held");

    harness.stall(ada, true);
    harness.run_ticks(40);
    harness.stall(ada, false);
    harness.run_ticks(3);
    assert_holds_the_present(&harness, ada);
    assert_eq!(keyframe_ticks(&harness, ada).len(), 2);
    assert_eq!(keyframe_ticks(&harness, bob), [1]);
}

#[test]
fn no_delta_crosses_a_change_of_tick_rate_and_the_settings_come_first() {
    let mut harness = playground(5);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(10);
    harness.stall(bob, true);
    harness.tune(Tuning { tick_hz: Some(60), ..Tuning::default() });
    harness.run_ticks(10);
    harness.stall(bob, false);
    harness.run_ticks(30);

    for client in [ada, bob] {
        assert_holds_the_present(&harness, client);
        let seen = &harness.client(client).seen;
        let settings = seen.settings[0];
        assert_eq!((settings.tick_hz, settings.effective_tick), (60, 11));
        let first = seen.snapshots.iter().find(|snapshot| snapshot.tick >= settings.effective_tick).expect("some came");
        assert!(first.keyframe);
        assert!(seen.snapshots.iter().all(|snapshot| (snapshot.tick >= 11) == (snapshot.settings_before == 1)));
    }
    assert_eq!(keyframe_ticks(&harness, ada), [1, 11]);
}

#[test]
fn a_change_of_the_snapshot_interval_needs_no_keyframe() {
    let mut harness = playground(6);
    let ada = harness.join("Ada");
    harness.run_ticks(10);
    harness.tune(Tuning { snapshot_interval: Some(3), ..Tuning::default() });
    harness.run_ticks(12);
    let ticks: Vec<u32> = harness.client(ada).seen.snapshots.iter().map(|snapshot| snapshot.tick).collect();
    assert_eq!(ticks[10..], [12, 15, 18, 21]);
    assert_eq!(keyframe_ticks(&harness, ada), [1]);
}

#[test]
fn sessions_with_equal_baselines_views_and_cursors_share_one_encoded_part() {
    let mut harness = playground(7);
    let clients: Vec<_> = (0..8).map(|number| harness.join(&format!("Player {number}"))).collect();
    harness.run_ticks(1);
    let before = harness.room().figures();
    harness.run_ticks(10);
    let after = harness.room().figures();
    assert_eq!(after.snapshots - before.snapshots, 80);
    assert_eq!(after.shared_parts - before.shared_parts, 10);
    clients.iter().for_each(|&client| assert_holds_the_present(&harness, client));
}
