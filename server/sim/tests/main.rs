//! What matches and rooms do, a file for each behaviour.
//! One program for all: to link one for each costs more time than they take.

mod account;
mod backpressure;
mod baseline;
mod chat;
mod common;
mod despawn;
mod events;
mod input;
mod interest;
mod log;
mod log_reading;
mod mutation;
mod numbers;
mod pace;
mod playground;
mod reconnect;
mod relief;
mod roster;
mod round;
mod rules;
mod seats;
mod simulation;
mod spawn;
mod spectators;
mod stall;
mod tuning;
