//! What a match is spared while its server can't keep up, and what it is not.

use serde_json::json;
use skirmish_protocol::Settings;
use skirmish_protocol::limits::{DILATION_PERMILLE_MIN, INTERP_DELAY_MS_MAX, SNAPSHOT_INTERVAL_MAX};
use skirmish_sim::harness::{ClientId, Harness};
use skirmish_sim::{Arrival, Pace, Relief, Tuning, replay};

use crate::playground::{Playground, assert_holds_the_present, playground, playground_with, push};

fn relief(snapshot_factor: u32, dilation_permille: u32) -> Relief {
    Relief { snapshot_factor, dilation_permille }
}

fn ticks_after(harness: &Harness, client: ClientId, tick: u32) -> Vec<u32> {
    let snapshots = harness.client(client).seen.snapshots.iter().map(|snapshot| snapshot.tick);
    snapshots.filter(|of| *of > tick).collect()
}

/// Plays for a while, with relief that comes and goes or without; the log, and each tick's checksum.
fn played(relieved: bool) -> (Vec<u8>, Vec<u32>) {
    let mut harness = playground(1);
    let clients: Vec<_> = (0..4).map(|number| harness.join(&format!("Player {number}"))).collect();
    harness.run_ticks(1);
    let (mut log, mut checksums) = (Vec::new(), Vec::new());
    for step in 0..200 {
        if relieved && step % 20 == 0 {
            harness.relieve(relief(1 + step / 20 % 3, 1000 - step * 4));
        }
        for (number, &client) in (0..).zip(&clients) {
            push(&mut harness, client, step + number);
        }
        harness.run_ticks(1);
        log.extend(harness.take_log());
        checksums.push(harness.room().sim().checksum());
    }
    let snapshots = harness.client(clients[0]).seen.snapshots.len();
    assert_eq!(snapshots < 200, relieved);
    (log, checksums)
}

#[test]
fn relief_changes_neither_a_checksum_nor_the_log_and_a_replay_is_the_same_match() {
    let (relieved_log, relieved) = played(true);
    let (log, free) = played(false);
    assert_eq!(relieved, free);
    assert_eq!(relieved_log, log);
    let replayed = replay(&Playground, &relieved_log).expect("a whole log");
    assert!(replayed.mismatches.is_empty() && !replayed.checksums.is_empty());
    assert_eq!(Some(&replayed.checksum), relieved.last());
}

#[test]
fn clients_are_told_what_is_in_force_and_get_fewer_snapshots_and_every_input_acknowledged() {
    let mut harness = playground(2);
    let ada = harness.join("Ada");
    harness.run_ticks(6);
    harness.relieve(relief(3, 500));
    for step in 0..12 {
        push(&mut harness, ada, step);
        harness.run_ticks(1);
    }
    let seen = &harness.client(ada).seen;
    let told = Settings {
        effective_tick: 7,
        snapshot_interval: 3,
        // At 20 Hz snapshots come 100 ms later than they would.
        interp_delay_ms: 200,
        dilation_permille: 500,
        ..harness.room().sim().settings()
    };
    assert_eq!(seen.settings, [told]);
    assert_eq!(ticks_after(&harness, ada, 6), [9, 12, 15, 18]);
    assert_eq!(seen.snapshots.last().map(|last| last.input_ack), Some(12));
    assert_holds_the_present(&harness, ada);

    harness.relieve(Relief::NONE);
    harness.run_ticks(2);
    let told = Settings { effective_tick: 19, ..harness.room().sim().settings() };
    assert_eq!((told.snapshot_interval, told.interp_delay_ms, told.dilation_permille), (1, 100, 1000));
    assert_eq!(harness.client(ada).seen.settings.last(), Some(&told));
    assert_eq!(ticks_after(&harness, ada, 18), [19, 20]);
}

#[test]
fn who_joins_a_relieved_match_is_welcomed_with_what_is_in_force() {
    let mut harness = playground(3);
    harness.run_ticks(2);
    harness.relieve(relief(2, 250));
    harness.run_ticks(1);
    let ada = harness.join("Ada");
    harness.run_ticks(2);
    let welcome = harness.client(ada).seen.welcome.as_ref().expect("it is welcomed");
    assert_eq!((welcome.settings.snapshot_interval, welcome.settings.dilation_permille), (2, 250));
    assert!(harness.client(ada).seen.settings.is_empty());
}

#[test]
fn relief_multiplies_what_a_designer_set_and_leaves_it_as_it_is() {
    let mut harness = playground_with(json!({ "snapshot_interval": 2 }), 4);
    let ada = harness.join("Ada");
    harness.relieve(relief(3, 500));
    harness.act(Arrival::Pace(Pace { paused: false, dilation_permille: 400 }));
    harness.run_ticks(1);
    let in_force = harness.room().settings();
    assert_eq!((in_force.snapshot_interval, in_force.dilation_permille), (6, 200));
    let set = harness.room().sim().settings();
    assert_eq!((set.snapshot_interval, set.dilation_permille), (2, 400));

    harness.tune(Tuning { snapshot_interval: Some(1), ..Tuning::default() });
    harness.act(Arrival::Pace(Pace { paused: true, dilation_permille: 400 }));
    harness.run_ticks(3);
    assert!(harness.room().settings().paused);
    harness.act(Arrival::Pace(Pace::default()));
    harness.run_ticks(4);
    let told = harness.client(ada).seen.settings.last().expect("it is told of changes");
    assert_eq!((told.snapshot_interval, told.dilation_permille, told.paused), (3, 500, false));
}

#[test]
fn what_is_in_force_stays_within_the_limits_of_the_protocol() {
    let set = Settings {
        effective_tick: 1,
        tick_hz: 60,
        snapshot_interval: 200,
        interp_delay_ms: 100,
        dilation_permille: 15,
        paused: false,
    };
    let in_force = relief(3, 100).applied_to(set);
    assert_eq!(in_force.snapshot_interval, SNAPSHOT_INTERVAL_MAX);
    assert_eq!(in_force.dilation_permille, DILATION_PERMILLE_MIN);
    let slow = Settings { tick_hz: 1, ..set };
    assert_eq!(relief(2, 1000).applied_to(slow).interp_delay_ms, INTERP_DELAY_MS_MAX);
    assert_eq!(Relief::NONE.applied_to(set), set);
}
