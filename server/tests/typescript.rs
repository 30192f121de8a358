//! The types that pages use are those of the games that ship.

use std::path::Path;

use serde_json::json;
use skirmish_server::{games, typescript};

#[test]
fn the_types_of_the_arena_page_are_those_of_the_game() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../assets/arena/src/types.ts");
    let game = games::games().into_iter().find(|game| game.name() == "arena").expect("arena ships");
    let types = typescript(game, json!({})).expect("arena can be opened");
    let committed = std::fs::read_to_string(&file).expect("the page has types");
    assert!(
        committed == types,
        "assets/arena/src/types.ts is not what arena's schema says now. To make it anew:\n  \
         cargo run --package skirmish-server -- types --game arena > assets/arena/src/types.ts"
    );
}
