//! Tag, the smallest whole game: whoever is "it" passes it on by touching somebody, who is put somewhere else.
//!
//! `cargo run --example tag` serves it, `cargo run --example tag types` prints its types for TypeScript, `cargo test --example tag` plays it
//! in memory. Its page is `assets/examples/tag.html`. Nothing in the engine knows it.

#![expect(elided_lifetimes_in_paths, reason = "systems read better without")]
#![expect(clippy::needless_pass_by_value, reason = "systems are given their parameters by value")]

use std::sync::Arc;

use bevy_ecs::prelude::*;
use serde_json::Value;
use skirmish_protocol::{Input, Replicate};
use skirmish_server::{Config, Server, shutdown, typescript};
use skirmish_sim::{Clock, EntityId, Game, GameError, Ids, Inputs, Number, Owner, Random, Rules, SeatChange, Seats};

const SIZE: f32 = 400.0;

#[derive(Component, Default, Replicate)]
#[replicate(id = 1)]
struct Runner {
    #[replicate(id = 0, quantum = 0.125, range = 0.0..=400.0)]
    x: f32,
    #[replicate(id = 1, quantum = 0.125, range = 0.0..=400.0)]
    y: f32,
    #[replicate(id = 2)]
    it: bool,
}

#[derive(Clone, Default, Input)]
struct Steer {
    #[input(id = 0, quantum = 0.01, range = -1.0..=1.0)]
    x: f32,
    #[input(id = 1, quantum = 0.01, range = -1.0..=1.0)]
    y: f32,
}

/// What a designer may turn while a match runs.
#[derive(Resource)]
struct Numbers {
    speed: f32,
    haste: f32,
    reach: f32,
}

impl Default for Numbers {
    fn default() -> Self {
        Self { speed: 150.0, haste: 1.0, reach: 20.0 }
    }
}

struct Tag;

impl Game for Tag {
    fn name(&self) -> &str {
        "tag"
    }

    fn rules(&self, _config: &Value) -> Result<Rules, GameError> {
        let speed = Number::new("speed", 10.0, 1_000.0).unit("units/s").help("how fast runners run");
        let haste = Number::new("haste", 0.5, 4.0).help("how many times as fast whoever is it runs");
        let reach = Number::new("reach", 1.0, 100.0).unit("units").help("how near is caught");
        Ok(Rules::new::<Steer>()
            .replicate::<Runner>()
            .number(speed, |numbers: &mut Numbers| &mut numbers.speed)
            .number(haste, |numbers: &mut Numbers| &mut numbers.haste)
            .number(reach, |numbers: &mut Numbers| &mut numbers.reach)
            .systems((follow_seats, run, tag)))
    }
}

fn follow_seats(seats: Res<Seats>, mut ids: ResMut<Ids>, mut commands: Commands, runners: Query<(Entity, &Owner)>) {
    for &change in seats.changes() {
        if let SeatChange::Joined(seat) = change {
            commands.spawn((ids.next(), Owner(seat), Runner::default()));
        } else if let SeatChange::Left(seat) = change {
            let left = runners.iter().filter(|(_, owner)| owner.0 == seat);
            left.for_each(|(entity, _)| commands.entity(entity).despawn());
        }
    }
}

fn run(
    clock: Res<Clock>,
    numbers: Res<Numbers>,
    inputs: Res<Inputs<Steer>>,
    mut runners: Query<(&Owner, &mut Runner)>,
) {
    for (owner, mut runner) in &mut runners {
        let Some(steer) = inputs.of(owner.0).last() else {
            continue;
        };
        let step = numbers.speed * if runner.it { numbers.haste } else { 1.0 } * clock.dt_s;
        runner.x = (runner.x + steer.x * step).clamp(0.0, SIZE);
        runner.y = (runner.y + steer.y * step).clamp(0.0, SIZE);
    }
}

fn tag(numbers: Res<Numbers>, mut random: ResMut<Random>, mut runners: Query<(&EntityId, &mut Runner)>) {
    let mut runners: Vec<_> = runners.iter_mut().collect();
    runners.sort_by_key(|(id, _)| **id); // The order of a query depends on the past.
    let chaser = runners.iter().find(|(_, runner)| runner.it);
    let chaser = chaser.map(|(_, runner)| (runner.x, runner.y));
    let near = |runner: &Runner, x: f32, y: f32| (runner.x - x).abs().max((runner.y - y).abs()) < numbers.reach;
    let caught = runners.iter().position(|(_, runner)| match chaser {
        Some((x, y)) => !runner.it && near(runner, x, y),
        None => true,
    });
    let Some(caught) = caught else { return };
    for (index, (_, runner)) in runners.iter_mut().enumerate() {
        runner.it = index == caught;
    }
    let runner = &mut runners[caught].1;
    runner.x = random.range_f32(0.0, SIZE);
    runner.y = random.range_f32(0.0, SIZE);
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    if std::env::args().nth(1).is_some_and(|command| command == "types") {
        print!("{}", typescript(Arc::new(Tag), Value::Null)?);
        return Ok(());
    }
    let config = Config { bots: 0, ..Config::load(None, std::env::vars(), [])? };
    let running = Server::start(config, vec![Arc::new(Tag)])?;
    print!("{}", running.greeting());
    shutdown::wait_for_signal()?;
    running.stop();
    Ok(())
}

#[cfg(test)]
mod tests {
    use skirmish_sim::Arrival;
    use skirmish_sim::harness::{ClientId, Harness};

    use super::*;

    /// Where the runners are and whether they are it, as `viewer` sees them, in order of their ids.
    fn runners(harness: &Harness, viewer: ClientId) -> Vec<(f32, f32, bool)> {
        let mirror = harness.client(viewer).mirror();
        let value = |id: u32, field: &str| mirror.value("Runner", field, id).unwrap() as f32;
        let runner = |&id: &u32| (value(id, "x"), value(id, "y"), value(id, "it") == 1.0);
        mirror.ids("Runner").iter().map(runner).collect()
    }

    #[test]
    fn whoever_is_it_passes_it_on_by_touching() {
        let mut harness = Harness::new(&Tag, Value::Null, 1);
        let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
        harness.run_ticks(1);
        assert!(runners(&harness, bob)[0].2, "the first to come is it");
        let caught = (0..300).any(|_| {
            let (from, to) = (runners(&harness, ada)[0], runners(&harness, ada)[1]);
            let (x, y) = ((to.0 - from.0).signum(), (to.1 - from.1).signum());
            harness.input(ada, &Steer { x, y });
            harness.run_ticks(1);
            runners(&harness, bob)[1].2
        });
        assert!(caught && !runners(&harness, bob)[0].2);
    }

    #[test]
    fn a_runner_is_a_body_though_the_game_says_nothing_of_it() {
        let harness = Harness::new(&Tag, Value::Null, 3);
        assert_eq!(harness.room().sim().scene().bodies, [skirmish_sim::Body::new("Runner")]);
    }

    #[test]
    fn its_numbers_turn_while_it_is_played() {
        let mut harness = Harness::new(&Tag, Value::Null, 3);
        let ada = harness.join("Ada");
        harness.run_ticks(1);
        let numbers: Vec<_> = harness.room().sim().numbers().map(|(number, _)| number.key.to_string()).collect();
        assert_eq!(numbers, ["speed", "haste", "reach"]);
        harness.act(Arrival::Number { key: "speed".to_owned(), value: 300.0 });
        let before = runners(&harness, ada)[0].0;
        let x = if before < SIZE / 2.0 { 1.0 } else { -1.0 };
        harness.input(ada, &Steer { x, y: 0.0 });
        harness.run_ticks(1);
        assert_eq!((runners(&harness, ada)[0].0 - before).abs(), 10.0, "a thirtieth of a second at the new speed");
    }

    #[test]
    fn it_is_passed_on_when_it_leaves() {
        let mut harness = Harness::new(&Tag, Value::Null, 2);
        let (ada, bob) = (harness.join("Ada"), harness.join("Bob"));
        harness.run_ticks(1);
        harness.leave(ada);
        harness.run_ticks(2);
        let [(.., it)] = runners(&harness, bob)[..] else {
            panic!("one is left");
        };
        assert!(it);
    }
}
