//! Rounds: waiting, playing, results, and again.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use serde_json::json;
use skirmish_sim::{Clock, Match, MatchEvent, Phase, RoundRules, RoundState, Rules, Tuning};

use crate::common::{Odd, Push, add_bot, header, join, open, open_with, quanta, run};

const ROUND_ENTITY: u32 = 1;

/// Two seats, rounds of 2 s, results of 1 s, at 30 Hz.
fn open_rounds() -> Match {
    open_with(json!({"rounds": [2, 2.0, 1.0]}))
}

fn phase(sim: &Match) -> (Phase, u32) {
    let round = sim.world().resource::<RoundState>();
    (round.phase, round.number)
}

fn shown(sim: &Match) -> [i64; 3] {
    ["phase", "number", "ends_tick"].map(|field| quanta(sim, "Round", field, ROUND_ENTITY).unwrap())
}

fn elapsed_s(sim: &Match) -> f64 {
    sim.world().resource::<Clock>().elapsed_s
}

/// Steps until the phase is another one; gives the first tick of that.
fn run_phase(sim: &mut Match) -> u32 {
    let before = phase(sim);
    while phase(sim) == before {
        assert!(elapsed_s(sim) < 60.0, "the phase does not end");
        sim.step();
    }
    sim.tick()
}

fn tune(sim: &mut Match, tick_hz: u32) {
    sim.push(MatchEvent::Tune(Tuning { tick_hz: Some(tick_hz), ..Tuning::default() }));
}

#[test]
fn a_round_waits_for_enough_bots_and_connected_humans() {
    let mut sim = open_rounds();
    run(&mut sim, 10);
    assert_eq!(phase(&sim), (Phase::Waiting, 0));
    join(&mut sim, 0);
    join(&mut sim, 1);
    sim.push(MatchEvent::Disconnect { seat: 1 });
    run(&mut sim, 10);
    assert_eq!(phase(&sim), (Phase::Waiting, 0), "one of the two is not connected");
    assert_eq!(shown(&sim), [0, 0, 0]);
    add_bot(&mut sim, 2);
    sim.step();
    assert_eq!(phase(&sim), (Phase::Playing, 1));
}

#[test]
fn phases_last_as_long_as_the_rules_say_and_rounds_are_counted() {
    let mut sim = open_rounds();
    add_bot(&mut sim, 0);
    add_bot(&mut sim, 1);
    sim.step();
    assert_eq!(shown(&sim), [1, 1, 61]);
    assert_eq!(run_phase(&mut sim), 61);
    assert_eq!(shown(&sim), [2, 1, 91]);
    assert_eq!(run_phase(&mut sim), 91);
    assert_eq!(shown(&sim), [1, 2, 151]);
}

#[test]
fn the_first_tick_of_a_phase_is_told_once() {
    let mut sim = open_rounds();
    add_bot(&mut sim, 0);
    add_bot(&mut sim, 1);
    let (mut started, mut ended) = (Vec::new(), Vec::new());
    for _ in 0..100 {
        sim.step();
        let round = sim.world().resource::<RoundState>();
        started.extend(round.just_started().then_some(sim.tick()));
        ended.extend(round.just_ended().then_some(sim.tick()));
    }
    assert_eq!((started, ended), (vec![1, 91], vec![61]));
}

#[test]
fn a_tick_rate_change_in_mid_round_keeps_the_end_where_it_was() {
    for tick_hz in [10, 29, 128, 240] {
        let mut sim = open_rounds();
        add_bot(&mut sim, 0);
        add_bot(&mut sim, 1);
        run(&mut sim, 20);
        tune(&mut sim, tick_hz);
        sim.step();
        let [_, _, promised] = shown(&sim);
        let ended = run_phase(&mut sim);
        assert_eq!(i64::from(ended), promised, "at {tick_hz} Hz");
        let late_s = elapsed_s(&sim) - 1.0 / f64::from(tick_hz) - 2.0;
        assert!((-1e-6..1.0 / f64::from(tick_hz)).contains(&late_s), "at {tick_hz} Hz: {late_s} s late");
    }
}

#[test]
fn the_remaining_time_falls_to_zero() {
    let mut sim = open_rounds();
    add_bot(&mut sim, 0);
    add_bot(&mut sim, 1);
    sim.step();
    let remaining_s = |sim: &Match| sim.world().resource::<RoundState>().remaining_s();
    assert_eq!(remaining_s(&sim), 2.0);
    run(&mut sim, 59);
    assert!((remaining_s(&sim) - 1.0 / 30.0).abs() < 1e-5);
    sim.step();
    assert_eq!(remaining_s(&sim), 1.0, "of the results");
}

#[test]
fn a_game_may_end_its_round_early() {
    let mut sim = open_rounds();
    add_bot(&mut sim, 0);
    add_bot(&mut sim, 1);
    run(&mut sim, 5);
    sim.world_mut().resource_mut::<RoundState>().finish();
    sim.step();
    assert_eq!(shown(&sim), [2, 1, 36]);
    sim.world_mut().resource_mut::<RoundState>().finish();
    run(&mut sim, 29);
    assert_eq!(phase(&sim), (Phase::Results, 1), "results can't be ended early");
    sim.step();
    assert_eq!(phase(&sim), (Phase::Playing, 2));
}

#[test]
fn a_round_plays_on_when_its_players_go_and_then_waits() {
    let mut sim = open_rounds();
    add_bot(&mut sim, 0);
    add_bot(&mut sim, 1);
    run(&mut sim, 2);
    sim.push(MatchEvent::Leave { seat: 1 });
    assert_eq!(run_phase(&mut sim), 61);
    assert_eq!(run_phase(&mut sim), 91);
    assert_eq!(phase(&sim), (Phase::Waiting, 1));
    add_bot(&mut sim, 1);
    sim.step();
    assert_eq!(phase(&sim), (Phase::Playing, 2));
}

#[test]
fn results_of_no_time_still_take_a_tick() {
    let mut sim = open_with(json!({"rounds": [1, 0.01, 0.0]}));
    add_bot(&mut sim, 0);
    let mut step = || {
        sim.step();
        phase(&sim)
    };
    let phases: Vec<_> = (0..4).map(|_| step()).collect();
    assert_eq!(phases, [(Phase::Playing, 1), (Phase::Results, 1), (Phase::Playing, 2), (Phase::Results, 2)]);
}

#[test]
fn a_game_without_rounds_plays_one_that_never_ends() {
    let mut sim = open();
    sim.step();
    let round = sim.world().resource::<RoundState>();
    assert!(round.just_started());
    assert_eq!(round.remaining_s(), f32::INFINITY);
    sim.world_mut().resource_mut::<RoundState>().finish();
    run(&mut sim, 100);
    assert_eq!(phase(&sim), (Phase::Playing, 1));
    assert!(!sim.world().resource::<RoundState>().just_started());
    assert_eq!(sim.plan().public_table("Round"), None);
}

#[test]
fn round_rules_that_cannot_be_played_are_refused() {
    let refused = |rounds: serde_json::Value| {
        let header = header(&crate::common::Dots, json!({"rounds": rounds}), 1);
        Match::new(&crate::common::Dots, header).unwrap_err().to_string()
    };
    assert_eq!(refused(json!([0, 2.0, 1.0])), "seats_min is 0; allowed are 1 to 8");
    assert_eq!(refused(json!([9, 2.0, 1.0])), "seats_min is 9; allowed are 1 to 8");
    assert!(refused(json!([1, 0.0, 1.0])).starts_with("round_s is 0; allowed are "));
    assert_eq!(refused(json!([1, 1.0, -1.0])), "results_s is -1; allowed are 0 to 86400");
    assert_eq!(refused(json!("x")), "configuration: rounds is \"x\"; three numbers expected");
    let endless = Odd(|| {
        let rounds = RoundRules { seats_min: 1, round_s: f32::INFINITY, results_s: f32::NAN };
        Rules::new::<Push>().rounds(rounds)
    });
    let error = Match::new(&endless, header(&endless, json!({}), 1)).unwrap_err();
    assert!(error.to_string().starts_with("round_s is inf; "), "{error}");
}
