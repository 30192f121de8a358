//! One virtual player's way to the server: a seat, a socket, what it holds, and what it notes.

mod inputs;
mod join;
mod session;
mod socket;
mod ticks;
mod view;

pub(crate) use join::{Http, Refusal, Seat, get_text, http, join};
pub(crate) use session::{Ended, Manner, Reading, Session};
pub(crate) use view::{Observed, View};
