//! A match before a change and since.

mod http;
mod player;

use http::{Answer, config, start};
use player::Player;
use serde_json::{Value, json};
use skirmish_server::{Config, Running};

fn act(server: &Running, method: &str, path: &str, body: &Value) -> Answer {
    let token = format!("Authorization: Bearer {}", server.admin_token);
    http::ask(server.addr, method, path, &[&token], &body.to_string())
}

/// A server on which Ada plays, and the path of her match.
fn played(tick_hz: u32) -> (Running, Player, String) {
    let server = start(Config { tick_hz: Some(tick_hz), ..config() });
    let ada = Player::join(server.addr, "Ada", 1);
    let id = http::get(server.addr, "/api/matches").json()[0]["match"].as_str().expect("hers").to_owned();
    (server, ada, format!("/api/admin/matches/{id}"))
}

fn play_ticks(player: &mut Player, ticks: u32) {
    let until = player.mirror.tick() + ticks;
    while player.mirror.tick() < until {
        player.hear();
        player.play();
    }
}

/// Makes a change; its number.
fn change(server: &Running, path: &str, what: &Value) -> u64 {
    let answer = act(server, "PATCH", path, what);
    answer.json()["change"].as_u64().unwrap_or_else(|| panic!("no change in {answer:?}"))
}

fn compared(server: &Running, path: &str, change: u64) -> Value {
    let answer = act(server, "GET", &format!("{path}/changes/{change}/compare"), &Value::Null);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

#[test]
fn a_higher_tick_rate_shows_in_what_came_before_and_since() {
    let (server, mut ada, path) = played(20);
    play_ticks(&mut ada, 40);
    let number = change(&server, &path, &json!({ "tick_hz": 60 }));
    play_ticks(&mut ada, 100);
    let compared = compared(&server, &path, number);
    let (before, since) = (&compared["before"], &compared["since"]);
    let number = |side: &Value, key: &str| side[key].as_f64().unwrap_or_else(|| panic!("no {key} in {side}"));
    assert!(number(before, "ticks_per_s") < 30.0 && number(since, "ticks_per_s") > 30.0, "{compared}");
    assert!(number(since, "snapshots_per_client_s") > number(before, "snapshots_per_client_s"), "{compared}");
    assert!(number(before, "bytes_per_client_s") > 0.0 && number(before, "cpu_us_per_tick") > 0.0, "{compared}");
    for side in [before, since] {
        assert!(side["input_ack_ms"]["p50"].is_number() && side["snapshot_age_ms"]["p99"].is_number(), "{compared}");
        assert!((0.0..=1000.0).contains(&number(side, "headroom_permille")), "{compared}");
        assert!(side["overruns"].is_u64());
    }
}

#[test]
fn each_change_has_a_before_of_its_own_and_there_is_none_of_no_change() {
    let (server, mut ada, path) = played(60);
    let mut changes = Vec::new();
    for interval in [2, 3] {
        play_ticks(&mut ada, 30);
        changes.push(change(&server, &path, &json!({ "snapshot_interval": interval })));
    }
    let before_s = |change| compared(&server, &path, change)["before"]["seconds"].as_f64();
    assert!(before_s(changes[0]) < before_s(changes[1]), "the second remembers what was before the first, too");
    let refused = act(&server, "GET", &format!("{path}/changes/77/compare"), &Value::Null);
    assert_eq!((refused.status, refused.error_code().as_str()), (404, "no_change"));
}

#[test]
fn a_change_of_a_games_own_number_is_compared_too() {
    let (server, mut ada, path) = played(60);
    play_ticks(&mut ada, 30);
    let settings = act(&server, "GET", &format!("{path}/settings"), &Value::Null).json();
    let settings = settings["settings"].as_array().expect("a list");
    let own = settings
        .iter()
        .find(|setting| setting["group"] != "engine" && setting["live"] == true && setting["type"] == "number");
    let own = own.expect("arena has some");
    let wish = json!({ "numbers": { own["key"].as_str().expect("a key"): own["max"] } });
    let number = change(&server, &path, &wish);
    assert!(compared(&server, &path, number)["before"]["seconds"].as_f64() > Some(0.0));
}
