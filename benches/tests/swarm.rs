//! The swarm against the real server with the workload, and against the floor.

mod common;

use std::net::TcpListener;

use common::{looking, orders, play_once, serve, verifying};
use skirmish_benches::floor::{self, Kind};
use skirmish_benches::swarm::{Orders, Target};
use skirmish_benches::workload::Workload;

#[test]
fn every_snapshot_applies_and_every_checksum_agrees() {
    let server = serve(Workload { seats: 5, walkers: 3, ..Workload::default() });
    let window = play_once(&Orders { rooms: 2, players: 5, ..verifying(&server) });
    assert_eq!((window.clients, window.lost, window.checksums_wrong), (10, 0, 0));
    assert!(window.snapshots > 0 && window.checksums == window.snapshots, "{window:?}");
    assert!(window.visible > 3.0 && window.visible <= 8.0, "three walkers, and up to five players: {window:?}");
    server.stop();
}

#[test]
fn players_with_an_interest_radius_see_some_of_the_others_and_agree_on_them() {
    let server = serve(Workload { walkers: 200, interest_radius: 300.0, ..Workload::default() });
    let window = play_once(&Orders { players: 5, ..verifying(&server) });
    assert_eq!((window.lost, window.checksums_wrong), (0, 0));
    assert!(window.visible > 1.0 && window.visible < 205.0, "{window:?}");
    server.stop();
}

#[test]
fn everybody_agrees_at_60_hz_while_guests_come_and_go_and_shots_fly() {
    let server = serve(Workload { tick_hz: 60, walkers: 40, shot_ticks: 10, ..Workload::default() });
    let window = play_once(&Orders { hz: 60.0, guests_hz: 10, ..verifying(&server) });
    assert_eq!((window.lost, window.checksums_wrong), (0, 0));
    assert!(window.guests > 0 && window.checksums == window.snapshots, "{window:?}");
    assert!(window.visible > 50.0, "one in two of fifty bodies has a shot in the air: {window:?}");
    server.stop();
}

#[test]
fn heads_alone_are_enough_to_measure() {
    let server = serve(Workload::default());
    let window = play_once(&looking(&server));
    assert_eq!((window.clients, window.lost, window.starved, window.checksums), (10, 0, 0, 0));
    assert!(window.snapshots > 0 && window.lat_p50_ms > 0.0 && window.us_per_snap > 0.0, "{window:?}");
    server.stop();
}

#[test]
fn both_floors_send_frames_of_the_size_asked_for() {
    for kind in [Kind::OncePerTick, Kind::Epoll] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let addr = listener.local_addr().expect("it is bound");
        // It serves until the test's process ends.
        std::thread::spawn(move || floor::serve(&listener, kind, 20.0, 300));
        let window = play_once(&orders(Target::Floor(addr)));
        assert!(window.lost == 0 && window.snapshots > 0, "{kind:?}: {window:?}");
        assert_eq!(window.bytes, 300 * window.snapshots, "{kind:?}");
    }
}
