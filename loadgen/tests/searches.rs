//! Capacity search, tick-rate sweep and merge, each from its flags to its report.

mod support;

use support::{Server, alone, run, start};

#[test]
fn the_search_finds_the_limit_that_was_built_in() {
    let _alone = alone();
    // 5 ms for each seat of a tick of 50 ms: with eight players four fifths of it are gone.
    let server = Server::workload(&["--burn-us-per-seat", "5000"]);
    let search = [
        "capacity",
        "--host",
        &server.url,
        "--game",
        "workload",
        "--matches",
        "1",
        "--start",
        "2",
        "--players-max",
        "64",
    ];
    let quick =
        ["--settle-s", "1", "--window-s", "2", "--rounds", "1", "--hold-windows", "1", "--slo", "tick_budget_p99<80%"];
    let run = run(&[&search[..], &quick].concat());
    assert_eq!(run.code, 0, "{}", run.text);
    let players = run.report["players"].as_u64().expect("a number");
    assert!((5..=8).contains(&players), "{players}: {}", run.text);
    assert!(run.report["gave_out"].as_str().expect("a text").starts_with("simulation"), "{}", run.text);
}

#[test]
fn a_search_that_never_misses_says_at_least() {
    let _alone = alone();
    let server = Server::arena(&[]);
    let search =
        ["capacity", "--host", &server.url, "--start", "2", "--players-max", "4", "--settle-s", "1", "--window-s", "1"];
    let run = run(&[&search[..], &["--rounds", "1", "--slo", "input_ack_p50<10s"]].concat());
    assert_eq!(run.code, 7, "{}", run.text);
    assert_eq!(run.report["players"], 4);
    assert!(run.text.contains("At least 4 players"), "{}", run.text);
}

#[test]
fn a_sweep_starts_a_server_for_each_rate() {
    let _alone = alone();
    let server = support::program("skirmish").display().to_string();
    // So many that some are within sight of each other wherever they spawn.
    let sweep = ["sweep", "--server", &server, "--tick-hz", "10,40", "--players", "24", "--no-progress"];
    let run = run(&[&sweep[..], &["--window-s", "3", "--settle-s", "2"]].concat());
    assert!([0, 4].contains(&run.code), "passed, or void on a busy machine: {}", run.text);
    let rates = run.report["rates"].as_array().expect("a list");
    assert_eq!(rates.iter().map(|rate| rate["tick_hz"].as_u64()).collect::<Vec<_>>(), [Some(10), Some(40)]);
    for rate in rates {
        for figure in ["server_cpu_cores", "bytes_per_client_s", "input_ack_p50_ms", "displayed_error_p99"] {
            assert!(rate[figure].as_f64() > Some(0.0), "{figure}: {rate}");
        }
    }
    assert!(run.page.contains("Displayed error"));
}

#[test]
fn two_generators_reports_merge_into_one() {
    let _alone = alone();
    let server = Server::arena(&[]);
    let flags = ["--host", &server.url, "-u", "3", "-r", "100", "-t", "4s", "--no-progress"];
    let other = start(&[&flags[..], &["--seed", "2"]].concat());
    let (one, two) = (run(&flags), other.wait());
    let merged = run(&["merge", &one.json(), &two.json()]);
    assert!([0, 4].contains(&merged.code), "{}", merged.text);
    assert_eq!(merged.report["processes"], 2);
    for metric in ["input_ack", "snapshot_age", "join"] {
        assert_eq!(merged.samples(metric), one.samples(metric) + two.samples(metric), "{metric}");
    }
    let max = |metric| one.corrected_ms(metric, "max").max(two.corrected_ms(metric, "max"));
    assert!((merged.corrected_ms("input_ack", "max") - max("input_ack")).abs() < f64::EPSILON);
    assert_eq!(merged.counts()["joins"], 6);
}

#[test]
fn a_baseline_shows_what_changed() {
    let _alone = alone();
    let server = Server::arena(&[]);
    let flags = ["--host", &server.url, "-u", "2", "-r", "100", "-t", "2s", "--no-progress"];
    let before = run(&flags);
    let after = run(&[&flags[..], &["--baseline", &before.json()]].concat());
    assert!(after.page.contains("Against the baseline"), "{}", after.text);
    assert!(!before.page.contains("Against the baseline"));
}
