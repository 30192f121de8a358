//! Who may use `/api/admin` and the console: two tokens, and the cookie that a browser gets for one.

mod http;

use std::fs;
use std::net::SocketAddr;

use http::{Answer, ask, bearer, config, get, start};
use serde_json::json;
use skirmish_server::Config;

const SESSION: &str = "/api/admin/session";

/// The cookie that a browser sends back after signing in.
fn sign_in(addr: SocketAddr, token: &str) -> String {
    let answer = ask(addr, "POST", SESSION, &[], &json!({ "token": token, "who": "Ada" }).to_string());
    assert_eq!(answer.status, 200, "{answer:?}");
    let cookie = answer.header("set-cookie").expect("a cookie").split(';').next().expect("it begins with it");
    format!("Cookie: {cookie}")
}

fn refused(answer: &Answer) -> (u16, String) {
    (answer.status, answer.error_code())
}

#[test]
fn a_token_is_exchanged_for_a_cookie_that_says_who_one_is() {
    let server = start(config());
    let answer = ask(server.addr, "POST", SESSION, &[], &json!({ "token": server.admin_token }).to_string());
    let set = answer.header("set-cookie").expect("a cookie").to_owned();
    assert!(set.starts_with(&format!("skirmish_console_{}=", server.addr.port())), "{set}");
    assert!(set.contains("; HttpOnly; SameSite=Strict; Path=/;"), "{set}");
    let cookie = sign_in(server.addr, &server.viewer_token);
    let session = ask(server.addr, "GET", SESSION, &[&cookie], "").json();
    assert_eq!((&session["role"], &session["who"]), (&json!("viewer"), &json!("Ada")));
    assert_eq!((&session["games"], &session["server_version"]), (&json!(["arena"]), &json!(env!("CARGO_PKG_VERSION"))));
    let out = ask(server.addr, "DELETE", SESSION, &[&cookie, &format!("Origin: http://{}", server.addr)], "");
    assert!(out.header("set-cookie").is_some_and(|set| set.contains("Max-Age=0")), "{out:?}");
}

#[test]
fn signing_in_with_no_token_a_wrong_one_or_no_name_is_refused() {
    let server = start(config());
    let with = |body: &str| ask(server.addr, "POST", SESSION, &[], body);
    assert_eq!(refused(&with(r#"{"token":"wrong"}"#)), (401, "unauthorized".to_owned()));
    assert_eq!(refused(&with(r#"{"token":""}"#)), (401, "unauthorized".to_owned()));
    assert_eq!(refused(&with("{}")), (400, "bad_request".to_owned()));
    let nameless = json!({ "token": server.admin_token, "who": "a\nb" }).to_string();
    assert_eq!(refused(&with(&nameless)), (400, "bad_request".to_owned()));
    let foreign = json!({ "token": server.admin_token }).to_string();
    let foreign = ask(server.addr, "POST", SESSION, &["Origin: http://elsewhere.example"], &foreign);
    assert_eq!(refused(&foreign), (403, "foreign_origin".to_owned()));
}

#[test]
fn what_a_cookie_authorises_must_come_from_our_own_page_unless_it_only_looks() {
    let server = start(config());
    let cookie = sign_in(server.addr, &server.admin_token);
    let open = r#"{"game":"arena"}"#;
    let post = |headers: &[&str]| ask(server.addr, "POST", "/api/admin/matches", headers, open);
    assert_eq!(refused(&post(&[&cookie])), (403, "foreign_origin".to_owned()), "no page has no Origin");
    assert_eq!(refused(&post(&[&cookie, "Origin: http://elsewhere.example"])), (403, "foreign_origin".to_owned()));
    assert_eq!(post(&[&cookie, &format!("Origin: http://{}", server.addr)]).status, 201);
    assert_eq!(ask(server.addr, "GET", "/api/admin/matches", &[&cookie], "").status, 200);
    assert_eq!(post(&[&bearer(&server.admin_token)]).status, 201, "a token needs no page");
}

#[test]
fn the_scheme_of_a_token_is_read_in_any_case_and_no_other_scheme_is() {
    let server = start(config());
    let status = |line: &str| ask(server.addr, "GET", "/api/admin/matches", &[line], "").status;
    assert_eq!(status(&format!("Authorization: bearer {}", server.admin_token)), 200);
    assert_eq!(status(&format!("Authorization: Basic {}", server.admin_token)), 401);
    assert_eq!(status("Authorization: Bearer "), 401);
    let cookie = sign_in(server.addr, &server.admin_token);
    let both = ask(server.addr, "GET", "/api/admin/matches", &["Authorization: Bearer wrong", &cookie], "");
    assert_eq!(both.status, 401, "a wrong token is not made good by a cookie");
}

#[test]
fn the_console_is_given_to_who_signed_in_and_the_others_get_the_page_to_do_so() {
    let assets = tempfile::tempdir().expect("a temporary folder");
    let dist = assets.path().join("console/dist");
    fs::create_dir_all(dist.join("assets")).expect("it can be written");
    fs::write(dist.join("index.html"), "<title>the console</title>").expect("it can be written");
    fs::write(dist.join("assets/main.js"), "export {};").expect("it can be written");
    let server = start(Config { assets_dir: assets.path().to_owned(), ..config() });
    for path in ["/console", "/console/", "/console/assets/main.js", "/console/none.js"] {
        let answer = get(server.addr, path);
        assert_eq!(answer.status, 401, "{path}");
        assert!(answer.body.contains("<title>Skirmish console: sign in</title>"), "{path}");
        assert_eq!(answer.header("content-security-policy"), Some("frame-ancestors 'none'"), "{path}");
    }
    let cookie = sign_in(server.addr, &server.viewer_token);
    let with = |path: &str| ask(server.addr, "GET", path, &[&cookie], "");
    for path in ["/console", "/console/"] {
        assert_eq!((with(path).status, with(path).body.as_str()), (200, "<title>the console</title>"), "{path}");
    }
    assert_eq!(with("/console/assets/main.js").body, "export {};");
    assert_eq!(with("/console/none.js").status, 404);
    for path in ["/console/../config/arena.toml", "/console/%2e%2e/secret", "/console//../secret"] {
        assert!(with(path).status >= 400, "{path}");
    }
}

#[test]
fn a_console_that_is_not_built_says_what_to_run() {
    let empty = tempfile::tempdir().expect("a temporary folder");
    let server = start(Config { assets_dir: empty.path().to_owned(), ..config() });
    let cookie = sign_in(server.addr, &server.admin_token);
    let answer = ask(server.addr, "GET", "/console", &[&cookie], "");
    assert_eq!(answer.status, 404);
    assert!(answer.body.contains("./scripts/play") && answer.body.contains("console/dist"), "{}", answer.body);
}
