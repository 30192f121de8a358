//! The swarm against the real server with the workload, and against the floor.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use skirmish_benches::floor::{self, Kind};
use skirmish_benches::swarm::{self, Orders, Target, Window};
use skirmish_benches::workload::Workload;
use skirmish_server::{Config, Running, Server};

fn serve(workload: Workload) -> Running {
    let config = Config { listen: SocketAddr::from(([127, 0, 0, 1], 0)), bots: 0, ..Config::default() };
    Server::start(Config { checksum_interval_s: 0.0, ..config }, vec![Arc::new(workload)]).expect("the server starts")
}

fn play(target: Target, rooms: u32, players: u32) -> Window {
    let orders = Orders {
        target,
        rooms,
        players,
        hz: 20.0,
        warmup: Duration::from_millis(200),
        window: Duration::from_millis(500),
        windows: 1,
        pid: Some(std::process::id()),
    };
    swarm::run(&orders).expect("all clients can join").remove(0)
}

#[test]
fn every_snapshot_applies_and_every_checksum_agrees() {
    let server = serve(Workload { seats: 5, walkers: 3, ..Workload::default() });
    let window = play(Target::Skirmish { addr: server.addr, verify: true }, 2, 5);
    assert_eq!((window.clients, window.lost, window.checksums_wrong), (10, 0, 0));
    assert!(window.snapshots > 0 && window.checksums == window.snapshots, "{window:?}");
    assert!(window.visible > 3.0 && window.visible <= 8.0, "three walkers, and up to five players: {window:?}");
    server.stop();
}

#[test]
fn players_with_an_interest_radius_see_some_of_the_others_and_agree_on_them() {
    let server = serve(Workload { walkers: 200, interest_radius: 300.0, ..Workload::default() });
    let window = play(Target::Skirmish { addr: server.addr, verify: true }, 1, 5);
    assert_eq!((window.lost, window.checksums_wrong), (0, 0));
    assert!(window.visible > 1.0 && window.visible < 205.0, "{window:?}");
    server.stop();
}

#[test]
fn heads_alone_tell_as_many_snapshots() {
    let server = serve(Workload::default());
    let window = play(Target::Skirmish { addr: server.addr, verify: false }, 1, 10);
    assert_eq!((window.clients, window.lost, window.checksums), (10, 0, 0));
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
        let window = play(Target::Floor(addr), 1, 10);
        assert!(window.lost == 0 && window.snapshots > 0, "{kind:?}: {window:?}");
        assert_eq!(window.bytes, 300 * window.snapshots, "{kind:?}");
    }
}
