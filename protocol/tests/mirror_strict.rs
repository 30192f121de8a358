//! Every rule that a table change can break is found out.

use skirmish_protocol::DecodeError::{Length, OutOfRange, TooLong, Trailing, Truncated, Type};
use skirmish_protocol::ListError;
use skirmish_protocol::MirrorError::{Decode, IdOrder, List, Presence, RowMissing, RowPresent, Table, Value};

use crate::snapshot_support::small::{delta, small_mirror};

const N: u8 = 0xC0;

/// A delta with these bytes for its `tables`, from `small_state`, ends in this error.
macro_rules! assert_refused {
    ($tables:expr => $error:pat) => {
        let error = small_mirror().apply(&delta(&$tables)).unwrap_err();
        assert!(matches!(error, $error), "{error:?}: {error}");
    };
}

/// Table 2, whose second column changes by 1 in the rows that this presence names.
fn presence(presence: &[u8]) -> Vec<u8> {
    [&[0x91, 0x94, 2, N, N, 0x93, N, 0x92], presence, &[0x91, 1, N]].concat()
}

/// Table 2, whose second column changes in all three rows by what is packed.
fn packed_ints(list: &[u8]) -> Vec<u8> {
    [&[0x91, 0x94, 2, N, N, 0x93, N, 0x92, N, 0xC4, list.len() as u8], list, &[N]].concat()
}

#[test]
fn a_table_must_be_known_stand_in_its_list_and_come_once_in_order() {
    assert_refused!([0x91, 0x94, 6, N, N, N] => Table { given: 6 });
    assert_refused!([0x91, 0x94, 3, N, N, N] => Table { given: 3 });
    assert_refused!([0x92, 0x94, 4, N, N, N, 0x94, 2, N, N, N] => Table { given: 2 });
    assert_refused!([0x92, 0x94, 2, N, N, N, 0x94, 2, N, N, N] => Table { given: 2 });
    assert_refused!([0x93, 0x94, 2, N, N, N, 0x94, 4, N, N, N] => Decode(TooLong { given: 3, .. }));
}

#[test]
fn ids_must_ascend_within_32_bits() {
    assert_refused!([0x91, 0x94, 2, 0x92, 3, 0, N, N] => IdOrder { table: 2, previous: 3, step: 0 });
    assert_refused!([0x91, 0x94, 2, 0x92, 3, 0xCE, 255, 255, 255, 255, N, N] => IdOrder { previous: 3, step: u32::MAX, .. });
}

#[test]
fn only_rows_that_are_there_leave_and_only_others_enter() {
    assert_refused!([0x91, 0x94, 2, 0x91, 4, N, N] => RowMissing { table: 2, id: 4 });
    assert_refused!([0x91, 0x94, 4, N, 0x92, 0x91, 3, 0x91, 1, N] => RowPresent { table: 4, id: 3 });
}

#[test]
fn columns_must_be_as_many_and_as_long_as_their_rows() {
    assert_refused!([0x91, 0x94, 4, N, 0x92, 0x91, 4, 0x92, 1, 1, N] => Decode(Length { expected: 1, given: 2, .. }));
    assert_refused!([0x91, 0x94, 4, N, 0x91, 0x91, 4, N] => Decode(Length { expected: 2, given: 1, .. }));
    assert_refused!([0x91, 0x94, 2, N, N, 0x92, N, N] => Decode(Length { expected: 3, given: 2, .. }));
    assert_refused!([0x91, 0x94, 4, N, N, 0x91, 0x92, N, 0x92, 1, 1] => Decode(Length { expected: 1, given: 2, .. }));
    assert_refused!([0x91, 0x94, 4, N, N, 0x91, 0x93, N, 0x91, 1, N] => Decode(Length { expected: 2, given: 3, .. }));
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, 0x93, 0x91, 0, 0x91, 1, 0x92, 1, 1, N, N] => Decode(Length { expected: 1, given: 2, .. }));
}

#[test]
fn a_bitmap_has_exactly_the_bytes_and_bits_of_its_rows() {
    assert_refused!(presence(&[0xC4, 3, 0, 1, 0]) => List { error: ListError::Trailing { extra: 1 }, .. });
    assert_refused!(presence(&[0xC4, 1, 0]) => List { error: ListError::Truncated, .. });
    assert_refused!(presence(&[0xC4, 2, 0, 8]) => List { error: ListError::Padding, .. });
}

#[test]
fn presence_names_a_row_and_no_other_than_there_are() {
    assert_refused!(presence(&[0xC4, 2, 0, 0]) => Presence { table: 2, rows: 3 });
    assert_refused!(presence(&[0x91, 3]) => Presence { .. });
    assert_refused!(presence(&[0xC4, 4, 2, 0, 0, 6]) => Presence { .. });
    assert_refused!(presence(&[0xC3]) => Presence { .. });
    assert_refused!(presence(&[0xC2]) => Decode(Type { .. }));
    assert_refused!(presence(&[0x90]) => List { error: ListError::Count { given: 0, .. }, .. });
    assert_refused!(presence(&[0x92, 1, 0]) => IdOrder { previous: 1, step: 0, .. });
}

#[test]
fn the_rows_of_another_table_are_not_those_of_the_column_before() {
    let tables = [0x92, 0x94, 2, N, N, 0x93, N, 0x92, 0x91, 0, 0x91, 1, N, 0x94, 4, N, N, 0x91, 0x92, 0xC3, 0x91, 1];
    assert_refused!(tables => Presence { table: 4, rows: 1 });
}

#[test]
fn ids_are_never_none() {
    assert_refused!([0x91, 0x94, 2, 0x90, N, N] => List { error: ListError::Count { given: 0, min: 1, .. }, .. });
    assert_refused!([0x91, 0x94, 2, N, 0x94, 0x90, 0x92, 0x90, N, 0x90, 0x90, N] => List { error: ListError::Count { .. }, .. });
}

#[test]
fn a_packed_list_has_one_form_and_one_end() {
    assert_refused!(packed_ints(&[]) => List { error: ListError::Truncated, .. });
    assert_refused!(packed_ints(&[1]) => List { error: ListError::Truncated, .. });
    assert_refused!(packed_ints(&[1, 0]) => List { error: ListError::Truncated, .. });
    assert_refused!(packed_ints(&[1, 0, 7, 0]) => List { error: ListError::Trailing { extra: 1 }, .. });
    assert_refused!(packed_ints(&[1, 0, 8]) => List { error: ListError::Padding, .. });
    assert_refused!(packed_ints(&[33, 0, 7]) => List { error: ListError::Width { given: 33 }, .. });
    assert_refused!(packed_ints(&[0, 0x80, 0]) => List { error: ListError::Varint, .. });
    assert_refused!(packed_ints(&[0, 0x80, 0x80, 0x80, 0x80, 0x10]) => List { error: ListError::Varint, .. });
    assert_refused!(packed_ints(&[0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01]) => List { error: ListError::Varint, .. });
    assert_refused!(packed_ints(&[0x80, 0, 1]) => List { error: ListError::Stride { given: 1 }, .. });
    assert_refused!(packed_ints(&[0x80, 0, 0]) => List { error: ListError::Stride { given: 0 }, .. });
    assert_refused!(packed_ints(&[0x41, 0, 0]) => List { error: ListError::Outliers, .. });
    assert_refused!(packed_ints(&[0x41, 0, 1]) => List { error: ListError::Truncated, .. });
}

#[test]
fn packed_ids_ascend_and_are_not_too_many() {
    let leaves = |list: &[u8]| [&[0x91, 0x94, 2, 0xC4, list.len() as u8], list, &[N, N]].concat();
    assert_refused!(leaves(&[1, 3]) => List { error: ListError::Count { given: 1, min: 2, .. }, .. });
    assert_refused!(leaves(&[0x81, 0x80, 4, 3, 0, 2]) => List { error: ListError::Count { given: 65_537, max: 65_536, .. }, .. });
    assert_refused!(leaves(&[3, 3, 0, 0]) => IdOrder { previous: 3, step: 0, .. });
    assert_refused!(leaves(&[3, 3, 0, 1]) => IdOrder { previous: 3, step: u32::MAX, .. });
    assert_refused!(leaves(&[3, 3, 0, 4]) => RowMissing { id: 7, .. });
}

#[test]
fn values_stay_in_their_range() {
    assert_refused!([0x91, 0x94, 4, N, N, 0x91, 0x92, N, 0x91, 31] => Value { table: 4, column: 0, id: 3, min: 0, max: 50, .. });
    assert_refused!([0x91, 0x94, 4, N, N, 0x91, 0x92, N, 0x91, 0xD0, 0xEB] => Value { id: 3, .. });
    assert_refused!([0x91, 0x94, 4, N, 0x92, 0x91, 4, 0x91, 51, N] => Value { id: 4, .. });
    assert_refused!([0x91, 0x94, 2, N, 0x94, 0x91, 4, 0x92, 0x91, 0, N, 0x91, 0, 0x91, 120, N] => Value { column: 2, .. });
    assert_refused!([0x91, 0x94, 2, N, 0x94, 0x91, 4, 0x92, 0x91, 100, 0x91, 1, 0x91, 0, 0x91, 0, N] => Value { column: 0, .. });
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, 0x93, 0x91, 0, 0x91, 91, N, N, N] => Value { column: 0, id: 3, .. });
}

#[test]
fn fractions_are_as_many_as_their_integers_and_below_one_quantum() {
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, 0x93, 0x91, 0, 0x91, 0, 0x91, 0xCE, 1, 0, 0, 0, N, N] => Decode(OutOfRange { given: 16_777_216, .. }));
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, 0x93, 0x91, 0, 0x91, 0, 0xC4, 2, 0, 1, N, N] => Decode(OutOfRange { given: -1, .. }));
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, 0x93, 0x91, 0, 0x91, 0, 0x90, N, N] => Decode(Length { expected: 1, given: 0, .. }));
}

#[test]
fn integers_are_integers_of_at_most_32_bits_and_nothing_follows() {
    assert_refused!([0x91, 0x94, 4, N, N, 0x91, 0x92, N, 0x91, 0xD3, 0, 0, 0, 0, 0, 0, 0, 1] => Decode(Type { .. }));
    assert_refused!([0x91, 0x94, 4, N, N, 0x91, 0x92, N, 0x91, 0xCA, 0, 0, 0, 0] => Decode(Type { .. }));
    assert_refused!([0x90, N] => Decode(Trailing { extra: 1, .. }));
    assert_refused!([0x91, 0x94, 2] => Decode(Truncated { .. }));
}
