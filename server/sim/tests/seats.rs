//! A seat given up leaves nothing of its holder's to whoever comes next.

use serde_json::json;
use skirmish_sim::harness::Harness;
use skirmish_sim::{EntityId, Match, MatchEvent, Owner, Rules, SeatId, View, replay};

use crate::common::{Dot, Odd, Push, header, join};
use crate::playground::{Playground, assert_holds_the_present, playground};

/// The ids of the purses there are: every seat's holder has one.
fn purses(harness: &Harness) -> Vec<u32> {
    let sim = harness.room().sim();
    sim.wire_state().tables[sim.plan().public_table("Purse").expect("the game has purses")].ids.clone()
}

#[test]
fn who_joins_and_leaves_within_a_tick_leaves_nothing_behind() {
    let mut harness = playground(1);
    let ada = harness.join("Ada");
    harness.run_ticks(2);
    let mut log = harness.take_log();
    let before = purses(&harness);
    let bob = harness.join("Bob");
    harness.leave(bob);
    harness.run_ticks(5);
    assert!(!harness.client(bob).holds_seat);
    assert!(harness.room().sim().seats().get(SeatId(1)).is_none());
    assert_eq!(purses(&harness), before);
    assert_holds_the_present(&harness, ada);

    log.extend(harness.take_log());
    let replayed = replay(&Playground, &log).expect("a whole log");
    assert_eq!(replayed.sim.seats().iter().count(), 1);
}

#[test]
fn who_takes_the_seat_of_one_that_came_and_left_within_the_tick_has_the_only_body() {
    let mut harness = playground(2);
    let ada = harness.join("Ada");
    harness.leave(ada);
    let bob = harness.claim("Bob", 0);
    harness.run_ticks(1);
    assert!(harness.client(bob).holds_seat && !harness.client(ada).holds_seat);
    assert_eq!(purses(&harness).len(), 1);
    assert_holds_the_present(&harness, bob);
}

#[test]
fn a_seat_that_changes_hands_within_a_tick_has_its_new_holders_body() {
    let mut harness = playground(3);
    let ada = harness.join("Ada");
    harness.run_ticks(3);
    let before = purses(&harness);
    harness.leave(ada);
    let bob = harness.claim("Bob", 0);
    harness.run_ticks(1);
    assert!(harness.client(bob).holds_seat && !harness.client(ada).holds_seat);
    let after = purses(&harness);
    assert_eq!(after.len(), 1);
    assert_ne!(after, before);
    assert_holds_the_present(&harness, bob);
    assert_eq!(harness.client(bob).mirror().value("Purse", "coins", after[0]), Some(5.0));
}

#[test]
fn a_new_holder_does_not_look_from_where_the_one_before_was() {
    let game = Odd(|| Rules::new::<Push>().replicate::<Dot>().place(|dot: &Dot| [dot.x, 0.0]).interest_radius(10.0));
    let mut sim = Match::new(&game, header(&game, json!({}), 1)).expect("rules that can be played");
    let dot = |x| Dot { x, vx: 0.0, ammo: 0 };
    let body = sim.world_mut().spawn((EntityId(100), Owner(SeatId(0)), dot(50.0))).id();
    sim.world_mut().spawn((EntityId(101), dot(55.0)));
    join(&mut sim, 0);
    sim.step();
    assert_eq!(sim.view(SeatId(0)).map(|view| (**view).clone()), Some(View::Only(vec![100, 101])));

    sim.world_mut().despawn(body);
    sim.push(MatchEvent::Leave { seat: 0 });
    join(&mut sim, 0);
    sim.step();
    assert_eq!(sim.view(SeatId(0)).map(|view| (**view).clone()), Some(View::Only(vec![])));
}
