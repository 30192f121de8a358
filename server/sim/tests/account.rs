//! What snapshots are spent on: every byte counts once.

use serde_json::json;
use skirmish_protocol::Account;

use crate::playground::{playground_with, push};

fn total(account: &Account, plan: &skirmish_protocol::Plan) -> u64 {
    account.heads + account.events + account.spent(plan).map(|spent| spent.bytes).sum::<u64>()
}

#[test]
fn the_account_of_all_snapshots_adds_up_to_their_bytes() {
    for radius in [0, 50] {
        let config = json!({ "interest_radius": radius, "rocks_max": 20, "events_per_tick": 2, "darts_per_tick": 1 });
        let mut harness = playground_with(config, 1);
        let clients = [harness.join("Ada"), harness.join("Bob")];
        harness.run_ticks(5);
        assert_eq!(harness.take_account(), Account::default(), "nobody had asked");
        let before = harness.room().figures().bytes;
        for step in 0..200 {
            clients.into_iter().for_each(|client| push(&mut harness, client, step / 7));
            harness.run_ticks(1);
        }
        let account = harness.take_account();
        let plan = harness.room().sim().plan();
        assert_eq!(total(&account, plan), harness.room().figures().bytes - before);
        let spent: Vec<_> = account.spent(plan).map(|spent| (spent.component, spent.field)).collect();
        for wanted in [("Body", Some("vx")), ("Body", Some("ammo")), ("Body", None), ("Board", Some("shots"))] {
            assert!(spent.contains(&wanted), "{wanted:?} is missing in {spent:?}");
        }
        assert!(account.events > 0);
    }
}
