//! A match before a change and since.

mod http;
mod player;

use http::{Answer, config, start, wait_until};
use player::Player;
use serde_json::{Value, json};
use skirmish_server::{Config, Running};

fn act(server: &Running, method: &str, path: &str, body: &Value) -> Answer {
    let token = format!("Authorization: Bearer {}", server.admin_token);
    http::ask(server.addr, method, path, &[&token], &body.to_string())
}

#[test]
fn a_higher_tick_rate_shows_in_what_came_before_and_since() {
    let server = start(Config { tick_hz: Some(20), ..config() });
    let mut ada = Player::join(server.addr, "Ada", 1);
    let id = http::get(server.addr, "/api/matches").json()[0]["match"].as_str().expect("hers").to_owned();
    let path = format!("/api/admin/matches/{id}");
    let mut play_until_tick = |tick: u32| {
        while ada.mirror.tick() < tick {
            ada.hear();
            ada.play();
        }
        ada.mirror.tick()
    };
    let tick = play_until_tick(40);
    assert_eq!(act(&server, "GET", &format!("{path}/compare?tick={tick}"), &Value::Null).error_code(), "no_change");
    act(&server, "PATCH", &path, &json!({ "tick_hz": 60 }));
    play_until_tick(tick + 100);
    let compared = act(&server, "GET", &format!("{path}/compare?tick={tick}"), &Value::Null).json();
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
fn each_change_has_a_before_of_its_own() {
    let server = start(Config { tick_hz: Some(60), ..config() });
    let mut ada = Player::join(server.addr, "Ada", 1);
    let id = http::get(server.addr, "/api/matches").json()[0]["match"].as_str().expect("hers").to_owned();
    let path = format!("/api/admin/matches/{id}");
    let mut ticks = Vec::new();
    for interval in [2, 3] {
        let asked = ada.mirror.tick() + 30;
        while ada.mirror.tick() < asked {
            ada.hear();
            ada.acknowledge();
        }
        ticks.push(ada.mirror.tick());
        act(&server, "PATCH", &path, &json!({ "snapshot_interval": interval }));
    }
    let before_s = |tick: u32| {
        let answer = act(&server, "GET", &format!("{path}/compare?tick={tick}"), &Value::Null);
        (answer.status == 200).then(|| answer.json()["before"]["seconds"].as_f64()).flatten()
    };
    wait_until("both changes are known", || before_s(ticks[1]).is_some());
    assert!(before_s(ticks[0]) < before_s(ticks[1]), "the second remembers what was before the first, too");
    let refused = act(&server, "GET", &format!("{path}/compare?tick=4000000"), &Value::Null);
    assert_eq!((refused.status, refused.error_code().as_str()), (404, "no_change"));
}
