//! A match is a function of its header and its log, with 200 bots in it too.

use serde_json::{Value, json};
use skirmish_server::games::arena::Arena;
use skirmish_sim::{LOG_FORMAT, Match, MatchEvent, MatchHeader, Tuning, replay};

const SEED: u64 = 200;
const TICKS: u32 = 600;

fn open(config: Value) -> Match {
    let header = MatchHeader {
        format: LOG_FORMAT,
        match_id: "crowd".to_owned(),
        game: "arena".to_owned(),
        seed: SEED,
        config,
        tuning: Tuning::default(),
    };
    Match::new(&Arena, header).expect("the default configuration can be played")
}

/// The checksum of every tick, and the log.
fn run() -> (Vec<u32>, Vec<u8>) {
    let mut crowd = open(json!({ "match": { "seats": 200 } }));
    for seat in 0..200 {
        crowd.push(MatchEvent::Join { seat, name: format!("Bot {seat}"), bot: true });
    }
    let (mut checksums, mut log) = (Vec::new(), Vec::new());
    for _ in 0..TICKS {
        crowd.step();
        checksums.push(crowd.checksum());
        crowd.take_log(&mut log);
    }
    (checksums, log)
}

#[test]
fn two_hundred_bots_play_the_same_20_s_twice_and_again_from_the_log() {
    let (first, log) = run();
    let (second, _) = run();
    let parted = first.iter().zip(&second).position(|(a, b)| a != b);
    assert_eq!(parted, None, "seed {SEED}: the runs part at this index");
    let replayed = replay(&Arena, &log).unwrap();
    assert_eq!(replayed.mismatches, [], "seed {SEED}");
    assert!(replayed.checksums.len() >= 20 && !replayed.truncated);
    assert_eq!(Some(&replayed.checksum), first.get(replayed.ticks as usize - 1));
}

#[test]
fn the_header_has_the_whole_configuration_whatever_was_given() {
    let (partly, fully) = (open(json!({ "match": { "seats": 32 } })), open(Value::Null));
    assert_eq!(partly.header().config, fully.header().config);
    assert!(partly.header().config["weapon"]["damage"].is_number());
}
