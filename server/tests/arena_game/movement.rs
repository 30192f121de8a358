//! Keys move a fighter, walls stop it.

use serde_json::json;
use skirmish_server::games::arena::ArenaInput;

use crate::support::{empty_map, hold, me, open};

fn right() -> ArenaInput {
    ArenaInput { move_x: 1.0, ..ArenaInput::default() }
}

fn left() -> ArenaInput {
    ArenaInput { move_x: -1.0, ..ArenaInput::default() }
}

#[test]
fn a_held_key_speeds_a_fighter_up_to_full_speed_and_no_further() {
    let config = empty_map(4_000, 400, json!({ "fighter": { "speed": 200, "acceleration": 400 } }));
    let (mut harness, clients) = open(&config, 1, &["Ada"]);
    let start = me(&harness, clients[0]);
    let key = if start.at[0] < 2_000.0 { right() } else { left() };
    let way = f64::from(key.move_x);
    hold(&mut harness, clients[0], &key, 6);
    assert!((me(&harness, clients[0]).velocity[0] * way - 80.0).abs() < 0.1, "0.2 s of 400 units/s2");
    hold(&mut harness, clients[0], &key, 84);
    let end = me(&harness, clients[0]);
    assert_eq!(end.velocity, [200.0 * way, 0.0]);
    let travelled = (end.at[0] - start.at[0]) * way;
    assert!((travelled - 550.0).abs() < 0.2, "0.5 s of speeding up and 2.5 s at 200 units/s: {travelled}");
    assert!((end.at[1] - start.at[1]).abs() < 0.1);
}

#[test]
fn a_diagonal_is_no_faster_than_a_straight_line() {
    let (mut harness, clients) = open(&empty_map(4_000, 4_000, json!({})), 1, &["Ada"]);
    let at = me(&harness, clients[0]).at;
    let inwards = |axis: usize| if at[axis] < 2_000.0 { 1.0 } else { -1.0 };
    let key = ArenaInput { move_x: inwards(0), move_y: inwards(1), ..ArenaInput::default() };
    hold(&mut harness, clients[0], &key, 30);
    let [vx, vy] = me(&harness, clients[0]).velocity;
    assert!((vx.hypot(vy) - 260.0).abs() < 0.1, "{vx} {vy}");
}

#[test]
fn a_wall_stops_a_fighter_that_runs_into_it_and_lets_it_leave() {
    let (mut harness, clients) = open(&empty_map(1_000, 300, json!({})), 1, &["Ada"]);
    hold(&mut harness, clients[0], &right(), 200);
    let stopped = me(&harness, clients[0]);
    assert!((stopped.at[0] - 984.0).abs() < 0.1, "one radius from the border: {stopped:?}");
    assert_eq!(stopped.velocity, [0.0, 0.0]);
    hold(&mut harness, clients[0], &left(), 30);
    assert!(me(&harness, clients[0]).at[0] < 800.0);
}

#[test]
fn the_newest_input_holds_for_a_while_when_no_other_comes_then_the_fighter_stands() {
    let config = empty_map(4_000, 300, json!({ "fighter": { "input_hold_s": 0.5 } }));
    let (mut harness, clients) = open(&config, 1, &["Ada"]);
    let key = if me(&harness, clients[0]).at[0] < 2_000.0 { right() } else { left() };
    hold(&mut harness, clients[0], &key, 1);
    harness.run_s(0.4);
    assert_eq!(me(&harness, clients[0]).velocity[0].abs(), 260.0);
    harness.run_s(1.0);
    assert_eq!(me(&harness, clients[0]).velocity, [0.0, 0.0]);
}
