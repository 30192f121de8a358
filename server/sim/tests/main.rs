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

/// A file that is no module here would never be run.
#[test]
fn every_file_beside_this_one_is_a_module_of_it_or_a_program_of_its_own() {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let listed = std::fs::read_to_string(manifest).expect("the manifest") + include_str!("main.rs");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    for file in std::fs::read_dir(folder).expect("this folder") {
        let path = file.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).expect("a readable name");
        if path.extension().is_some_and(|extension| extension == "rs") {
            let is_run = listed.contains(&format!("mod {name};")) || listed.contains(&format!("tests/{name}.rs"));
            assert!(is_run, "{name} is not run");
        }
    }
}
