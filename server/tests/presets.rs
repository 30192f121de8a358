//! Presets: what a match is tuned to, in a file that a designer can read and commit.

mod http;

use std::fs;
use std::path::Path;

use http::{act, config, start};
use serde_json::{Value, json};
use skirmish_server::{Config, Running, Server};

const PRESETS: &str = "/api/admin/presets";
const MATCH: &str = "/api/admin/matches/tuned";

fn open(presets: &Path) -> Running {
    let server = start(Config { preset_dir: Some(presets.to_owned()), ..config() });
    act(&server, "POST", "/api/admin/matches", r#"{"game":"arena","match":"tuned"}"#);
    server
}

/// What each number is that is not at its default.
fn turned(server: &Running) -> Value {
    let all = act(server, "GET", &format!("{MATCH}/settings"), "").json();
    let settings = all["settings"].as_array().expect("a list").iter();
    let turned = settings.filter(|setting| setting["value"] != setting["default"]);
    turned
        .map(|setting| (setting["key"].as_str().unwrap_or_default().to_owned(), setting["value"].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[test]
fn a_preset_is_the_difference_from_the_defaults_with_units_and_ranges_always_the_same() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let server = open(&dir.path().join("made/when/needed"));
    let change = r#"{"dilation_permille":500,"snapshot_interval":3,"paused":true,"numbers":{"weapon.magazine":6,"bots.rookie.lead":0.5,"fighter.speed":200}}"#;
    act(&server, "PATCH", MATCH, change);
    let saved = act(&server, "PUT", &format!("{PRESETS}/slow-1"), r#"{"match":"tuned"}"#);
    assert_eq!(saved.status, 200, "{saved:?}");
    let expected = "\
# slow-1: a preset of arena. What is not named here is at its default.
game = \"arena\"

[engine]
snapshot_interval = 3            # from one snapshot to the next: more save bandwidth, and players see what happens later, ticks: 1 to 240, default 1
dilation_permille = 500          # match time per real time: 500 is half speed, 1000 normal, permille: 10 to 10000, default 1000

[numbers]
fighter.speed = 200.0            # at full run, units/s: 10 to 1000, default 260.0
weapon.magazine = 6              # shots before reloading: 1 to 250, default 12
bots.rookie.lead = 0.5           # how well it leads a moving target, 0 (aims at where it is) to 1 (where it will be): 0 to 1, default 0.2
";
    let file = dir.path().join("made/when/needed/slow-1.toml");
    assert_eq!(fs::read_to_string(&file).expect("it was written"), expected);
    assert_eq!(
        file.parent().expect("a folder").read_dir().expect("it is there").count(),
        1,
        "nothing else is left there"
    );
    let listed = act(&server, "GET", PRESETS, "").json();
    let values = json!({ "snapshot_interval": 3, "dilation_permille": 500, "fighter.speed": 200.0, "weapon.magazine": 6, "bots.rookie.lead": 0.5 });
    assert_eq!(listed, json!([{ "name": "slow-1", "game": "arena", "values": values }]));
}

#[test]
fn applying_a_preset_is_one_change_that_sets_everything_and_can_be_taken_back() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::write(dir.path().join("quick.toml"), "game = \"arena\"\n[numbers]\nfighter.speed = 500\n")
        .expect("it can be written");
    let server = open(dir.path());
    act(&server, "PATCH", MATCH, r#"{"tick_hz":60,"numbers":{"weapon.damage":5}}"#);
    let applied = act(&server, "POST", &format!("{MATCH}/preset"), r#"{"name":"quick"}"#);
    assert_eq!((applied.status, &applied.json()["change"]), (200, &json!(2)));
    assert_eq!(turned(&server), json!({ "fighter.speed": 500.0 }), "what it does not name is at its default");
    let changes = act(&server, "GET", &format!("{MATCH}/changes"), "").json();
    assert_eq!(
        (&changes[0]["preset"], changes[0]["what"].as_object().map(serde_json::Map::len)),
        (&json!("quick"), Some(3))
    );
    act(&server, "POST", &format!("{MATCH}/changes/2/undo"), "");
    assert_eq!(turned(&server), json!({ "tick_hz": 60, "weapon.damage": 5 }));
}

#[test]
fn nothing_outside_the_folder_is_read_written_or_removed() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let outside = dir.path().join("outside.toml");
    fs::write(&outside, "game = \"arena\"\n").expect("it can be written");
    let server = open(&dir.path().join("presets"));
    let long = "x".repeat(41);
    for name in ["..%2Foutside", "..", "%2e%2e%2foutside", "a.b", "A", "a%00", "%2Fetc%2Fpasswd", &long] {
        let path = format!("{PRESETS}/{name}");
        let answers = [act(&server, "PUT", &path, r#"{"match":"tuned"}"#), act(&server, "DELETE", &path, "")];
        assert!(answers.iter().all(|answer| (400..=405).contains(&answer.status)), "{name}: {answers:?}");
    }
    for name in ["../outside", "", "/etc/passwd"] {
        let answer = act(&server, "POST", &format!("{MATCH}/preset"), &json!({ "name": name }).to_string());
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "bad_request"), "{name}");
    }
    assert!(outside.is_file() && !dir.path().join("presets").exists());
}

#[test]
fn a_file_that_is_no_preset_or_has_what_a_match_can_not_be_is_refused_with_the_reason() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let files = [
        ("broken", "game = arena", "409 bad_preset"),
        ("foreign", "game = \"tag\"\n", "409 wrong_game"),
        ("unknown", "game = \"arena\"\n[numbers]\nfighter.sped = 1\n", "400 bad_request"),
        ("outside", "game = \"arena\"\n[engine]\ntick_hz = 1000\n", "400 bad_request"),
        ("fixed", "game = \"arena\"\n[numbers]\nfighter.radius = 20.0\n", "400 bad_request"),
    ];
    for (name, text, _) in files {
        fs::write(dir.path().join(format!("{name}.toml")), text).expect("it can be written");
    }
    let server = open(dir.path());
    for (name, _, expected) in files {
        let answer = act(&server, "POST", &format!("{MATCH}/preset"), &json!({ "name": name }).to_string());
        assert_eq!(format!("{} {}", answer.status, answer.error_code()), expected, "{answer:?}");
    }
    let none = act(&server, "POST", &format!("{MATCH}/preset"), r#"{"name":"none"}"#);
    assert_eq!((none.status, none.error_code().as_str()), (404, "no_preset"));
    assert_eq!(turned(&server), json!({}));
    let listed = act(&server, "GET", PRESETS, "").json();
    assert!(listed[0]["name"] == "broken" && listed[0]["error"].is_string(), "a broken one is shown as such: {listed}");
}

#[test]
fn a_preset_that_was_deleted_is_gone() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let server = open(dir.path());
    act(&server, "PUT", &format!("{PRESETS}/mine"), r#"{"match":"tuned"}"#);
    assert_eq!(act(&server, "DELETE", &format!("{PRESETS}/mine"), "").status, 200);
    assert_eq!(act(&server, "DELETE", &format!("{PRESETS}/mine"), "").status, 404);
    assert_eq!(act(&server, "GET", PRESETS, "").json(), json!([]));
    assert_eq!(act(&server, "PUT", &format!("{PRESETS}/mine"), r#"{"match":"none"}"#).status, 404);
}

#[test]
fn the_presets_that_ship_can_be_applied_and_are_as_the_server_would_write_them() {
    let shipped = config().assets_dir.join("config/presets");
    let dir = tempfile::tempdir().expect("a temporary folder");
    let mut names = Vec::new();
    for file in shipped.read_dir().expect("presets ship").flatten() {
        fs::copy(file.path(), dir.path().join(file.file_name())).expect("it can be copied");
        names.push(file.path().file_stem().expect("a name").to_string_lossy().into_owned());
    }
    let server = open(dir.path());
    assert!(names.len() >= 2);
    for name in names {
        let applied = act(&server, "POST", &format!("{MATCH}/preset"), &json!({ "name": name }).to_string());
        assert_eq!(applied.status, 200, "{applied:?}");
        act(&server, "PUT", &format!("{PRESETS}/{name}"), r#"{"match":"tuned"}"#);
        let file = format!("{name}.toml");
        let [ours, written] =
            [&shipped, dir.path()].map(|dir| fs::read_to_string(dir.join(&file)).expect("it is there"));
        assert_eq!(ours, written);
    }
}

#[test]
fn a_server_without_a_folder_of_presets_has_none() {
    let empty = tempfile::tempdir().expect("a temporary folder");
    let config = Config { assets_dir: empty.path().to_owned(), ..config() };
    let server = Server::start(config, skirmish_server::games::games()).expect("it starts");
    assert_eq!(act(&server, "GET", PRESETS, "").json(), json!([]));
}
