//! Each round is played on the next map, and scores are known across it.

use serde_json::json;

use crate::support::{PLAYING, fighter, me, open, round};

#[test]
fn each_round_takes_the_next_map_with_its_walls_and_pickups() {
    let config = json!({
        "match": { "maps": ["one", "two"] },
        "round": { "length_s": 1.0, "results_s": 0.5 },
        "map": {
            "one": { "width": 600, "height": 400, "spawns": [[50, 50], [550, 350]], "walls": [[300, 0, 20, 100]] },
            "two": { "width": 800, "height": 400, "spawns": [[700, 50], [750, 350]], "pickups": [["rapid", 20, 20]] },
        },
    });
    let (mut harness, clients) = open(&config, 1, &["Ada", "Bob"]);
    for number in 1..=4 {
        harness.run_s(0.3);
        assert_eq!(round(&harness, clients[0]), (PLAYING, number));
        let mirror = harness.client(clients[0]).mirror();
        let facts = mirror.ids("Facts")[0];
        let shown = (mirror.value("Facts", "map", facts), mirror.value("Facts", "width", facts));
        let counts = (mirror.ids("Wall").len(), mirror.ids("Pickup").len());
        let expected = if number % 2 == 1 { ((0.0, 600.0), (5, 0)) } else { ((1.0, 800.0), (4, 1)) };
        assert_eq!(((shown.0.unwrap(), shown.1.unwrap()), counts), expected, "round {number}");
        let spawns = if number % 2 == 1 { [50.0, 550.0] } else { [700.0, 750.0] };
        assert!(spawns.contains(&me(&harness, clients[0]).at[0]), "{:?}", me(&harness, clients[0]));
        harness.run_s(1.2);
    }
}

#[test]
fn scores_are_known_across_a_map_on_which_fighters_are_not() {
    let long = json!({ "width": 4000, "height": 300, "spawns": [[50, 150], [3950, 150]] });
    let config = json!({ "match": { "maps": ["long"], "interest_radius": 500 }, "map": { "long": long } });
    let (harness, clients) = open(&config, 1, &["Ada", "Bob"]);
    let mirror = harness.client(clients[0]).mirror();
    assert_eq!(mirror.ids("Fighter").len(), 1);
    assert!(fighter(&harness, clients[0], 1).is_none());
    assert_eq!(mirror.ids("Standing").len(), 2);
}

#[test]
fn who_enters_takes_the_spawn_that_is_farthest_from_everybody() {
    let spawns = json!([[100, 100], [900, 100], [900, 900]]);
    let yard = json!({ "width": 1000, "height": 1000, "spawns": spawns });
    let config = json!({ "match": { "maps": ["yard"] }, "map": { "yard": yard } });
    for seed in 0..8 {
        let (harness, clients) = open(&config, seed, &["Ada", "Bob"]);
        let distance = me(&harness, clients[0]).distance(&me(&harness, clients[1]));
        assert!(distance > 790.0, "seed {seed}: {distance}");
    }
}
