//! Configuration: which layer wins, and what is said about wrong values.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use skirmish_server::Config;
use skirmish_server::config::{LogFormat, is_stray_variable, keys};

type Pairs<'a> = &'a [(&'a str, &'a str)];

fn pairs(given: Pairs<'_>) -> Vec<(String, String)> {
    given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn load(file: Option<&Path>, env: Pairs<'_>, flags: Pairs<'_>) -> Result<Config, String> {
    Config::load(file, pairs(env), pairs(flags)).map_err(|errors| errors.to_string())
}

fn file(text: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("skirmish.toml");
    fs::write(&path, text).expect("it can be written to");
    (dir, path)
}

#[test]
fn flags_override_the_environment_and_that_the_file_and_that_the_defaults() {
    let (_dir, path) = file("bots = 1\nwindow_ms = 100\nmatches_max = 7\n");
    let env = [("SKIRMISH_BOTS", "2"), ("SKIRMISH_WINDOW_MS", "200"), ("PATH", "/bin")];
    let config = load(Some(&path), &env, &[("bots", "3")]).unwrap();
    assert_eq!((config.bots, config.window_ms, config.matches_max), (3, 200, 7));
    assert_eq!(config.history_ticks, Config::default().history_ticks);
}

#[test]
fn every_kind_of_value_can_be_given_as_text() {
    let env = [
        ("SKIRMISH_LISTEN", "[::1]:0"),
        ("SKIRMISH_ORIGINS", "https://a.example, http://b.example:81"),
        ("SKIRMISH_ADMIN_TOKEN", "1234567890"),
        ("SKIRMISH_LOG_FORMAT", "json"),
        ("SKIRMISH_SEAT_TIMEOUT_S", "2.5"),
        ("SKIRMISH_TICK_HZ", "60"),
        ("SKIRMISH_JSON_SUBPROTOCOL", "true"),
        ("SKIRMISH_DATA_DIR", "/tmp/logs"),
    ];
    let config = load(None, &env, &[]).unwrap();
    assert_eq!(config.listen.to_string(), "[::1]:0");
    assert_eq!(config.origins, ["https://a.example", "http://b.example:81"]);
    assert_eq!(config.admin_token.as_deref(), Some("1234567890"));
    assert_eq!(config.log_format, LogFormat::Json);
    assert_eq!(config.seat_timeout_s, 2.5);
    assert_eq!(config.tick_hz, Some(60));
    assert!(config.json_subprotocol);
    assert_eq!(config.data_dir, Some(PathBuf::from("/tmp/logs")));
}

#[test]
fn an_error_names_the_key_the_value_where_it_came_from_and_what_is_allowed() {
    let (_dir, path) = file("bots = 900");
    let from_file = format!("bots = 900 (from {}): must be a whole number from 0 to 199", path.display());
    assert_eq!(load(Some(&path), &[], &[]).unwrap_err(), from_file);
    let from_env = "bots = \"many\" (from SKIRMISH_BOTS): must be a whole number from 0 to 199";
    assert_eq!(load(None, &[("SKIRMISH_BOTS", "many")], &[]).unwrap_err(), from_env);
    let from_flag = "ticket_ttl_s = \"0\" (from --ticket-ttl-s): must be a number from 1 to 86400";
    assert_eq!(load(None, &[], &[("ticket_ttl_s", "0")]).unwrap_err(), from_flag);
    let in_code = Config { bots: 900, ..Config::default() };
    assert_eq!(in_code.check().unwrap_err().to_string(), "bots = 900: must be a whole number from 0 to 199");
}

#[test]
fn values_of_each_kind_outside_their_range_are_refused() {
    let wrong = [
        ("listen", "localhost"),
        ("public_url", "play.example.org"),
        ("public_url", "https://play.example.org/path"),
        ("origins", "https://a.example,b.example"),
        ("json_subprotocol", "yes"),
        ("edge_threads", "-1"),
        ("sim_threads", "1.5"),
        ("assets_dir", ""),
        ("admin_token", "short"),
        ("ticket_key", "with a space in it, but long enough"),
        ("log_format", "xml"),
        ("log_level", "loud"),
        ("tick_hz", "0"),
        ("tick_hz", "241"),
        ("seat_timeout_s", "NaN"),
        ("seat_timeout_s", "inf"),
        ("idle_timeout_s", "-3"),
    ];
    for (key, value) in wrong {
        let error = load(None, &[], &[(key, value)]).expect_err(key);
        assert!(error.starts_with(&format!("{key} = ")), "{error}");
        assert!(error.contains("must be "), "{error}");
    }
}

#[test]
fn all_wrong_values_are_reported_at_once() {
    let error = load(None, &[("SKIRMISH_BOTS", "x")], &[("tick_hz", "999"), ("listen", "here")]).unwrap_err();
    assert_eq!(error.lines().count(), 3, "{error}");
}

#[test]
fn unknown_keys_are_refused_by_name() {
    let (_dir, path) = file("tickhz = 60");
    let error = load(Some(&path), &[], &[]).unwrap_err();
    assert!(error.starts_with(&format!("unknown key tickhz (from {})", path.display())), "{error}");
    let error = load(None, &[], &[("tickhz", "60")]).unwrap_err();
    assert!(error.starts_with("unknown key tickhz (from --tickhz)"), "{error}");
}

#[test]
fn a_variable_that_only_looks_like_one_of_ours_is_ignored_and_known_for_a_stray() {
    assert_eq!(load(None, &[("SKIRMISH_PORT", "tcp://10.0.0.1:80")], &[]).unwrap(), Config::default());
    assert!(is_stray_variable("SKIRMISH_PORT"));
    for name in ["SKIRMISH_SEED", "SKIRMISH_CONFIG", "SKIRMISH_BOTS", "PATH"] {
        assert!(!is_stray_variable(name), "{name}");
    }
}

#[test]
fn a_number_may_be_written_in_any_way_that_its_range_allows() {
    let config = load(None, &[("SKIRMISH_BOTS", "+5")], &[("seat_timeout_s", "1e1")]).unwrap();
    assert_eq!((config.bots, config.seat_timeout_s), (5, 10.0));
}

#[test]
fn a_file_that_is_missing_or_no_toml_is_refused() {
    let error = load(Some(Path::new("/nowhere/skirmish.toml")), &[], &[]).unwrap_err();
    assert!(error.contains("/nowhere/skirmish.toml"), "{error}");
    let (_dir, path) = file("bots = = 4");
    let error = load(Some(&path), &[], &[]).unwrap_err();
    assert!(error.contains("skirmish.toml"), "{error}");
}

#[test]
fn the_example_file_holds_exactly_the_defaults() {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/config/skirmish.toml"));
    assert_eq!(load(Some(path), &[], &[]).unwrap(), Config::default());
    let text = fs::read_to_string(path).unwrap();
    for key in keys::KEYS {
        let shown = |line: &str| line.trim_start_matches("# ").starts_with(&format!("{} = ", key.name));
        assert!(text.lines().any(shown), "{} is not shown", key.name);
    }
}

#[test]
fn the_table_of_keys_is_the_configuration() {
    let serialized = serde_json::to_value(Config::default()).unwrap();
    let fields: Vec<&String> = serialized.as_object().unwrap().keys().collect();
    let mut named: Vec<&str> = keys::KEYS.iter().map(|key| key.name).collect();
    named.sort_unstable();
    assert_eq!(fields, named);
}

#[test]
fn every_example_is_allowed() {
    for key in keys::KEYS {
        load(None, &[], &[(key.name, key.example)]).unwrap();
    }
}

fn skirmish(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_skirmish")).args(arguments).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_binary_refuses_a_wrong_flag_with_the_same_words() {
    let (code, _, stderr) = skirmish(&["serve", "--bots", "900"]);
    assert_eq!(code, Some(2));
    assert_eq!(stderr, "error: bots = \"900\" (from --bots): must be a whole number from 0 to 199\n");
    let (_, _, stderr) = skirmish(&["serve", "--bots", "-1"]);
    assert_eq!(stderr, "error: bots = \"-1\" (from --bots): must be a whole number from 0 to 199\n");
}

#[test]
#[cfg(unix)]
fn a_variable_of_ours_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStrExt;
    let mut command = Command::new(env!("CARGO_BIN_EXE_skirmish"));
    let value = std::ffi::OsStr::from_bytes(b"\xff");
    let output = command.arg("serve").env("SKIRMISH_BOTS", value).output().expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stderr, b"error: the value of SKIRMISH_BOTS is not Unicode text\n");
}

#[test]
fn a_folder_for_logs_that_cannot_be_written_to_is_refused_at_the_start() {
    let (_dir, path) = file("");
    let path = path.to_str().expect("text");
    let (code, _, stderr) = skirmish(&["serve", "--listen", "127.0.0.1:0", "--data-dir", path]);
    assert_eq!(code, Some(2));
    assert!(stderr.contains(&format!("data_dir = {path:?}")), "{stderr}");
}

#[test]
fn help_explains_every_flag_with_its_default_range_variable_and_example() {
    let (code, stdout, _) = skirmish(&["serve", "--help"]);
    assert_eq!(code, Some(0));
    for key in keys::KEYS {
        for expected in [key.flag(), key.variable(), format!("Example: {} {}", key.flag(), key.example)] {
            assert!(stdout.contains(&expected), "{expected} is missing");
        }
        if let Some(default) = key.default_text() {
            assert!(stdout.contains(&format!("[default: {default}]")), "{}", key.name);
        }
    }
    let (code, stdout, _) = skirmish(&["replay", "--help"]);
    assert_eq!(code, Some(0));
    assert!(stdout.contains("Example"));
}
