//! `POST /api/join` and `GET /api/matches`, as `docs/protocol.md` section 1 has them.

mod http;
mod process;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http::{ask, ask_raw, config, get, join, joined, metric, start};
use process::Process;
use serde_json::json;
use skirmish_server::channels::Fabric;
use skirmish_server::control::{App, Entrance, Peer, router};
use skirmish_server::directory::{Directory, DirectoryLimits, Hosted};
use skirmish_server::edge::{Edge, EdgeConfig};
use skirmish_server::ticket::TicketKey;
use skirmish_server::{Config, games};
use skirmish_sim::Tuning;
use tower::ServiceExt;

#[test]
fn a_join_answers_match_seat_address_ticket_and_how_long_it_is_good() {
    let server = start(config());
    let answer = joined(server.addr, "Ada");
    assert_eq!(answer["match"], "arena-1");
    assert_eq!(answer["seat"], 0);
    assert_eq!(answer["ws_url"], format!("ws://{}/ws", server.addr));
    assert_eq!(answer["expires_in_s"], 30);
    assert!(answer["ticket"].is_string());
    assert_eq!(answer.as_object().unwrap().len(), 5);
}

#[test]
fn the_public_address_is_given_when_there_is_one() {
    let public_url = Some("https://play.example.org".to_owned());
    let server = start(Config { public_url, ..config() });
    assert_eq!(joined(server.addr, "Ada")["ws_url"], "wss://play.example.org/ws");
}

#[test]
fn two_joins_without_a_name_meet_in_one_match_and_a_named_one_is_opened() {
    let server = start(config());
    assert_eq!(joined(server.addr, "Ada")["match"], joined(server.addr, "Bob")["match"]);
    let duel = join(server.addr, &json!({ "game": "arena", "name": "Cleo", "match": "duel" }));
    assert_eq!(duel.json()["match"], "duel");
    let listed = get(server.addr, "/api/matches").json();
    let seats = &listed[0]["seats"];
    assert_eq!(
        listed,
        json!([
            { "match": "arena-1", "game": "arena", "players": 2, "seats": seats },
            { "match": "duel", "game": "arena", "players": 1, "seats": seats },
        ])
    );
}

#[test]
fn a_body_that_is_not_what_is_asked_for_is_a_bad_request_that_says_why() {
    // What is counted is counted for the whole process.
    let server = Process::start(&[]);
    let long = "x".repeat(25);
    let bodies = [
        ("", "EOF"),
        ("{", "EOF"),
        ("[]", "invalid length"),
        (r#"{"game":"arena"}"#, "missing field `name`"),
        (r#"{"game":"arena","name":1}"#, "expected a string"),
        (r#"{"game":"arena","name":"Ada","seat":3}"#, "unknown field `seat`"),
        (r#"{"game":"arena","name":""}"#, "1 to 24"),
        (&format!(r#"{{"game":"arena","name":"{long}"}}"#), "1 to 24"),
        (r#"{"game":"arena","name":"A\nda"}"#, "control"),
        (r#"{"game":"arena","name":"Ada","match":"Duel"}"#, "a-z"),
        (r#"{"game":"arena","name":"Ada","match":""}"#, "1 to 32"),
        (&format!(r#"{{"game":"arena","name":"{}"}}"#, "x".repeat(5_000)), "4096"),
    ];
    for (body, reason) in bodies {
        let answer = ask(server.addr, "POST", "/api/join", &[], body);
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "bad_request"), "{body}");
        assert!(answer.body.contains(reason), "{reason} is missing in {}", answer.body);
    }
    assert_eq!(metric(server.addr, r#"skirmish_joins_total{result="bad_request"}"#), bodies.len() as f64);
}

#[test]
fn a_request_without_host_is_answered_and_not_dropped() {
    let server = start(config());
    let answer = ask_raw(server.addr, "POST /api/join HTTP/1.0\r\nContent-Length: 0\r\n\r\n");
    assert_eq!(answer.status, 400);
}

#[test]
fn every_refusal_has_its_status_and_code() {
    let game_config = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(game_config.path(), "[match]\nseats = 2\n[round]\nseats_min = 1\n").unwrap();
    let server = start(Config { game_config: Some(game_config.path().to_owned()), sessions_max: 3, ..config() });
    let unknown = join(server.addr, &json!({ "game": "chess", "name": "Ada" }));
    assert_eq!((unknown.status, unknown.error_code().as_str()), (404, "unknown_game"));
    let duel = json!({ "game": "arena", "name": "Ada", "match": "duel" });
    assert_eq!(join(server.addr, &duel).status, 200);
    assert_eq!(join(server.addr, &duel).status, 200);
    let full = join(server.addr, &duel);
    assert_eq!((full.status, full.error_code().as_str()), (409, "match_full"));
    joined(server.addr, "Bob");
    let full = join(server.addr, &json!({ "game": "arena", "name": "Cleo" }));
    assert_eq!((full.status, full.error_code().as_str()), (503, "server_full"));
}

#[test]
fn a_full_match_can_be_looked_on_at_by_a_bounded_number() {
    let game_config = tempfile::NamedTempFile::with_suffix(".toml").unwrap();
    std::fs::write(game_config.path(), "[match]\nseats = 2\n").unwrap();
    let server = start(Config { game_config: Some(game_config.path().to_owned()), ..config() });
    let watch = json!({ "game": "arena", "name": "Eve", "match": "duel", "spectate": true });
    let missing = join(server.addr, &watch);
    assert_eq!((missing.status, missing.error_code().as_str()), (404, "no_match"));
    for name in ["Ada", "Bob"] {
        assert_eq!(join(server.addr, &json!({ "game": "arena", "name": name, "match": "duel" })).status, 200);
    }
    let any = join(server.addr, &json!({ "game": "arena", "name": "Eve", "spectate": true })).json();
    assert_eq!((&any["match"], &any["seat"]), (&json!("duel"), &json!(1024)));
    let directory_lists = get(server.addr, "/api/matches").json();
    assert_eq!((&directory_lists[0]["players"], &directory_lists[0]["seats"]), (&json!(2), &json!(2)));
}

#[test]
fn a_method_or_path_that_does_not_exist_is_refused() {
    let server = start(config());
    assert_eq!(get(server.addr, "/api/join").status, 405);
    assert_eq!(ask(server.addr, "POST", "/api/nothing", &[], "").status, 404);
    assert_eq!(get(server.addr, "/api/nothing").status, 404);
}

/// The routes alone, without a listener, so that a request may come from any address.
fn routes() -> (axum::Router, Arc<Directory>, Fabric) {
    let mut fabric = Fabric::new(1, 1);
    let arena = Hosted::new(games::games().remove(0), json!({})).expect("arena's defaults are playable");
    let limits = DirectoryLimits {
        matches_max: 10,
        sessions_max: 1_000,
        bots: 0,
        ticket_ttl: std::time::Duration::from_secs(30),
        tuning: Tuning::default(),
    };
    let tickets = TicketKey::new(b"test");
    let directory = Directory::new(vec![arena], fabric.handles.clone(), limits, tickets, 1, Box::new(Instant::now));
    let directory = Arc::new(directory);
    let edge = Edge::start(&EdgeConfig::default(), std::mem::take(&mut fabric.edges)).expect("a reader thread");
    let entrance = Entrance { port: 0, admin_token: "token-of-this-test", viewer_token: "another-of-this-test" };
    let app = App::new(config(), entrance, Arc::clone(&directory), Arc::new(edge));
    (router(Arc::new(app)), directory, fabric)
}

async fn join_from(routes: &axum::Router, peer: [u8; 4]) -> StatusCode {
    join_match_from(routes, peer, r#"{"game":"arena","name":"Ada"}"#).await
}

async fn join_match_from(routes: &axum::Router, peer: [u8; 4], body: &str) -> StatusCode {
    let request = Request::post("/api/join")
        .header("host", "play.example.org")
        .extension(Peer(SocketAddr::from((peer, 40_000))))
        .body(Body::from(body.to_owned()))
        .expect("a valid request");
    routes.clone().oneshot(request).await.unwrap().status()
}

#[tokio::test]
async fn one_address_that_joins_too_often_is_told_so_and_others_are_not() {
    let (routes, _directory, _fabric) = routes();
    let mut statuses = Vec::new();
    for _ in 0..60 {
        statuses.push(join_from(&routes, [192, 0, 2, 1]).await);
    }
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
    assert_eq!(statuses[0], StatusCode::OK);
    assert_eq!(join_from(&routes, [192, 0, 2, 2]).await, StatusCode::OK);
}

#[tokio::test]
async fn one_address_that_opens_too_many_matches_may_only_join_those_that_are_open() {
    let (routes, directory, _fabric) = routes();
    let mut statuses = Vec::new();
    for number in 0..10 {
        let body = format!(r#"{{"game":"arena","name":"Ada","match":"room-{number}"}}"#);
        statuses.push(join_match_from(&routes, [192, 0, 2, 1], &body).await);
    }
    assert_eq!(statuses[0], StatusCode::OK);
    assert_eq!(statuses[9], StatusCode::TOO_MANY_REQUESTS);
    let opened = directory.matches().len();
    assert!(opened < 10, "{opened} matches were opened by one address");
    assert_eq!(join_from(&routes, [192, 0, 2, 1]).await, StatusCode::OK);
    let body = r#"{"game":"arena","name":"Ada","match":"room-of-another"}"#;
    assert_eq!(join_match_from(&routes, [192, 0, 2, 2], body).await, StatusCode::OK);
}

#[tokio::test]
async fn while_the_server_stops_joins_are_refused_and_it_is_not_ready() {
    let (routes, directory, _fabric) = routes();
    let ready = || Request::get("/readyz").body(Body::empty()).unwrap();
    assert_eq!(routes.clone().oneshot(ready()).await.unwrap().status(), StatusCode::OK);
    directory.stop();
    assert_eq!(routes.clone().oneshot(ready()).await.unwrap().status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(join_from(&routes, [192, 0, 2, 1]).await, StatusCode::SERVICE_UNAVAILABLE);
}
