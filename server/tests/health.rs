//! What those who watch the process read.

mod http;
mod process;

use http::{config, get, joined, metric, start, wait_until};
use process::Process;
use skirmish_server::Config;

#[test]
fn a_running_server_is_alive_and_ready() {
    let server = start(config());
    assert_eq!(get(server.addr, "/healthz").status, 200);
    assert_eq!(get(server.addr, "/readyz").status, 200);
}

#[test]
fn the_metrics_are_prometheus_text_with_the_process_own_figures() {
    let server = start(config());
    let answer = get(server.addr, "/metrics");
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    for line in answer.body.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let value = line.rsplit_once(' ').map(|(_, value)| value.parse::<f64>());
        assert!(matches!(value, Some(Ok(_))), "{line}");
    }
    for name in ["skirmish_sessions_open", "skirmish_ticks_total", "process_resident_memory_bytes"] {
        assert!(answer.body.contains(&format!("# TYPE {name} ")), "{name} is not announced");
    }
}

#[test]
fn open_matches_and_joins_are_counted() {
    // What is counted is counted for the whole process.
    let server = Process::start(&[]);
    joined(server.addr, "Ada");
    joined(server.addr, "Bob");
    assert_eq!(metric(server.addr, "skirmish_matches_open"), 1.0);
    assert_eq!(metric(server.addr, r#"skirmish_joins_total{result="ok"}"#), 2.0);
    wait_until("the match ticks", || metric(server.addr, "skirmish_ticks_total") > 0.0);
}

#[test]
fn a_game_configuration_that_cannot_be_played_stops_the_start_and_says_why() {
    let wrong = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(wrong.path(), "[match]\nseats = 1000\n").unwrap();
    let config = Config { game_config: Some(wrong.path().to_owned()), ..config() };
    let error = skirmish_server::Server::start(config, skirmish_server::games::games()).err().unwrap().to_string();
    assert!(error.contains("seats") && error.contains("1000") && error.contains("200"), "{error}");
}

#[test]
fn a_map_that_lies_in_the_assets_can_be_played_and_one_that_does_not_is_missed() {
    let assets = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(assets.path().join("config")).unwrap();
    std::fs::create_dir_all(assets.path().join("maps/arena")).unwrap();
    std::fs::write(assets.path().join("config/arena.toml"), "[match]\nmaps = [\"yard\"]\n").unwrap();
    let config = Config { assets_dir: assets.path().to_owned(), ..config() };
    let start = || skirmish_server::Server::start(config.clone(), skirmish_server::games::games());
    let error = start().err().unwrap().to_string();
    assert!(error.contains("match.maps") && error.contains("foundry"), "{error}");
    std::fs::write(assets.path().join("maps/arena/yard.toml"), "width = 900\nheight = 700\n").unwrap();
    start().unwrap().stop();
}

#[test]
fn an_address_in_use_stops_the_start_and_is_named() {
    let first = start(config());
    let config = Config { listen: first.addr, ..config() };
    let error = skirmish_server::Server::start(config, skirmish_server::games::games()).err().unwrap().to_string();
    assert!(error.contains(&first.addr.to_string()), "{error}");
}
