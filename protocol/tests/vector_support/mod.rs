//! Golden files of snapshots: what stands in them, and how they are compared or written.
#![allow(dead_code, reason = "each test file uses its part")]

use std::fmt::Write;

use serde_json::{Value, json};
use skirmish_protocol::fixed::{fraction, quanta};
use skirmish_protocol::{Column, EventRecord, Plan, Table, WireState};

use super::snapshot_support::{SEAT, settings};

/// What a client holds after a snapshot, and the events that it brought.
pub(crate) fn after_json(plan: &Plan, held: &WireState, own_events: &[EventRecord], events: &[EventRecord]) -> Value {
    let tables = plan.layouts().iter().zip(&held.tables).map(|(layout, table)| table_json(layout.table, table));
    json!({
        "tick": held.tick,
        "checksum": held.checksum(plan),
        "tables": tables.collect::<Vec<_>>(),
        "own_events": own_events.iter().map(event_json).collect::<Vec<_>>(),
        "events": events.iter().map(event_json).collect::<Vec<_>>(),
    })
}

fn table_json(id: u16, table: &Table) -> Value {
    let column = |column: &Column| match column {
        Column::Plain(values) => json!(values),
        Column::Motion(positions) => json!({
            "quanta": positions.iter().map(|&position| quanta(position)).collect::<Vec<_>>(),
            "fractions": positions.iter().map(|&position| fraction(position)).collect::<Vec<_>>(),
        }),
    };
    json!({"table": id, "ids": table.ids, "columns": table.columns.iter().map(column).collect::<Vec<_>>()})
}

fn event_json(event: &EventRecord) -> Value {
    json!([event.tick, event.event, event.values.as_slice()])
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes everything");
        text
    })
}

/// The text of a file: one line for each frame.
pub(crate) fn file_text(plan: &Plan, tick_hz: u32, frames: &[Value], refused: &[Value]) -> String {
    let mut schema = Vec::new();
    plan.schema().encode(&mut schema);
    let first = settings(0, tick_hz);
    let settings = json!([
        first.effective_tick,
        first.tick_hz,
        first.snapshot_interval,
        first.interp_delay_ms,
        first.dilation_permille,
        first.paused,
    ]);
    let lines = |frames: &[Value]| {
        let lines: Vec<String> = frames.iter().map(|frame| format!("\n    {frame}")).collect();
        if lines.is_empty() { String::new() } else { lines.join(",") + "\n  " }
    };
    format!(
        "{{\n  \"schema\": \"{}\",\n  \"settings\": {settings},\n  \"seat\": {SEAT},\n  \"frames\": [{}],\n  \"refused\": [{}]\n}}\n",
        hex(&schema),
        lines(frames),
        lines(refused),
    )
}

/// Compares a golden file with what it should be; with `SKIRMISH_BLESS=1` makes it that first.
pub(crate) fn check_file(file: &str, text: &str) {
    if std::env::var_os("SKIRMISH_BLESS").is_some() {
        std::fs::write(file, text).expect("the golden file can be written");
    }
    let committed = std::fs::read_to_string(file).expect("the golden file is there");
    assert!(committed == text, "{file} differs from what this crate writes; SKIRMISH_BLESS=1 rewrites it");
}
