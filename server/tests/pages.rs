//! The pages that the server hands out.

mod http;

use std::fs;
use std::net::TcpStream;

use http::{ask, ask_raw, config, get, start};
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
fn a_path_of_the_api_that_is_none_is_told_as_every_other_refusal_is() {
    let server = start(config());
    for (method, path) in [("GET", "/api/admin/match"), ("POST", "/api/joins"), ("DELETE", "/api/admin/")] {
        let answer = ask(server.addr, method, path, &[], "");
        assert_eq!((answer.status, answer.error_code().as_str()), (404, "no_path"), "{method} {path}");
        assert!(answer.body.contains(&format!("{method} {path}")), "{}", answer.body);
    }
}

#[test]
fn a_server_for_one_session_still_answers_a_browser_that_holds_many_connections() {
    let server = start(Config { sessions_max: 1, ..config() });
    let _held: Vec<_> = (0..6).map(|_| TcpStream::connect(server.addr).unwrap()).collect();
    assert_eq!(get(server.addr, "/healthz").status, 200);
}
