//! What a delta says, and what it leaves out.

use skirmish_protocol::{Plan, Scratch, Side, Truth, Visible, WireState, view_checksum};

use crate::snapshot_support::{
    Rows, SEAT, all, component, cyclic, frame, mirror_of, number, own_tables, plan, plan_of, restricted, tables, truth,
};

const HZ: u32 = 30;
const EMPTY_LIST: [u8; 1] = [0x90];
const NIL: u8 = 0xC0;

/// Measures of a body in `snapshot_support::schema`.
fn body(x: f64, y: f64, vx: f64, vy: f64) -> [f64; 8] {
    [x, y, vx, vy, 0.0, 50.0, 5.0, 1.0]
}

fn public(plan: &Plan, baseline: Option<&WireState>, now: &WireState) -> Vec<u8> {
    tables(&mut Scratch::default(), plan, baseline.map(all).as_ref(), &all(now), HZ)
}

fn own(plan: &Plan, baseline: Option<&WireState>, now: &WireState) -> Vec<u8> {
    own_tables(&mut Scratch::default(), plan, baseline.map(all).as_ref(), &all(now), HZ)
}

/// One component of plain numbers.
fn numbers(columns: u8) -> Plan {
    let fields = (0..columns).map(|id| number(id, &format!("n{id}"), 1.0, -1_000_000, 1_000_000)).collect();
    plan_of(vec![component(1, "Numbers", fields)])
}

fn state(plan: &Plan, tick: u32, truth: &Truth) -> WireState {
    WireState::empty(plan, tick - 1).next(plan, truth, tick, HZ)
}

#[test]
fn a_body_in_straight_flight_costs_no_bytes() {
    let plan = plan();
    let flying = |tick: u32| {
        let x = 100.0 + 150.0 * 0.02 / 0.0625 * f64::from(tick) / f64::from(HZ);
        truth(&[&[], &[(7, Some(SEAT), &body(x, -x, 150.0, -150.0))], &[]])
    };
    let first = state(&plan, 1, &flying(1));
    let mut now = first.clone();
    for tick in 2..=100 {
        now = now.next(&plan, &flying(tick), tick, HZ);
        assert_eq!(public(&plan, Some(&first), &now), EMPTY_LIST, "tick {tick}");
        assert_eq!(own(&plan, Some(&first), &now), EMPTY_LIST);
    }
    assert_ne!(first.tables[1].columns[0], now.tables[1].columns[0]);
    let mut mirror = mirror_of(&plan, HZ);
    mirror.apply(&frame(&plan, None, &all(&first), HZ)).unwrap();
    mirror.apply(&frame(&plan, Some(&all(&first)), &all(&now), HZ)).unwrap();
    assert_eq!(mirror.state(), &restricted(&plan, &all(&now)));
}

#[test]
fn presence_is_left_out_when_every_row_changed_and_a_still_column_is_nil() {
    let plan = numbers(2);
    let before = state(&plan, 1, &truth(&[&[(1, None, &[10.0, 5.0]), (2, None, &[20.0, 5.0])]]));
    let now = state(&plan, 2, &truth(&[&[(1, None, &[11.0, 5.0]), (2, None, &[18.0, 5.0])]]));
    assert_eq!(public(&plan, Some(&before), &now), [0x91, 0x94, 2, NIL, NIL, 0x92, 0x92, NIL, 0x92, 1, 0xFE, NIL]);
}

#[test]
fn leaves_and_enters_are_id_differences_and_changes_count_the_rows_between() {
    let plan = numbers(1);
    let before = state(&plan, 1, &truth(&[&[(5, None, &[1.0]), (6, None, &[2.0]), (9, None, &[3.0])]]));
    let now = state(&plan, 2, &truth(&[&[(6, None, &[4.0]), (7, None, &[8.0]), (200, None, &[9.0])]]));
    let expected = [0x91, 0x94, 2, 0x92, 5, 4, 0x92, 0x92, 7, 0xCC, 193, 0x92, 8, 9, 0x91, 0x92, NIL, 0x91, 2];
    assert_eq!(public(&plan, Some(&before), &now), expected);
}

#[test]
fn an_angle_goes_round_the_short_way() {
    let plan = plan_of(vec![component(1, "Turret", vec![cyclic(0, "aim", 1.0, 360)])]);
    let aiming = |tick: u32, degrees: f64| state(&plan, tick, &truth(&[&[(1, None, &[degrees])]]));
    let entry = |from: f64, to: f64| public(&plan, Some(&aiming(1, from)), &aiming(2, to)).pop();
    assert_eq!(entry(350.0, 10.0), Some(20));
    assert_eq!(entry(10.0, 350.0), Some(-20_i8 as u8));
    assert_eq!(entry(0.0, 180.0), Some(180));
    assert_eq!(entry(0.0, 359.0), Some(-1_i8 as u8));
}

#[test]
fn a_one_tick_correction_needs_no_fractions() {
    let plan = plan();
    let flying = |x: f64| truth(&[&[], &[(7, None, &body(x, 0.0, 77.0, 0.0))], &[]]);
    let first = state(&plan, 1, &flying(0.0));
    let second = first.next(&plan, &flying(0.8), 2, HZ);
    let third = second.next(&plan, &flying(90.0), 3, HZ);
    let change = [0x91, 0x94, 2, NIL, NIL, 0x97, 0x93, NIL, 0x91, 88, NIL, NIL, NIL, NIL, NIL, NIL, NIL];
    assert_eq!(public(&plan, Some(&second), &third), change);
}

#[test]
fn what_belongs_to_others_is_not_in_own_tables() {
    let plan = plan();
    let rows = |ammo: f64| {
        let mut row = body(0.0, 0.0, 0.0, 0.0);
        row[6] = ammo;
        truth(&[&[], &[(7, Some(SEAT + 1), &row)], &[]])
    };
    let (before, now) = (state(&plan, 1, &rows(1.0)), state(&plan, 2, &rows(2.0)));
    assert_eq!(own(&plan, None, &now), EMPTY_LIST);
    assert_eq!(own(&plan, Some(&before), &now), EMPTY_LIST);
    assert_eq!(public(&plan, Some(&before), &now), EMPTY_LIST);
}

#[test]
fn more_than_fifteen_tables_are_one_list() {
    let components = (0..40).map(|id| component(id, &format!("C{id}"), vec![number(0, "n", 1.0, 0, 9)])).collect();
    let plan = plan_of(components);
    let row: Rows<'_> = &[(1, None, &[4.0])];
    let now = state(&plan, 1, &truth(&[row; 40]));
    assert_eq!(public(&plan, None, &now)[..3], [0xDC, 0, 40]);
    let mut mirror = mirror_of(&plan, HZ);
    mirror.apply(&frame(&plan, None, &all(&now), HZ)).unwrap();
    assert_eq!(mirror.state(), &now);
}

#[test]
fn the_view_checksum_notices_every_field_row_and_id_that_the_seat_sees() {
    let plan = plan();
    let purse: [f64; 3] = [1.0, 2.0, 3.0];
    let body = body(1.0, 2.0, 3.0, 4.0);
    let rows = |id: u32, owner: u32, body: &[f64], purse: &[f64]| {
        truth(&[&[(1, None, &[9.0])], &[(id, Some(owner), body)], &[(id, Some(owner), purse)]])
    };
    let sum = |truth: &Truth| view_checksum(&plan, SEAT, &all(&state(&plan, 1, truth)));
    let before = sum(&rows(5, SEAT, &body, &purse));
    let mut sums = vec![before, sum(&rows(6, SEAT, &body, &purse)), sum(&rows(5, SEAT + 1, &body, &purse))];
    for field in 0..body.len() {
        let mut other = body;
        other[field] = if field == 7 { 0.0 } else { other[field] + 1.0 };
        sums.push(sum(&rows(5, SEAT, &other, &purse)));
    }
    for field in 0..purse.len() {
        let mut other = purse;
        other[field] += 1.0;
        sums.push(sum(&rows(5, SEAT, &body, &other)));
    }
    let distinct: std::collections::BTreeSet<u32> = sums.iter().copied().collect();
    assert_eq!(distinct.len(), sums.len());
}

#[test]
fn the_view_checksum_notices_a_fraction() {
    let plan = plan();
    let flying = |x: f64, vx: f64| truth(&[&[], &[(7, None, &body(x, 0.0, vx, 0.0))], &[]]);
    let first = state(&plan, 1, &flying(0.0, 1.0));
    let moved = first.next(&plan, &flying(0.0, 1.0), 2, HZ);
    let still = state(&plan, 2, &flying(0.0, 1.0));
    let sum = |state: &WireState| view_checksum(&plan, SEAT, &all(state));
    assert_ne!(sum(&moved), sum(&still));
}

#[test]
fn the_view_checksum_takes_no_notice_of_what_the_seat_does_not_see() {
    let plan = plan();
    let rows = |hidden: f64| {
        truth(&[&[], &[(5, None, &body(1.0, 0.0, 0.0, 0.0)), (6, Some(9), &body(hidden, 0.0, 0.0, 0.0))], &[]])
    };
    let sum = |truth: &Truth| {
        let state = state(&plan, 1, truth);
        view_checksum(&plan, SEAT, &Side { state: &state, visible: Visible::Only(&[5]) })
    };
    assert_eq!(sum(&rows(1.0)), sum(&rows(2.0)));
}

#[test]
fn the_match_checksum_is_over_all_rows_of_all_tables() {
    let plan = plan();
    let rows = |ammo: f64| {
        let mut other = body(0.0, 0.0, 0.0, 0.0);
        other[6] = ammo;
        state(&plan, 1, &truth(&[&[], &[(5, Some(9), &other)], &[]]))
    };
    assert_ne!(rows(1.0).checksum(&plan), rows(2.0).checksum(&plan));
}
