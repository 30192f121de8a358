//! Rows of tables in ascending order of id: two of them compared, and rows taken out of or put into a column.
//!
//! Invariant: row numbers come and go in ascending order; a table's columns stay equally long if each is given the same ones.

/// What stands for the row of an entity that was not there.
pub(crate) const NOWHERE: u32 = u32::MAX;

/// A member of two ascending lists compared: in the first alone, in both, or in the second alone.
pub(crate) enum Met {
    Left(usize),
    Both(usize, usize),
    Entered(usize),
}

/// Compares two ascending lists of ids: the places of each id, in ascending order of the ids.
#[inline]
pub(crate) fn meet(before: &[u32], now: &[u32]) -> impl Iterator<Item = Met> {
    let (mut old, mut new) = (0, 0);
    std::iter::from_fn(move || match (before.get(old), now.get(new)) {
        (Some(was), Some(is)) if was == is => {
            (old, new) = (old + 1, new + 1);
            Some(Met::Both(old - 1, new - 1))
        }
        (Some(was), is) if is.is_none_or(|is| was < is) => {
            old += 1;
            Some(Met::Left(old - 1))
        }
        (_, Some(_)) => {
            new += 1;
            Some(Met::Entered(new - 1))
        }
        (_, None) => None,
    })
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
