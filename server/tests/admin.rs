//! `/api/admin`: what is shown, and what an operator can do to a running match. Who may is in `admin_auth` and `openapi`.

mod http;

use http::{act, ask, config, refusal, socket, start, until_closed, wait_until};
use serde_json::{Value, json};
use skirmish_protocol::{ClientMessage, PROTOCOL_VERSION, ServerMessage};
use skirmish_server::{Config, Running};
use tungstenite::Message;

const MATCHES: &str = "/api/admin/matches";

#[test]
fn an_operator_changes_the_tick_rate_of_a_running_match() {
    let admin_token = Some("token-of-this-test".to_owned());
    let server = start(Config { admin_token, bots: 1, ..config() });
    let token = "Authorization: Bearer token-of-this-test";
    let id = http::joined(server.addr, "Ada")["match"].as_str().unwrap().to_owned();
    let path = format!("{MATCHES}/{id}");
    let show = || ask(server.addr, "GET", &path, &[token], "").json();
    assert_eq!(show()["match"], id.as_str());
    wait_until("the bot sits down at the first tick", || show()["bots"] == 1);

    let change = r#"{"tick_hz":60,"dilation_permille":500}"#;
    let answer = ask(server.addr, "PATCH", &path, &[token], change);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["accepted"]["tick_hz"], 60);
    wait_until("the change takes effect", || show()["tick_hz"] == 60 && show()["dilation_permille"] == 500);
    ask(server.addr, "PATCH", &path, &[token], r#"{"interest_radius":12.5}"#);
    wait_until("the radius shows", || show()["interest_radius"] == 12.5);
    ask(server.addr, "PATCH", &path, &[token], r#"{"paused":true}"#);
    wait_until("the match pauses", || show()["paused"] == true);
    assert_eq!(show()["dilation_permille"], 500, "what was not given stays");
    let all = ask(server.addr, "GET", MATCHES, &[token], "").json();
    assert_eq!(all[0]["match"], id.as_str());
}

#[test]
fn a_match_that_its_server_keeps_up_with_is_shown_without_relief_and_with_what_is_in_force() {
    let server = start(Config { tick_hz: Some(20), ..config() });
    let path = format!("{MATCHES}/{}", http::joined(server.addr, "Ada")["match"].as_str().expect("its name"));
    act(&server, "PATCH", &path, r#"{"dilation_permille":500,"snapshot_interval":2}"#);
    wait_until("it is in force", || {
        act(&server, "GET", &path, "").json()["overload"]["snapshot_interval_in_force"] == 2
    });
    let shown = act(&server, "GET", &path, "").json();
    let overload = &shown["overload"];
    assert_eq!((&overload["is_relieved"], &overload["snapshot_factor"]), (&json!(false), &json!(1)));
    assert_eq!((&overload["dilation_permille"], &overload["dilation_permille_in_force"]), (&json!(1000), &json!(500)));
    assert_eq!(overload["interp_delay_ms_in_force"], shown["interp_delay_ms"]);
    assert_eq!(overload["tick_budget_us"], 100_000);
    assert!(overload["tick_us"].is_number());
}

#[test]
fn changes_of_the_pace_that_come_between_two_ticks_all_count() {
    let server = start(Config { tick_hz: Some(1), ..config() });
    let path = format!("{MATCHES}/{}", http::joined(server.addr, "Ada")["match"].as_str().expect("its name"));
    act(&server, "PATCH", &path, r#"{"dilation_permille":5000}"#);
    act(&server, "PATCH", &path, r#"{"paused":true}"#);
    wait_until("both are in force", || {
        let shown = act(&server, "GET", &path, "").json();
        shown["paused"] == true && shown["dilation_permille"] == 5000
    });
}

#[test]
fn a_change_outside_its_range_or_of_no_match_is_refused_and_changes_nothing() {
    let admin_token = Some("token-of-this-test".to_owned());
    let server = start(Config { admin_token, ..config() });
    let token = "Authorization: Bearer token-of-this-test";
    let id = http::joined(server.addr, "Ada")["match"].as_str().unwrap().to_owned();
    let path = format!("{MATCHES}/{id}");
    let before = ask(server.addr, "GET", &path, &[token], "").json()["tick_hz"].clone();
    for (change, word) in [
        (r#"{"tick_hz":0}"#, "tick_hz"),
        (r#"{"tick_hz":241}"#, "240"),
        (r#"{"tick_hz":60,"dilation_permille":0}"#, "dilation_permille"),
        (r#"{"tickhz":60}"#, "tickhz"),
        ("[60,1,100,0,false,1000]", "map"),
        ("", "EOF"),
    ] {
        let answer = ask(server.addr, "PATCH", &path, &[token], change);
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "bad_request"), "{change}");
        assert!(answer.body.contains(word), "{word} is missing in {}", answer.body);
    }
    assert_eq!(ask(server.addr, "GET", &path, &[token], "").json()["tick_hz"], before);
    assert_eq!(ask(server.addr, "PATCH", "/api/admin/matches/none", &[token], "{}").status, 404);
}

/// A server with one bot, and a match in which Ada holds a seat; the match's path.
fn bot_and_ada() -> (Running, String) {
    let server = start(Config { bots: 1, ..config() });
    let joined = http::joined(server.addr, "Ada");
    let path = format!("{MATCHES}/{}", joined["match"].as_str().expect("its name"));
    wait_until("the bot sits down", || act(&server, "GET", &path, "").json()["bots"] == 1);
    (server, path)
}

/// The seats in which bots sit, and their names.
fn bots(server: &Running, path: &str) -> Vec<(u64, String)> {
    let shown = act(server, "GET", path, "").json();
    let bots = shown["seats"].as_array().expect("a list").iter().filter(|seat| seat["bot"] == true);
    let bots = bots.map(|bot| Some((bot["seat"].as_u64()?, bot["name"].as_str()?.to_owned())));
    bots.collect::<Option<_>>().expect("numbers and names")
}

#[test]
fn a_kicked_player_is_told_why_and_cannot_return_with_the_token() {
    let server = start(config());
    let joined = http::joined(server.addr, "Ada");
    let path = format!("{MATCHES}/{}/kick", joined["match"].as_str().unwrap());
    let ticket = joined["ticket"].as_str().unwrap();
    let (mut player, _) = socket(server.addr, &format!("/ws?ticket={ticket}"), Some("skirmish.v1"));
    let mut hello = Vec::new();
    ClientMessage::Hello { version: PROTOCOL_VERSION, agent: "test".into(), schema_hash: 0 }.encode(&mut hello);
    player.send(Message::binary(hello)).unwrap();
    let Ok(ServerMessage::Welcome(welcome)) = ServerMessage::decode(&player.read().unwrap().into_data()) else {
        panic!("the welcome comes first");
    };
    // The seat shows from the tick on in which she sat down.
    let kick = json!({ "seat": welcome.seat, "reason": "be kind" }).to_string();
    wait_until("she is kicked", || act(&server, "POST", &path, &kick).status == 200);
    let (_, code, reason) = until_closed(&mut player);
    assert_eq!((code, reason.as_str()), (4201, "be kind"));
    let (mut again, _) = socket(server.addr, &format!("/ws?ticket={}", welcome.token), Some("skirmish.v1"));
    assert_eq!(refusal(&mut again).1, 4102);
}

#[test]
fn a_kick_of_nobody_of_a_bot_or_with_too_long_a_reason_is_refused() {
    let (server, path) = bot_and_ada();
    let bot = bots(&server, &path)[0].0;
    let kick = format!("{path}/kick");
    for seat in [bot, 1, 9_999] {
        let answer = act(&server, "POST", &kick, &json!({ "seat": seat }).to_string());
        assert_eq!((answer.status, answer.error_code().as_str()), (404, "no_seat"), "{seat}");
    }
    let wordy = json!({ "seat": 0, "reason": "x".repeat(124) }).to_string();
    for (body, word) in [(wordy.as_str(), "123"), (r#"{"reason":"x"}"#, "seat"), (r#"{"seat":0,"why":"x"}"#, "why")] {
        let answer = act(&server, "POST", &kick, body);
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "bad_request"), "{body}");
        assert!(answer.body.contains(word), "{word} is missing in {}", answer.body);
    }
    assert_eq!(act(&server, "POST", &format!("{MATCHES}/none/kick"), r#"{"seat":0}"#).status, 404);
}

#[test]
fn an_operator_adds_bots_and_takes_one_away() {
    let (server, path) = bot_and_ada();
    let before = bots(&server, &path);
    let answer = act(&server, "POST", &format!("{path}/bots"), r#"{"add":2}"#);
    assert_eq!((answer.status, &answer.json()["accepted"]), (200, &json!({ "add": 2 })));
    wait_until("two more bots sit down", || bots(&server, &path).len() == 3);
    let mut names: Vec<String> = bots(&server, &path).into_iter().map(|(_, name)| name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 3, "{names:?}");
    let first = format!("{path}/bots/{}", before[0].0);
    assert_eq!(act(&server, "DELETE", &first, "").status, 200);
    wait_until("the first is gone", || bots(&server, &path).len() == 2);
    assert!(!bots(&server, &path).contains(&before[0]));
    let answer = act(&server, "DELETE", &first, "");
    assert_eq!((answer.status, answer.error_code().as_str()), (404, "no_seat"));
}

#[test]
fn more_bots_than_free_seats_are_refused_with_their_number() {
    let (server, path) = bot_and_ada();
    let shown: Value = act(&server, "GET", &path, "").json();
    let free = shown["seats_max"].as_u64().unwrap() - shown["seats"].as_array().unwrap().len() as u64;
    for add in [0, free + 1] {
        let answer = act(&server, "POST", &format!("{path}/bots"), &json!({ "add": add }).to_string());
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "bad_request"), "{add}");
        assert!(answer.body.contains(&free.to_string()), "{}", answer.body);
    }
}

#[test]
fn bots_leave_from_the_highest_seat_down_and_no_more_than_there_are() {
    let (server, path) = bot_and_ada();
    act(&server, "POST", &format!("{path}/bots"), r#"{"add":3}"#);
    wait_until("three more sit down", || bots(&server, &path).len() == 4);
    let before = bots(&server, &path);
    for (body, word) in [
        (r#"{"remove":5}"#, "1 to 4"),
        (r#"{"remove":0}"#, "1 to 4"),
        (r#"{"add":1,"remove":1}"#, "either"),
        ("{}", "either"),
    ] {
        let answer = act(&server, "POST", &format!("{path}/bots"), body);
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "bad_request"), "{body}");
        assert!(answer.body.contains(word), "{}", answer.body);
    }
    assert_eq!(act(&server, "POST", &format!("{path}/bots"), r#"{"remove":3}"#).status, 200);
    wait_until("three are gone", || bots(&server, &path) == before[..1]);
}
