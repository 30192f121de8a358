//! The page predicts its own fighter by the same rules: `assets/arena/test/walks.json` is a walk that both must make.

use std::fmt::Write;

use serde_json::json;
use skirmish_server::games::arena::ArenaInput;

use crate::support::{hold, map, me, open};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../assets/arena/test/walks.json");
const TICKS: usize = 240;

/// Wanted movement in hundredths, a new one every 8 ticks: into walls, along them, around corners, slowly, and not at all.
const WAYS: [[i32; 2]; 15] = [
    [100, 0],
    [100, 0],
    [70, 70],
    [0, 100],
    [-100, 30],
    [-100, 0],
    [0, -100],
    [100, -100],
    [0, 0],
    [30, 12],
    [100, 100],
    [-71, 71],
    [0, -100],
    [-100, -20],
    [60, -100],
];

/// A walk among walls, as lines of JSON: what was wanted in a tick, and where the fighter is then.
fn walk() -> String {
    let walls = json!([[300, 60, 40, 140], [300, 260, 180, 30], [120, 300, 60, 60], [470, 120, 30, 30]]);
    let yard = json!({ "width": 620, "height": 420, "walls": walls.clone(), "spawns": [[200, 130]] });
    let (mut harness, clients) =
        open(&map(yard, json!({ "fighter": { "speed": 300, "acceleration": 1400 } })), 1, &["Ada"]);
    let mut lines = String::new();
    for tick in 0..TICKS {
        let before = me(&harness, clients[0]);
        let [x, y] = WAYS[tick / 8 % WAYS.len()];
        let input = ArenaInput { move_x: x as f32 / 100.0, move_y: y as f32 / 100.0, ..ArenaInput::default() };
        hold(&mut harness, clients[0], &input, 1);
        let after = me(&harness, clients[0]);
        let step = json!({
            "move": [x, y],
            "from": { "at": before.at, "velocity": before.velocity },
            "to": { "at": after.at, "velocity": after.velocity },
        });
        write!(lines, "{}    {step}", if tick == 0 { "\n" } else { ",\n" }).expect("a String takes everything");
    }
    let border = json!([[-100, -100, 820, 100], [-100, 420, 820, 100], [-100, 0, 100, 420], [620, 0, 100, 420]]);
    format!("{{\n  \"walls\": {walls},\n  \"border\": {border},\n  \"steps\": [{lines}\n  ]\n}}\n")
}

#[test]
fn the_walk_that_the_page_predicts_is_the_servers() {
    let text = walk();
    if std::env::var_os("SKIRMISH_BLESS").is_some() {
        std::fs::write(FILE, &text).expect("the golden file can be written");
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(committed == text, "{FILE} is not what the rules give; SKIRMISH_BLESS=1 rewrites it");
}
