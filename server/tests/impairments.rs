//! Bad networks on demand: on whose line, how bad, and for how long.

mod feed_reader;
mod http;
mod player;

use feed_reader::Feed;
use http::{Answer, config, start, wait_until};
use player::Player;
use serde_json::{Value, json};
use skirmish_server::{Config, Running};

/// A server on which these play, all in one match, and the path of its impairments.
fn played(names: &[&str]) -> (Running, Vec<Player>, String) {
    let server = start(Config { tick_hz: Some(30), ..config() });
    let players: Vec<_> = (1..).zip(names).map(|(seed, name)| Player::join(server.addr, name, seed)).collect();
    let id = http::get(server.addr, "/api/matches").json()[0]["match"].as_str().expect("theirs").to_owned();
    (server, players, format!("/api/admin/matches/{id}/impairments"))
}

fn act(server: &Running, method: &str, path: &str, body: &Value) -> Answer {
    let token = format!("Authorization: Bearer {}", server.admin_token);
    http::ask(server.addr, method, path, &[&token], &body.to_string())
}

fn impair(server: &Running, path: &str, wish: &Value) -> Value {
    let answer = act(server, "PUT", path, wish);
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()
}

fn in_force(server: &Running, path: &str) -> Vec<Value> {
    act(server, "GET", path, &Value::Null).json().as_array().expect("a list").clone()
}

/// Everybody sends and hears as long as `is_over` says that it is not.
fn play_until(players: &mut [Player], what: &str, mut is_over: impl FnMut(&mut [Player]) -> bool) {
    players.iter_mut().for_each(Player::never_wait);
    wait_until(what, || {
        for player in players.iter_mut() {
            if player.hear().is_some() {
                player.play();
            }
        }
        is_over(players)
    });
}

#[test]
fn a_delay_shows_on_that_player_alone_and_ends_by_itself() {
    let (server, mut players, path) = played(&["Ada", "Bob"]);
    let id = path.split('/').nth(4).expect("the match").to_owned();
    let mut feed = Feed::open(&server, &format!("?match={id}"));
    let begun = impair(&server, &path, &json!({ "seat": players[1].seat, "delay_ms": 300, "duration_s": 5 }));
    let number = begun["impairment"].clone();
    let told = feed.next_such("impairment", |data| data["impairment"]["impairment"] == number);
    assert_eq!((&told["state"], &told["impairment"]["delay_ms"]), (&json!("begun"), &json!(300)));
    let mut rows = Vec::new();
    play_until(&mut players, "Bob's line is slow", |_| {
        if let Some(told) = feed.newest("players") {
            rows = told["players"].as_array().expect("a list").clone();
        }
        rows.len() == 2 && rows[1]["rtt_ms"].as_f64() >= Some(300.0)
    });
    assert_eq!((&rows[0]["impairment"], &rows[1]["impairment"]["impairment"]), (&Value::Null, &number));
    assert!(rows[0]["rtt_ms"].as_f64() < Some(150.0), "{rows:?}");
    assert_eq!(rows[1]["verdict"]["cause"], "network", "{rows:?}");
    play_until(&mut players, "it ends by itself", |_| in_force(&server, &path).is_empty());
    play_until(&mut players, "Bob's line is quick again", |_| {
        if let Some(told) = feed.newest("players") {
            rows = told["players"].as_array().expect("a list").clone();
        }
        rows[1]["impairment"].is_null() && rows[1]["rtt_ms"].as_f64() < Some(150.0)
    });
}

#[test]
fn what_a_bad_line_delays_comes_whole_and_in_order() {
    let (server, mut players, path) = played(&["Ada"]);
    let wish = json!({ "delay_ms": 60, "jitter_ms": 80, "stall_ms": 200, "stall_every_ms": 500, "bytes_per_s": 20_000, "duration_s": 600 });
    impair(&server, &path, &wish);
    // The mirror refuses what does not fit what it holds, and checks checksums.
    let mut heard = 0;
    let ada = &mut players[0];
    ada.never_wait();
    wait_until("a hundred snapshots come", || {
        if ada.hear().is_some() {
            heard += 1;
            ada.play();
        }
        heard > 100
    });
    assert!(ada.input_ack > 0);
}

#[test]
fn one_of_all_is_on_who_comes_later_too_and_can_be_ended() {
    let (server, mut players, path) = played(&["Ada"]);
    let number = impair(&server, &path, &json!({ "delay_ms": 400, "duration_s": 600 }))["impairment"].clone();
    players.push(Player::join(server.addr, "Bob", 2));
    let id = path.split('/').nth(4).expect("the match").to_owned();
    let mut feed = Feed::open(&server, &format!("?match={id}"));
    play_until(&mut players, "both lines are slow", |_| {
        let told = feed.newest("players").unwrap_or_default();
        let rows = told["players"].as_array().cloned().unwrap_or_default();
        rows.len() == 2
            && rows.iter().all(|row| row["rtt_ms"].as_f64() >= Some(400.0) && row["impairment"]["impairment"] == number)
    });
    let one = format!("{path}/{number}");
    assert_eq!(act(&server, "DELETE", &one, &Value::Null).status, 200);
    assert_eq!(act(&server, "DELETE", &one, &Value::Null).error_code(), "no_impairment");
    play_until(&mut players, "both lines are quick again", |_| {
        let told = feed.newest("players").unwrap_or_default();
        let rows = told["players"].as_array().cloned().unwrap_or_default();
        rows.len() == 2 && rows.iter().all(|row| row["rtt_ms"].as_f64() < Some(200.0))
    });
}

#[test]
fn one_of_a_player_ends_with_the_session_and_is_not_inherited() {
    let (server, mut players, path) = played(&["Ada", "Bob"]);
    let bob = players.pop().expect("two play");
    let seat = bob.seat;
    impair(&server, &path, &json!({ "seat": seat, "delay_ms": 50, "duration_s": 600 }));
    assert_eq!(in_force(&server, &path)[0]["seat"], seat);
    bob.leave();
    wait_until("it is gone", || in_force(&server, &path).is_empty());
    let eve = Player::join(server.addr, "Eve", 3);
    assert_eq!((eve.seat, in_force(&server, &path)), (seat, vec![]));
}

#[test]
fn what_is_out_of_range_or_of_nobody_is_refused_and_nothing_is_impaired() {
    let (server, players, path) = played(&["Ada"]);
    let cases = [
        (json!({ "delay_ms": 2001, "duration_s": 10 }), 400, "delay_ms = 2001"),
        (json!({ "jitter_ms": 1001, "duration_s": 10 }), 400, "1000"),
        (json!({ "delay_ms": 10, "duration_s": 601 }), 400, "from 1 to 600"),
        (json!({ "delay_ms": 10, "duration_s": 0 }), 400, "duration_s = 0"),
        (json!({ "delay_ms": 10 }), 400, "duration_s"),
        (json!({ "duration_s": 10 }), 400, "nothing to impair"),
        (json!({ "stall_ms": 500, "stall_every_ms": 500, "duration_s": 10 }), 400, "below stall_every_ms"),
        (json!({ "stall_ms": 500, "duration_s": 10 }), 400, "below stall_every_ms"),
        (json!({ "bytes_per_s": 10, "duration_s": 10 }), 400, "bytes_per_s = 10"),
        (json!({ "delay_ms": 10, "delays": 1, "duration_s": 10 }), 400, "delays"),
        (json!({ "seat": players[0].seat + 1, "delay_ms": 10, "duration_s": 10 }), 404, "connected player"),
    ];
    for (wish, status, word) in cases {
        let answer = act(&server, "PUT", &path, &wish);
        assert_eq!(answer.status, status, "{wish}: {answer:?}");
        assert!(answer.body.contains(word), "{word} is missing in {}", answer.body);
    }
    assert_eq!(in_force(&server, &path), Vec::<Value>::new());
    assert_eq!(act(&server, "GET", "/api/admin/matches/none/impairments", &Value::Null).status, 404);
}

#[test]
fn an_impairment_takes_the_place_of_the_one_before_on_the_same_line() {
    let (server, players, path) = played(&["Ada"]);
    for delay_ms in [10, 20] {
        impair(&server, &path, &json!({ "seat": players[0].seat, "delay_ms": delay_ms, "duration_s": 60 }));
    }
    impair(&server, &path, &json!({ "delay_ms": 5, "duration_s": 60 }));
    let delays: Vec<_> = in_force(&server, &path).iter().map(|held| held["delay_ms"].clone()).collect();
    assert_eq!(delays, [20, 5]);
}
