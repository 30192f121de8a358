//! Checksums over wire state: a wrapping sum over rows, so that the order in which they are visited plays no part.
//!
//! Invariant: server and clients compute the same sum over the same rows, section 6 of `docs/protocol.md`.

use crate::fixed::{fraction, quanta};
use crate::layout::TableLayout;
use crate::plan::Plan;
use crate::visible::Side;
use crate::wire_state::{Column, Table, WireState};

/// The checksum of what a seat sees, its private tables included: the wrapping sum of [`public_checksum`] and [`own_checksum`].
pub fn view_checksum(plan: &Plan, seat: u32, now: &Side<'_>) -> u32 {
    public_checksum(plan, now).wrapping_add(own_checksum(plan, seat, now))
}

/// The part of a view's checksum that is the same for every seat with that view: over the public tables.
pub fn public_checksum(plan: &Plan, now: &Side<'_>) -> u32 {
    sum(plan, now.state, |index, layout| (!layout.private).then(|| now.rows(index, None)))
}

/// The part of a view's checksum that is the seat's alone: over its private tables.
pub fn own_checksum(plan: &Plan, seat: u32, now: &Side<'_>) -> u32 {
    sum(plan, now.state, |index, layout| layout.private.then(|| now.rows(index, Some(seat))))
}

impl WireState {
    /// The checksum of all rows of all tables: of a match on the server, of its own view in a client.
    pub fn checksum(&self, plan: &Plan) -> u32 {
        sum(plan, self, |index, _| Some(0..self.tables[index].ids.len()))
    }
}

/// The sum over these rows; none: the table has no part in it.
fn sum<R: Iterator<Item = usize>>(
    plan: &Plan,
    state: &WireState,
    rows: impl Fn(usize, &TableLayout) -> Option<R>,
) -> u32 {
    let tables = plan.layouts().iter().zip(&state.tables).enumerate();
    tables.fold(0, |sum, (index, (layout, table))| {
        let rows = rows(index, layout).into_iter().flatten();
        rows.fold(sum, |sum, row| sum.wrapping_add(row_sum(layout.table, table, row)))
    })
}

/// The terms of one row.
fn row_sum(table_id: u16, table: &Table, row: usize) -> u32 {
    let hash = mix(table.ids[row].wrapping_add(0x9E37_79B9));
    let place = |number: u32| mix(hash ^ (u32::from(table_id) * 256 + number).wrapping_mul(0x9E37_79B1));
    let mut sum = place(255);
    for (number, column) in (0..).zip(&table.columns) {
        let value = match column {
            Column::Plain(values) => values[row],
            Column::Motion(positions) => {
                sum = sum.wrapping_add(mix(place(number + 128) ^ fraction(positions[row])));
                quanta(positions[row])
            }
        };
        sum = sum.wrapping_add(mix(place(number) ^ value as u32));
    }
    sum
}

/// MurmurHash3's 32-bit finaliser.
fn mix(mut hash: u32) -> u32 {
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85EB_CA6B);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xC2B2_AE35);
    hash ^ (hash >> 16)
}
