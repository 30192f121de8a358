//! Commands reach the systems in order, once, bounded.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use serde_json::json;
use skirmish_protocol::limits::COMMANDS_PER_TICK_MAX;
use skirmish_sim::{Entry, Inputs, LogReader, Match, MatchEvent, SeatChange, SeatId};

use crate::common::{AMMO_FULL, Dots, Push, add_bot, dot, header, join, open, push, quanta, run, take_log};

fn speeds(sim: &Match, seat: u32) -> Vec<f32> {
    sim.world().resource::<Inputs<Push>>().of(SeatId(seat)).iter().map(|push| push.vx).collect()
}

fn logged_inputs(sim: &mut Match) -> usize {
    let log = take_log(sim);
    let (_, mut reader) = LogReader::new(&log).unwrap();
    let mut count = 0;
    while let Some(record) = reader.next_record().unwrap() {
        count += usize::from(matches!(record.entry, Entry::Event(MatchEvent::Input { .. })));
    }
    count
}

#[test]
fn a_seats_commands_come_in_the_order_in_which_they_were_sent() {
    let mut sim = open();
    join(&mut sim, 0);
    join(&mut sim, 1);
    for seq in 1..=3 {
        push(&mut sim, 0, seq, &Push { vx: seq as f32, fire: false });
        push(&mut sim, 1, seq, &Push { vx: -(seq as f32), fire: false });
    }
    sim.step();
    assert_eq!(speeds(&sim, 0), [1.0, 2.0, 3.0]);
    assert_eq!(speeds(&sim, 1), [-1.0, -2.0, -3.0]);
    assert_eq!(sim.input_ack(SeatId(0)), 3);
}

#[test]
fn a_command_is_seen_by_one_tick_only() {
    let mut sim = open();
    join(&mut sim, 0);
    push(&mut sim, 0, 1, &Push { vx: 0.0, fire: true });
    run(&mut sim, 5);
    let id = dot(&mut sim, 0);
    assert!(speeds(&sim, 0).is_empty());
    assert_eq!(quanta(&sim, "Dot", "ammo", id), Some(i64::from(AMMO_FULL) - 1));
    assert_eq!(sim.input_ack(SeatId(0)), 1, "the ack stays");
}

#[test]
fn of_too_many_commands_the_newest_are_kept_and_logged() {
    let max = u32::try_from(COMMANDS_PER_TICK_MAX).unwrap();
    let mut sim = open();
    join(&mut sim, 0);
    join(&mut sim, 1);
    push(&mut sim, 1, 1, &Push { vx: 7.0, fire: false });
    for seq in 1..=max + 4 {
        push(&mut sim, 0, seq, &Push { vx: seq as f32, fire: false });
    }
    sim.step();
    let kept: Vec<f32> = (5..=max + 4).map(|seq| seq as f32).collect();
    assert_eq!(speeds(&sim, 0), kept);
    assert_eq!(speeds(&sim, 1), [7.0], "nobody else's are dropped");
    assert_eq!(sim.input_ack(SeatId(0)), max + 4);
    assert_eq!(logged_inputs(&mut sim), COMMANDS_PER_TICK_MAX + 1);
    push(&mut sim, 0, max + 5, &Push::default());
    sim.step();
    assert_eq!(speeds(&sim, 0).len(), 1, "the bound is for each tick");
}

#[test]
fn commands_that_do_not_apply_are_ignored_and_not_logged() {
    let mut sim = open();
    join(&mut sim, 0);
    for values in [vec![], vec![1], vec![101, 0], vec![0, 2], vec![0, 0, 0]] {
        sim.push(MatchEvent::Input { seat: 0, seq: 9, values: values.into() });
    }
    for seat in [1, 7, 8, u32::MAX] {
        sim.push(MatchEvent::Input { seat, seq: 9, values: vec![0, 0].into() });
    }
    sim.step();
    assert!(speeds(&sim, 0).is_empty());
    assert_eq!(sim.input_ack(SeatId(0)), 0);
    assert_eq!(logged_inputs(&mut sim), 0);
}

#[test]
fn the_next_occupant_of_a_seat_inherits_no_commands() {
    let mut sim = open();
    join(&mut sim, 0);
    push(&mut sim, 0, 41, &Push { vx: 3.0, fire: true });
    sim.push(MatchEvent::Leave { seat: 0 });
    join(&mut sim, 0);
    sim.step();
    assert!(speeds(&sim, 0).is_empty());
    assert_eq!(sim.input_ack(SeatId(0)), 0);
}

#[test]
fn seats_that_are_taken_or_do_not_exist_cannot_be_joined() {
    let mut sim = open();
    join(&mut sim, 0);
    sim.step();
    for seat in [0, 8, u32::MAX] {
        join(&mut sim, seat);
    }
    sim.push(MatchEvent::Leave { seat: 5 });
    sim.push(MatchEvent::Join { seat: 1, name: "x".repeat(25), bot: false });
    sim.step();
    assert_eq!(sim.seats().changes(), []);
    assert_eq!(sim.seats().iter().count(), 1);
}

#[test]
fn what_happens_to_seats_is_told_in_order_for_one_tick() {
    let mut sim = open();
    join(&mut sim, 2);
    sim.step();
    sim.push(MatchEvent::Disconnect { seat: 2 });
    sim.push(MatchEvent::Disconnect { seat: 2 });
    sim.push(MatchEvent::Leave { seat: 2 });
    join(&mut sim, 2);
    sim.step();
    use SeatChange::{Connected, Disconnected, Joined, Left};
    let seat = SeatId(2);
    assert_eq!(sim.seats().changes(), [Disconnected(seat), Left(seat), Joined(seat), Connected(seat)]);
    sim.step();
    assert_eq!(sim.seats().changes(), []);
}

#[test]
fn nothing_is_told_of_who_joins_and_leaves_within_a_tick() {
    let mut sim = open();
    join(&mut sim, 2);
    sim.step();
    sim.push(MatchEvent::Leave { seat: 2 });
    join(&mut sim, 2);
    join(&mut sim, 5);
    sim.push(MatchEvent::Disconnect { seat: 2 });
    sim.push(MatchEvent::Leave { seat: 2 });
    sim.step();
    use SeatChange::{Connected, Joined, Left};
    assert_eq!(sim.seats().changes(), [Left(SeatId(2)), Joined(SeatId(5)), Connected(SeatId(5))]);
}

#[test]
fn bots_command_their_seats_and_are_not_logged() {
    let mut sim = open();
    add_bot(&mut sim, 4);
    run(&mut sim, 3);
    assert_eq!(speeds(&sim, 4).len(), 1);
    assert_eq!(sim.input_ack(SeatId(4)), 0);
    assert_eq!(logged_inputs(&mut sim), 0);
}

#[test]
fn events_of_a_tick_stand_in_order_and_only_in_that_tick() {
    let mut sim = Match::new(&Dots, header(&Dots, json!({}), 3)).unwrap();
    join(&mut sim, 0);
    join(&mut sim, 1);
    for seq in 1..=u32::from(AMMO_FULL) + 1 {
        push(&mut sim, 0, seq, &Push { vx: 0.0, fire: true });
    }
    push(&mut sim, 1, 1, &Push { vx: 0.0, fire: true });
    sim.step();
    let shots: Vec<_> = sim.events().all.iter().map(|event| (event.tick, event.event, event.values.to_vec())).collect();
    let by_first = (0..i32::from(AMMO_FULL)).rev().map(|ammo| (1, 1, vec![0, ammo]));
    let expected: Vec<_> = by_first.chain([(1, 1, vec![1, i32::from(AMMO_FULL) - 1])]).collect();
    assert_eq!(shots, expected);
    let own: Vec<_> = sim.events().to_seats.iter().map(|(seat, event)| (*seat, event.event)).collect();
    assert_eq!(own, [(SeatId(0), 2)]);
    sim.step();
    assert!(sim.events().all.is_empty() && sim.events().to_seats.is_empty());
}
