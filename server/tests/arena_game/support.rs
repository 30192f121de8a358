//! Reading a match through what a client holds of it.

use serde_json::{Value, json};
use skirmish_protocol::GameEvent;
use skirmish_server::games::arena::{Arena, ArenaEvent, ArenaInput};
use skirmish_sim::harness::{ClientId, Harness};

/// An empty map of this size, with these changes to the configuration; everybody sees everything.
pub(crate) fn empty_map(width: u32, height: u32, changes: Value) -> Value {
    map(json!({ "width": width, "height": height }), changes)
}

/// This map and no other, with these changes to the configuration; everybody sees everything.
pub(crate) fn map(map: Value, changes: Value) -> Value {
    let mut config = changes;
    config["match"]["maps"] = json!(["only"]);
    config["match"]["interest_radius"] = json!(0);
    config["map"] = json!({ "only": map });
    config
}

/// A match with these players in it, who have been welcomed.
pub(crate) fn open(config: &Value, seed: u64, names: &[&str]) -> (Harness, Vec<ClientId>) {
    let mut harness = Harness::new(&Arena, config.clone(), seed);
    let clients = names.iter().map(|name| harness.join(name)).collect();
    harness.run_ticks(1);
    (harness, clients)
}

/// A fighter as `viewer` knows it.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) id: u32,
    pub(crate) at: [f64; 2],
    pub(crate) velocity: [f64; 2],
    pub(crate) hp: f64,
    pub(crate) score: f64,
    pub(crate) deaths: f64,
    pub(crate) alive: bool,
    pub(crate) ammo: Option<f64>,
    pub(crate) haste_s: f64,
    pub(crate) rapid_s: f64,
}

impl Seen {
    pub(crate) fn distance(&self, other: &Seen) -> f64 {
        (self.at[0] - other.at[0]).hypot(self.at[1] - other.at[1])
    }

    /// The angle at which `other` is seen from here.
    pub(crate) fn towards(&self, other: &Seen) -> f32 {
        let angle = (other.at[1] - self.at[1]).atan2(other.at[0] - self.at[0]);
        angle.rem_euclid(std::f64::consts::TAU) as f32
    }
}

/// The fighter of a seat, if there is one.
pub(crate) fn fighter(harness: &Harness, viewer: ClientId, seat: u32) -> Option<Seen> {
    let mirror = harness.client(viewer).mirror();
    let value = |component: &str, field: &str, id| mirror.value(component, field, id);
    let ids = mirror.ids("Fighter").iter();
    let seats = |component: &'static str| move |id: &u32| value(component, "seat", *id) == Some(f64::from(seat));
    let id = ids.copied().find(seats("Fighter"))?;
    let standing = mirror.ids("Standing").iter().copied().find(seats("Standing"))?;
    Some(Seen {
        id,
        at: [value("Body", "x", id)?, value("Body", "y", id)?],
        velocity: [value("Body", "vx", id)?, value("Body", "vy", id)?],
        hp: value("Fighter", "hp", id)?,
        score: value("Standing", "score", standing)?,
        deaths: value("Standing", "deaths", standing)?,
        alive: value("Fighter", "alive", id)? == 1.0,
        ammo: value("Weapon", "ammo", id),
        haste_s: value("Boosts", "haste_s", id)?,
        rapid_s: value("Boosts", "rapid_s", id)?,
    })
}

/// The fighter of a client, as it sees itself.
pub(crate) fn me(harness: &Harness, client: ClientId) -> Seen {
    fighter(harness, client, harness.client(client).seat).expect("a client that is in the match has a fighter")
}

/// The client sends the same input before each of so many ticks: a key held.
pub(crate) fn hold(harness: &mut Harness, client: ClientId, input: &ArenaInput, ticks: u32) {
    for _ in 0..ticks {
        harness.input(client, input);
        harness.run_ticks(1);
    }
}

/// The client keeps shooting at the fighter of `target` until `done`, at most for so many ticks. False: it never was.
pub(crate) fn shoot_until(
    harness: &mut Harness,
    (client, target): (ClientId, ClientId),
    ticks: u32,
    done: impl Fn(&Harness) -> bool,
) -> bool {
    (0..ticks).any(|_| {
        let aim = me(harness, client).towards(&me(harness, target));
        hold(harness, client, &ArenaInput { aim, fire: true, ..ArenaInput::default() }, 1);
        done(harness)
    })
}

/// The events that a client has received.
pub(crate) fn events(harness: &Harness, client: ClientId) -> Vec<ArenaEvent> {
    let records = &harness.client(client).seen.events;
    records.iter().map(|record| ArenaEvent::decode(record.event, &record.values).expect("an event of arena")).collect()
}

/// Phase and number of the round.
pub(crate) fn round(harness: &Harness, viewer: ClientId) -> (u32, u32) {
    let mirror = harness.client(viewer).mirror();
    let value = |field: &str| mirror.value("Round", field, 1).expect("there is a round") as u32;
    (value("phase"), value("number"))
}

pub(crate) const PLAYING: u32 = 1;
pub(crate) const RESULTS: u32 = 2;
