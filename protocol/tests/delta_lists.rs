//! Which form each list of a table change takes, in bytes.

use skirmish_protocol::{Plan, Scratch, WireState};

use crate::snapshot_support::small::mirror_holding;
use crate::snapshot_support::{all, component, frame, number, plan_of, tables, truth};

const HZ: u32 = 30;
const N: u8 = 0xC0;
const SAME: u8 = 0xC3;

fn numbers(columns: u8) -> Plan {
    let fields = (0..columns).map(|id| number(id, &format!("n{id}"), 1.0, -1_000_000, 1_000_000)).collect();
    plan_of(vec![component(1, "Numbers", fields)])
}

/// A state of rows 1, 2, 3, … with these columns.
fn state(plan: &Plan, tick: u32, columns: &[Vec<i32>]) -> WireState {
    let rows = columns[0].len();
    let measures: Vec<Vec<f64>> = (0..rows).map(|row| columns.iter().map(|it| f64::from(it[row])).collect()).collect();
    let rows: Vec<_> = (1..).zip(&measures).map(|(id, row)| (id, None, &row[..])).collect();
    WireState::empty(plan, tick - 1).next(plan, &truth(&[&rows]), tick, HZ)
}

/// The `changes` of these entries, which a mirror has taken.
fn changes(columns: &[Vec<i32>]) -> Vec<u8> {
    let plan = numbers(columns.len() as u8);
    let zeros: Vec<Vec<i32>> = columns.iter().map(|column| vec![0; column.len()]).collect();
    let (before, now) = (state(&plan, 1, &zeros), state(&plan, 2, columns));
    let mut mirror = mirror_holding(&plan, &before, HZ);
    mirror.apply(&frame(&plan, Some(&all(&before)), &all(&now), HZ)).expect("a sound snapshot");
    assert_eq!(mirror.state(), &now);
    let mut out = tables(&mut Scratch::default(), &plan, Some(&all(&before)), &all(&now), HZ);
    let head = [0x91, 0x94, 2, N, N, 0x90 | columns.len() as u8];
    assert_eq!(out[..head.len()], head);
    out.split_off(head.len())
}

/// The `enters` of these values, which a mirror has taken.
fn enters(columns: &[Vec<i32>]) -> Vec<u8> {
    let plan = numbers(columns.len() as u8);
    let now = state(&plan, 1, columns);
    assert_eq!(mirror_holding(&plan, &now, HZ).state(), &now);
    let mut out = tables(&mut Scratch::default(), &plan, None, &all(&now), HZ);
    let head = [0x91, 0x94, 2, N, 0x91 + columns.len() as u8];
    assert_eq!(out[..head.len()], head);
    assert_eq!(out.pop(), Some(N));
    out.split_off(head.len())
}

/// Zeros, but for these rows.
fn sparse(rows: usize, entries: &[(usize, i32)]) -> Vec<i32> {
    let mut column = vec![0; rows];
    entries.iter().for_each(|&(row, entry)| column[row] = entry);
    column
}

#[test]
fn the_example_of_the_protocol_document_is_what_we_write() {
    let values = vec![-400, 0, 200, 90_000, -200, -400];
    let ids = [0xC4, 4, 6, 1, 0, 2];
    let packed = [0xC4, 10, 0xC4, 0x9F, 0x06, 0xC8, 0x01, 0x20, 0xF3, 0x01, 0x88, 0x07];
    assert_eq!(enters(&[values]), [&ids[..], &packed].concat());
}

#[test]
fn a_few_rows_are_named_by_their_numbers() {
    assert_eq!(changes(&[sparse(40, &[(1, 3), (30, -1)])]), [0x92, 0x92, 1, 29, 0x92, 3, 0xFF]);
}

#[test]
fn many_rows_are_a_packed_list() {
    let every_third: Vec<(usize, i32)> = (2..60).step_by(3).map(|row| (row, 5)).collect();
    let expected = [0x92, 0xC4, 4, 20, 2, 0, 6, 0xC4, 2, 0, 10];
    assert_eq!(changes(&[sparse(60, &every_third)]), expected);
}

#[test]
fn rows_in_disorder_are_a_bitmap() {
    let rows = [0, 1, 2, 3, 9, 12, 13, 14, 20, 26, 27, 28, 33, 38, 39, 40];
    let entries = rows.map(|row| (row, 1000 + row as i32));
    let bitmap = [0xC4, 7, 0, 0b1111, 0b0111_0010, 0b0001_0000, 0b0001_1100, 0b1100_0010, 1];
    assert_eq!(changes(&[sparse(48, &entries)])[1..10], bitmap[..]);
}

#[test]
fn a_column_that_changed_in_the_rows_of_the_one_before_says_so() {
    let column = sparse(40, &[(1, 3), (30, -1)]);
    let still = sparse(40, &[]);
    let again = [0x92, SAME, 0x92, 3, 0xFF];
    assert_eq!(
        changes(&[column.clone(), still, column.clone(), column]),
        [&[0x92, 0x92, 1, 29, 0x92, 3, 0xFF, N][..], &again, &again].concat()
    );
}

#[test]
fn a_column_that_changed_in_nearly_those_rows_names_one_in_vain() {
    let first = sparse(200, &[(1, 3), (70, -1), (150, 2)]);
    let second = sparse(200, &[(70, 4), (150, 2)]);
    let expected = [0x92, 0x93, 1, 69, 80, 0x93, 3, 0xFF, 2, 0x92, SAME, 0x93, 0, 4, 2];
    assert_eq!(changes(&[first, second]), expected);
}

#[test]
fn a_column_may_widen_the_rows_of_the_one_before() {
    let first = sparse(200, &[(70, 4), (150, 2)]);
    let second = sparse(200, &[(1, 3), (70, -1), (150, 2)]);
    let expected = [0x92, 0x93, 1, 69, 80, 0x93, 0, 4, 2, 0x92, SAME, 0x93, 3, 0xFF, 2];
    assert_eq!(changes(&[first, second]), expected);
}

#[test]
fn columns_of_other_rows_stay_by_themselves() {
    let first = sparse(200, &[(70, 4), (150, 2)]);
    let second = sparse(200, &[(1, 3), (2, -1)]);
    let expected = [0x92, 0x92, 70, 80, 0x92, 4, 2, 0x92, 0x92, 1, 1, 0x92, 3, 0xFF];
    assert_eq!(changes(&[first, second]), expected);
}

#[test]
fn every_row_is_named_where_that_is_shorter_than_naming_nearly_every_one() {
    let mut column = vec![9; 24];
    column[5] = 0;
    let expected = [0x92, N, 0xC4, 6, 0x81, 0, 9, 0xDF, 0xFF, 0xFF];
    assert_eq!(changes(&[column]), expected);
}

#[test]
fn equal_integers_are_written_once() {
    assert_eq!(changes(&[vec![-10; 50]]), [0x92, N, 0xC4, 2, 0, 19]);
}

#[test]
fn a_list_that_is_as_short_in_an_array_is_an_array() {
    assert_eq!(changes(&[vec![5, 5, 5]]), [0x92, N, 0x93, 5, 5, 5]);
    assert_eq!(changes(&[vec![5, 5, 5, 5]]), [0x92, N, 0xC4, 2, 0, 10]);
}

#[test]
fn one_far_integer_does_not_widen_the_column() {
    let mut column: Vec<i32> = (0..64).map(|row| row % 7 - 3).collect();
    column[20] = 50_000;
    let mut written = changes(&[column]);
    assert_eq!(written[..6], [0x92, N, 0xC4, 2 + 24 + 3, 0x43, 5]);
    assert_eq!(written.split_off(written.len() - 3), [0xA6, 0x8D, 0x06], "50,003 from the base");
}
