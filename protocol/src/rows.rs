//! Rows of tables in ascending order of id: two of them compared, and rows taken out of or put into a column.
//!
//! Invariant: row numbers come and go in ascending order; a table's columns stay equally long if each is given the same ones.

/// A row of two tables compared: in the first alone, in both, or in the second alone.
pub(crate) enum Met {
    Left(usize),
    Both(usize, usize),
    Entered(usize),
}

/// Compares some rows of a table with some rows of another, by id, and calls `each` in ascending order of id.
pub(crate) fn meet(
    before: &[u32],
    before_rows: impl Iterator<Item = usize>,
    now: &[u32],
    now_rows: impl Iterator<Item = usize>,
    mut each: impl FnMut(Met),
) {
    let mut before_rows = before_rows.peekable();
    for row in now_rows {
        let id = now[row];
        while let Some(old) = before_rows.next_if(|&old| before[old] < id) {
            each(Met::Left(old));
        }
        match before_rows.next_if(|&old| before[old] == id) {
            Some(old) => each(Met::Both(old, row)),
            None => each(Met::Entered(row)),
        }
    }
    before_rows.for_each(|old| each(Met::Left(old)));
}

/// Takes the given rows out of a column.
pub(crate) fn remove_rows<T: Copy>(column: &mut Vec<T>, rows: &[usize]) {
    let mut leaving = rows.iter().copied().peekable();
    let mut row = 0;
    column.retain(|_| {
        row += 1;
        leaving.next_if_eq(&(row - 1)).is_none()
    });
}

/// Puts values into a column; `value(i)` goes before what is now row `rows[i]`.
pub(crate) fn insert_rows<T: Copy + Default>(column: &mut Vec<T>, rows: &[usize], value: impl Fn(usize) -> T) {
    let mut end = column.len();
    column.resize(end + rows.len(), T::default());
    for (before_it, &row) in rows.iter().enumerate().rev() {
        column.copy_within(row..end, row + before_it + 1);
        column[row + before_it] = value(before_it);
        end = row;
    }
}

#[cfg(test)]
mod tests {
    use super::{insert_rows, remove_rows};

    #[test]
    fn what_was_inserted_can_be_removed_again() {
        let mut column = vec![10, 20, 30];
        insert_rows(&mut column, &[0, 1, 1, 3], |i| [1, 11, 12, 31][i]);
        assert_eq!(column, [1, 10, 11, 12, 20, 30, 31]);
        remove_rows(&mut column, &[0, 2, 3, 6]);
        assert_eq!(column, [10, 20, 30]);
    }

    #[test]
    fn nothing_to_do_leaves_a_column_as_it_is() {
        let mut column = vec![7];
        insert_rows(&mut column, &[], |_| 0);
        remove_rows(&mut column, &[]);
        assert_eq!(column, [7]);
    }
}
