//! The golden vectors in `vectors/messages.json` are what this crate writes, and other implementations read the same file.
//! After a wanted change of the protocol write the file anew with `SKIRMISH_BLESS=1`.

use std::path::PathBuf;

use serde_json::{Value, json};
use skirmish_protocol::{
    ClientMessage, FieldKind, FieldSchema, JsonWriter, RosterEntry, Schema, ServerMessage, Settings, Welcome,
};

use crate::messages_support::{client_messages, encoded, server_messages};

#[test]
fn golden_messages_are_what_this_crate_writes() {
    let vectors = vectors();
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/messages.json");
    if std::env::var_os("SKIRMISH_BLESS").is_some() {
        let lines: Vec<String> = vectors.iter().map(Value::to_string).collect();
        std::fs::write(&path, format!("[\n{}\n]\n", lines.join(",\n"))).unwrap();
    }
    let committed = std::fs::read_to_string(&path).expect("the golden vectors are in the repository");
    let committed: Vec<Value> = serde_json::from_str(&committed).unwrap();
    assert_eq!(committed.len(), vectors.len());
    for (committed, ours) in committed.iter().zip(&vectors) {
        assert_eq!(committed, ours);
    }
}

fn vectors() -> Vec<Value> {
    let client = client_messages().into_iter().map(|(name, message)| {
        let frame = encoded(|out| message.encode(out));
        json!({ "name": name, "direction": "client", "hex": hex(&frame), "json": text(&frame), "message": client_form(&message) })
    });
    let server = server_messages().into_iter().map(|(name, message)| {
        let frame = encoded(|out| message.encode(out));
        json!({ "name": name, "direction": "server", "hex": hex(&frame), "json": text(&frame), "message": server_form(&message) })
    });
    client.chain(server).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn text(frame: &[u8]) -> Value {
    let text = JsonWriter::default().text(frame).expect("a message of our own");
    serde_json::from_str(&text).expect("a text is JSON")
}

fn client_form(message: &ClientMessage) -> Value {
    match message {
        ClientMessage::Hello { version, agent, schema_hash } => {
            json!({ "type": "hello", "version": version, "agent": agent, "schema_hash": schema_hash })
        }
        ClientMessage::Input { seq, snapshot_ack, values } => {
            json!({ "type": "input", "seq": seq, "snapshot_ack": snapshot_ack, "values": values.as_slice() })
        }
        ClientMessage::Ack { snapshot_ack } => {
            json!({ "type": "ack", "snapshot_ack": snapshot_ack })
        }
        ClientMessage::Ping { token } => json!({ "type": "ping", "token": token }),
        ClientMessage::Chat { text } => json!({ "type": "chat", "text": text }),
        ClientMessage::Leave => json!({ "type": "leave" }),
    }
}

fn server_form(message: &ServerMessage) -> Value {
    match message {
        ServerMessage::Welcome(welcome) => welcome_form(welcome),
        ServerMessage::Snapshot => unreachable!("snapshots have vectors of their own"),
        ServerMessage::Settings(settings) => {
            json!({ "type": "settings", "settings": settings_form(settings) })
        }
        ServerMessage::Pong(pong) => {
            json!({ "type": "pong", "token": pong.token, "tick": pong.tick, "into_tick_us": pong.into_tick_us })
        }
        ServerMessage::Roster(entries) => {
            json!({ "type": "roster", "entries": roster_form(entries) })
        }
        ServerMessage::Chat { seat, text } => json!({ "type": "chat", "seat": seat, "text": text }),
        ServerMessage::Goodbye { code, reason, retry_after_ms } => {
            json!({ "type": "goodbye", "code": code, "reason": reason, "retry_after_ms": retry_after_ms })
        }
        ServerMessage::Notice { text } => json!({ "type": "notice", "text": text }),
    }
}

fn welcome_form(welcome: &Welcome) -> Value {
    json!({
        "type": "welcome",
        "version": welcome.version,
        "match": welcome.match_id,
        "seat": welcome.seat,
        "token": welcome.token,
        "tick": welcome.tick,
        "input_seq": welcome.input_seq,
        "game": welcome.game,
        "settings": settings_form(&welcome.settings),
        "roster": roster_form(&welcome.roster),
        "schema_hash": welcome.schema_hash,
        "schema": welcome.schema.as_ref().map(schema_form),
    })
}

fn settings_form(settings: &Settings) -> Value {
    json!({
        "effective_tick": settings.effective_tick,
        "tick_hz": settings.tick_hz,
        "snapshot_interval": settings.snapshot_interval,
        "interp_delay_ms": settings.interp_delay_ms,
        "dilation_permille": settings.dilation_permille,
        "paused": settings.paused,
    })
}

fn roster_form(entries: &[RosterEntry]) -> Vec<Value> {
    let entry = |entry: &RosterEntry| json!({ "seat": entry.seat, "name": entry.name, "connected": entry.connected, "bot": entry.bot });
    entries.iter().map(entry).collect()
}

fn schema_form(schema: &Schema) -> Value {
    let named =
        |id: u8, name: &str, fields: &[FieldSchema]| json!({ "id": id, "name": name, "fields": fields_form(fields) });
    let components = schema.components.iter().map(|component| named(component.id, &component.name, &component.fields));
    let events = schema.events.iter().map(|event| named(event.id, &event.name, &event.fields));
    json!({
        "components": components.collect::<Vec<_>>(),
        "input": fields_form(&schema.input),
        "events": events.collect::<Vec<_>>(),
    })
}

fn fields_form(fields: &[FieldSchema]) -> Vec<Value> {
    let field = |field: &FieldSchema| {
        let kind = match field.kind {
            FieldKind::Number => "number",
            FieldKind::Boolean => "boolean",
        };
        json!({
            "id": field.id,
            "name": field.name,
            "kind": kind,
            "quantum": field.quantum,
            "min": field.min,
            "max": field.max,
            "wrap": field.wrap,
            "private": field.private,
            "velocity": field.velocity,
        })
    };
    fields.iter().map(field).collect()
}
