//! Numbers turned while arena is played: what follows from them follows.

use serde_json::json;
use skirmish_server::games::arena::{Arena, ArenaInput};
use skirmish_sim::harness::{ClientId, Harness};
use skirmish_sim::{Arrival, replay};

use crate::support::{PLAYING, RESULTS, empty_map, hold, me, open, round, shoot_until};

fn turn(harness: &mut Harness, key: &str, value: f64) {
    harness.act(Arrival::Number { key: key.to_owned(), value });
}

/// A fact that the page predicts and draws by.
fn fact(harness: &Harness, viewer: ClientId, name: &str) -> f64 {
    let mirror = harness.client(viewer).mirror();
    mirror.value("Facts", name, mirror.ids("Facts")[0]).expect("everybody knows the facts")
}

#[test]
fn a_fighter_runs_by_the_new_speed_from_the_tick_on_in_which_the_page_knows_it() {
    let (mut harness, clients) =
        open(&empty_map(4_000, 400, json!({ "fighter": { "acceleration": 100_000 } })), 1, &["Ada"]);
    let ada = clients[0];
    let way = if me(&harness, ada).at[0] < 2_000.0 { 1.0 } else { -1.0 };
    let key = ArenaInput { move_x: way, ..ArenaInput::default() };
    hold(&mut harness, ada, &key, 5);
    assert_eq!((me(&harness, ada).velocity[0].abs(), fact(&harness, ada, "speed")), (260.0, 260.0));
    turn(&mut harness, "fighter.speed", 400.0);
    turn(&mut harness, "fighter.acceleration", 90_000.0);
    hold(&mut harness, ada, &key, 1);
    assert_eq!((me(&harness, ada).velocity[0].abs(), fact(&harness, ada, "speed")), (400.0, 400.0));
    assert_eq!(fact(&harness, ada, "acceleration"), 90_000.0);
}

#[test]
fn damage_and_magazine_hold_for_the_next_shot() {
    let (mut harness, clients) = open(&empty_map(1_200, 400, json!({})), 3, &["Ada", "Bob"]);
    turn(&mut harness, "weapon.damage", 7.0);
    turn(&mut harness, "weapon.magazine", 40.0);
    let bob = clients[1];
    let struck = shoot_until(&mut harness, (clients[0], bob), 300, |harness| me(harness, bob).hp < 100.0);
    assert!(struck && me(&harness, bob).hp == 93.0, "{:?}", me(&harness, bob));
    assert_eq!(fact(&harness, bob, "magazine"), 40.0);
}

#[test]
fn the_length_of_a_round_counts_from_the_next_phase_on() {
    let config = empty_map(1_000, 400, json!({ "round": { "length_s": 2, "results_s": 1, "seats_min": 1 } }));
    let (mut harness, clients) = open(&config, 1, &["Ada"]);
    turn(&mut harness, "round.results_s", 3.0);
    turn(&mut harness, "round.length_s", 5.0);
    harness.run_s(2.1);
    assert_eq!(round(&harness, clients[0]), (RESULTS, 1), "the round that had begun keeps its end");
    harness.run_s(2.5);
    assert_eq!(round(&harness, clients[0]), (RESULTS, 1), "its results are shown for 3 s");
    harness.run_s(4.0);
    assert_eq!(round(&harness, clients[0]), (PLAYING, 2), "the next lasts 5 s");
}

#[test]
fn what_can_not_follow_is_fixed_and_the_engines_numbers_are_the_engines() {
    let (harness, _) = open(&empty_map(1_000, 400, json!({ "match": { "seats": 8 } })), 1, &["Ada"]);
    let numbers: Vec<_> = harness.room().sim().numbers().map(|(number, _)| number.clone()).collect();
    let fixed: Vec<_> = numbers.iter().filter(|number| number.fixed.is_some()).map(|number| &*number.key).collect();
    assert_eq!(fixed, ["fighter.radius"]);
    assert!(!numbers.iter().any(|number| number.key.starts_with("match.")));
    let seats_min = numbers.iter().find(|number| number.key == "round.seats_min").expect("it is there");
    assert_eq!(seats_min.max, 8.0, "a round can't wait for more than there are seats");
}

#[test]
fn a_match_whose_every_number_was_turned_to_both_ends_goes_on_and_replays_to_the_same_checksums() {
    let config = json!({ "match": { "seats": 12 } });
    let mut harness = Harness::new(&Arena, config, 5);
    let mut log = harness.take_log();
    let ada = harness.join("Ada");
    (0..8).for_each(|bot| harness.act(Arrival::AddBot { name: format!("bot {bot}") }));
    harness.run_ticks(1);
    let numbers: Vec<_> = harness.room().sim().numbers().map(|(number, _)| number.clone()).collect();
    for number in numbers.iter().filter(|number| number.fixed.is_none()) {
        for end in [number.max, number.min] {
            turn(&mut harness, &number.key, end);
            hold(&mut harness, ada, &ArenaInput { move_x: 1.0, fire: true, ..ArenaInput::default() }, 8);
            log.extend(harness.take_log());
        }
    }
    let again = replay(&Arena, &log).expect("the log can be read");
    assert_eq!((again.mismatches.len(), again.checksum), (0, harness.room().sim().checksum()));
    assert!(again.checksums.len() > 10);
}
