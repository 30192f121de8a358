//! `docs/openapi.json` and the server say the same: which endpoints there are, who may use them, and what they answer.

mod http;

use std::collections::BTreeSet;

use http::{Answer, act, ask, bearer, config, start, wait_until};
use serde_json::{Value, json};
use skirmish_server::Running;
use skirmish_server::control::{Role, admin_routes};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// Answers in another form than one JSON value.
const STREAMS: [&str; 1] = ["/api/admin/feed"];

fn document() -> Value {
    let text = std::fs::read_to_string(FILE).expect("the file is in the repository");
    serde_json::from_str(&text).expect("it is JSON")
}

/// Method and path of each operation in the file, with the operation.
fn operations(document: &Value) -> Vec<(String, String, &Value)> {
    let paths = document["paths"].as_object().expect("an object").iter();
    let of_path = |(path, item): (&String, &'static str), operations: &Value| {
        operations.get(item).map(|_| (item.to_uppercase(), path.clone()))
    };
    paths
        .flat_map(|(path, operations)| {
            METHODS.iter().filter_map(move |method| {
                let (method, path) = of_path((path, method), operations)?;
                Some((method.clone(), path, &operations[method.to_lowercase()]))
            })
        })
        .collect()
}

/// The path with something in the place of what varies.
fn filled(path: &str, id: &str) -> String {
    let part = |part: &str| match part {
        "{id}" => id.to_owned(),
        varying if varying.starts_with('{') => "1".to_owned(),
        fixed => fixed.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

#[test]
fn the_file_has_every_route_and_every_operation_of_the_file_is_one() {
    let document = document();
    let described: BTreeSet<_> = operations(&document).into_iter().map(|(method, path, _)| (method, path)).collect();
    let routes: BTreeSet<_> =
        admin_routes().iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
    assert_eq!(described, routes);
    for route in admin_routes() {
        let needs = match route.needs {
            Some(Role::Operator) => "operator",
            Some(Role::Viewer) => "viewer",
            None => "nobody",
        };
        let operation = &document["paths"][route.path][route.method.to_lowercase()];
        assert_eq!(operation["x-needs"], needs, "{} {}", route.method, route.path);
    }
}

#[test]
fn every_operation_refuses_no_token_a_wrong_one_and_a_viewers_that_would_act() {
    let server = start(config());
    let document = document();
    let mut acting = 0;
    for (method, path, operation) in operations(&document) {
        let mut path = filled(&path, "none");
        if STREAMS.contains(&&*path) {
            // One that ends: of no match there is none.
            path.push_str("?match=none");
        }
        let with = |headers: &[&str]| {
            let answer = ask(server.addr, &method, &path, headers, "{}");
            (
                answer.status,
                serde_json::from_str(&answer.body)
                    .map_or(String::new(), |body: Value| body["error"]["code"].to_string()),
            )
        };
        let needs = operation["x-needs"].as_str().expect("it says what it needs");
        if needs == "nobody" {
            continue;
        }
        for headers in
            [&[][..], &["Authorization: Bearer wrong"], &["Authorization: Bearer "], &["Cookie: skirmish_console_0=x"]]
        {
            assert_eq!(with(headers), (401, "\"unauthorized\"".to_owned()), "{method} {path} {headers:?}");
        }
        let (status, code) = with(&[&bearer(&server.viewer_token)]);
        if needs == "operator" {
            acting += 1;
            assert_eq!((status, code.as_str()), (403, "\"read_only\""), "{method} {path}");
        } else {
            assert!(status != 401 && status != 403, "{method} {path}: {status} {code}");
        }
    }
    assert!(acting > 10);
}

/// What an operation answers must fit its schema; `$ref`s are to the whole file.
fn assert_fits(document: &Value, operation: &Value, answer: &Answer) {
    let mut response = &operation["responses"][answer.status.to_string()];
    if let Some(name) = response["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        response = &document["components"]["responses"][name];
    }
    let schema = &response["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{} is not described: {answer:?}", answer.status);
    let whole = json!({ "components": document["components"], "allOf": [schema] });
    let validator = jsonschema::validator_for(&whole).expect("the file's schemas are JSON Schemas");
    let body = answer.json();
    let errors: Vec<_> =
        validator.iter_errors(&body).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?} in {body:#}");
}

/// A match with a bot, a change, a pause and a preset.
fn eventful(presets: &std::path::Path) -> (Running, String) {
    let server = start(skirmish_server::Config { preset_dir: Some(presets.to_owned()), ..config() });
    act(&server, "POST", "/api/admin/matches", r#"{"game":"arena","match":"described","bots":1}"#);
    let path = "/api/admin/matches/described";
    act(&server, "PATCH", path, r#"{"tick_hz":60,"numbers":{"fighter.speed":300}}"#);
    act(&server, "PUT", "/api/admin/presets/openapi", r#"{"match":"described"}"#);
    wait_until("the bot sits down", || act(&server, "GET", path, "").json()["bots"] == 1);
    (server, "described".to_owned())
}

#[test]
fn what_every_get_answers_fits_its_schema() {
    let presets = tempfile::tempdir().expect("a temporary folder");
    let (server, id) = eventful(presets.path());
    let document = document();
    let reads = operations(&document).into_iter().filter(|(method, ..)| method == "GET");
    for (_, path, operation) in reads.filter(|(_, path, _)| !STREAMS.contains(&path.as_str())) {
        let answer = act(&server, "GET", &filled(&path, &id), "");
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
        assert_fits(&document, operation, &answer);
    }
}

#[test]
fn what_acts_answer_fits_their_schemas_too() {
    let presets = tempfile::tempdir().expect("a temporary folder");
    let (server, _) = eventful(presets.path());
    let document = document();
    let matches = "/api/admin/matches";
    let described = "/api/admin/matches/described";
    let (id, pausing) = (format!("{matches}/{{id}}"), r#"{"paused":true}"#);
    let acts = [
        (
            "POST",
            "/api/admin/session".to_owned(),
            "/api/admin/session",
            &*json!({ "token": server.viewer_token }).to_string(),
        ),
        ("POST", matches.to_owned(), matches, r#"{"game":"arena"}"#),
        ("POST", matches.to_owned(), matches, r#"{"game":"chess"}"#),
        ("POST", matches.to_owned(), matches, r#"{"game":"arena","match":"described"}"#),
        ("PATCH", id.clone(), described, r#"{"tick_hz":0}"#),
        ("POST", format!("{id}/step"), "/api/admin/matches/described/step", r#"{"ticks":1}"#),
        ("PATCH", id.clone(), described, pausing),
        ("PATCH", id.clone(), described, pausing),
        ("POST", format!("{id}/step"), "/api/admin/matches/described/step", r#"{"ticks":1}"#),
        ("POST", format!("{id}/changes/{{change}}/undo"), "/api/admin/matches/described/changes/1/undo", ""),
        ("POST", format!("{id}/changes/{{change}}/undo"), "/api/admin/matches/described/changes/1/undo", ""),
        ("POST", format!("{id}/changes/{{change}}/undo"), "/api/admin/matches/described/changes/99/undo", ""),
        ("POST", format!("{id}/preset"), "/api/admin/matches/described/preset", r#"{"name":"openapi"}"#),
        ("POST", format!("{id}/preset"), "/api/admin/matches/described/preset", r#"{"name":"none"}"#),
        ("POST", format!("{id}/message"), "/api/admin/matches/described/message", r#"{"text":"hello"}"#),
        ("POST", format!("{id}/kick"), "/api/admin/matches/described/kick", r#"{"seat":9}"#),
        ("POST", format!("{id}/bots"), "/api/admin/matches/described/bots", r#"{"add":1}"#),
        ("DELETE", format!("{id}/bots/{{seat}}"), "/api/admin/matches/described/bots/31", ""),
        ("PUT", "/api/admin/presets/{name}".to_owned(), "/api/admin/presets/another", r#"{"match":"described"}"#),
        ("DELETE", "/api/admin/presets/{name}".to_owned(), "/api/admin/presets/another", ""),
        (
            "PUT",
            format!("{id}/impairments"),
            "/api/admin/matches/described/impairments",
            r#"{"delay_ms":150,"bytes_per_s":9000,"duration_s":60}"#,
        ),
        ("PUT", format!("{id}/impairments"), "/api/admin/matches/described/impairments", r#"{"duration_s":60}"#),
        ("GET", format!("{id}/impairments"), "/api/admin/matches/described/impairments", ""),
        ("DELETE", format!("{id}/impairments/{{impairment}}"), "/api/admin/matches/described/impairments/1", ""),
        ("DELETE", format!("{id}/impairments/{{impairment}}"), "/api/admin/matches/described/impairments/1", ""),
        ("POST", format!("{id}/watch"), "/api/admin/matches/described/watch", "{}"),
        ("POST", format!("{id}/watch"), "/api/admin/matches/described/watch", r#"{"seat":9}"#),
        ("GET", format!("{id}/changes/{{change}}/compare"), "/api/admin/matches/described/changes/99/compare", ""),
        ("DELETE", id.clone(), described, r#"{"reason":"over"}"#),
        ("GET", id, described, ""),
    ];
    for (method, operation, path, body) in &acts {
        let answer = act(&server, method, path, body);
        assert_fits(&document, &document["paths"][operation][method.to_lowercase()], &answer);
    }
}
