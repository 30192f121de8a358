//! Opening, stepping and ending matches through `/api/admin`.

mod http;
mod player;

use http::{act, config, get, joined, start, until_closed, wait_until};
use player::Player;
use serde_json::{Value, json};
use skirmish_protocol::{ClientMessage, PROTOCOL_VERSION, ServerMessage};
use skirmish_server::{Config, Running};
use tungstenite::Message;

const MATCHES: &str = "/api/admin/matches";

fn show(server: &Running, path: &str) -> Value {
    act(server, "GET", path, "").json()
}

/// A paused match and its tick.
fn paused(server: &Running) -> (String, u64) {
    act(server, "POST", MATCHES, r#"{"game":"arena","match":"still","bots":2}"#);
    let path = format!("{MATCHES}/still");
    act(server, "PATCH", &path, r#"{"paused":true}"#);
    wait_until("it is paused", || show(server, &path)["state"] == "paused");
    let tick = show(server, &path)["tick"].as_u64().expect("a number");
    (path, tick)
}

#[test]
fn a_paused_match_advances_by_exactly_the_ticks_it_is_stepped() {
    let server = start(config());
    let (path, mut tick) = paused(&server);
    for ticks in [1, 1, 7, 1] {
        let answer = act(&server, "POST", &format!("{path}/step"), &json!({ "ticks": ticks }).to_string());
        assert_eq!(answer.status, 200, "{answer:?}");
        tick += ticks;
        wait_until("the ticks have happened", || show(&server, &path)["tick"].as_u64() == Some(tick));
    }
    // Another match, opened and asked meanwhile, ticks on; this one does not.
    act(&server, "POST", MATCHES, r#"{"game":"arena","match":"other"}"#);
    wait_until("the other has ticked for long", || {
        show(&server, &format!("{MATCHES}/other"))["tick"].as_u64() > Some(10)
    });
    assert_eq!((&show(&server, &path)["tick"], &show(&server, &path)["state"]), (&json!(tick), &json!("paused")));
}

#[test]
fn only_a_paused_match_can_be_stepped_and_by_no_more_than_it_may() {
    let server = start(config());
    let (path, tick) = paused(&server);
    for ticks in [0, 241] {
        let answer = act(&server, "POST", &format!("{path}/step"), &json!({ "ticks": ticks }).to_string());
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "bad_request"));
        assert!(answer.body.contains("1 to 240"), "{}", answer.body);
    }
    assert_eq!(show(&server, &path)["tick"], tick);
    act(&server, "PATCH", &path, r#"{"paused":false}"#);
    let running = act(&server, "POST", &format!("{path}/step"), r#"{"ticks":1}"#);
    assert_eq!((running.status, running.error_code().as_str()), (409, "not_paused"));
}

#[test]
fn a_step_is_sent_to_players_although_the_match_is_paused() {
    let server = start(config());
    let mut ada = Player::join(server.addr, "Ada", 1);
    ada.hear().expect("a snapshot comes");
    let path = format!("{MATCHES}/arena-1");
    act(&server, "PATCH", &path, r#"{"paused":true}"#);
    wait_until("it is paused", || show(&server, &path)["state"] == "paused");
    let tick = show(&server, &path)["tick"].as_u64().expect("a number") as u32;
    act(&server, "POST", &format!("{path}/step"), r#"{"ticks":3}"#);
    while ada.mirror.tick() < tick + 3 {
        ada.hear().expect("snapshots come");
        ada.acknowledge();
    }
    assert_eq!(ada.mirror.tick(), tick + 3);
}

#[test]
fn a_match_is_opened_as_asked_for_and_stays_though_nobody_plays_it() {
    let server = start(Config { reap_after_s: 0.0, ..config() });
    let body = r#"{"game":"arena","match":"duel","bots":2,"tuning":{"tick_hz":50},"config":{"match":{"seats":6},"fighter":{"speed":400}}}"#;
    let answer = act(&server, "POST", MATCHES, body);
    assert_eq!((answer.status, &answer.json()["match"]), (201, &json!("duel")));
    let path = format!("{MATCHES}/duel");
    wait_until("its bots sit down, long after one without players would have ended", || {
        show(&server, &path)["tick"].as_u64() > Some(20)
    });
    let shown = show(&server, &path);
    assert_eq!((&shown["tick_hz"], &shown["seats_max"], &shown["bots"]), (&json!(50), &json!(6), &json!(2)));
    let settings = show(&server, &format!("{path}/settings"));
    let speed = settings["settings"].as_array().expect("a list").iter().find(|one| one["key"] == "fighter.speed");
    let speed = speed.expect("it is there");
    assert_eq!((&speed["value"], &speed["default"]), (&json!(400.0), &json!(260.0)), "the default is the game's");
    assert_eq!(joined(server.addr, "Ada")["match"], "duel", "people may join it");
}

#[test]
fn a_match_that_can_not_be_opened_is_refused_with_the_reason() {
    let server = start(Config { matches_max: 2, ..config() });
    act(&server, "POST", MATCHES, r#"{"game":"arena","match":"one"}"#);
    for (body, status, code, word) in [
        (r#"{"game":"chess"}"#, 400, "bad_request", "arena"),
        (r#"{"game":"arena","match":"One"}"#, 400, "bad_request", "a-z"),
        (r#"{"game":"arena","match":"one"}"#, 409, "match_exists", "one"),
        (r#"{"game":"arena","bots":32}"#, 400, "bad_request", "0 to 31"),
        (r#"{"game":"arena","tuning":{"tick_hz":0}}"#, 400, "bad_request", "1 to 240"),
        (r#"{"game":"arena","config":{"fighter":{"speed":1}}}"#, 400, "bad_request", "fighter.speed = 1"),
        (r#"{"game":"arena","config":{"fighter":{"sped":1}}}"#, 400, "bad_request", "fighter.sped"),
        (r#"{"game":"arena","seats":9}"#, 400, "bad_request", "seats"),
    ] {
        let answer = act(&server, "POST", MATCHES, body);
        assert_eq!((answer.status, answer.error_code().as_str()), (status, code), "{body}");
        assert!(answer.body.contains(word), "{word} is missing in {}", answer.body);
    }
    assert_eq!(act(&server, "POST", MATCHES, r#"{"game":"arena"}"#).status, 201);
    let full = act(&server, "POST", MATCHES, r#"{"game":"arena"}"#);
    assert_eq!((full.status, full.error_code().as_str()), (503, "server_full"));
}

#[test]
fn players_of_a_match_that_is_ended_are_told_why() {
    let server = start(config());
    let joined = joined(server.addr, "Ada");
    let ticket = joined["ticket"].as_str().expect("a ticket");
    let (mut player, _) = http::socket(server.addr, &format!("/ws?ticket={ticket}"), Some("skirmish.v1"));
    let mut hello = Vec::new();
    ClientMessage::Hello { version: PROTOCOL_VERSION, agent: "test".into(), schema_hash: 0 }.encode(&mut hello);
    player.send(Message::binary(hello)).expect("it is open");
    player.read().expect("the welcome comes");
    let path = format!("{MATCHES}/arena-1");
    let wordy = json!({ "reason": "x".repeat(124) }).to_string();
    assert_eq!(act(&server, "DELETE", &path, &wordy).status, 400);
    assert_eq!(act(&server, "DELETE", &path, r#"{"reason":"the tournament is over"}"#).status, 200);
    let (messages, code, reason) = until_closed(&mut player);
    assert_eq!((code, reason.as_str()), (4202, "the tournament is over"));
    let decoded = messages.into_iter().filter_map(|message| ServerMessage::decode(&message.into_data()).ok());
    let goodbye = ServerMessage::Goodbye { code: 4202, reason, retry_after_ms: None };
    assert!(decoded.into_iter().any(|message| message == goodbye));
    assert_eq!(act(&server, "GET", &path, "").error_code(), "match_gone");
    assert_eq!(get(server.addr, "/api/matches").json(), json!([]));
    assert_eq!(act(&server, "DELETE", &path, "").status, 404);
}
