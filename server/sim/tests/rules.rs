//! What a game says wrongly is refused when its match is opened, in words that help.

use bevy_ecs::prelude::{Component, Res, ResMut};
use serde_json::json;
use skirmish_protocol::{GameEvent, Input, Replicate};
use skirmish_sim::{Body, Boxes, Clock, Ids, Inputs, Match, Measure, OpenError, Outgoing, Rules, Scene};

use crate::common::{Dot, Dots, Happening, Odd, Push, Spark, header};

fn refused(rules: fn() -> Rules) -> String {
    let game = Odd(rules);
    match Match::new(&game, header(&game, json!({}), 1)) {
        Ok(_) => panic!("the rules were accepted"),
        Err(error) => error.to_string(),
    }
}

#[derive(Component, Replicate)]
#[replicate(id = 1)]
struct Other {
    #[replicate(id = 0, range = 0..=1)]
    field: u8,
}

#[derive(Component, Replicate)]
#[replicate(id = 9, name = "Dot")]
struct Impostor {
    #[replicate(id = 0, range = 0..=1)]
    field: u8,
}

#[derive(Clone, GameEvent)]
enum OtherEvent {
    #[event(id = 2)]
    Second {},
}

#[derive(Clone, Default, Input)]
struct OtherInput {
    #[input(id = 0)]
    fire: bool,
}

#[test]
fn numbers_out_of_range_are_named_with_their_range() {
    assert_eq!(refused(|| Rules::new::<Push>().seats_max(0)), "seats_max is 0; allowed are 1 to 1024");
    assert_eq!(refused(|| Rules::new::<Push>().seats_max(1025)), "seats_max is 1025; allowed are 1 to 1024");
    assert_eq!(refused(|| Rules::new::<Push>().tick_hz(0)), "tick_hz is 0; allowed are 1 to 240");
    assert_eq!(
        refused(|| Rules::new::<Push>().snapshot_interval(1000)),
        "snapshot_interval is 1000; allowed are 1 to 240"
    );
    assert_eq!(
        refused(|| Rules::new::<Push>().interp_delay_ms(9999)),
        "interp_delay_ms is 9999; allowed are 0 to 2000"
    );
    assert_eq!(
        refused(|| Rules::new::<Push>().interest_radius(-2.0)),
        "interest_radius is -2; allowed are 0 to 1000000"
    );
}

#[test]
fn two_components_with_one_id_are_both_named() {
    assert_eq!(
        refused(|| Rules::new::<Push>().replicate::<Dot>().replicate::<Spark>().replicate::<Other>()),
        "components `Dot` and `Other` both have id 1; every one needs an id of its own"
    );
}

#[test]
fn two_events_with_one_id_are_both_named() {
    assert_eq!(
        refused(|| Rules::new::<Push>().events::<Happening>().events::<OtherEvent>()),
        "events `Empty` and `Second` both have id 2; every one needs an id of its own"
    );
}

#[test]
fn what_the_wire_refuses_is_told_as_the_schema_tells_it() {
    let message = refused(|| Rules::new::<Push>().replicate::<Dot>().replicate::<Impostor>());
    assert!(message.starts_with("schema: ") && message.contains("the name is taken"), "{message}");
}

#[test]
fn an_event_type_that_was_not_registered_is_named() {
    fn shout(mut out: ResMut<'_, Outgoing<Happening>>) {
        out.to_all(Happening::Empty {});
    }
    let message = refused(|| Rules::new::<Push>().systems(shout));
    assert!(message.contains("Outgoing<") && message.contains("Happening"), "{message}");
    assert!(message.contains("Rules::events"), "{message}");
}

#[test]
fn another_input_type_than_the_rules_is_named() {
    fn listen(_: Res<'_, Inputs<OtherInput>>) {}
    let message = refused(|| Rules::new::<Push>().systems(listen));
    assert!(message.contains("Inputs<") && message.contains("OtherInput"), "{message}");
}

#[test]
fn systems_that_conflict_without_an_order_are_refused() {
    fn one(_: ResMut<'_, Ids>) {}
    fn two(_: ResMut<'_, Ids>) {}
    let message = refused(|| Rules::new::<Push>().systems(((one, two), || {})));
    assert!(message.starts_with("systems: ") && message.contains("one") && message.contains("two"), "{message}");
}

#[test]
fn systems_run_in_the_order_given_over_several_calls() {
    #[derive(bevy_ecs::prelude::Resource, Default)]
    struct Trace(Vec<u8>);
    fn trace<const N: u8>(mut trace: ResMut<'_, Trace>) {
        trace.0.push(N);
    }
    let game = Odd(|| {
        Rules::new::<Push>()
            .setup(|world| world.insert_resource(Trace::default()))
            .systems((trace::<2>, trace::<3>))
            .bots(trace::<1>)
            .systems(trace::<4>)
    });
    let mut sim = Match::new(&game, header(&game, json!({}), 1)).unwrap();
    sim.step();
    assert_eq!(sim.world().resource::<Trace>().0, [1, 2, 3, 4]);
}

#[test]
fn setup_sees_the_engines_resources() {
    let game = Odd(|| {
        Rules::new::<Push>().tick_hz(50).events::<Happening>().setup(|world| {
            assert_eq!(world.resource::<Clock>().tick_hz, 50);
            assert!(world.contains_resource::<Outgoing<Happening>>());
        })
    });
    assert!(Match::new(&game, header(&game, json!({}), 1)).is_ok());
}

#[test]
fn a_header_of_another_game_or_format_is_refused() {
    let mut other = header(&Dots, json!({}), 1);
    other.game = "chess".to_owned();
    let error = Match::new(&Dots, other).unwrap_err();
    assert_eq!(error.to_string(), "the header is of the game `chess`, this is `dots`");
    let mut old = header(&Dots, json!({}), 1);
    old.format = 7;
    let error = Match::new(&Dots, old).unwrap_err();
    assert!(matches!(error, OpenError::Format { given: 7, oldest: 1, newest: 2 }), "{error}");
}

#[test]
fn a_configuration_that_is_too_long_to_be_logged_is_refused() {
    let long = header(&Dots, json!({"notes": "x".repeat(40_000)}), 1);
    let error = Match::new(&Dots, long).unwrap_err().to_string();
    assert!(error.contains("at most 32768 are allowed"), "{error}");
}

#[test]
fn a_match_can_be_handed_to_the_thread_that_will_step_it() {
    fn sendable<T: Send + 'static>(_: &T) {}
    sendable(&crate::common::open());
}

#[test]
fn a_scene_that_names_what_is_not_replicated_is_refused() {
    let message = refused(|| {
        let bodies = vec![Body::new("Dot").placed_by("Dot").radius(Measure::of("Dot", "size"))];
        Rules::new::<Push>().replicate::<Dot>().scene(Scene { bodies, ..Scene::default() })
    });
    assert_eq!(message, "scene: there is no field `size` of a component `Dot`");
    let message = refused(|| {
        let boxes = vec![Boxes::new("Wall")];
        Rules::new::<Push>().replicate::<Dot>().scene(Scene { boxes, ..Scene::default() })
    });
    assert_eq!(message, "scene: there is no field `x` of a component `Wall`");
}
