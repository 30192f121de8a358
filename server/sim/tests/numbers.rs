//! A game's numbers turn at a tick, by logged events, within their ranges.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]
#![allow(clippy::needless_pass_by_value, reason = "systems take their parameters by value")]

use bevy_ecs::prelude::{Commands, Component, Query, Res, ResMut, Resource};
use serde_json::json;
use skirmish_protocol::Replicate;
use skirmish_sim::harness::Harness;
use skirmish_sim::{
    Act, Annotation, Arrival, Entry, Ids, LogReader, Match, MatchEvent, Number, NumberError, NumberKind, OpenError,
    Record, RoomLimits, Rules, SeatChange, Seats, replay,
};

use crate::common::{Odd, Push, header, join, run, take_log};

/// What is turned: one number of each kind.
#[derive(Resource)]
struct Knobs {
    pace: f32,
    lives: u8,
    mirrored: bool,
}

impl Default for Knobs {
    fn default() -> Self {
        Self { pace: 0.1, lives: 3, mirrored: false }
    }
}

#[derive(Component, Replicate)]
#[replicate(id = 1)]
struct Mark {
    #[replicate(id = 0, quantum = 0.001, range = -1000.0..=1000.0)]
    x: f32,
    #[replicate(id = 1, range = 0..=9)]
    lives: u8,
}

fn appear(seats: Res<'_, Seats>, mut ids: ResMut<'_, Ids>, mut commands: Commands<'_, '_>) {
    for change in seats.changes() {
        if let SeatChange::Joined(_) = change {
            commands.spawn((ids.next(), Mark { x: 0.0, lives: 0 }));
        }
    }
}

fn drift(knobs: Res<'_, Knobs>, mut marks: Query<'_, '_, &mut Mark>) {
    for mut mark in &mut marks {
        mark.x += if knobs.mirrored { -knobs.pace } else { knobs.pace };
        mark.lives = knobs.lives;
    }
}

fn rules() -> Rules {
    Rules::new::<Push>()
        .replicate::<Mark>()
        .number(Number::new("pace", 0.0, 1.0).unit("units").help("how far in a tick"), |knobs: &mut Knobs| {
            &mut knobs.pace
        })
        .number(Number::new("lives", 1.0, 9.0), |knobs: &mut Knobs| &mut knobs.lives)
        .number(Number::new("mirrored", 0.0, 1.0), |knobs: &mut Knobs| &mut knobs.mirrored)
        .number(Number::new("fixed", 0.0, 9.0).fixed("it was built in"), |knobs: &mut Knobs| &mut knobs.lives)
        .systems((appear, drift))
}

const KNOBS: Odd = Odd(rules);

fn open() -> Match {
    Match::new(&KNOBS, header(&KNOBS, json!({}), 1)).unwrap()
}

fn turn(sim: &mut Match, key: &str, value: f64) {
    sim.push(MatchEvent::Number { key: key.to_owned(), value });
}

fn values(sim: &Match) -> Vec<(String, f64)> {
    sim.numbers().map(|(number, value)| (number.key.to_string(), value)).collect()
}

/// Records but for checksums.
fn records(log: &[u8]) -> Vec<Record> {
    let (_, mut reader) = LogReader::new(log).unwrap();
    let records = std::iter::from_fn(|| reader.next_record().unwrap());
    records.filter(|record| !matches!(record.entry, Entry::Annotation(Annotation::Checksum(_)))).collect()
}

fn knobs(sim: &Match) -> (f32, u8, bool) {
    let knobs = sim.world().resource::<Knobs>();
    (knobs.pace, knobs.lives, knobs.mirrored)
}

#[test]
fn a_match_shows_its_numbers_in_the_games_order_as_a_person_would_write_them() {
    let expected = [("pace", 0.1), ("lives", 3.0), ("mirrored", 0.0), ("fixed", 3.0)];
    assert_eq!(values(&open()), expected.map(|(key, value)| (key.to_owned(), value)));
    let kinds: Vec<_> = open().numbers().map(|(number, _)| number.kind).collect();
    assert_eq!(kinds, [NumberKind::Real, NumberKind::Whole, NumberKind::Switch, NumberKind::Whole]);
}

#[test]
fn a_number_turns_at_the_next_tick_and_shows_before_as_what_is_asked_for() {
    let mut sim = open();
    run(&mut sim, 3);
    turn(&mut sim, "pace", 0.5);
    turn(&mut sim, "mirrored", 1.0);
    assert_eq!((knobs(&sim), values(&sim)[0].1), ((0.1, 3, false), 0.5));
    sim.step();
    assert_eq!(knobs(&sim), (0.5, 3, true));
    let number =
        |key: &str, value| Record { tick: 4, entry: Entry::Event(MatchEvent::Number { key: key.to_owned(), value }) };
    assert_eq!(records(&take_log(&mut sim)), [number("pace", 0.5), number("mirrored", 1.0)]);
}

#[test]
fn what_a_number_may_not_be_is_ignored_and_not_logged() {
    let mut sim = open();
    let before = values(&sim);
    let refused = [
        ("pace", 1.1),
        ("pace", f64::NAN),
        ("lives", 2.5),
        ("lives", 0.0),
        ("mirrored", 0.5),
        ("fixed", 4.0),
        ("none", 1.0),
    ];
    for (key, value) in refused {
        turn(&mut sim, key, value);
    }
    sim.step();
    assert_eq!((values(&sim), knobs(&sim)), (before, (0.1, 3, false)));
    assert!(records(&take_log(&mut sim)).is_empty());
}

#[test]
fn a_refusal_names_the_number_what_was_given_and_what_is_allowed() {
    let sim = open();
    let error = |index: usize, given| sim.numbers().nth(index).unwrap().0.check(given).unwrap_err().to_string();
    assert_eq!(error(0, 2.0), "pace = 2: allowed is a number from 0 to 1 units");
    assert_eq!(error(1, 2.5), "lives = 2.5: allowed is a whole number from 1 to 9");
    assert_eq!(error(2, 7.0), "mirrored = 7: allowed is true or false");
    assert_eq!(error(3, 4.0), "fixed can't change in a running match: it was built in");
}

#[test]
fn a_log_with_turned_numbers_replays_to_the_same_checksums() {
    let mut random = fastrand::Rng::with_seed(7);
    let mut sim = open();
    let mut log = Vec::new();
    join(&mut sim, 0);
    // The last tick has a checksum, so the log goes as far as the match.
    for _ in 0..420 {
        if random.u32(0..10) == 0 {
            turn(&mut sim, "pace", f64::from(random.u32(0..=100)) / 100.0);
            turn(&mut sim, "lives", f64::from(random.u32(0..=10)));
            turn(&mut sim, "mirrored", f64::from(random.u32(0..=1)));
        }
        sim.step();
        log.extend(take_log(&mut sim));
    }
    let again = replay(&KNOBS, &log).unwrap();
    assert_eq!((again.mismatches.len(), again.checksum), (0, sim.checksum()));
    assert_eq!(values(&again.sim), values(&sim));
    // Without the changes it is another match.
    let without: Vec<u8> = without_numbers(&log);
    assert!(!replay(&KNOBS, &without).unwrap().mismatches.is_empty());
}

/// The same log without its changes of numbers.
fn without_numbers(log: &[u8]) -> Vec<u8> {
    let (_, mut reader) = LogReader::new(log).unwrap();
    let mut kept = log[..reader.position()].to_vec();
    let mut at = reader.position();
    while let Some(record) = reader.next_record().unwrap() {
        if !matches!(record.entry, Entry::Event(MatchEvent::Number { .. })) {
            kept.extend_from_slice(&log[at..reader.position()]);
        }
        at = reader.position();
    }
    kept
}

#[test]
fn a_log_of_the_format_before_can_still_be_read() {
    let mut before = header(&KNOBS, json!({}), 1);
    before.format = 1;
    let mut sim = Match::new(&KNOBS, before).unwrap();
    join(&mut sim, 0);
    run(&mut sim, 60);
    let log = take_log(&mut sim);
    assert_eq!(replay(&KNOBS, &log).unwrap().checksum, sim.checksum());
}

#[test]
fn an_operators_act_is_noted_with_who_and_when_and_done_before_the_next_tick() {
    let mut harness = Harness::new(&KNOBS, json!({}), 1);
    harness.join("Ada");
    harness.run_ticks(1);
    harness.take_log();
    let arrivals = vec![
        Arrival::Number { key: "lives".to_owned(), value: 7.0 },
        Arrival::Limits(RoomLimits { window_ms: 500, ..RoomLimits::default() }),
    ];
    let what = "é".repeat(500);
    harness.act(Arrival::Act(Box::new(Act {
        who: "Ada".to_owned(),
        at_ms: 1_764_309_600_000,
        what: what.clone(),
        arrivals,
    })));
    harness.run_ticks(1);
    assert_eq!(harness.room().limits().window_ms, 500);
    let mut log = take_log(&mut open());
    log.extend(harness.take_log());
    let [Record { entry: Entry::Annotation(Annotation::Act { who, at_ms, what: noted }), .. }, turned] =
        &records(&log)[..]
    else {
        panic!("the act, and what it turned");
    };
    assert_eq!((who.as_str(), *at_ms), ("Ada", 1_764_309_600_000));
    assert!(what.starts_with(noted) && noted.len() == 768, "as much of it as fits, cut between characters");
    assert_eq!(turned.entry, Entry::Event(MatchEvent::Number { key: "lives".to_owned(), value: 7.0 }));
}

#[test]
fn a_notice_reaches_everybody_or_the_one_it_is_for() {
    let mut harness = Harness::new(&KNOBS, json!({}), 1);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(1);
    harness.act(Arrival::Notice { seat: None, text: "hello".to_owned() });
    harness.act(Arrival::Notice { seat: Some(harness.client(bob).seat), text: "be kind".to_owned() });
    harness.act(Arrival::Notice { seat: Some(9), text: "nobody".to_owned() });
    harness.run_ticks(1);
    assert_eq!(harness.client(ada).seen.notices, ["hello"]);
    assert_eq!(harness.client(bob).seen.notices, ["hello", "be kind"]);
}

#[test]
fn numbers_that_are_described_wrongly_are_refused_by_name() {
    let error = |rules: fn() -> Rules| {
        let game = Odd(rules);
        let Err(OpenError::Number(error)) = Match::new(&game, header(&game, json!({}), 1)) else {
            panic!("it was opened");
        };
        error
    };
    let twice = error(|| rules().number(Number::new("pace", 0.0, 9.0), |knobs: &mut Knobs| &mut knobs.lives));
    assert_eq!(twice.to_string(), "pace: two numbers have this key");
    let engines = error(|| rules().number(Number::new("tick_hz", 0.0, 9.0), |knobs: &mut Knobs| &mut knobs.lives));
    assert_eq!(engines.to_string(), "tick_hz: the engine has a number of this name");
    let outside = error(|| rules().number(Number::new("low", 4.0, 9.0), |knobs: &mut Knobs| &mut knobs.lives));
    assert!(matches!(outside, NumberError::Range { given: 3.0, .. }), "{outside}");
    let endless =
        error(|| rules().number(Number::new("high", 0.0, f64::INFINITY), |knobs: &mut Knobs| &mut knobs.lives));
    assert_eq!(endless.to_string(), "high: a number's range has finite ends");
    let nameless = error(|| rules().number(Number::new("", 0.0, 9.0), |knobs: &mut Knobs| &mut knobs.lives));
    assert_eq!(nameless.to_string(), ": a number's key has 1 to 64 bytes");
}
