//! Who is in the match, bots and the thrown out included.

use serde_json::json;
use skirmish_protocol::CloseCode;
use skirmish_sim::Arrival;
use skirmish_sim::harness::{ClientId, Harness};

use crate::playground::{assert_holds_the_present, playground, playground_with};

/// Seat, name and whether it is connected, of each entry that the client has.
fn roster(harness: &Harness, client: ClientId) -> Vec<(u32, &str, bool)> {
    let entries = harness.client(client).seen.roster.values();
    entries.map(|entry| (entry.seat, entry.name.as_deref().unwrap_or_default(), entry.connected)).collect()
}

#[test]
fn everybody_knows_who_is_there() {
    let mut harness = playground(1);
    let ada = harness.join("Ada");
    harness.run_ticks(3);
    let bob = harness.join("Bob");
    harness.run_ticks(1);
    let both = [(0, "Ada", true), (1, "Bob", true)];
    assert_eq!(roster(&harness, ada), both);
    assert_eq!(roster(&harness, bob), both);
    harness.disconnect(bob);
    harness.run_ticks(1);
    assert_eq!(roster(&harness, ada), [(0, "Ada", true), (1, "Bob", false)]);
}

#[test]
fn the_welcome_names_the_newcomer_too() {
    let mut harness = playground(2);
    let ada = harness.join("Ada");
    harness.run_ticks(1);
    assert_eq!(harness.client(ada).seen.welcome.as_ref().map(|welcome| welcome.tick), Some(0));
    assert_eq!(roster(&harness, ada), [(0, "Ada", true)]);
}

#[test]
fn bots_take_seats_from_the_top_and_make_way() {
    let mut harness = playground_with(json!({ "seats_max": 3 }), 3);
    for name in ["Rust", "Bolt", "Cog", "Nut"] {
        harness.act(Arrival::AddBot { name: name.to_owned() });
    }
    let ada = harness.claim("Ada", 0);
    harness.run_ticks(2);
    assert_eq!(roster(&harness, ada), [(0, "Ada", true), (1, "Bolt", false), (2, "Rust", false)]);
    assert!(harness.client(ada).seen.roster[&1].bot);

    harness.act(Arrival::RemoveBot { seat: 2 });
    harness.act(Arrival::RemoveBot { seat: 0 });
    harness.act(Arrival::Kick { seat: 1, reason: String::new() });
    harness.run_ticks(1);
    assert_eq!(roster(&harness, ada), [(0, "Ada", true)]);
    assert_holds_the_present(&harness, ada);
}

#[test]
fn who_is_kicked_is_told_why_and_loses_the_seat() {
    let mut harness = playground(4);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(2);
    harness.act(Arrival::Kick { seat: 1, reason: "No walking through walls".to_owned() });
    harness.run_ticks(1);
    assert_eq!(harness.client(bob).closed, Some((CloseCode::Kicked, "No walking through walls".to_owned())));
    assert!(!harness.client(bob).holds_seat);
    assert_eq!(roster(&harness, ada), [(0, "Ada", true)]);
}

#[test]
fn a_kick_also_takes_the_seat_of_one_who_is_away() {
    let mut harness = playground(5);
    let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
    harness.run_ticks(2);
    harness.disconnect(bob);
    harness.run_ticks(1);
    harness.act(Arrival::Kick { seat: 1, reason: String::new() });
    harness.run_ticks(1);
    assert_eq!(roster(&harness, ada), [(0, "Ada", true)]);
}
