//! Arena as players meet it: each file plays one side of it through the in-memory harness.

mod bots;
mod combat;
mod determinism;
mod movement;
mod rates;
mod rounds;
mod seats;
mod support;
