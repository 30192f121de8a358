//! Stage 3: truth becomes wire state.

use skirmish_protocol::fixed::{fixed, fraction};
use skirmish_protocol::motion::step;
use skirmish_protocol::{Column, Plan, Quantiser, Truth, WireState};

use crate::snapshot_support::{boolean, component, cyclic, motion, number, plan, plan_of, private, truth};

const HZ: u32 = 30;

/// One component with a motion field, in quanta of 1, whose velocity is in quanta of 1: at 30 Hz, 1/30 quantum a tick.
fn line_plan(tolerance: f64) -> Plan {
    let mut x = motion(0, "x", 1.0, 1000, 1);
    x.tolerance = tolerance;
    plan_of(vec![component(1, "Body", vec![x, number(1, "v", 1.0, -3000, 3000)])])
}

fn at(x: f64, v: f64) -> Truth {
    truth(&[&[(5, None, &[x, v])]])
}

fn position(state: &WireState) -> i64 {
    match &state.tables[0].columns[0] {
        Column::Motion(positions) => positions[0],
        Column::Plain(_) => panic!("x is a motion field"),
    }
}

fn plain(state: &WireState, table: usize, column: usize) -> &[i32] {
    match &state.tables[table].columns[column] {
        Column::Plain(values) => values,
        Column::Motion(_) => panic!("column {column} is a motion field"),
    }
}

#[test]
fn a_new_row_is_quantised_without_a_fraction() {
    let plan = line_plan(0.5);
    let first = WireState::empty(&plan, 0).next(&plan, &at(10.6, 7.4), 1, HZ);
    assert_eq!((position(&first), plain(&first, 0, 1)), (fixed(11), &[7][..]));
}

#[test]
fn the_prediction_is_kept_while_the_truth_is_within_tolerance() {
    let plan = line_plan(0.5);
    let a_tick = 10 * step(plan.layouts()[0].columns[0].motion.as_ref().unwrap(), HZ);
    let mut state = WireState::empty(&plan, 0).next(&plan, &at(0.0, 10.0), 1, HZ);
    for tick in 2..200 {
        state = state.next(&plan, &at(f64::from(tick - 1) / 3.0 + 0.4, 10.0), tick, HZ);
        assert_eq!(position(&state), i64::from(tick - 1) * a_tick);
    }
}

#[test]
fn the_prediction_uses_the_velocity_of_the_new_tick() {
    let plan = line_plan(0.5);
    let first = WireState::empty(&plan, 0).next(&plan, &at(0.0, 0.0), 1, HZ);
    let second = first.next(&plan, &at(10.0, 300.0), 2, HZ);
    let a_tick = 300 * step(plan.layouts()[0].columns[0].motion.as_ref().unwrap(), HZ);
    assert_eq!(position(&second), a_tick);
}

#[test]
fn a_correction_is_whole_quanta_and_keeps_the_fraction() {
    let plan = line_plan(0.5);
    let first = WireState::empty(&plan, 0).next(&plan, &at(0.0, 10.0), 1, HZ);
    let predicted = position(&first.next(&plan, &at(0.3, 10.0), 2, HZ));
    let corrected = position(&first.next(&plan, &at(5.0, 10.0), 2, HZ));
    assert_ne!(fraction(predicted), 0);
    assert_eq!(corrected - predicted, fixed(5));
}

#[test]
fn a_residual_just_beyond_tolerance_is_corrected_to_the_nearest_quantum() {
    let plan = line_plan(2.0);
    let first = WireState::empty(&plan, 0).next(&plan, &at(0.0, 0.0), 1, HZ);
    assert_eq!(position(&first.next(&plan, &at(2.0, 0.0), 2, HZ)), 0);
    assert_eq!(position(&first.next(&plan, &at(2.1, 0.0), 2, HZ)), fixed(2));
    assert_eq!(position(&first.next(&plan, &at(-2.6, 0.0), 2, HZ)), fixed(-3));
}

#[test]
fn tolerance_zero_still_corrects_by_whole_quanta_only() {
    let plan = line_plan(0.0);
    let first = WireState::empty(&plan, 0).next(&plan, &at(0.0, 0.0), 1, HZ);
    assert_eq!(position(&first.next(&plan, &at(0.4, 0.0), 2, HZ)), 0);
    assert_eq!(position(&first.next(&plan, &at(0.6, 0.0), 2, HZ)), fixed(1));
}

#[test]
fn positions_never_leave_their_range() {
    let plan = line_plan(0.5);
    let mut state = WireState::empty(&plan, 0).next(&plan, &at(999.0, 10.0), 1, HZ);
    for tick in 2..10 {
        state = state.next(&plan, &at(1000.0 + f64::from(tick), 10.0), tick, HZ);
        assert!(position(&state) <= fixed(1000));
    }
    assert_eq!(position(&state), fixed(1000));
    let back = state.next(&plan, &at(-5000.0, 10.0), 10, HZ);
    assert_eq!(position(&back), fixed(-1000));
}

#[test]
fn the_tick_rate_changes_only_the_step() {
    let plan = line_plan(0.5);
    let first = WireState::empty(&plan, 0).next(&plan, &at(0.0, 30.0), 1, HZ);
    let motion = *plan.layouts()[0].columns[0].motion.as_ref().unwrap();
    assert_eq!(position(&first.next(&plan, &at(0.4, 30.0), 2, 60)), 30 * step(&motion, 60));
    assert_eq!(first.next(&plan, &at(0.4, 0.0), 2, 60), first.next(&plan, &at(0.4, 0.0), 2, 30));
}

#[test]
fn a_row_that_was_away_for_a_tick_is_new_when_it_returns() {
    let plan = line_plan(0.5);
    let first = WireState::empty(&plan, 0).next(&plan, &at(0.0, 10.0), 1, HZ);
    let moved = first.next(&plan, &at(0.3, 10.0), 2, HZ);
    let away = moved.next(&plan, &truth(&[&[]]), 3, HZ);
    assert_eq!(away.tables[0].ids, [0; 0]);
    assert_eq!(position(&away.next(&plan, &at(0.3, 10.0), 4, HZ)), 0);
}

#[test]
fn plain_values_are_rounded_and_clamped_and_cyclic_ones_go_round() {
    let fields = vec![number(0, "n", 1.0, 2, 10), cyclic(1, "a", 1.0, 360), boolean(2, "b")];
    let plan = plan_of(vec![component(1, "C", fields)]);
    let rows: [(f64, f64, f64); 6] = [
        (3.4, 359.4, 0.0),
        (3.6, 359.6, 1.0),
        (-1e300, -1.0, 0.0),
        (1e300, 725.0, 1.0),
        (f64::NAN, f64::NAN, f64::NAN),
        (f64::INFINITY, f64::NEG_INFINITY, 1.0),
    ];
    let measures: Vec<[f64; 3]> = rows.iter().map(|&(n, a, b)| [n, a, b]).collect();
    let rows: Vec<(u32, Option<u32>, &[f64])> = (1..).zip(&measures).map(|(id, row)| (id, None, &row[..])).collect();
    let state = WireState::empty(&plan, 0).next(&plan, &truth(&[&rows]), 1, HZ);
    assert_eq!(plain(&state, 0, 0), [3, 4, 2, 10, 2, 10]);
    assert_eq!(plain(&state, 0, 1)[..5], [359, 0, 359, 5, 0]);
    assert!((0..360).contains(&plain(&state, 0, 1)[5]));
    assert_eq!(plain(&state, 0, 2), [0, 1, 0, 1, 0, 1]);
}

#[test]
fn a_position_that_is_not_a_number_stays_where_it_was_predicted() {
    let plan = line_plan(0.5);
    let first = WireState::empty(&plan, 0).next(&plan, &at(4.0, 0.0), 1, HZ);
    assert_eq!(position(&first.next(&plan, &at(f64::NAN, 0.0), 2, HZ)), fixed(4));
}

#[test]
fn private_tables_hold_the_rows_that_have_an_owner() {
    let plan = plan();
    let body = [0.0, 0.0, 0.0, 0.0, 0.0, 100.0, 12.0, 1.0];
    let truth = truth(&[&[], &[(2, Some(7), &body), (4, None, &body), (9, Some(3), &body)], &[]]);
    let state = WireState::empty(&plan, 0).next(&plan, &truth, 1, HZ);
    let tables: Vec<u16> = plan.layouts().iter().map(|layout| layout.table).collect();
    assert_eq!(tables, [0, 2, 3, 254, 255]);
    assert_eq!(state.tables[1].ids, [2, 4, 9]);
    assert!(state.tables[1].owners.is_empty());
    assert_eq!((&state.tables[2].ids[..], &state.tables[2].owners[..]), (&[2, 9][..], &[7, 3][..]));
    assert_eq!(plain(&state, 2, 0), [12, 12]);
}

#[test]
fn a_component_of_private_fields_has_a_public_table_without_columns() {
    let fields = vec![private(number(0, "gold", 1.0, 0, 9))];
    let plan = plan_of(vec![component(3, "Purse", fields)]);
    let state = WireState::empty(&plan, 0).next(&plan, &truth(&[&[(8, Some(1), &[5.0])]]), 1, HZ);
    assert_eq!((&state.tables[0].ids[..], state.tables[0].columns.len()), (&[8][..], 0));
    assert_eq!(plain(&state, 1, 0), [5]);
}

#[test]
fn the_rows_of_a_private_table_are_also_in_order_of_owner() {
    let plan = plan_of(vec![component(3, "Purse", vec![private(number(0, "gold", 1.0, 0, 9))])]);
    let rows: &[(u32, Option<u32>, &[f64])] =
        &[(2, Some(7), &[1.0]), (5, None, &[2.0]), (6, Some(3), &[3.0]), (9, Some(7), &[4.0])];
    let state = WireState::empty(&plan, 0).next(&plan, &truth(&[rows]), 1, HZ);
    assert_eq!((&state.tables[1].owners[..], &state.tables[1].by_owner[..]), (&[7, 3, 7][..], &[1, 0, 2][..]));
}

#[test]
fn a_state_made_in_the_place_of_another_is_as_if_made_anew() {
    let plan = plan();
    let body = |x: f64| [x, 0.0, 30.0, 0.0, 0.0, 100.0, 12.0, 1.0];
    let (near, far) = (body(0.0), body(50.0));
    let first = truth(&[&[], &[(2, Some(7), &near), (4, None, &far), (9, Some(3), &near)], &[]]);
    let second = truth(&[&[], &[(4, Some(1), &far), (12, None, &near)], &[]]);
    let before = WireState::empty(&plan, 0).next(&plan, &first, 1, HZ);
    let mut quantiser = Quantiser::default();
    let mut again = before.clone();
    for (tick, truth) in [(2, &second), (3, &first)] {
        again.tick = tick;
        quantiser.follow(&before, &plan, truth, HZ, &mut again);
        assert_eq!(again, before.next(&plan, truth, tick, HZ));
    }
}
