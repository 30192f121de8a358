//! Each event comes exactly once, in order, to those it is for.

use serde_json::json;
use skirmish_protocol::EventRecord;
use skirmish_sim::harness::Harness;

use crate::playground::{Playground, playground_with, push};

/// Runs `steps` ticks in which all clients push, and returns what the match said to all and to seat 0.
fn play(harness: &mut Harness, steps: u32, mut each: impl FnMut(&mut Harness, u32)) -> [Vec<EventRecord>; 2] {
    let (mut all, mut own) = (Vec::new(), Vec::new());
    for step in 0..steps {
        each(harness, step);
        harness.run_ticks(1);
        let events = harness.room().sim().events();
        all.extend(events.all.iter().cloned());
        own.extend(events.to_seats.iter().filter(|(seat, _)| seat.0 == 0).map(|(_, event)| event.clone()));
    }
    [all, own]
}

#[test]
fn events_come_exactly_once_and_in_order_however_many_snapshots_are_skipped() {
    let mut harness = playground_with(json!({ "snapshot_interval": 2, "events_per_tick": 3 }), 1);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.link(ada).buffer_bytes = 0;
    let welcome = play(&mut harness, 1, |_, _| {});
    let rest = play(&mut harness, 120, |harness, step| {
        harness.stall(ada, step % 30 > 4 && step < 110);
        push(harness, ada, step);
        push(harness, bob, step + 1);
    });
    let [all, own]: [Vec<_>; 2] = [0, 1].map(|kind| [welcome[kind].clone(), rest[kind].clone()].concat());
    assert!(harness.room().figures().skips_outbox > 20);
    assert!(own.len() > 20);
    for client in [ada, bob] {
        let (seen, tick) = (&harness.client(client).seen, harness.client(client).tick());
        assert_eq!(seen.events, all.iter().filter(|event| event.tick <= tick).cloned().collect::<Vec<_>>());
    }
    let (seen, tick) = (&harness.client(ada).seen, harness.client(ada).tick());
    assert_eq!(seen.own_events, own.iter().filter(|event| event.tick <= tick).cloned().collect::<Vec<_>>());
}

#[test]
fn what_happened_before_a_session_began_is_not_repeated() {
    let mut harness = Harness::new(&Playground, json!({ "events_per_tick": 1 }), 2);
    let ada = harness.join("Ada");
    harness.run_ticks(10);
    harness.disconnect(ada);
    harness.run_ticks(10);
    harness.reconnect(ada);
    harness.run_ticks(5);
    let ticks: Vec<u32> = harness.client(ada).seen.events.iter().map(|event| event.tick).collect();
    assert_eq!(ticks, [21, 22, 23, 24, 25]);
}

#[test]
fn events_for_one_seat_come_to_no_other() {
    let mut harness = playground_with(json!({}), 3);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(1);
    for step in 0..20 {
        push(&mut harness, ada, step);
        harness.run_ticks(1);
    }
    assert_eq!(harness.client(ada).seen.own_events.len(), 4);
    assert_eq!(harness.client(bob).seen.own_events, []);
    assert_eq!(harness.client(bob).seen.events.len(), 4);
}
