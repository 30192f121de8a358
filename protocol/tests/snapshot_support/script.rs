//! The history that the golden snapshots tell.

use std::ops::Range;

use skirmish_protocol::EventRecord;

use super::SEAT;
use super::history::Act;

/// What happens until the next snapshot.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    /// One list for each tick; the snapshot follows the last.
    pub(crate) ticks: Vec<Vec<Act>>,
    pub(crate) own_events: Vec<EventRecord>,
    pub(crate) events: Vec<EventRecord>,
    pub(crate) checksum: bool,
}

fn step<const N: usize>(name: &'static str, ticks: [Vec<Act>; N]) -> Step {
    Step { name, ticks: ticks.into(), own_events: Vec::new(), events: Vec::new(), checksum: true }
}

fn set(nth: usize, component: usize, field: usize, quanta: f64) -> Act {
    Act::Set { nth, component, field, quanta }
}

fn spawn(components: u8, owner: Option<u32>, id_step: u32) -> Act {
    Act::Spawn { components, owner, id_step }
}

fn event(tick: u32, event: u8, values: &[i32]) -> EventRecord {
    EventRecord { tick, event, values: values.into() }
}

/// Components of the schema, as places in it, and some of their fields, likewise.
const ROUND: usize = 0;
const BODY: usize = 1;
const PURSE: usize = 2;
const X: usize = 0;
const Y: usize = 1;
const VX: usize = 2;
const VY: usize = 3;
const AIM: usize = 4;
const HP: usize = 5;
const AMMO: usize = 6;
const RATE: usize = 0;
const SALT: usize = 2;

pub(crate) fn script() -> Vec<Step> {
    let world = vec![
        spawn(0b001, None, 1),
        spawn(0b110, Some(SEAT), 1),
        spawn(0b110, Some(7), 1),
        spawn(0b010, None, 1),
        set(1, BODY, VX, 1234.0),
        set(2, BODY, VY, -777.0),
        set(3, BODY, X, -31_000.0),
        set(3, BODY, AIM, 6280.0),
        set(1, PURSE, RATE, 98.0),
        set(1, PURSE, SALT, -2_000_000_000.0),
    ];
    let crowd = vec![spawn(0b010, None, 300), spawn(0b110, Some(SEAT), 70_000), spawn(0b010, Some(7), 20_000_000)];
    [
        step("keyframe", [world]),
        step("straight flight, no table is listed", [vec![]]),
        Step {
            events: vec![event(3, 1, &[3, 250])],
            own_events: vec![event(3, 4, &[])],
            ..step(
                "plain changes with and without presence, own ones too, events",
                [vec![
                    set(0, ROUND, 0, 70_000.0),
                    set(1, BODY, HP, 59.0),
                    set(2, BODY, HP, 0.0),
                    set(3, BODY, HP, 100.0),
                    set(2, BODY, AIM, 1600.0),
                    set(1, BODY, AMMO, 30.0),
                ]],
            )
        },
        step("corrections of one tick, without fractions", [vec![set(1, BODY, X, 5000.3), set(2, BODY, Y, -12.7)]]),
        Step {
            events: vec![event(5, 1, &[0, 1]), event(5, 4, &[]), event(7, 1, &[199, 1000])],
            ..step(
                "three ticks skipped, corrections with fractions, events of skipped ticks",
                [
                    vec![set(1, BODY, VX, 1000.0), set(2, BODY, VX, -333.0)],
                    vec![set(1, BODY, VX, 500.0)],
                    vec![set(1, BODY, VX, -500.0), set(1, BODY, VY, 29.0), set(1, PURSE, RATE, -450.0)],
                    vec![set(2, BODY, X, 40.0)],
                ],
            )
        },
        step("enters with ids far apart", [crowd]),
        step(
            "round the circle both ways, and 32-bit numbers that wrap around",
            [vec![
                set(2, BODY, AIM, 6200.0),
                set(3, BODY, AIM, 12.0),
                set(1, PURSE, SALT, 2_000_000_000.0),
                set(5, PURSE, SALT, f64::from(i32::MIN)),
            ]],
        ),
        step(
            "leaves: one despawned, one out of sight, one that lost a component",
            [vec![
                Act::SeeAll(false),
                Act::Hide { nth: 2 },
                Act::Toggle { nth: 5, component: BODY },
                Act::Despawn { nth: 4 },
            ]],
        ),
        step(
            "leaves, enters and changes in one table",
            [vec![
                Act::Hide { nth: 2 },
                Act::Hide { nth: 5 },
                Act::Toggle { nth: 4, component: BODY },
                set(1, BODY, HP, 58.0),
                set(3, BODY, VY, 30_000.0),
            ]],
        ),
        step(
            "entities change owner",
            [vec![Act::Own { nth: 1, owner: Some(7) }, Act::Own { nth: 2, owner: Some(SEAT) }]],
        ),
        step(
            "positions stop at the edge of their range",
            [vec![set(3, BODY, X, 32_767.6), set(3, BODY, VX, 30_000.0), set(1, BODY, X, 1e9)], vec![]],
        ),
        Step {
            checksum: false,
            ..step(
                "velocities change in flight, no checksum",
                [vec![set(1, BODY, VX, -7.0), set(2, BODY, VX, 1.0)], vec![set(3, BODY, VX, -29_999.0)]],
            )
        },
        step(
            "keyframe at another tick rate",
            [vec![
                Act::TickRate(64),
                Act::SeeAll(true),
                set(1, BODY, X, 100.0),
                set(3, BODY, X, -5.0),
                set(3, BODY, VX, 640.0),
            ]],
        ),
        step("straight flight at that rate", [vec![], vec![]]),
        Step {
            own_events: vec![event(21, 4, &[]), event(22, 1, &[3, 0])],
            events: vec![event(22, 4, &[])],
            ..step(
                "corrections with fractions at that rate",
                [
                    vec![set(1, BODY, VY, 4321.0), set(2, PURSE, RATE, 1000.0)],
                    vec![set(1, BODY, VY, -4321.0), set(2, BODY, Y, 7.0)],
                    vec![],
                ],
            )
        },
        step(
            "nothing is in sight",
            [(0..4)
                .map(|nth| Act::Hide { nth })
                .chain([Act::SeeAll(false), Act::Despawn { nth: 4 }, Act::Despawn { nth: 4 }])
                .collect()],
        ),
        step("and again everything", [vec![Act::SeeAll(true)]]),
    ]
    .into_iter()
    .chain(crowd_script())
    .collect()
}

/// The bodies of the crowd, as the `nth` of acts.
const CROWD: Range<usize> = 4..40;

/// Some of the crowd get a value each, which depends on who it is.
fn set_crowd(step: usize, field: usize, quanta: impl Fn(f64) -> f64) -> impl Iterator<Item = Act> {
    CROWD.step_by(step).map(move |nth| set(nth, BODY, field, quanta(nth as f64)))
}

/// So many bodies that lists are packed.
fn crowd_script() -> Vec<Step> {
    let disorder = |nth: f64| nth * 7919.0 % 2003.0;
    let bounce = |nth: f64| if nth == 12.0 { -20_000.0 } else { nth % 5.0 };
    let odd = [4, 5, 6, 7, 11, 13, 14, 15, 19, 20, 26, 27, 28, 29, 33, 35, 36, 38];
    vec![
        step("a crowd enters", [CROWD.map(|_| spawn(0b010, None, 1)).collect()]),
        step("all of it turns", [set_crowd(1, AIM, disorder).collect()]),
        step(
            "every third one runs, in steps of a hundred",
            [set_crowd(3, VX, |nth| nth * 100.0).chain(set_crowd(3, VY, |nth| nth * -300.0)).collect()],
        ),
        step("a few are hit", [vec![set(6, BODY, HP, 40.0), set(11, BODY, HP, 30.0), set(30, BODY, HP, 40.0)]]),
        step("all move a little, one far", [set_crowd(1, X, bounce).collect()]),
        step("some here and there turn", [odd.map(|nth| set(nth, BODY, AIM, disorder((nth * nth) as f64))).into()]),
        step(
            "many velocities change and change back in skipped ticks",
            [set_crowd(2, VX, disorder).collect(), set_crowd(2, VX, |_| 0.0).collect()],
        ),
        step("every other one leaves", [(CROWD.start..22).map(|nth| Act::Despawn { nth }).collect()]),
    ]
}
