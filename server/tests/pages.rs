//! The pages that the server hands out.

mod http;

use std::fs;

use http::{ask, ask_raw, config, get, start, wait_until};
use skirmish_server::Config;

#[test]
fn without_a_built_page_the_root_says_what_to_run() {
    let empty = tempfile::tempdir().unwrap();
    let server = start(Config { assets_dir: empty.path().to_owned(), ..config() });
    let answer = get(server.addr, "/");
    assert_eq!(answer.status, 404);
    assert!(answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
    assert!(answer.body.contains("./scripts/play"), "{}", answer.body);
}

#[test]
fn the_built_page_and_its_files_are_served_and_nothing_beside_them() {
    let assets = tempfile::tempdir().unwrap();
    let dist = assets.path().join("arena/dist");
    fs::create_dir_all(dist.join("assets")).unwrap();
    fs::write(dist.join("index.html"), "<title>the page</title>").unwrap();
    fs::write(dist.join("assets/main.js"), "export {};").unwrap();
    fs::write(assets.path().join("secret.txt"), "not for everybody").unwrap();
    let server = start(Config { assets_dir: assets.path().to_owned(), ..config() });
    let page = get(server.addr, "/");
    assert_eq!((page.status, page.body.as_str()), (200, "<title>the page</title>"));
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    let script = get(server.addr, "/assets/main.js");
    assert_eq!(script.status, 200);
    assert!(script.header("content-type").is_some_and(|kind| kind.contains("javascript")));
    for path in ["/../../secret.txt", "/%2e%2e/%2e%2e/secret.txt", "/..%2f..%2fsecret.txt", "//../secret.txt"] {
        let answer = ask_raw(server.addr, &format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        assert!(answer.status >= 400, "{path}: {answer:?}");
    }
    assert_eq!(get(server.addr, "/nothing.js").status, 404);
}

#[test]
fn the_console_says_where_the_admin_api_is() {
    let server = start(config());
    let answer = get(server.addr, "/console");
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("/api/admin/matches"));
}

const MATCHES: &str = "/api/admin/matches";

#[test]
fn the_admin_api_wants_its_token() {
    let server = start(config());
    let wrong = format!("Authorization: Bearer {}x", server.admin_token);
    let basic = format!("Authorization: Basic {}", server.admin_token);
    for headers in [&[][..], &[wrong.as_str()], &[basic.as_str()], &["Authorization: Bearer "]] {
        for (method, path) in [("GET", MATCHES), ("GET", "/api/admin/matches/x"), ("PATCH", "/api/admin/matches/x")] {
            let answer = ask(server.addr, method, path, headers, "{}");
            assert_eq!((answer.status, answer.error_code().as_str()), (401, "unauthorized"), "{headers:?}");
        }
    }
    let right = format!("Authorization: Bearer {}", server.admin_token);
    assert_eq!(ask(server.addr, "GET", MATCHES, &[&right], "").status, 200);
}

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
    ask(server.addr, "PATCH", &path, &[token], r#"{"paused":true}"#);
    wait_until("the match pauses", || show()["paused"] == true);
    assert_eq!(show()["dilation_permille"], 500, "what was not given stays");
    let all = ask(server.addr, "GET", MATCHES, &[token], "").json();
    assert_eq!(all[0]["match"], id.as_str());
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
        ("", "EOF"),
    ] {
        let answer = ask(server.addr, "PATCH", &path, &[token], change);
        assert_eq!((answer.status, answer.error_code().as_str()), (400, "bad_request"), "{change}");
        assert!(answer.body.contains(word), "{word} is missing in {}", answer.body);
    }
    assert_eq!(ask(server.addr, "GET", &path, &[token], "").json()["tick_hz"], before);
    assert_eq!(ask(server.addr, "PATCH", "/api/admin/matches/none", &[token], "{}").status, 404);
}
