//! Which pages may connect and join.

mod http;
mod process;

use axum::http::{HeaderMap, HeaderValue, header};
use http::{Answer, ask, ask_raw, config, metric, start};
use process::Process;
use skirmish_server::Config;
use skirmish_server::control::Origins;

fn allowed(listed: &[&str], host: &str, origin: Option<&str>) -> bool {
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, HeaderValue::from_str(host).expect("a header"));
    if let Some(origin) = origin {
        headers.insert(header::ORIGIN, HeaderValue::from_str(origin).expect("a header"));
    }
    let listed: Vec<String> = listed.iter().map(|origin| (*origin).to_owned()).collect();
    Origins::new(&listed).allow(&headers)
}

#[test]
fn without_a_list_the_hosts_own_pages_and_those_of_loopback_are_allowed() {
    let host = "play.example.org:8080";
    for origin in [
        "http://play.example.org:8080",
        "https://play.example.org:8080",
        "http://PLAY.example.org:8080",
        "http://localhost:5173",
        "http://localhost",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
        "http://[::1]",
    ] {
        assert!(allowed(&[], host, Some(origin)), "{origin}");
    }
    for origin in [
        "http://play.example.org",
        "http://evil.example",
        "http://play.example.org:8080.evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example:80",
        "http://evil.example/localhost",
        "null",
        "",
    ] {
        assert!(!allowed(&[], host, Some(origin)), "{origin}");
    }
}

#[test]
fn with_a_list_only_what_is_listed_is_allowed() {
    let listed = ["https://play.example.org"];
    assert!(allowed(&listed, "10.0.0.1:8080", Some("https://play.example.org")));
    for origin in ["http://play.example.org", "http://10.0.0.1:8080", "http://localhost", "null"] {
        assert!(!allowed(&listed, "10.0.0.1:8080", Some(origin)), "{origin}");
    }
}

#[test]
fn a_request_of_no_page_is_allowed() {
    assert!(allowed(&[], "a", None));
    assert!(allowed(&["https://play.example.org"], "a", None));
}

fn handshake(server: &Process, origin: &str) -> Answer {
    ask_raw(
        server.addr,
        &format!(
            "GET /ws HTTP/1.1\r\nHost: {}\r\nOrigin: {origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            server.addr
        ),
    )
}

#[test]
fn a_handshake_of_a_foreign_page_gets_a_plain_403_and_is_counted() {
    let server = Process::start(&[]);
    assert_eq!(handshake(&server, "http://evil.example").status, 403);
    assert_eq!(metric(server.addr, r#"skirmish_handshakes_total{result="foreign_origin"}"#), 1.0);
    assert_eq!(handshake(&server, &format!("http://{}", server.addr)).status, 101);
}

const BODY: &str = r#"{"game":"arena","name":"Ada"}"#;

#[test]
fn a_page_of_an_allowed_origin_may_join_and_read_the_answer() {
    let page = "https://play.example.org";
    let server = start(Config { origins: vec![page.to_owned()], ..config() });
    let origin = format!("Origin: {page}");
    let preflight = ask(
        server.addr,
        "OPTIONS",
        "/api/join",
        &[&origin, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type"],
        "",
    );
    assert_eq!(preflight.status, 204);
    assert_eq!(preflight.header("access-control-allow-origin"), Some(page));
    assert_eq!(preflight.header("access-control-allow-headers"), Some("content-type"));
    assert!(preflight.header("access-control-allow-methods").is_some_and(|methods| methods.contains("POST")));
    let answer = ask(server.addr, "POST", "/api/join", &[&origin], BODY);
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some(page)));
    let refused = ask(server.addr, "POST", "/api/join", &[&origin], "{}");
    assert_eq!((refused.status, refused.header("access-control-allow-origin")), (400, Some(page)));
    let listed = ask(server.addr, "GET", "/api/matches", &[&origin], "");
    assert_eq!((listed.status, listed.header("vary")), (200, Some("Origin")));
}

#[test]
fn a_page_of_a_foreign_origin_may_not_join() {
    let server = start(config());
    for method in ["OPTIONS", "POST"] {
        let answer = ask(server.addr, method, "/api/join", &["Origin: http://evil.example"], BODY);
        assert_eq!((answer.status, answer.error_code().as_str()), (403, "bad_request"));
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
    assert_eq!(http::get(server.addr, "/api/matches").json(), serde_json::json!([]));
}
