//! Looking on at a match through `/api/admin`: at everything, or at what one player sees, and how to draw it.

mod http;
mod player;

use http::{Answer, config, start, wait_until};
use player::Player;
use serde_json::{Value, json};
use skirmish_protocol::limits::SPECTATOR_SEATS;
use skirmish_server::{Config, Running};

/// A server on which these play, all in one match that shows little of itself to each, and the path of the match.
fn played(names: &[&str]) -> (Running, Vec<Player>, String) {
    let server = start(Config { tick_hz: Some(30), bots: 1, ..config() });
    let players: Vec<_> = (1..).zip(names).map(|(seed, name)| Player::join(server.addr, name, seed)).collect();
    let id = http::get(server.addr, "/api/matches").json()[0]["match"].as_str().expect("theirs").to_owned();
    let path = format!("/api/admin/matches/{id}");
    act(&server, "PATCH", &path, &json!({ "interest_radius": 200 }));
    (server, players, path)
}

fn act(server: &Running, method: &str, path: &str, body: &Value) -> Answer {
    let token = format!("Authorization: Bearer {}", server.admin_token);
    http::ask(server.addr, method, path, &[&token], &body.to_string())
}

/// Looks on; through the eyes of a seat if one is given.
fn watch(server: &Running, path: &str, wish: &Value) -> Player {
    let answer = act(server, "POST", &format!("{path}/watch"), wish);
    assert_eq!(answer.status, 200, "{answer:?}");
    Player::enter(server.addr, answer.json()["ticket"].as_str().expect("a ticket"), "a watcher", 9)
}

/// Lets everybody hear until `is_over`.
fn hear_until(players: &mut [&mut Player], what: &str, mut is_over: impl FnMut(&[&mut Player]) -> bool) {
    players.iter_mut().for_each(|player| player.never_wait());
    wait_until(what, || {
        for player in players.iter_mut() {
            while player.hear().is_some() {
                player.acknowledge();
            }
        }
        is_over(players)
    });
}

fn tables(player: &Player) -> Vec<Vec<u32>> {
    let names = ["Fighter", "Weapon", "Shot", "Body", "Boosts"];
    names.iter().map(|name| player.mirror.ids(name).to_vec()).collect()
}

#[test]
fn who_looks_through_a_players_eyes_is_sent_what_that_player_is_sent() {
    let (server, mut players, path) = played(&["Ada", "Bob"]);
    let mut bob = players.pop().expect("two play");
    let mut ada = players.pop().expect("two play");
    let mut eve = watch(&server, &path, &json!({ "seat": bob.seat }));
    assert!(SPECTATOR_SEATS.contains(&eve.seat));
    let ammo = |player: &Player| {
        let own = player.mirror.ids("Weapon").to_vec();
        own.iter().filter_map(|id| player.mirror.value("Weapon", "ammo", *id)).collect::<Vec<_>>()
    };
    let mut alike = 0;
    hear_until(&mut [&mut ada, &mut bob, &mut eve], "they hold the same at a hundred ticks", |players| {
        let [_, bob, eve] = players else { panic!("three are there") };
        if bob.mirror.tick() == eve.mirror.tick() && eve.mirror.tick() > 0 {
            assert_eq!((tables(bob), ammo(bob)), (tables(eve), ammo(eve)), "at tick {}", eve.mirror.tick());
            alike += 1;
        }
        alike > 100
    });
    assert_eq!(ammo(&eve).len(), 1, "the magazine is Bob's own to know");
}

#[test]
fn without_a_seat_everything_is_seen_and_nothing_private() {
    let (server, mut players, path) = played(&["Ada", "Bob"]);
    let mut eve = watch(&server, &path, &json!({}));
    let [ada, bob] = &mut players[..] else { panic!("two play") };
    hear_until(&mut [ada, bob, &mut eve], "all three fighters are seen", |players| {
        players[2].mirror.ids("Fighter").len() == 3
    });
}

#[test]
fn a_bots_or_nobodys_eyes_and_a_match_that_is_gone_are_refused() {
    let (server, players, path) = played(&["Ada"]);
    let shown = act(&server, "GET", &path, &Value::Null).json();
    let seats = shown["seats"].as_array().expect("a list");
    let bot = seats.iter().find(|seat| seat["bot"] == true).expect("one bot");
    for seat in [bot["seat"].clone(), json!(players[0].seat + 1), json!(5_000)] {
        let answer = act(&server, "POST", &format!("{path}/watch"), &json!({ "seat": seat }));
        assert_eq!((answer.status, answer.error_code().as_str()), (404, "no_seat"), "{seat}");
    }
    for (method, what) in [("POST", "watch"), ("GET", "scene")] {
        let answer = act(&server, method, &format!("/api/admin/matches/none/{what}"), &json!({}));
        assert_eq!((answer.status, answer.error_code().as_str()), (404, "match_gone"));
    }
    assert_eq!(act(&server, "POST", &format!("{path}/watch"), &json!({ "eyes": 1 })).status, 400);
}

#[test]
fn a_scene_tells_where_bodies_are_how_large_and_whose() {
    let (server, _players, path) = played(&["Ada"]);
    let scene = act(&server, "GET", &format!("{path}/scene"), &Value::Null).json();
    assert_eq!(
        scene["bounds"],
        json!([0.0, 0.0, { "component": "Facts", "field": "width" }, { "component": "Facts", "field": "height" }])
    );
    let radius = json!({ "component": "Facts", "field": "fighter_radius" });
    let fighter = json!({ "component": "Fighter", "place": "Body", "x": "x", "y": "y", "radius": radius, "seat": "seat", "when": "alive" });
    assert_eq!(scene["bodies"][0], fighter);
    assert_eq!(scene["boxes"], json!([{ "component": "Wall", "x": "x", "y": "y", "w": "w", "h": "h" }]));
    wait_until("the radius in force is told", || {
        act(&server, "GET", &format!("{path}/scene"), &Value::Null).json()["interest_radius"] == 200.0
    });
}
