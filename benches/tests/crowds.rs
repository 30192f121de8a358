//! Many clients over real sockets, and one among others that does not read for long.
//!
//! What is compared are counts: a machine that is busy with something else makes match time fall behind, and all that is asserted holds all the same.

mod common;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use common::{looking, play, play_once, serve, serve_with, verifying};
use rustix::process::{Resource, getrlimit};
use skirmish_benches::process::raise_file_limit;
use skirmish_benches::swarm::{Odd, Orders, Window};
use skirmish_benches::workload::Workload;
use skirmish_server::Config;

/// One at a time: each of them needs the machine.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How many of so many matches the open files of this process allow, which has both ends of every socket.
fn matches_within_the_file_limit(matches: u32, seats: u32) -> u32 {
    raise_file_limit().expect("up to its own maximum a process may go");
    let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
    let possible = u32::try_from(files.saturating_sub(200) / u64::from(2 * seats)).unwrap_or(u32::MAX);
    if possible < matches {
        println!("only {possible} of {matches} matches: this process may open no more than {files} files");
    }
    matches.min(possible)
}

fn assert_all_were_served(window: &Window, clients: u32) {
    assert_eq!(window.starved, 0, "{window:?}");
    assert_all_are_well(window, clients);
}

fn assert_all_are_well(window: &Window, clients: u32) {
    assert_eq!((window.clients, window.lost, window.checksums_wrong), (clients, 0, 0), "{window:?}");
}

#[test]
fn a_thousand_players_share_a_match_and_agree_on_what_they_see() {
    let _alone = alone();
    let players = 1_000 * matches_within_the_file_limit(1, 1_000);
    let game = Workload { interest_radius: 250.0, ..Workload::default() };
    let server = serve_with(game, Config::default());
    let window = play_once(&Orders { players, window: Duration::from_secs(3), ..verifying(&server) });
    assert_all_were_served(&window, players);
    assert!(window.checksums > 0 && window.visible > 10.0 && window.visible < 200.0, "{window:?}");
    server.stop();
}

#[test]
fn five_hundred_matches_of_eight_are_played_at_once() {
    let _alone = alone();
    let rooms = matches_within_the_file_limit(500, 8);
    let (tick_hz, window) = (10, Duration::from_secs(2));
    let server = serve_with(Workload { seats: 8, tick_hz, ..Workload::default() }, Config::default());
    let windows = play(&Orders { rooms, players: 8, hz: tick_hz.into(), window, windows: 4, ..looking(&server) });
    windows.iter().for_each(|window| assert_all_are_well(window, rooms * 8));
    // A machine that is too slow for so many serves some of them late: who never is served is forgotten.
    assert!(windows.iter().any(|window| window.starved == 0), "{windows:?}");
    server.stop();
}

#[test]
fn a_client_that_has_not_read_for_14_s_ends_with_the_servers_view_of_2000_entities() {
    let _alone = alone();
    // A thousand bodies, and as many shots, of which fifty a tick are new.
    let server = serve(Workload { walkers: 992, shot_ticks: 20, ..Workload::default() });
    let paused = Orders { players: 8, window: Duration::from_secs(14), odd: Some(Odd::Paused), ..verifying(&server) };
    let windows = play(&Orders { windows: 2, ..paused });
    for window in &windows {
        assert_all_were_served(window, 8);
        assert!(window.visible > 1_500.0, "{window:?}");
        assert!(window.patch_rate_worst > 0.9 * window.patch_rate, "one was disturbed: {window:?}");
    }
    let [during, after] = [0, 1].map(|window| windows[window].odd.clone().expect("there is an odd one"));
    assert_eq!(during.snapshots, 0);
    assert!(after.checksums > 0 && after.checksums == after.snapshots && after.checksums_wrong == 0, "{after:?}");
    assert!(after.ticks_behind <= 2, "{after:?}");
    server.stop();
}
