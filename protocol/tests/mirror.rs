//! A mirror refuses what breaks a rule, forgets what it held, and goes on from the next keyframe.

use skirmish_protocol::{Mirror, MirrorError, Plan, WireState};

use crate::snapshot_support::small::{delta, mirror_holding, small_mirror, small_plan, small_state};
use crate::snapshot_support::{SEAT, all, frame, mirror_of, plan, settings, truth};

const HZ: u32 = 30;
const N: u8 = 0xC0;

#[test]
fn a_well_formed_delta_is_applied() {
    let mut mirror = small_mirror();
    let tables = [
        0x91, 0x94, 2, 0x91, 5, 0x94, 0x91, 7, 0x92, 0x91, 1, 0x91, 9, 0x91, 2, 0x91, 3, 0x93, 0x93, N, 0x92, 1, 0xFF,
        N, N, 0x92, 0xC4, 2, 0, 2, 0x91, 100,
    ];
    mirror.apply(&delta(&tables)).unwrap();
    assert_eq!(mirror.ids("Body"), [3, 7, 9]);
    let values = |field: &str| [3, 7, 9].map(|id| mirror.value("Body", field, id).unwrap());
    assert_eq!(values("x"), [11.0, 1.0 + 9.0 / 16_777_216.0, 9.0]);
    assert_eq!(values("v"), [0.0, 2.0, 0.0]);
    assert_eq!(values("aim"), [30.0, 3.0, 10.0]);
}

#[test]
fn a_delta_is_refused_unless_its_baseline_is_held() {
    let apply = |mirror: &mut Mirror, tick: u8, baseline: u8| {
        mirror.apply(&[0x99, 17, tick, baseline, 0, N, 0x90, 0x90, 0x90, 0x90])
    };
    assert_eq!(apply(&mut small_mirror(), 9, 7), Err(MirrorError::Baseline { given: 7, held: 1 }));
    assert_eq!(apply(&mut small_mirror(), 1, 1), Err(MirrorError::Tick { given: 1, after: 1 }));
    let mut fresh = mirror_of(&small_plan(), HZ);
    assert_eq!(apply(&mut fresh, 1, 0), Err(MirrorError::Baseline { given: 0, held: 0 }));
    assert_eq!(apply(&mut fresh, 0, N), Err(MirrorError::Tick { given: 0, after: 0 }));
    assert!(apply(&mut fresh, 4, N).is_ok());
}

#[test]
fn other_messages_are_not_snapshots() {
    assert_eq!(small_mirror().apply(&[0x92, 18, 0x90]), Err(MirrorError::Kind { given: 18 }));
}

#[test]
fn after_an_error_nothing_is_held_until_a_keyframe() {
    let plan = small_plan();
    let mut mirror = small_mirror();
    mirror.apply(&delta(&[0x91, 0x94, 2, 0x91, 3, N, 0x91])).unwrap_err();
    assert_eq!(mirror.state(), &WireState::empty(&plan, 0));
    assert_eq!(mirror.apply(&delta(&[0x90])), Err(MirrorError::Baseline { given: 1, held: 0 }));
    mirror.apply(&frame(&plan, None, &all(&small_state(&plan)), HZ)).unwrap();
    assert_eq!(mirror.state(), &small_state(&plan));
    mirror.apply(&delta(&[0x90])).unwrap();
}

#[test]
fn a_keyframe_replaces_everything() {
    let plan = small_plan();
    let mut mirror = small_mirror();
    let other = WireState::empty(&plan, 7).next(&plan, &truth(&[&[(4, None, &[1.0, 2.0, 3.0])], &[]]), 8, HZ);
    let applied = mirror.apply(&frame(&plan, None, &all(&other), HZ)).unwrap();
    assert!(applied.keyframe);
    assert_eq!(mirror.state(), &other);
}

/// A body at 0 that flies with velocity 64 from tick 1 on.
fn flying(plan: &Plan, tick: u32) -> WireState {
    let truth = truth(&[&[(3, None, &[0.0, 64.0, 0.0])], &[]]);
    WireState::empty(plan, tick - 1).next(plan, &truth, tick, 32)
}

fn flying_mirror(plan: &Plan) -> Mirror {
    mirror_holding(plan, &flying(plan, 1), 32)
}

fn x_after(mirror: &mut Mirror, tick: u8) -> Result<f64, MirrorError> {
    let baseline = mirror.tick() as u8;
    mirror.apply(&[0x99, 17, tick, baseline, 0, N, 0x90, 0x90, 0x90, 0x90])?;
    Ok(mirror.value("Body", "x", 3).expect("a body"))
}

#[test]
fn a_tick_rate_holds_from_its_effective_tick_on() {
    let plan = small_plan();
    let mut mirror = flying_mirror(&plan);
    mirror.settings(&settings(4, 64));
    assert_eq!(x_after(&mut mirror, 3), Ok(4.0));
    mirror.apply(&frame(&plan, None, &all(&flying(&plan, 4)), 64)).unwrap();
    assert_eq!(x_after(&mut mirror, 6), Ok(2.0));
}

#[test]
fn no_delta_crosses_a_change_of_the_tick_rate() {
    let mut mirror = flying_mirror(&small_plan());
    mirror.settings(&settings(4, 64));
    mirror.settings(&settings(5, 32));
    assert_eq!(x_after(&mut mirror, 8), Err(MirrorError::TickRate { baseline: 1, tick: 8 }));
}

#[test]
fn settings_that_keep_the_tick_rate_need_no_keyframe() {
    let mut mirror = flying_mirror(&small_plan());
    mirror.settings(&settings(4, 32));
    assert_eq!(x_after(&mut mirror, 6), Ok(10.0));
}

#[test]
fn later_settings_replace_those_that_have_not_begun_by_then() {
    let mut mirror = flying_mirror(&small_plan());
    mirror.settings(&settings(4, 64));
    mirror.settings(&settings(4, 32));
    assert_eq!(x_after(&mut mirror, 6), Ok(10.0));
}

#[test]
fn values_come_in_units_and_own_private_fields_with_them() {
    let plan = plan();
    let body: &[f64] = &[16.0, 0.0, 50.0, 0.0, 1571.0, 80.0, 12.0, 1.0];
    let rows = truth(&[&[(1, None, &[3.0])], &[(4, Some(SEAT), body), (6, Some(SEAT + 1), body)], &[]]);
    let state = WireState::empty(&plan, 0).next(&plan, &rows, 1, HZ);
    let mut mirror = mirror_of(&plan, HZ);
    mirror.apply(&frame(&plan, None, &all(&state), HZ)).unwrap();
    assert_eq!(mirror.ids("Body"), [4, 6]);
    assert_eq!(mirror.ids("Nothing"), [0; 0]);
    let value = |field: &str, id: u32| mirror.value("Body", field, id);
    assert_eq!((value("x", 4), value("vx", 4), value("aim", 4)), (Some(1.0), Some(1.0), Some(1571.0 * 0.001)));
    assert_eq!((value("alive", 6), value("ammo", 4), value("ammo", 6)), (Some(1.0), Some(12.0), None));
    assert_eq!((value("mana", 4), value("x", 5)), (None, None));
}
