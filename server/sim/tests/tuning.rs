//! Tuning takes effect at a tick; pace never changes what is computed.

use serde_json::json;
use skirmish_protocol::Settings;
use skirmish_sim::{Annotation, Clock, Match, MatchEvent, Pace, SeatId, Tuning, View};

use crate::common::{Dots, Push, add_bot, dot, header, ids, join, open, push, quanta, run};

const NOTHING: Tuning = Tuning { tick_hz: None, snapshot_interval: None, interp_delay_ms: None, interest_radius: None };

fn tune(sim: &mut Match, tuning: Tuning) {
    sim.push(MatchEvent::Tune(tuning));
    sim.step();
}

#[test]
fn a_match_starts_with_the_rules_tuning() {
    let expected = Settings {
        effective_tick: 1,
        tick_hz: 30,
        snapshot_interval: 1,
        interp_delay_ms: 100,
        dilation_permille: 1000,
        paused: false,
    };
    assert_eq!(open().settings(), expected);
}

#[test]
fn the_headers_tuning_goes_before_the_rules() {
    let mut header = header(&Dots, json!({}), 1);
    header.tuning = Tuning { tick_hz: Some(60), snapshot_interval: Some(3), ..NOTHING };
    let sim = Match::new(&Dots, header).unwrap();
    let settings = sim.settings();
    assert_eq!((settings.tick_hz, settings.snapshot_interval, settings.interp_delay_ms), (60, 3, 100));
    assert_eq!(sim.epoch(), 0);
}

#[test]
fn a_tick_rate_takes_effect_at_the_next_tick_and_starts_an_epoch() {
    let mut sim = open();
    run(&mut sim, 30);
    tune(&mut sim, Tuning { tick_hz: Some(60), ..NOTHING });
    assert_eq!((sim.settings().effective_tick, sim.settings().tick_hz, sim.epoch()), (31, 60, 1));
    let clock = *sim.world().resource::<Clock>();
    assert_eq!((clock.tick, clock.tick_hz, clock.dt_s), (31, 60, 1.0 / 60.0));
    assert_eq!(clock.elapsed_s, 1.0 + 1.0 / 60.0);
}

#[test]
fn what_is_not_given_stays() {
    let mut sim = open();
    tune(&mut sim, Tuning { interp_delay_ms: Some(50), ..NOTHING });
    tune(&mut sim, Tuning { snapshot_interval: Some(2), ..NOTHING });
    let settings = sim.settings();
    assert_eq!((settings.tick_hz, settings.snapshot_interval, settings.interp_delay_ms), (30, 2, 50));
    assert_eq!(settings.effective_tick, 2);
    assert_eq!(sim.epoch(), 0, "only a tick rate starts one");
}

#[test]
fn tuning_to_what_it_is_changes_nothing() {
    let mut sim = open();
    let before = sim.settings();
    let same = sim.tuning();
    tune(&mut sim, same);
    assert_eq!((sim.settings(), sim.epoch()), (before, 0));
}

#[test]
fn changes_of_one_tick_add_up() {
    let mut sim = open();
    sim.push(MatchEvent::Tune(Tuning { tick_hz: Some(10), ..NOTHING }));
    sim.push(MatchEvent::Tune(Tuning { tick_hz: Some(20), snapshot_interval: Some(2), ..NOTHING }));
    sim.step();
    assert_eq!((sim.settings().tick_hz, sim.settings().snapshot_interval), (20, 2));
}

#[test]
fn numbers_out_of_range_are_named_with_their_range() {
    let cases = [
        (Tuning { tick_hz: Some(0), ..NOTHING }, "tick_hz is 0; allowed are 1 to 240"),
        (Tuning { tick_hz: Some(241), ..NOTHING }, "tick_hz is 241; allowed are 1 to 240"),
        (Tuning { snapshot_interval: Some(0), ..NOTHING }, "snapshot_interval is 0; allowed are 1 to 240"),
        (Tuning { interp_delay_ms: Some(2001), ..NOTHING }, "interp_delay_ms is 2001; allowed are 0 to 2000"),
        (Tuning { interest_radius: Some(-1.0), ..NOTHING }, "interest_radius is -1; allowed are 0 to 1000000"),
        (Tuning { interest_radius: Some(f32::NAN), ..NOTHING }, "interest_radius is NaN; allowed are 0 to 1000000"),
    ];
    for (tuning, message) in cases {
        assert_eq!(tuning.check().unwrap_err().to_string(), message);
        let mut sim = open();
        let before = sim.settings();
        tune(&mut sim, tuning);
        assert_eq!(sim.settings(), before, "{message}: pushed all the same, it is ignored");
        let mut header = header(&Dots, json!({}), 1);
        header.tuning = tuning;
        assert_eq!(Match::new(&Dots, header).unwrap_err().to_string(), message);
    }
    let slow = Pace { paused: false, dilation_permille: 9 };
    assert_eq!(slow.check().unwrap_err().to_string(), "dilation_permille is 9; allowed are 10 to 10000");
    assert_eq!(Pace::default().check(), Ok(()));
}

#[test]
fn tuning_reads_as_json_gives_it_and_refuses_unknown_keys() {
    let tuning: Tuning = serde_json::from_value(json!({"tick_hz": 60})).unwrap();
    assert_eq!(tuning, Tuning { tick_hz: Some(60), ..NOTHING });
    let error = serde_json::from_value::<Tuning>(json!({"tickhz": 60})).unwrap_err();
    assert!(error.to_string().contains("tickhz"), "{error}");
}

#[test]
fn a_radius_narrows_views_at_once_and_can_be_taken_back() {
    let mut sim = open();
    join(&mut sim, 0);
    join(&mut sim, 1);
    sim.step();
    let mine = dot(&mut sim, 0);
    let world = sim.world_mut();
    world.query::<&mut crate::common::Dot>().iter_mut(world).for_each(|mut dot| dot.x *= 500.0);
    tune(&mut sim, Tuning { interest_radius: Some(100.0), ..NOTHING });
    assert_eq!(**sim.view(SeatId(0)).unwrap(), View::Only(vec![mine]));
    tune(&mut sim, Tuning { interest_radius: Some(0.0), ..NOTHING });
    assert_eq!(**sim.view(SeatId(0)).unwrap(), View::All);
    assert_eq!(ids(&sim, "Dot").len(), 2);
}

#[test]
fn travel_does_not_depend_on_the_tick_rate() {
    let travel = |tick_hz| {
        let mut sim = open();
        tune(&mut sim, Tuning { tick_hz: Some(tick_hz), ..NOTHING });
        join(&mut sim, 0);
        push(&mut sim, 0, 1, &Push { vx: 10.0, fire: false });
        run(&mut sim, 5 * tick_hz);
        let id = dot(&mut sim, 0);
        quanta(&sim, "Dot", "x", id).unwrap()
    };
    for tick_hz in [1, 10, 60, 128, 240] {
        assert!((travel(tick_hz) - 50 * 16).abs() <= 1, "at {tick_hz} Hz");
    }
}

#[test]
fn pace_shows_in_the_settings_and_changes_nothing_else() {
    let (mut paced, mut steady) = (open(), open());
    for sim in [&mut paced, &mut steady] {
        join(sim, 0);
        add_bot(sim, 1);
        run(sim, 10);
    }
    paced.annotate(Annotation::Pace(Pace { paused: true, dilation_permille: 500 }));
    let settings = paced.settings();
    assert_eq!((settings.effective_tick, settings.paused, settings.dilation_permille), (11, true, 500));
    for _ in 0..100 {
        paced.step();
        steady.step();
        assert_eq!(paced.checksum(), steady.checksum());
    }
    assert_eq!(paced.epoch(), 0);
}
