//! The tick rate says how finely the game is computed, not how it plays.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use skirmish_server::games::arena::ArenaInput;

use crate::support::{empty_map, hold, me, open};

const RATES_HZ: [u32; 4] = [10, 30, 60, 128];

/// How far 5 s of holding this key bring a fighter, towards the middle from wherever it starts.
fn travel(tick_hz: u32, key: &ArenaInput) -> [f64; 2] {
    let config = empty_map(4_000, 4_000, json!({ "match": { "tick_hz": tick_hz } }));
    let (mut harness, clients) = open(&config, 3, &["Ada"]);
    let start = me(&harness, clients[0]);
    let inwards = |axis: usize| if start.at[axis] < 2_000.0 { 1.0 } else { -1.0 };
    let key = ArenaInput { move_x: key.move_x * inwards(0), move_y: key.move_y * inwards(1), ..ArenaInput::default() };
    hold(&mut harness, clients[0], &key, 5 * tick_hz);
    let end = me(&harness, clients[0]);
    [0, 1].map(|axis| (end.at[axis] - start.at[axis]) * f64::from(inwards(axis)))
}

/// Any two rates differ by less than the motion of one tick of the fastest: here, by what the wire rounds.
fn assert_alike(travels: &[(u32, [f64; 2])]) {
    for (slow, (slow_hz, a)) in travels.iter().enumerate() {
        for (fast_hz, b) in &travels[slow + 1..] {
            let difference = (a[0] - b[0]).hypot(a[1] - b[1]);
            assert!(difference <= 0.25, "{slow_hz} Hz: {a:?}, {fast_hz} Hz: {b:?}: {difference} units apart");
        }
    }
}

#[test]
fn travel_in_5_s_differs_by_at_most_one_ticks_motion_between_tick_rates() {
    let key = ArenaInput { move_x: 1.0, move_y: 0.3, ..ArenaInput::default() };
    let travels = RATES_HZ.map(|tick_hz| (tick_hz, travel(tick_hz, &key)));
    assert_alike(&travels);
    assert!(travels[0].1[0] > 1_100.0, "it did run: {travels:?}");
}

#[test]
fn sliding_along_a_wall_is_as_fast_at_every_tick_rate() {
    // Outwards at a slant: soon at the border, then along it.
    let key = ArenaInput { move_x: 0.8, move_y: -0.6, ..ArenaInput::default() };
    let travels = RATES_HZ.map(|tick_hz| (tick_hz, travel(tick_hz, &key)));
    assert_alike(&travels);
    assert!(travels[0].1[0] > 900.0, "it did slide: {travels:?}");
}

/// How many shots are let go while the trigger is held for so long.
fn shots(tick_hz: u32, weapon: &Value, seconds: u32) -> usize {
    let config = empty_map(4_000, 4_000, json!({ "match": { "tick_hz": tick_hz }, "weapon": weapon }));
    let (mut harness, clients) = open(&config, 3, &["Ada"]);
    let [x, y] = me(&harness, clients[0]).at;
    let aim = (2_000.0 - y).atan2(2_000.0 - x).rem_euclid(std::f64::consts::TAU) as f32;
    let trigger = ArenaInput { aim, fire: true, ..ArenaInput::default() };
    let mut seen = BTreeSet::<u32>::new();
    for _ in 0..seconds * tick_hz {
        hold(&mut harness, clients[0], &trigger, 1);
        seen.extend(harness.client(clients[0]).mirror().ids("Shot"));
    }
    seen.len()
}

fn assert_shots_alike(weapon: &Value, seconds: u32, least: usize) {
    let counts = RATES_HZ.map(|tick_hz| shots(tick_hz, weapon, seconds));
    let (min, max) = counts.iter().fold((usize::MAX, 0), |(min, max), &count| (count.min(min), count.max(max)));
    assert!(max - min <= 1, "{RATES_HZ:?} Hz: {counts:?}");
    assert!(min >= least, "it did shoot: {counts:?}");
}

#[test]
fn shots_in_60_s_differ_by_at_most_one_between_tick_rates() {
    assert_shots_alike(&json!({}), 60, 200);
}

#[test]
fn several_shots_a_tick_are_all_let_go() {
    let weapon = json!({ "shots_per_s": 35, "magazine": 250, "reload_s": 0.7, "shot_life_s": 0.5 });
    assert_shots_alike(&weapon, 15, 500);
}

#[test]
fn shots_of_one_tick_fly_as_far_apart_as_the_times_at_which_they_were_let_go() {
    let weapon = json!({ "shots_per_s": 40, "shot_speed": 1000, "magazine": 250 });
    let config = empty_map(4_000, 4_000, json!({ "match": { "tick_hz": 10 }, "weapon": weapon }));
    let (mut harness, clients) = open(&config, 3, &["Ada"]);
    let start = me(&harness, clients[0]).at;
    let aim = if start[0] < 2_000.0 { 0.0 } else { std::f32::consts::PI };
    let trigger = ArenaInput { aim, fire: true, ..ArenaInput::default() };
    hold(&mut harness, clients[0], &trigger, 2);
    let mirror = harness.client(clients[0]).mirror();
    let x = |&id: &u32| mirror.value("Body", "x", id).expect("a shot has a body");
    let flown: Vec<f64> = mirror.ids("Shot").iter().map(|id| (x(id) - start[0]).abs()).collect();
    assert_eq!(flown.len(), 8);
    for (shot, flown) in flown.iter().enumerate() {
        let expected = 200.0 - 25.0 * shot as f64;
        assert!((flown - expected).abs() < 0.5, "shot {shot} has flown {flown}, not {expected} units");
    }
}
