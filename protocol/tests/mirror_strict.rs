//! Every rule that a table change can break is found out.

mod snapshot_support;

use skirmish_protocol::DecodeError::{Length, OutOfRange, TooLong, Trailing, Truncated, Type};
use skirmish_protocol::MirrorError::{Decode, IdOrder, Presence, RowMissing, RowPresent, Table, Value};
use snapshot_support::small::{delta, small_mirror};

const N: u8 = 0xC0;

/// A delta with these bytes for its `tables`, from `small_state`, ends in this error.
macro_rules! assert_refused {
    ($tables:expr => $error:pat) => {
        let error = small_mirror().apply(&delta(&$tables)).unwrap_err();
        assert!(matches!(error, $error), "{error:?}: {error}");
    };
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
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, 0x93, 0xC4, 1, 1, 0x91, 1, 0x92, 1, 1, N, N] => Decode(Length { expected: 1, given: 2, .. }));
}

#[test]
fn presence_has_exactly_the_bytes_and_bits_of_its_rows() {
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, N, 0x92, 0xC4, 2, 1, 0, 0x91, 1, N] => Presence { given: 2, expected: 1, .. });
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, N, 0x92, 0xC4, 0, 0x90, N] => Presence { given: 0, expected: 1, .. });
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, N, 0x92, 0xC4, 1, 8, 0x91, 1, N] => Presence { given: 1, expected: 1, .. });
}

#[test]
fn values_stay_in_their_range() {
    assert_refused!([0x91, 0x94, 4, N, N, 0x91, 0x92, N, 0x91, 31] => Value { table: 4, column: 0, id: 3, min: 0, max: 50, .. });
    assert_refused!([0x91, 0x94, 4, N, N, 0x91, 0x92, N, 0x91, 0xD0, 0xEB] => Value { id: 3, .. });
    assert_refused!([0x91, 0x94, 4, N, 0x92, 0x91, 4, 0x91, 51, N] => Value { id: 4, .. });
    assert_refused!([0x91, 0x94, 2, N, 0x94, 0x91, 4, 0x92, 0x91, 0, N, 0x91, 0, 0x91, 120, N] => Value { column: 2, .. });
    assert_refused!([0x91, 0x94, 2, N, 0x94, 0x91, 4, 0x92, 0x91, 100, 0x91, 1, 0x91, 0, 0x91, 0, N] => Value { column: 0, .. });
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, 0x93, 0xC4, 1, 1, 0x91, 91, N, N, N] => Value { column: 0, id: 3, .. });
}

#[test]
fn fractions_are_as_many_as_their_integers_and_below_one_quantum() {
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, 0x93, 0xC4, 1, 1, 0x91, 0, 0x91, 0xCE, 1, 0, 0, 0, N, N] => Decode(OutOfRange { given: 16_777_216, .. }));
    assert_refused!([0x91, 0x94, 2, N, N, 0x93, 0x93, 0xC4, 1, 1, 0x91, 0, 0x90, N, N] => Decode(Length { expected: 1, given: 0, .. }));
}

#[test]
fn integers_are_integers_of_at_most_32_bits_and_nothing_follows() {
    assert_refused!([0x91, 0x94, 4, N, N, 0x91, 0x92, N, 0x91, 0xD3, 0, 0, 0, 0, 0, 0, 0, 1] => Decode(Type { .. }));
    assert_refused!([0x91, 0x94, 4, N, N, 0x91, 0x92, N, 0x91, 0xCA, 0, 0, 0, 0] => Decode(Type { .. }));
    assert_refused!([0x90, N] => Decode(Trailing { extra: 1, .. }));
    assert_refused!([0x91, 0x94, 2] => Decode(Truncated { .. }));
}
