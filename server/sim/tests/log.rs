//! The log is the match: running it again gives the same match, here and in another process. Reading one is in `log_reading`.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

use std::process::Command;

use serde_json::{Value, json};
use skirmish_protocol::limits::{COMMANDS_PER_TICK_MAX, SEATS_MAX};
use skirmish_sim::{
    Annotation, Entry, LogError, LogReader, Match, MatchEvent, MatchHeader, Mismatch, Pace, Record, Rules, Tuning,
    replay,
};

use crate::common::{Dots, Odd, Push, add_bot, header, join, open, push, run, take_log};

/// A random history, to its log. Gives the match as it ended, too.
fn random_match(seed: u64, ticks: u32) -> (Match, Vec<u8>) {
    let mut random = fastrand::Rng::with_seed(seed);
    let config = json!({"rounds": [2, 3.0, 1.0]});
    let mut sim = Match::new(&Dots, header(&Dots, config, seed)).unwrap();
    let mut log = Vec::new();
    let mut seq = 0;
    for _ in 0..ticks {
        for _ in 0..random.usize(0..4) {
            seq += 1;
            sim.push(random_event(&mut random, seq));
        }
        if random.u32(0..50) == 0 {
            let pace = Pace { paused: random.bool(), dilation_permille: random.u32(10..=10_000) };
            sim.annotate(Annotation::Pace(pace));
            sim.annotate(Annotation::Chat { seat: 3, text: "slow down".to_owned() });
        }
        sim.step();
        log.extend(take_log(&mut sim));
    }
    (sim, log)
}

fn random_event(random: &mut fastrand::Rng, seq: u32) -> MatchEvent {
    let seat = random.u32(0..9);
    match random.u32(0..30) {
        0 => MatchEvent::Join { seat, name: format!("Zoë {seq}"), bot: random.bool() },
        1 => MatchEvent::Leave { seat },
        2 | 3 => MatchEvent::Connect { seat },
        4 => MatchEvent::Disconnect { seat },
        5 if random.u32(0..5) == 0 => MatchEvent::Tune(Tuning {
            tick_hz: random.bool().then(|| random.u32(1..=240)),
            snapshot_interval: random.bool().then(|| random.u32(1..=10)),
            interp_delay_ms: random.bool().then(|| random.u32(0..=500)),
            interest_radius: random.bool().then(|| random.f32() * 100.0),
        }),
        _ => MatchEvent::Input { seat, seq, values: vec![random.i32(-100..=100), random.i32(0..=1)].into() },
    }
}

fn records(log: &[u8]) -> Vec<Record> {
    let (_, mut reader) = LogReader::new(log).unwrap();
    std::iter::from_fn(|| reader.next_record().unwrap()).collect()
}

#[test]
fn running_a_log_again_gives_the_same_match() {
    for seed in 0..20 {
        let (sim, log) = random_match(seed, 400);
        let again = replay(&Dots, &log).unwrap();
        assert_eq!(again.mismatches, [], "seed {seed}");
        assert!(!again.truncated);
        let last = records(&log).last().unwrap().tick;
        assert_eq!(again.ticks, last, "seed {seed}");
        let mut again = again.sim;
        let rest = sim.tick() - last;
        run(&mut again, rest);
        assert_eq!(again.wire_state(), sim.wire_state(), "seed {seed}");
        assert_eq!((again.epoch(), again.tuning()), (sim.epoch(), sim.tuning()), "seed {seed}");
        for seat in sim.seats().iter() {
            assert_eq!(again.view(seat.id), sim.view(seat.id), "seed {seed}");
            assert_eq!(again.input_ack(seat.id), sim.input_ack(seat.id), "seed {seed}");
        }
    }
}

#[test]
fn another_seed_gives_another_match() {
    let checksum = |seed| {
        let mut sim = Match::new(&Dots, header(&Dots, json!({}), seed)).unwrap();
        add_bot(&mut sim, 0);
        run(&mut sim, 100);
        sim.checksum()
    };
    assert_eq!(checksum(1), checksum(1));
    assert_ne!(checksum(1), checksum(2));
}

const SEED_OF_CHILD: &str = "SKIRMISH_TEST_LOG_SEED";
const CHILD: &str = "log::checksums_for_another_process";

fn checksums(seed: u64) -> String {
    let (_, log) = random_match(seed, 600);
    let again = replay(&Dots, &log).unwrap();
    format!("checksums {:?} {}", again.checksums, again.checksum)
}

#[test]
#[ignore = "the other process of another_process_computes_the_same_checksums"]
fn checksums_for_another_process() {
    let seed = std::env::var(SEED_OF_CHILD).unwrap().parse().unwrap();
    println!("\n{}", checksums(seed));
}

#[test]
fn another_process_computes_the_same_checksums() {
    let program = std::env::current_exe().unwrap();
    let args = ["--exact", CHILD, "--ignored", "--nocapture"];
    let output = Command::new(program).args(args).env(SEED_OF_CHILD, "5").output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    let line = printed.lines().find(|line| line.starts_with("checksums ")).expect("the other process prints them");
    assert_eq!(line, checksums(5));
}

#[test]
fn everything_that_applies_is_logged_with_its_tick_in_order() {
    let mut sim = open();
    run(&mut sim, 4);
    join(&mut sim, 2);
    push(&mut sim, 2, 1, &Push { vx: 1.0, fire: true });
    sim.step();
    sim.push(MatchEvent::Disconnect { seat: 2 });
    sim.push(MatchEvent::Tune(Tuning { interest_radius: Some(0.1), ..Tuning::default() }));
    sim.push(MatchEvent::Leave { seat: 2 });
    sim.annotate(Annotation::Pace(Pace { paused: true, dilation_permille: 250 }));
    sim.annotate(Annotation::Chat { seat: 2, text: "bye".to_owned() });
    sim.step();
    let event = |tick, event| Record { tick, entry: Entry::Event(event) };
    let note = |tick, note| Record { tick, entry: Entry::Annotation(note) };
    let expected = [
        event(5, MatchEvent::Join { seat: 2, name: "player 2".to_owned(), bot: false }),
        event(5, MatchEvent::Connect { seat: 2 }),
        event(5, MatchEvent::Input { seat: 2, seq: 1, values: vec![2, 1].into() }),
        note(5, Annotation::Pace(Pace { paused: true, dilation_permille: 250 })),
        note(5, Annotation::Chat { seat: 2, text: "bye".to_owned() }),
        event(6, MatchEvent::Disconnect { seat: 2 }),
        event(6, MatchEvent::Tune(Tuning { interest_radius: Some(0.1), ..Tuning::default() })),
        event(6, MatchEvent::Leave { seat: 2 }),
    ];
    assert_eq!(records(&take_log(&mut sim)), expected);
}

#[test]
fn a_checksum_is_logged_each_second_of_match_time() {
    let mut sim = open();
    add_bot(&mut sim, 0);
    let mut expected = Vec::new();
    for _ in 0..100 {
        sim.step();
        if sim.tick().is_multiple_of(30) {
            expected.push((sim.tick(), sim.checksum()));
        }
    }
    let log = take_log(&mut sim);
    assert_eq!(expected.len(), 3);
    assert_eq!(replay(&Dots, &log).unwrap().checksums, expected);
}

#[test]
fn the_header_is_read_as_it_was_written_to_the_last_bit() {
    let header = MatchHeader {
        seed: u64::MAX - 1,
        config: json!({"speed": 0.1, "big": 9_007_199_254_740_993_u64, "list": [1, -2.5, null, true, {"deep": "é"}]}),
        tuning: Tuning { interest_radius: Some(0.3), ..Tuning::default() },
        ..header(&Dots, Value::Null, 0)
    };
    let log = take_log(&mut Match::new(&Dots, header.clone()).unwrap());
    assert_eq!(LogReader::new(&log).unwrap().0, header);
}

#[test]
fn a_changed_checksum_is_found_with_its_tick() {
    let (_, log) = random_match(3, 200);
    let good = replay(&Dots, &log).unwrap();
    let (tick, computed) = good.checksums[0];
    let mut bad = log;
    let needle: Vec<u8> = [0xce].into_iter().chain(computed.to_be_bytes()).collect();
    let at = bad.windows(needle.len()).position(|window| window == needle).expect("the checksum is in the log");
    bad[at + 4] ^= 1;
    let again = replay(&Dots, &bad).unwrap();
    assert_eq!(again.mismatches, [Mismatch { tick, logged: computed ^ 1, computed }]);
}

#[test]
fn a_lost_event_shows_in_the_checksums_after_it() {
    let mut sim = open();
    join(&mut sim, 0);
    sim.step();
    let mut log = take_log(&mut sim);
    push(&mut sim, 0, 1, &Push { vx: 5.0, fire: false });
    sim.step();
    take_log(&mut sim);
    run(&mut sim, 100);
    log.extend(take_log(&mut sim));
    let again = replay(&Dots, &log).unwrap();
    assert_eq!(again.mismatches.first().map(|mismatch| mismatch.tick), Some(30));
}

#[test]
fn the_most_inputs_that_a_tick_can_bring_are_all_logged() {
    let game = Odd(|| Rules::new::<Push>().seats_max(SEATS_MAX as u32));
    let mut sim = Match::new(&game, header(&game, json!({}), 1)).unwrap();
    let seats = 0..SEATS_MAX as u32;
    seats.clone().for_each(|seat| join(&mut sim, seat));
    sim.step();
    let mut log = take_log(&mut sim);
    for seat in seats {
        (1..=COMMANDS_PER_TICK_MAX as u32).for_each(|seq| push(&mut sim, seat, seq, &Push { vx: -50.0, fire: true }));
    }
    sim.step();
    assert_eq!(sim.log_records_dropped(), 0);
    log.extend(take_log(&mut sim));
    let inputs =
        records(&log).into_iter().filter(|record| matches!(record.entry, Entry::Event(MatchEvent::Input { .. })));
    assert_eq!(inputs.count(), SEATS_MAX * COMMANDS_PER_TICK_MAX);
}

#[test]
fn a_log_that_nobody_takes_is_bounded_and_the_match_goes_on() {
    let (mut untaken, mut taken) = (open(), open());
    join(&mut untaken, 0);
    join(&mut taken, 0);
    for seq in 1..6000 {
        for sim in [&mut untaken, &mut taken] {
            push(sim, 0, seq, &Push { vx: 1.0, fire: false });
            sim.step();
        }
        take_log(&mut taken);
    }
    assert_eq!(untaken.checksum(), taken.checksum());
    assert_eq!(taken.log_records_dropped(), 0);
    let dropped = untaken.log_records_dropped();
    assert!(dropped > 0);
    let log = take_log(&mut untaken);
    let inputs_bytes_max = 8 * COMMANDS_PER_TICK_MAX * 40;
    assert!(log.len() <= 64 * 1024 + inputs_bytes_max, "{} bytes", log.len());
    assert!(matches!(replay(&Dots, &log), Err(LogError::Incomplete { .. })));
    untaken.step();
    join(&mut untaken, 1);
    untaken.step();
    assert!(take_log(&mut untaken).is_empty(), "what comes after a gap is of no use");
    assert!(untaken.log_records_dropped() > dropped);
}
