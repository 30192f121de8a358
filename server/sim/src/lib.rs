//! The deterministic core of a match.
//!
//! A match is a pure function of its [`MatchHeader`] and its log of [`MatchEvent`]s: the same header and the same log give
//! the same wire state at every tick, in another process and on another machine. [`Match::step`] advances it
//! by one tick through the stages *intake*, *systems*, *wire state* and *interest*; [`Room`] adds the two that
//! also depend on sessions, *delta* and *out*. Each stage is a file.
//!
//! Not here: clocks, sockets and threads (the server's), the shape of messages (`skirmish_protocol`). `clippy.toml` of this
//! crate forbids them.

pub mod ahead;
mod arrivals;
mod clock;
mod departures;
mod extract;
mod fanout;
mod figures;
mod game;
mod grid;
pub mod harness;
mod history;
mod ids;
mod index_set;
mod inputs;
mod intake;
mod interest;
mod log;
mod match_;
mod numbers;
mod occupancy;
mod open;
mod outgoing;
mod path;
mod players;
mod random;
pub mod ranges;
mod registered;
mod relief;
mod replay;
mod room;
mod roster;
mod round;
mod rules;
mod scene;
mod seats;
mod session;
mod sessions;
mod shared;
mod spread;
mod subject;
mod tally;
mod traffic;
mod tuning;
mod undelivered;
mod view;
mod window;

pub use clock::Clock;
pub use departures::{Departure, Departures, FrameKind, Outlets};
pub use figures::{PlayerClose, PlayerFigures, RoomFigures, SessionFigures, Waits};
pub use game::{Game, GameError};
pub use ids::{AlwaysRelevant, EntityId, Ids, Owner};
pub use inputs::Inputs;
pub use intake::MatchEvent;
pub use log::{Annotation, Entry, LOG_FORMAT, LogError, LogReader, MatchHeader, Record};
pub use match_::Match;
pub use numbers::{Number, NumberError, NumberKind, NumberValue};
pub use open::OpenError;
pub use outgoing::{Outgoing, TickEvents};
pub use random::{BotRandom, Random};
pub use relief::Relief;
pub use replay::{Mismatch, Replay, replay};
pub use room::Room;
pub use round::{Phase, Round, RoundRules, RoundState};
pub use rules::Rules;
pub use scene::{Body, Boxes, Measure, Scene, SceneError};
pub use seats::{Seat, SeatChange, SeatId, Seats};
pub use spread::Spread;
pub use traffic::{Act, Arrival, RoomLimits, SessionId};
pub use tuning::{Pace, Tuning, TuningError};
pub use view::View;
