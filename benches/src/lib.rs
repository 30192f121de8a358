//! What Skirmish is measured with: the benchmark workload as a game, clients for it, the floor that the machine sets, each stage by itself,
//! and the report made of all that.
//!
//! `workload` and `player` are the game and its players; `swarm` and `floor` the other ends of its sockets; `record` and `stages` the same
//! in memory. Figures are compared within one run only: machines differ, and so do two runs on one machine.
//!
//! Not here: the load generator for any game (`skirmish-loadgen`).

pub mod allocations;
pub mod bytes;
pub mod element;
pub mod floor;
pub mod instructions;
pub mod player;
pub mod process;
pub mod record;
pub mod report;
mod shots;
pub mod stages;
mod strain;
pub mod swarm;
pub mod workload;
