//! A small game's schema and the frames of its states, for the tests of state and snapshots.
#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod history;
pub(crate) mod script;
pub(crate) mod small;

use skirmish_protocol::{
    Baseline, Column, ComponentSchema, Differences, EventRecord, EventSchema, FieldKind, FieldSchema, Mirror, Plan,
    Schema, Scratch, Settings, Side, SnapshotHead, Table, Truth, TruthTable, Visible, WireState, encode_events,
    encode_head, encode_own_tables, encode_tables,
};

/// The seat whose view the tests look at.
pub(crate) const SEAT: u32 = 3;

pub(crate) fn number(id: u8, name: &str, quantum: f64, min: i32, max: i32) -> FieldSchema {
    FieldSchema { quantum, ..FieldSchema::whole(id, name, min, max) }
}

pub(crate) fn motion(id: u8, name: &str, quantum: f64, range: i32, velocity: u8) -> FieldSchema {
    FieldSchema { velocity: Some(velocity), ..number(id, name, quantum, -range, range) }
}

pub(crate) fn cyclic(id: u8, name: &str, quantum: f64, modulus: u32) -> FieldSchema {
    FieldSchema { wrap: Some(modulus), ..number(id, name, quantum, 0, modulus as i32 - 1) }
}

pub(crate) fn boolean(id: u8, name: &str) -> FieldSchema {
    FieldSchema { kind: FieldKind::Boolean, ..number(id, name, 1.0, 0, 1) }
}

pub(crate) fn private(field: FieldSchema) -> FieldSchema {
    FieldSchema { private: true, ..field }
}

pub(crate) fn component(id: u8, name: &str, fields: Vec<FieldSchema>) -> ComponentSchema {
    ComponentSchema { id, name: name.to_owned(), fields }
}

/// Every kind of field there is: motion, cyclic, boolean, full-range, private, and a component that is private altogether.
pub(crate) fn schema() -> Schema {
    let body = vec![
        motion(0, "x", 0.0625, 32_768, 2),
        motion(1, "y", 0.0625, 32_768, 3),
        number(2, "vx", 0.02, -30_000, 30_000),
        number(3, "vy", 0.02, -30_000, 30_000),
        cyclic(4, "aim", 0.001, 6283),
        number(7, "hp", 1.0, 0, 100),
        private(number(8, "ammo", 1.0, 0, 30)),
        boolean(9, "alive"),
    ];
    let round = vec![number(0, "number", 1.0, 0, 1_000_000)];
    let purse = vec![
        private(number(0, "rate", 0.5, -1000, 1000)),
        private(motion(1, "charge", 0.1, 2000, 0)),
        private(number(5, "salt", 1.0, i32::MIN, i32::MAX)),
    ];
    let hit = EventSchema {
        id: 1,
        name: "Hit".to_owned(),
        fields: vec![number(0, "by", 1.0, 0, 199), number(1, "damage", 0.5, 0, 1000)],
    };
    let found = EventSchema { id: 4, name: "Found".to_owned(), fields: Vec::new() };
    Schema {
        components: vec![component(0, "Round", round), component(1, "Body", body), component(127, "Purse", purse)],
        input: vec![number(0, "move_x", 0.01, -100, 100)],
        events: vec![hit, found],
    }
}

pub(crate) fn plan() -> Plan {
    plan_of(schema().components)
}

/// The plan of [`schema`] with other components.
pub(crate) fn plan_of(components: Vec<ComponentSchema>) -> Plan {
    Plan::new(&Schema { components, ..schema() }).expect("a schema that obeys the rules")
}

/// A client that holds nothing yet, in a match that began at `tick_hz`.
pub(crate) fn mirror_of(plan: &Plan, tick_hz: u32) -> Mirror {
    Mirror::new(plan.schema().clone(), &settings(0, tick_hz)).expect("a schema that obeys the rules")
}

pub(crate) fn settings(effective_tick: u32, tick_hz: u32) -> Settings {
    Settings {
        effective_tick,
        tick_hz,
        snapshot_interval: 1,
        interp_delay_ms: 100,
        dilation_permille: 1000,
        paused: false,
    }
}

/// Rows of a component: id, owner and measures.
pub(crate) type Rows<'a> = &'a [(u32, Option<u32>, &'a [f64])];

/// A truth from the rows of each component.
pub(crate) fn truth(tables: &[Rows<'_>]) -> Truth {
    let table = |rows: &Rows<'_>| TruthTable {
        ids: rows.iter().map(|row| row.0).collect(),
        owners: rows.iter().map(|row| row.1).collect(),
        values: rows.iter().flat_map(|row| row.2.iter().copied()).collect(),
    };
    Truth { tables: tables.iter().map(table).collect() }
}

/// A state that everybody sees whole.
pub(crate) fn all(state: &WireState) -> Side<'_> {
    Side { state, visible: Visible::All }
}

/// A whole snapshot for [`SEAT`] without events or checksum.
pub(crate) fn frame(plan: &Plan, baseline: Option<&Side<'_>>, now: &Side<'_>, tick_hz: u32) -> Vec<u8> {
    frame_with(plan, baseline, now, tick_hz, None, &[], &[])
}

/// A whole snapshot for [`SEAT`].
pub(crate) fn frame_with(
    plan: &Plan,
    baseline: Option<&Side<'_>>,
    now: &Side<'_>,
    tick_hz: u32,
    checksum: Option<u32>,
    own_events: &[EventRecord],
    events: &[EventRecord],
) -> Vec<u8> {
    let mut out = Vec::new();
    let head =
        SnapshotHead { tick: now.state.tick, baseline: baseline.map(|side| side.state.tick), input_ack: 0, checksum };
    encode_head(&mut out, &head);
    encode_events(&mut out, own_events.iter());
    out.extend(own_tables(&mut Scratch::default(), plan, baseline, now, tick_hz));
    encode_events(&mut out, events.iter());
    out.extend(tables(&mut Scratch::default(), plan, baseline, now, tick_hz));
    out
}

/// The `tables` element of a snapshot.
pub(crate) fn tables(
    scratch: &mut Scratch,
    plan: &Plan,
    baseline: Option<&Side<'_>>,
    now: &Side<'_>,
    tick_hz: u32,
) -> Vec<u8> {
    let mut out = Vec::new();
    with_differences(plan, baseline, now, tick_hz, |baseline| encode_tables(&mut out, scratch, plan, baseline, now));
    out
}

/// The `own_tables` element of a snapshot for [`SEAT`].
pub(crate) fn own_tables(
    scratch: &mut Scratch,
    plan: &Plan,
    baseline: Option<&Side<'_>>,
    now: &Side<'_>,
    tick_hz: u32,
) -> Vec<u8> {
    let mut out = Vec::new();
    with_differences(plan, baseline, now, tick_hz, |baseline| {
        encode_own_tables(&mut out, scratch, plan, SEAT, baseline, now);
    });
    out
}

/// Encodes with what has changed since the baseline, if there is one.
fn with_differences(
    plan: &Plan,
    baseline: Option<&Side<'_>>,
    now: &Side<'_>,
    tick_hz: u32,
    encode: impl FnOnce(Option<&Baseline<'_>>),
) {
    let mut differences = Differences::default();
    if let Some(before) = baseline {
        differences.compare(plan, before.state, now.state, tick_hz);
    }
    encode(baseline.map(|&side| Baseline { side, differences: &differences }).as_ref());
}

/// What a client of [`SEAT`] must hold, found the slow way: row by row.
pub(crate) fn restricted(plan: &Plan, side: &Side<'_>) -> WireState {
    let tables = plan.layouts().iter().zip(&side.state.tables).map(|(layout, table)| {
        let seen = |row: &usize| {
            let visible = match side.visible {
                Visible::All => true,
                Visible::Only(ids) => ids.contains(&table.ids[*row]),
            };
            visible && (!layout.private || table.owners[*row] == SEAT)
        };
        let rows: Vec<usize> = (0..table.ids.len()).filter(seen).collect();
        Table {
            ids: rows.iter().map(|&row| table.ids[row]).collect(),
            columns: table.columns.iter().map(|column| picked(column, &rows)).collect(),
            ..Table::default()
        }
    });
    WireState { tick: side.state.tick, tables: tables.collect() }
}

fn picked(column: &Column, rows: &[usize]) -> Column {
    match column {
        Column::Plain(values) => Column::Plain(rows.iter().map(|&row| values[row]).collect()),
        Column::Motion(positions) => Column::Motion(rows.iter().map(|&row| positions[row]).collect()),
    }
}
