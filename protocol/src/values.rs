//! The integers of one input or one event.

use smallvec::SmallVec;

/// One integer for each field. A few of them, as most inputs and events have, take no memory of their own.
pub type Values = SmallVec<[i32; 8]>;
