//! `GET /api/admin/feed`: what is going on, as server-sent events.

mod feed_reader;
mod http;
mod player;

use feed_reader::Feed;
use http::{config, start, wait_until};
use player::Player;
use serde_json::{Value, json};
use skirmish_server::{Config, Running};

fn act(server: &Running, method: &str, path: &str, body: &Value) -> http::Answer {
    let token = format!("Authorization: Bearer {}", server.admin_token);
    http::ask(server.addr, method, path, &[&token], &body.to_string())
}

/// A server on which Ada plays, and her match.
fn played(config: Config) -> (Running, Player, String) {
    let server = start(config);
    let ada = Player::join(server.addr, "Ada", 1);
    let matches = http::get(server.addr, "/api/matches").json();
    let id = matches[0]["match"].as_str().expect("hers").to_owned();
    (server, ada, id)
}

/// Ada sends and hears as long as `is_over` says that it is not.
fn play_until(ada: &mut Player, what: &str, mut is_over: impl FnMut() -> bool) {
    ada.never_wait();
    wait_until(what, || {
        if ada.hear().is_some() {
            ada.play();
        }
        is_over()
    });
}

#[test]
fn a_feed_of_the_server_tells_what_it_takes_and_which_matches_run() {
    let (server, _ada, id) = played(Config { bots: 3, ..config() });
    let mut feed = Feed::open(&server, "");
    let told = feed.next_such("server", |data| data["matches"][0]["players"] == 1);
    let row = &told["matches"][0];
    assert_eq!((row["match"].as_str(), &row["bots"], &row["state"]), (Some(id.as_str()), &json!(3), &json!("running")));
    assert!(told["t_ms"].as_u64() > Some(1_700_000_000_000));
    assert!(told["rss_bytes"].as_u64() > Some(1_000_000));
    let busy = feed.next_such("server", |data| data["cpu_permille"].as_u64() > Some(0));
    assert!(busy["sessions"].as_u64() >= Some(1));
}

#[test]
fn a_feed_of_a_match_has_every_tick_and_no_tick_twice() {
    let (server, _ada, id) = played(Config { tick_hz: Some(60), ..config() });
    let mut feed = Feed::open(&server, &format!("?match={id}"));
    let mut ticks: Vec<u64> = Vec::new();
    while ticks.len() < 60 {
        let told = feed.next("match");
        assert_eq!(told["settings"]["tick_hz"], 60);
        assert_eq!(told["budget_us"], 16_666);
        ticks.extend(told["ticks"].as_array().expect("a list").iter().filter_map(|tick| tick[0].as_u64()));
    }
    assert!(ticks.windows(2).all(|two| two[1] == two[0] + 1), "{ticks:?}");
}

#[test]
fn a_player_is_shown_with_what_is_measured_of_the_line() {
    let (server, mut ada, id) = played(Config { bots: 1, ..config() });
    let mut feed = Feed::open(&server, &format!("?match={id}"));
    let mut row = Value::Null;
    play_until(&mut ada, "her line is measured", || {
        row = feed.newest("players").map_or(Value::Null, |told| told["players"][0].clone());
        row["rtt_ms"].is_number() && row["inputs"].as_u64() > Some(10)
    });
    assert_eq!((&row["name"], &row["bot"], &row["connected"]), (&json!("Ada"), &json!(false), &json!(true)));
    assert!(row["snapshots"].as_u64() > Some(10) && row["bytes_per_s"].as_u64() > Some(0), "{row}");
    assert!(row["input_ack_ms"].is_number() && row["snapshot_age_ms"].is_number(), "{row}");
    assert_eq!((&row["reconnects"], &row["closes"], &row["impairment"]), (&json!(0), &json!([]), &Value::Null));
    assert!(["fine", "server", "client", "network"].contains(&row["verdict"]["cause"].as_str().expect("a word")));
}

#[test]
fn a_player_who_is_away_is_shown_with_how_the_connection_ended() {
    let (server, ada, id) = played(config());
    let seat = ada.seat;
    drop(ada);
    let mut feed = Feed::open(&server, &format!("?match={id}"));
    let told = feed.next_such("players", |data| data["players"][0]["connected"] == false);
    let row = &told["players"][0];
    assert_eq!((&row["seat"], &row["verdict"]["cause"]), (&json!(seat), &json!("network")));
    assert_eq!(row["closes"][0]["code"], 1006, "{row}");
}

#[test]
fn the_feed_of_a_match_ends_with_the_match_and_there_is_none_of_no_match() {
    let (server, ada, id) = played(Config { reap_after_s: 0.2, ..config() });
    let mut feed = Feed::open(&server, &format!("?match={id}"));
    feed.next("match");
    ada.leave();
    feed.next("ended");
    assert!(feed.is_over());
    let answer = act(&server, "GET", &format!("/api/admin/feed?match={id}"), &Value::Null);
    assert_eq!((answer.status, answer.error_code().as_str()), (404, "match_gone"));
}

#[test]
fn the_thirty_third_feed_is_refused_with_a_reason_and_a_place_is_given_back() {
    let server = start(config());
    let feeds: Vec<_> = (0..32).map(|_| Feed::open(&server, "")).collect();
    let answer = act(&server, "GET", "/api/admin/feed", &Value::Null);
    assert_eq!((answer.status, answer.error_code().as_str()), (503, "too_many_feeds"));
    drop(feeds);
    wait_until("a place is free", || Feed::try_open(&server, "").is_ok());
}

#[test]
fn a_console_that_stops_reading_is_cut_off_and_the_match_goes_on() {
    let (server, mut ada, id) = played(Config { tick_hz: Some(60), bots: 40, ..config() });
    let mut asleep = Feed::open_narrow(&server, &format!("?match={id}"));
    let mut awake = Feed::open(&server, &format!("?match={id}"));
    asleep.next("match");
    let mut heard = 0;
    ada.never_wait();
    http::wait_long_until("the feed is cut off", || {
        if ada.hear().is_some() {
            heard += 1;
            ada.play();
        }
        awake.newest("match");
        asleep.is_cut_off()
    });
    assert!(heard > 100, "she heard {heard} snapshots");
    let from = ada.mirror.tick();
    wait_until("the match goes on, and so does the other feed", || {
        if ada.hear().is_some() {
            ada.play();
        }
        awake.newest("match").is_some_and(|told| told["tick"].as_u64() > Some(u64::from(from) + 30))
    });
    assert!(ada.mirror.tick() > from);
}

#[test]
fn a_match_that_nobody_watches_any_more_can_be_watched_again() {
    let (server, _ada, id) = played(config());
    for _ in 0..3 {
        let mut feed = Feed::open(&server, &format!("?match={id}"));
        feed.next("match");
    }
}

#[test]
fn what_somebody_does_is_told_to_every_feed_as_it_happens() {
    let (server, _ada, id) = played(config());
    let mut feeds = ["".to_owned(), format!("?match={id}")].map(|query| Feed::open(&server, &query));
    feeds.iter_mut().for_each(|feed| drop(feed.next("server")));
    let answer = act(&server, "PATCH", &format!("/api/admin/matches/{id}"), &json!({ "tick_hz": 48 })).json();
    for feed in &mut feeds {
        let told = feed.next_such("act", |data| data["act"] == "tune");
        assert_eq!((told["match"].as_str(), &told["who"]), (Some(id.as_str()), &json!("operator")));
        let change = feed.next("change");
        assert_eq!(
            (&change["change"]["id"], &change["change"]["what"]["tick_hz"]["to"]),
            (&answer["change"], &json!(48))
        );
    }
}

#[test]
fn bytes_are_told_by_component_and_field() {
    let (server, mut ada, id) = played(Config { bots: 5, ..config() });
    let mut feed = Feed::open(&server, &format!("?match={id}"));
    let mut rows = Vec::new();
    play_until(&mut ada, "bytes are told", || {
        rows = feed.newest("bytes").map_or(Vec::new(), |told| told["bytes"].as_array().expect("a list").clone());
        rows.iter().any(|row| row["component"] == "Body")
    });
    let of = |component: Value, field: Value| {
        let row = rows.iter().find(|row| row["component"] == component && row["field"] == field);
        row.map(|row| row["bytes_per_s"].as_f64().expect("a number"))
    };
    assert!(of(json!("Body"), json!("vx")) > Some(0.0) && of(json!("Body"), Value::Null) > Some(0.0), "{rows:?}");
    assert!(of(Value::Null, json!("heads")) > Some(0.0), "{rows:?}");
    assert!(of(Value::Null, json!("events")).is_some() && of(Value::Null, json!("messages")).is_some(), "{rows:?}");
}
