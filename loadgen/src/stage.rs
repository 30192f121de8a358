//! What players would see on their screens, against where the others are: the displayed error.
//!
//! An observer draws the others between two snapshots, some time in the past, as a page does; the truth is the newest state that any client of the
//! run has received. Invariant: both lie on the generator's clock.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use skirmish_protocol::{ComponentSchema, Mirror, Schema, Settings};

/// How many players look on.
const OBSERVERS: u64 = 4;
/// Snapshots that an observer keeps.
const HISTORY: usize = 512;

/// The field by which a game marks whose an entity is.
const SEAT: &str = "seat";

type Place = [f64; 2];

/// All that is seen by the clients of one thread.
#[derive(Default)]
pub(crate) struct Stage {
    truth: HashMap<u32, (u32, Place)>,
    observers: BTreeMap<u64, Observer>,
    errors: Vec<f64>,
}

#[derive(Default)]
struct Observer {
    history: VecDeque<(u32, HashMap<u32, Place>)>,
    /// The newest tick, and when it was due.
    newest: Option<(u32, Instant)>,
    /// Ticks a second of real time.
    pace: f64,
    /// How far in the past the others are drawn, in ticks.
    delay: f64,
}

impl Stage {
    /// The client in a seat holds the state of a tick that was due then.
    pub(crate) fn saw(&mut self, player: u64, seat: u32, mirror: &Mirror, settings: &Settings, due: Instant) {
        let Some((component, x, y)) = position(mirror.schema()) else { return };
        let owner = owner(mirror.schema());
        let (tick, mut others) = (mirror.tick(), HashMap::new());
        for id in mirror.ids(component) {
            let (Some(x), Some(y)) = (mirror.value(component, x, *id), mirror.value(component, y, *id)) else {
                continue;
            };
            let held_by = owner.and_then(|owner| mirror.value(owner, SEAT, *id));
            if owner.is_some() && held_by.is_none() {
                continue;
            }
            let newest = self.truth.entry(*id).or_insert((0, [x, y]));
            if tick > newest.0 {
                *newest = (tick, [x, y]);
            }
            if held_by != Some(f64::from(seat)) {
                others.insert(*id, [x, y]);
            }
        }
        if player < OBSERVERS {
            self.observers.entry(player).or_default().saw(tick, others, settings, due);
        }
    }

    /// A frame is drawn: every observer's picture is held against the truth.
    pub(crate) fn frame(&mut self, now: Instant) {
        for observer in self.observers.values() {
            let Some(shown) = observer.picture(now) else { continue };
            let errors = shown.filter_map(|(id, place)| {
                let (_, truth) = self.truth.get(&id)?;
                Some((place[0] - truth[0]).hypot(place[1] - truth[1]))
            });
            self.errors.extend(errors);
        }
    }

    /// All errors since the last time, in the game's units.
    pub(crate) fn take(&mut self) -> Vec<f64> {
        std::mem::take(&mut self.errors)
    }
}

impl Observer {
    fn saw(&mut self, tick: u32, places: HashMap<u32, Place>, settings: &Settings, due: Instant) {
        if self.history.len() == HISTORY {
            self.history.pop_front();
        }
        self.history.push_back((tick, places));
        self.newest = Some((tick, due));
        self.pace = f64::from(settings.tick_hz) * f64::from(settings.dilation_permille) / 1000.0;
        let delay = Duration::from_millis(settings.interp_delay_ms.into());
        self.delay = delay.as_secs_f64() * f64::from(settings.tick_hz);
    }

    /// Who is drawn where: between the two snapshots around the moment shown, or where the newest one has them.
    fn picture(&self, now: Instant) -> Option<impl Iterator<Item = (u32, Place)>> {
        let (newest, due) = self.newest?;
        let shown = f64::from(newest) + now.saturating_duration_since(due).as_secs_f64() * self.pace - self.delay;
        let after = self.history.partition_point(|(tick, _)| f64::from(*tick) <= shown);
        let (from_tick, from) = self.history.get(after.checked_sub(1)?)?;
        let (to_tick, to) = self.history.get(after).unwrap_or(&self.history[after - 1]);
        let span = f64::from((to_tick - from_tick).max(1));
        let part = ((shown - f64::from(*from_tick)) / span).clamp(0.0, 1.0);
        Some(from.iter().filter_map(move |(id, from)| {
            let to = to.get(id)?;
            Some((*id, [from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part]))
        }))
    }
}

/// The component by which players are told from other things: the first that names a seat. None: the game has nothing but players.
fn owner(schema: &Schema) -> Option<&str> {
    let names_seat = |component: &&ComponentSchema| component.fields.iter().any(|field| field.name == SEAT);
    schema.components.iter().find(names_seat).map(|component| component.name.as_str())
}

/// The component that has a place on a plane, and its two fields: the first with two motion fields.
fn position(schema: &Schema) -> Option<(&str, &str, &str)> {
    schema.components.iter().find_map(|component| {
        let mut moving = component.fields.iter().filter(|field| field.velocity.is_some());
        Some((component.name.as_str(), moving.next()?.name.as_str(), moving.next()?.name.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_are_drawn_between_two_snapshots_in_the_past() {
        let settings = Settings {
            effective_tick: 0,
            tick_hz: 10,
            snapshot_interval: 1,
            interp_delay_ms: 100,
            dilation_permille: 1000,
            paused: false,
        };
        let due = Instant::now();
        let mut observer = Observer::default();
        for tick in 1..=3 {
            let at = due + Duration::from_millis(100) * tick;
            observer.saw(tick, HashMap::from([(7, [f64::from(tick) * 10.0, 0.0])]), &settings, at);
        }
        let shown = |ms: u64| {
            let picture = observer.picture(due + Duration::from_millis(300 + ms)).unwrap();
            picture.map(|(_, place)| place[0]).next().unwrap()
        };
        assert!((shown(0) - 20.0).abs() < 1e-6);
        assert!((shown(50) - 25.0).abs() < 1e-6);
        assert!((shown(500) - 30.0).abs() < 1e-6, "nothing newer is known");
    }
}
