//! Every scenario against a small server: it does what it is there for, and the server is correct while it does.

mod support;

use support::{Server, alone, load};

#[test]
fn players_play_and_everything_is_measured() {
    let _alone = alone();
    let run = load(&Server::arena(&[]), "6", "4s", &[]);
    run.is_correct();
    for metric in ["input_ack", "snapshot_age", "snapshot_jitter", "join", "first_snapshot", "send_lag"] {
        assert!(run.samples(metric) > 0, "{metric}: {}", run.text);
    }
    assert_eq!(run.counts()["joins"], 6);
    assert_eq!(run.counts()["refusals"], serde_json::json!({}));
    assert!(run.text.contains("input to ack"), "goose shows the times in its tables: {}", run.text);
    assert!(run.report["beside"]["server"]["ticks_per_s"].as_f64() > Some(0.0), "the server's own view is there");
}

#[test]
fn a_crowd_is_in_one_match() {
    let _alone = alone();
    let server = Server::arena(&[]);
    let run = load(&server, "12", "3s", &["--weights", "crowd"]);
    run.is_correct();
    assert_eq!(run.report["beside"]["server"]["matches"], 1.0);
    let worst = run.report["tally"]["worst"].as_array().expect("a list");
    assert!(!worst.is_empty() && worst.iter().all(|tick| tick["match_id"] == "crowd"));
}

#[test]
fn churn_comes_and_goes() {
    let _alone = alone();
    let run = load(&Server::arena(&[]), "8", "8s", &["--weights", "churn"]);
    run.is_correct();
    assert!(run.counts()["joins"].as_u64() > Some(8), "{}", run.text);
    assert_eq!(run.counts()["closes"], serde_json::json!({}), "whoever leaves is not thrown out");
}

#[test]
fn reconnecting_leads_to_the_same_seat() {
    let _alone = alone();
    let run = load(&Server::arena(&[]), "6", "8s", &["--weights", "reconnect"]);
    run.is_correct();
    assert!(run.samples("reconnect") > 0, "{}", run.text);
    assert_eq!(run.counts()["joins"], 6, "nobody needs a new seat");
}

#[test]
fn a_slow_reader_is_skipped_and_stays_correct() {
    let _alone = alone();
    let run = load(&Server::arena(&[]), "4", "6s", &["--weights", "slow-reader"]);
    run.is_correct();
    assert!(run.counts()["skipped"].as_u64() > Some(0), "{}", run.text);
    assert_eq!(run.samples("snapshot_age"), 0, "its times would tell of its own slowness");
}

#[test]
fn a_background_tab_returns_to_a_fresh_state() {
    let _alone = alone();
    let run = load(&Server::arena(&[]), "4", "14s", &["--weights", "background-tab"]);
    run.is_correct();
    assert!(run.samples("return") > 0, "{}", run.text);
    assert_eq!(run.counts()["closes"], serde_json::json!({}));
}

#[test]
fn a_herd_comes_at_once_and_again() {
    let _alone = alone();
    let run = load(&Server::arena(&[]), "20", "12s", &["--weights", "herd"]);
    run.is_correct();
    assert_eq!(run.counts()["joins"], 20);
    assert!(run.samples("reconnect") >= 20, "{}", run.text);
}

#[test]
fn weights_mix_scenarios() {
    let _alone = alone();
    let run = load(&Server::arena(&[]), "8", "6s", &["--weights", "player=3,churn=1"]);
    run.is_correct();
    assert!(run.counts()["joins"].as_u64() > Some(8), "{}", run.text);
    assert_eq!(run.report["asked"]["scenarios"], serde_json::json!([["player", 3], ["churn", 1]]));
}

#[test]
fn the_cheaper_mode_reads_acks_only_and_says_so() {
    let _alone = alone();
    let run = load(&Server::arena(&[]), "4", "3s", &["--acks-only"]);
    assert_eq!(run.counts()["checksums"], 0);
    assert!(run.samples("input_ack") > 0, "{}", run.text);
    assert!(run.page.contains("Only acks were read"));
}
