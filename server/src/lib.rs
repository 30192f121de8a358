//! The edge around the deterministic simulation: everything of Skirmish that has a clock, a socket or a thread.
//!
//! ```text
//! browser --frame--> edge --Arrival--> driver (skirmish_sim) --Departure--> edge --frame--> browser
//!    \--HTTP, handshake--> control --Claim--> edge
//! ```
//!
//! [`Server::start`] puts it together from a [`Config`] and games; [`games`] has the ones that ship. Not here: what a tick
//! computes and who sees what of it (`skirmish_sim`), the shape of messages (`skirmish_protocol`).

pub mod channels;
mod clock;
pub mod config;
pub mod control;
pub mod directory;
pub mod driver;
pub mod edge;
pub mod games;
mod match_key;
pub mod metrics;
mod realtime;
mod server;
pub mod shutdown;
pub mod ticket;
mod typescript;

pub use config::{Config, Realtime};
pub use match_key::MatchKey;
pub use server::{Running, Server, StartError};
pub use typescript::typescript;
