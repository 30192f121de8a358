//! Which cases are measured.

use serde::{Deserialize, Serialize};

/// How far a player sees where interest is measured, in units: about 50 of 1,000 are visible then.
const RADIUS: &str = "250";

/// How long shots fly where they are seen: a second, so that there are as many as players and each tick one in twenty is new.
const SHOT_TICKS: &str = "20";

/// One shape of load.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Case {
    /// Short name.
    pub id: String,
    /// What it is, to read.
    pub title: String,
    /// Matches.
    pub rooms: u32,
    /// Players in each.
    pub players: u32,
    /// Ticks, snapshots and inputs a second.
    pub hz: u32,
    /// Guests a second, who join the first match for a second while the others play.
    pub guests_hz: u32,
    /// Flags of the server besides those.
    pub flags: Vec<String>,
    /// Held against the floor.
    pub with_floor: bool,
    /// Held against plain epoll.
    pub with_epoll: bool,
    /// Run once more with clients that apply every snapshot and verify checksums.
    pub verified: bool,
}

impl Case {
    /// Players in all matches.
    pub fn clients(&self) -> u32 {
        self.rooms * self.players
    }

    /// Seats that a match needs: a guest's is free again soon after the guest has left.
    pub fn seats(&self) -> u32 {
        self.players + 2 * self.guests_hz
    }

    /// Matches of eight seats at part of a machine's capacity, to measure latency: no floor. Once more with simulation threads in real time.
    pub fn at_load(rooms: u32) -> [Self; 2] {
        let title = format!("{rooms} x 8 at 70 %");
        let real_time = format!("{title}, SCHED_FIFO");
        let flags = vec!["--realtime".to_owned()];
        [
            Self { title, with_floor: false, ..case("l", rooms, 8) },
            Self { title: real_time, flags, with_floor: false, ..case("r", rooms, 8) },
        ]
    }
}

/// All cases of a run.
pub fn all(quick: bool) -> Vec<Case> {
    let mut cases = vec![
        Case { with_floor: false, ..case("a", 1, 50) },
        Case { with_floor: false, ..case("b", 1, 100) },
        Case { with_epoll: true, verified: true, ..case("c", 1, 200) },
        case("d", 25, 8),
        Case { with_floor: false, ..case("e", 1, 400) },
        Case {
            title: "1 x 1000, about 50 visible".to_owned(),
            flags: vec!["--interest-radius".to_owned(), RADIUS.to_owned()],
            verified: true,
            ..case("f", 1, 1000)
        },
        case("g", 500, 8),
        Case { title: "1 x 200 at 60 Hz".to_owned(), hz: 60, ..case("h", 1, 200) },
        Case {
            title: "1 x 200, shots that fly for a second".to_owned(),
            flags: vec!["--shot-ticks".to_owned(), SHOT_TICKS.to_owned()],
            verified: true,
            ..case("i", 1, 200)
        },
        Case {
            title: "1 x 200, five guests a second".to_owned(),
            guests_hz: 5,
            verified: true,
            with_floor: false,
            ..case("j", 1, 200)
        },
    ];
    if quick {
        cases.retain(|case| ["a", "c", "e", "f", "g"].contains(&case.id.as_str()));
    }
    cases
}

fn case(id: &str, rooms: u32, players: u32) -> Case {
    Case {
        id: id.to_owned(),
        title: format!("{rooms} x {players}"),
        rooms,
        players,
        hz: 20,
        guests_hz: 0,
        flags: Vec::new(),
        with_floor: true,
        with_epoll: false,
        verified: false,
    }
}
