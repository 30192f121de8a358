//! Arena as players meet it: each file plays one side of it through the in-memory harness.

mod bots;
mod combat;
mod determinism;
mod live;
mod maps;
mod movement;
mod pickups;
mod rates;
mod rounds;
mod seats;
mod support;
mod walks;
