//! The smallest game with everything in it: bodies in flight, rocks that come and go, darts that do so quickly, private fields, public and
//! private events, places.
#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(elided_lifetimes_in_paths, reason = "systems name only what they use")]

use bevy_ecs::prelude::*;
use serde_json::{Value, json};
use skirmish_protocol::{Column, GameEvent, Input, Plan, Replicate, Table, WireState};
use skirmish_sim::harness::{ClientId, Harness};
use skirmish_sim::{
    AlwaysRelevant, Clock, EntityId, Game, GameError, Ids, Inputs, Outgoing, Owner, Random, Rules, SeatChange, SeatId,
    Seats, View,
};

/// Half the width of the field, in units.
pub(crate) const FIELD: f32 = 200.0;

pub(crate) struct Playground;

#[derive(Component, Replicate)]
#[replicate(id = 1)]
pub(crate) struct Body {
    #[replicate(id = 0, quantum = 0.0625, range = -2048.0..=2048.0, velocity = "vx")]
    x: f32,
    #[replicate(id = 1, quantum = 0.0625, range = -2048.0..=2048.0, velocity = "vy")]
    y: f32,
    #[replicate(id = 2, quantum = 0.02, range = -600.0..=600.0)]
    vx: f32,
    #[replicate(id = 3, quantum = 0.02, range = -600.0..=600.0)]
    vy: f32,
    #[replicate(id = 4, quantum = 0.5, wrap = 360.0)]
    aim: f32,
    #[replicate(id = 5, range = 0..=1000, private)]
    ammo: u16,
}

/// A body that is gone after a few ticks.
#[derive(Component)]
pub(crate) struct Dart {
    ticks_left: u32,
}

/// Seen everywhere: it has no place.
#[derive(Component, Replicate)]
#[replicate(id = 2)]
pub(crate) struct Board {
    #[replicate(id = 0, range = 0..=1_000_000)]
    shots: u32,
}

/// Seen by its owner alone but for its being there.
#[derive(Component, Replicate)]
#[replicate(id = 3)]
pub(crate) struct Purse {
    #[replicate(id = 0, range = 0..=1_000_000, private)]
    coins: u32,
}

#[derive(Clone, Default, Input)]
pub(crate) struct Push {
    #[input(id = 0, quantum = 0.01, range = -1.0..=1.0)]
    pub(crate) x: f32,
    #[input(id = 1, quantum = 0.01, range = -1.0..=1.0)]
    pub(crate) y: f32,
    #[input(id = 2)]
    pub(crate) fire: bool,
}

#[derive(Clone, GameEvent)]
pub(crate) enum Noise {
    #[event(id = 1)]
    Shot {
        #[event(id = 0, range = 0..=1023)]
        by: u32,
    },
    #[event(id = 2)]
    Left {
        #[event(id = 0, range = 0..=1000)]
        ammo: u32,
    },
}

/// A configuration that may give any of the numbers below.
fn number(config: &Value, key: &str, default: u32) -> u32 {
    config[key].as_u64().map_or(default, |number| number as u32)
}

#[derive(Resource)]
struct Weather {
    rocks_max: u32,
    darts_per_tick: u32,
    dart_ticks_max: u32,
    events_per_tick: u32,
}

impl Game for Playground {
    fn name(&self) -> &str {
        "playground"
    }

    fn rules(&self, config: &Value) -> Result<Rules, GameError> {
        let weather = Weather {
            rocks_max: number(config, "rocks_max", 12),
            darts_per_tick: number(config, "darts_per_tick", 0),
            dart_ticks_max: number(config, "dart_ticks_max", 1),
            events_per_tick: number(config, "events_per_tick", 0),
        };
        let has_flag = number(config, "flag", 0) > 0;
        let rules = Rules::new::<Push>()
            .seats_max(number(config, "seats_max", 8))
            .tick_hz(number(config, "tick_hz", 20))
            .snapshot_interval(number(config, "snapshot_interval", 1))
            .interest_radius(number(config, "interest_radius", 0) as f32)
            .replicate::<Body>()
            .replicate::<Board>()
            .replicate::<Purse>()
            .events::<Noise>()
            .place::<Body>(|body| [body.x, body.y])
            .setup(move |world| {
                let id = world.resource_mut::<Ids>().next();
                world.spawn((id, Board { shots: 0 }));
                if has_flag {
                    let id = world.resource_mut::<Ids>().next();
                    world.spawn((id, body([FIELD, FIELD], [0.0, 0.0], 0), AlwaysRelevant));
                }
                world.insert_resource(weather);
            })
            .systems((seat, steer, weather_rocks, throw_darts, fly, ring));
        Ok(if number(config, "blind", 0) > 0 { rules.visible(odd_seats_see_no_rocks) } else { rules })
    }
}

fn odd_seats_see_no_rocks(seat: SeatId, entity: EntityRef<'_>) -> bool {
    seat.0.is_multiple_of(2) || entity.contains::<Owner>() || !entity.contains::<Body>()
}

/// A playground under a seed, everybody sees everything.
pub(crate) fn playground(seed: u64) -> Harness {
    Harness::new(&Playground, json!({}), seed)
}

/// A playground of this configuration.
pub(crate) fn playground_with(config: Value, seed: u64) -> Harness {
    Harness::new(&Playground, config, seed)
}

/// Pushes in a direction of its own, and fires now and then.
pub(crate) fn push(harness: &mut Harness, client: ClientId, step: u32) {
    let turn = step as f32 * 0.3;
    harness.input(client, &Push { x: turn.cos(), y: turn.sin(), fire: step.is_multiple_of(5) });
}

fn seat(
    mut commands: Commands,
    seats: Res<Seats>,
    mut ids: ResMut<Ids>,
    mut random: ResMut<Random>,
    owned: Query<(Entity, &Owner)>,
) {
    for change in seats.changes() {
        match *change {
            SeatChange::Joined(seat) => {
                let place = [random.range_f32(-FIELD, FIELD), random.range_f32(-FIELD, FIELD)];
                commands.spawn((ids.next(), Owner(seat), body(place, [0.0, 0.0], 1000), Purse { coins: 5 }));
            }
            SeatChange::Left(seat) => {
                owned
                    .iter()
                    .filter(|(_, owner)| owner.0 == seat)
                    .for_each(|(entity, _)| commands.entity(entity).despawn());
            }
            SeatChange::Connected(_) | SeatChange::Disconnected(_) => {}
        }
    }
}

fn body([x, y]: [f32; 2], [vx, vy]: [f32; 2], ammo: u16) -> Body {
    Body { x, y, vx, vy, aim: 0.0, ammo }
}

fn steer(
    inputs: Res<Inputs<Push>>,
    mut outgoing: ResMut<Outgoing<Noise>>,
    mut bodies: Query<(&EntityId, &Owner, &mut Body, &mut Purse)>,
    mut board: Single<&mut Board>,
) {
    let mut bodies: Vec<_> = bodies.iter_mut().collect();
    bodies.sort_by_key(|(id, ..)| id.0);
    for (_, owner, body, purse) in &mut bodies {
        for push in inputs.of(owner.0) {
            (body.vx, body.vy, body.aim) = (push.x * 100.0, push.y * 100.0, push.y.atan2(push.x).to_degrees());
            if push.fire && body.ammo > 0 {
                body.ammo -= 1;
                purse.coins += 1;
                board.shots += 1;
                outgoing.to_all(Noise::Shot { by: owner.0.0 });
                outgoing.to_seat(owner.0, Noise::Left { ammo: body.ammo.into() });
            }
        }
    }
}

/// Neither a ship nor a dart.
type IsRock = (Without<Owner>, Without<Dart>);

fn weather_rocks(
    mut commands: Commands,
    weather: Res<Weather>,
    mut ids: ResMut<Ids>,
    mut random: ResMut<Random>,
    mut rocks: Query<(Entity, &EntityId, &mut Body), IsRock>,
) {
    let mut rocks: Vec<_> = rocks.iter_mut().collect();
    rocks.sort_by_key(|(_, id, _)| id.0);
    let mut speed = || random.range_f32(-80.0, 80.0);
    let (vx, vy, chance) = (speed(), speed(), random.f32());
    if (rocks.len() as u32) < weather.rocks_max && chance < 0.2 {
        commands.spawn((ids.next(), body([vx, vy], [vy, vx], 0)));
    } else if !rocks.is_empty() && chance < 0.4 {
        let chosen = random.below(rocks.len() as u32) as usize;
        if chance < 0.25 {
            commands.entity(rocks[chosen].0).despawn();
        } else {
            (rocks[chosen].2.vx, rocks[chosen].2.vy) = (vx, vy);
        }
    }
}

fn throw_darts(
    mut commands: Commands,
    weather: Res<Weather>,
    mut ids: ResMut<Ids>,
    mut random: ResMut<Random>,
    mut darts: Query<(Entity, &mut Dart)>,
) {
    for (entity, mut dart) in &mut darts {
        dart.ticks_left -= 1;
        if dart.ticks_left == 0 {
            commands.entity(entity).despawn();
        }
    }
    for _ in 0..weather.darts_per_tick {
        let mut coordinate = |most: f32| random.range_f32(-most, most);
        let (place, speed) = ([coordinate(FIELD), coordinate(FIELD)], [coordinate(300.0), coordinate(300.0)]);
        let dart = Dart { ticks_left: 1 + random.below(weather.dart_ticks_max) };
        commands.spawn((ids.next(), body(place, speed, 0), dart));
    }
}

fn fly(clock: Res<Clock>, mut bodies: Query<&mut Body>) {
    for mut body in &mut bodies {
        let (x, y) = (body.x + body.vx * clock.dt_s, body.y + body.vy * clock.dt_s);
        if x.abs() > FIELD {
            body.vx = -body.vx;
        }
        if y.abs() > FIELD {
            body.vy = -body.vy;
        }
        (body.x, body.y) = (x.clamp(-FIELD, FIELD), y.clamp(-FIELD, FIELD));
    }
}

fn ring(weather: Res<Weather>, mut outgoing: ResMut<Outgoing<Noise>>) {
    (0..weather.events_per_tick).for_each(|_| outgoing.to_all(Noise::Shot { by: 1000 }));
}

/// What a seat with this view must hold of a wire state, written without the help of the encoder.
pub(crate) fn restricted(state: &WireState, plan: &Plan, seat: u32, view: &View) -> Vec<Table> {
    let tables = state.tables.iter().zip(plan.layouts());
    tables
        .map(|(table, layout)| {
            let seen = |row: usize| view.contains(table.ids[row]) && (!layout.private || table.owners[row] == seat);
            let rows: Vec<usize> = (0..table.ids.len()).filter(|&row| seen(row)).collect();
            Table {
                ids: rows.iter().map(|&row| table.ids[row]).collect(),
                columns: table.columns.iter().map(|column| picked(column, &rows)).collect(),
                ..Table::default()
            }
        })
        .collect()
}

fn picked(column: &Column, rows: &[usize]) -> Column {
    match column {
        Column::Plain(values) => Column::Plain(rows.iter().map(|&row| values[row]).collect()),
        Column::Motion(values) => Column::Motion(rows.iter().map(|&row| values[row]).collect()),
    }
}

/// Panics unless the client holds exactly the newest state of the match, restricted to its seat's view.
pub(crate) fn assert_holds_the_present(harness: &Harness, client: ClientId) {
    let (sim, client) = (harness.room().sim(), harness.client(client));
    let view = sim.view(SeatId(client.seat)).expect("the seat is taken");
    assert_eq!(client.tick(), sim.tick());
    assert_eq!(held(client.mirror().state()), restricted(sim.wire_state(), sim.plan(), client.seat, view));
}

/// The tables of a mirror's state, without the owners, which clients do not learn.
pub(crate) fn held(state: &WireState) -> Vec<Table> {
    let table = |table: &Table| Table { ids: table.ids.clone(), columns: table.columns.clone(), ..Table::default() };
    state.tables.iter().map(table).collect()
}
