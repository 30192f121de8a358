"""The golden vectors of protocol/vectors, as this client reads them."""

from __future__ import annotations

import dataclasses
import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from view import Table, View
from wire import (
    KINDS_FROM_CLIENT, KINDS_FROM_SERVER, ONE_QUANTUM, SNAPSHOT, Field, Message, ProtocolError, Reader, Record, Schema,
    decode, encode, read_schema,
)

DIRECTORY = Path(__file__).resolve().parents[3] / "protocol" / "vectors"
KINDS = {"client": KINDS_FROM_CLIENT, "server": KINDS_FROM_SERVER}
MESSAGES = json.loads((DIRECTORY / "messages.json").read_text("utf-8"))
HISTORIES = {name: json.loads((DIRECTORY / name).read_text("utf-8")) for name in ("snapshots.json", "packed.json")}
SECOND = json.loads((DIRECTORY / "workload.json").read_text("utf-8"))


def fields_as_json(fields: list[Field]) -> list[dict[str, Any]]:
    return [{**dataclasses.asdict(field), "kind": ("number", "boolean")[field.kind]} for field in fields]


def records_as_json(records: list[Record]) -> list[dict[str, Any]]:
    return [{"id": r.id, "name": r.name, "fields": fields_as_json(r.fields)} for r in records]


def message_as_json(message: Message) -> Message:
    schema: Schema | None = message.get("schema")
    if schema is None:
        return message
    as_json = {"components": records_as_json(schema.components), "input": fields_as_json(schema.input_fields),
               "events": records_as_json(schema.events)}
    return {**message, "schema": as_json}


def column_as_json(table: Table, column: int, ids: list[int]) -> Any:
    values = [table.rows[id][column] for id in ids]
    if table.fields[column].velocity is None:
        return values
    return {"quanta": [v // ONE_QUANTUM for v in values], "fractions": [v % ONE_QUANTUM for v in values]}


def table_as_json(table: Table) -> dict[str, Any]:
    ids = sorted(table.rows)
    columns = [column_as_json(table, column, ids) for column in range(len(table.fields))]
    return {"table": table.number, "ids": ids, "columns": columns}


def view_at_start(schema: str, tick_hz: int) -> View:
    reader = Reader(bytes.fromhex(schema))
    view = View(read_schema(reader), {"effective_tick": 0, "tick_hz": tick_hz})
    reader.end()
    return view


def take(view: View, frame: bytes) -> Message:
    """A snapshot or a settings message."""
    if frame[1] == SNAPSHOT:
        return view.take(frame)
    message = decode(frame, KINDS_FROM_SERVER)
    view.settings.append(message["settings"])
    return message


def refused(view: View, frame: bytes) -> bool:
    """Whether a frame is refused. The view is a copy: a refused frame ends a connection."""
    try:
        take(deepcopy(view), frame)
    except ProtocolError:
        return True
    return False


def check_message(vector: dict[str, Any]) -> None:
    frame = bytes.fromhex(vector["hex"])
    message = decode(frame, KINDS[vector["direction"]])
    assert message_as_json(message) == vector["message"], f"{message} is not {vector['message']}"
    if vector["direction"] == "client":
        assert encode(vector["message"]) == frame, f"{encode(vector['message']).hex()} is not {vector['hex']}"


def check_history_frame(view: View, vector: dict[str, Any]) -> None:
    """Applies the frame to the view and compares everything `after` names."""
    frame = bytes.fromhex(vector["hex"])
    assert all(refused(view, frame[:length]) for length in range(2, len(frame))), "a prefix was read"
    assert refused(view, frame + b"\xc0"), "a byte after the message was read"
    message, after = take(view, frame), vector["after"]
    assert after is None or refused(view, frame), "a snapshot was read twice"
    if after is None:
        return
    found = {"tick": view.tick, "checksum": view.checksum(), "own_events": message["own_events"],
             "events": message["events"], "tables": [table_as_json(view.tables[n]) for n in sorted(view.tables)]}
    assert json.loads(json.dumps(found)) == after, f"{found} is not {after}"
