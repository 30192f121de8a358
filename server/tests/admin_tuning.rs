//! Turning numbers of a running match through `/api/admin`: what is shown, accepted, refused, recorded and taken back.

mod http;

use http::{Answer, act, ask, bearer, config, start, wait_until};
use serde_json::{Value, json};
use skirmish_server::{Config, Running};

const MATCHES: &str = "/api/admin/matches";

/// A server with a match of arena that goes on without players.
fn open() -> (Running, String) {
    let server = start(config());
    assert_eq!(act(&server, "POST", MATCHES, r#"{"game":"arena","match":"tuned"}"#).status, 201);
    (server, format!("{MATCHES}/tuned"))
}

fn show(server: &Running, path: &str) -> Value {
    act(server, "GET", path, "").json()
}

/// One setting of the match.
fn setting(server: &Running, path: &str, key: &str) -> Value {
    let all = show(server, &format!("{path}/settings"));
    let found = all["settings"].as_array().expect("a list").iter().find(|setting| setting["key"] == key);
    found.unwrap_or_else(|| panic!("no {key} in {all}")).clone()
}

fn refused(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"]["message"].as_str().expect("a message").to_owned())
}

#[test]
fn settings_have_the_engines_numbers_first_then_the_games_each_with_what_a_slider_needs() {
    let (server, path) = open();
    let all = show(&server, &format!("{path}/settings"));
    let keys: Vec<_> = all["settings"].as_array().expect("a list").iter().map(|setting| &setting["key"]).collect();
    assert_eq!(keys[..4], ["tick_hz", "snapshot_interval", "interp_delay_ms", "interest_radius"]);
    let speed = setting(&server, &path, "fighter.speed");
    let expected = json!({
        "key": "fighter.speed", "group": "fighter", "type": "number", "unit": "units/s", "min": 10.0, "max": 1000.0, "step": 1.0,
        "help": "at full run", "value": 260.0, "default": 260.0, "live": true,
    });
    assert_eq!(speed, expected);
    assert_eq!(setting(&server, &path, "bots.rookie.lead")["group"], "bots.rookie");
    assert_eq!(setting(&server, &path, "window_ms")["value"], 250);
    for fixed in ["seats_max", "fighter.radius"] {
        let fixed = setting(&server, &path, fixed);
        assert!(fixed["live"] == false && fixed["why_not_live"].as_str().is_some_and(|why| !why.is_empty()), "{fixed}");
    }
}

#[test]
fn one_request_is_one_change_of_the_engines_and_the_games_numbers() {
    let (server, path) = open();
    let body = r#"{"tick_hz":60,"window_ms":500,"numbers":{"fighter.speed":300,"weapon.magazine":20}}"#;
    let answer = act(&server, "PATCH", &path, body).json();
    assert_eq!((&answer["change"], &answer["accepted"]["numbers"]["fighter.speed"]), (&json!(1), &json!(300)));
    for (key, value) in [
        ("tick_hz", json!(60)),
        ("window_ms", json!(500)),
        ("fighter.speed", json!(300.0)),
        ("weapon.magazine", json!(20)),
    ] {
        assert_eq!(setting(&server, &path, key)["value"], value);
    }
    wait_until("it is in force", || show(&server, &path)["tick_hz"] == 60);
    let changes = show(&server, &format!("{path}/changes"));
    let what = json!({
        "tick_hz": { "from": 30, "to": 60 }, "window_ms": { "from": 250, "to": 500 },
        "fighter.speed": { "from": 260.0, "to": 300.0 }, "weapon.magazine": { "from": 12, "to": 20 },
    });
    assert_eq!(
        (changes.as_array().map(Vec::len), &changes[0]["what"], &changes[0]["who"]),
        (Some(1), &what, &json!("operator"))
    );
    assert_eq!((&changes[0]["tick"], &show(&server, &path)["version"]), (&answer["tick"], &json!(1)));
}

#[test]
fn a_refused_number_is_named_with_its_range_and_nothing_of_the_request_is_changed() {
    let (server, path) = open();
    for (body, expected) in [
        (
            r#"{"tick_hz":60,"numbers":{"fighter.speed":5000}}"#,
            "fighter.speed = 5000: allowed is a number from 10 to 1000 units/s",
        ),
        (
            r#"{"numbers":{"fighter.speed":"fast"}}"#,
            "fighter.speed = \"fast\": allowed is a number from 10 to 1000 units/s",
        ),
        (r#"{"numbers":{"weapon.magazine":2.5}}"#, "weapon.magazine = 2.5: allowed is a whole number from 1 to 250"),
        (
            r#"{"numbers":{"fighter.radius":20}}"#,
            "fighter.radius can't change in a running match: where fighters enter and the ways of bots are found for it when the match is opened",
        ),
        (
            r#"{"seats_max":20}"#,
            "seats_max can't change in a running match: every seat has its place from the first tick on: open another match with other seats",
        ),
        (r#"{"tick_hz":241}"#, "tick_hz = 241: allowed is a whole number from 1 to 240 Hz"),
        (r#"{"paused":1}"#, "paused = 1: allowed is true or false"),
        (r#"{"numbers":[300]}"#, "numbers = [300]: allowed is an object of the game's numbers by their keys"),
    ] {
        assert_eq!(refused(&act(&server, "PATCH", &path, body)), (400, expected.to_owned()));
    }
    let unknown = refused(&act(&server, "PATCH", &path, r#"{"numbers":{"fighter.sped":300}}"#)).1;
    assert!(unknown.starts_with("fighter.sped: there is no such number; known here: round.seats_min,"), "{unknown}");
    assert_eq!(
        (show(&server, &path)["tick_hz"].clone(), show(&server, &path)["version"].clone()),
        (json!(30), json!(0))
    );
    let same = act(&server, "PATCH", &path, r#"{"tick_hz":30}"#).json();
    assert_eq!((&same["change"], &same["tick"]), (&Value::Null, &Value::Null), "what is so already is no change");
}

#[test]
fn a_change_is_taken_back_as_a_whole_once_and_that_too() {
    let (server, path) = open();
    act(&server, "PATCH", &path, r#"{"tick_hz":60,"numbers":{"fighter.speed":300}}"#);
    let undo = |id: u64| act(&server, "POST", &format!("{path}/changes/{id}/undo"), "");
    assert_eq!(undo(1).json()["change"], 2);
    assert_eq!(setting(&server, &path, "tick_hz")["value"], 30);
    assert_eq!(setting(&server, &path, "fighter.speed")["value"], 260.0);
    let changes = show(&server, &format!("{path}/changes"));
    assert_eq!((&changes[0]["undoes"], &changes[1]["undone_by"]), (&json!(1), &json!(2)));
    let again = undo(1);
    assert_eq!((again.status, again.error_code().as_str()), (409, "undone_already"));
    assert_eq!(undo(2).json()["change"], 3, "taking back is a change like any other");
    assert_eq!(setting(&server, &path, "tick_hz")["value"], 60);
    let none = undo(9);
    assert_eq!((none.status, none.error_code().as_str()), (404, "no_change"));
}

#[test]
fn a_change_under_a_later_one_of_the_same_number_is_not_taken_back() {
    let (server, path) = open();
    act(&server, "PATCH", &path, r#"{"tick_hz":60}"#);
    act(&server, "PATCH", &path, r#"{"snapshot_interval":2}"#);
    act(&server, "PATCH", &path, r#"{"tick_hz":20}"#);
    let early = act(&server, "POST", &format!("{path}/changes/1/undo"), "");
    assert_eq!((early.status, early.error_code().as_str()), (409, "changed_since"));
    assert_eq!(
        act(&server, "POST", &format!("{path}/changes/2/undo"), "").status,
        200,
        "another number was not touched"
    );
}

#[test]
fn what_is_turned_during_a_pause_shows_at_once_and_each_change_begins_where_the_one_before_ended() {
    let (server, path) = open();
    act(&server, "PATCH", &path, r#"{"paused":true}"#);
    act(&server, "PATCH", &path, r#"{"numbers":{"fighter.speed":300}}"#);
    act(&server, "PATCH", &path, r#"{"numbers":{"fighter.speed":400}}"#);
    assert_eq!(setting(&server, &path, "fighter.speed")["value"], 400.0);
    let changes = show(&server, &format!("{path}/changes"));
    assert_eq!(changes[0]["what"]["fighter.speed"], json!({ "from": 300.0, "to": 400.0 }));
}

#[test]
fn at_most_a_hundred_changes_are_kept_and_the_version_counts_on() {
    let (server, path) = open();
    for change in 0..105 {
        let body = json!({ "interp_delay_ms": 100 + change % 2 + 1 }).to_string();
        assert_eq!(act(&server, "PATCH", &path, &body).status, 200);
    }
    let changes = show(&server, &format!("{path}/changes"));
    assert_eq!(
        (changes.as_array().map(Vec::len), &changes[0]["id"], &changes[99]["id"]),
        (Some(100), &json!(105), &json!(6))
    );
    assert_eq!(show(&server, &path)["version"], 105);
}

#[test]
fn the_audit_list_has_every_act_with_who_did_it_newest_first() {
    let (server, path) = open();
    let who = ["X-Skirmish-Who: Ada", &bearer(&server.admin_token)];
    ask(server.addr, "PATCH", &path, &who, r#"{"paused":true}"#);
    ask(server.addr, "POST", &format!("{path}/step"), &who, r#"{"ticks":2}"#);
    act(&server, "PATCH", &path, r#"{"paused":false,"numbers":{"fighter.speed":300}}"#);
    act(&server, "PATCH", &path, r#"{"tick_hz":0}"#);
    act(&server, "POST", &format!("{path}/message"), r#"{"text":"hello"}"#);
    act(&server, "POST", MATCHES, r#"{"game":"arena","match":"other"}"#);
    let acts = show(&server, "/api/admin/audit?match=tuned");
    let told: Vec<_> = acts
        .as_array()
        .expect("a list")
        .iter()
        .map(|act| (act["act"].as_str().unwrap_or_default(), act["who"].as_str().unwrap_or_default()))
        .collect();
    let expected =
        [("message", "operator"), ("tune", "operator"), ("step", "Ada"), ("pause", "Ada"), ("open", "operator")];
    assert_eq!(told, expected, "what was refused was not done");
    assert_eq!(acts[1]["what"]["what"]["fighter.speed"]["to"], 300.0);
    let newest = show(&server, "/api/admin/audit?limit=1");
    assert_eq!(
        (newest.as_array().map(Vec::len), &newest[0]["act"], &newest[0]["match"]),
        (Some(1), &json!("open"), &json!("other"))
    );
    assert_eq!(act(&server, "GET", "/api/admin/audit?limit=0", "").status, 400);
    assert_eq!(act(&server, "GET", "/api/admin/audit?since=1", "").status, 400);
}

#[test]
fn a_match_says_what_it_costs_and_how_old_it_is() {
    let server = start(Config { bots: 3, ..config() });
    let path = format!("{MATCHES}/{}", http::joined(server.addr, "Ada")["match"].as_str().expect("its name"));
    wait_until("its costs are known", || show(&server, &path)["tick_budget_permille"]["max"].as_u64() > Some(0));
    let shown = show(&server, &path);
    assert_eq!((&shown["game"], &shown["state"], &shown["version"]), (&json!("arena"), &json!("running"), &json!(0)));
    assert!(shown["opened_ms"].as_u64() > Some(1_700_000_000_000) && shown["age_s"].as_u64() < Some(60), "{shown}");
    let budget = &shown["tick_budget_permille"];
    assert!(budget["mean"].as_u64() <= budget["max"].as_u64(), "{budget}");
}
