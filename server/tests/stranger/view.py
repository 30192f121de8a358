"""Snapshots: the tables one seat holds, and what brings them from tick to tick (docs/protocol.md, sections 4 to 6).

A snapshot is read to its end before any of it is applied. Frames and the schema are in `wire.py`, the lists that table
changes are made of in `lists.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from lists import read_fractions, read_ids, read_ints, read_presence
from wire import I32_MIN, ONE_QUANTUM, SNAPSHOT, U32_MAX, Field, Message, Reader, Schema, require, require_ascending


@dataclass
class Table:
    """Rows by entity id. A motion field is held as `P` of section 5, any other as its integer."""

    number: int
    fields: list[Field]
    rows: dict[int, list[int]]

    def motion_columns(self) -> list[tuple[int, int]]:
        """Each motion column with its velocity's column."""
        column_of = {field.id: column for column, field in enumerate(self.fields)}
        return [(c, column_of[f.velocity]) for c, f in enumerate(self.fields) if f.velocity is not None]

    def store(self, id: int, column: int, value: int) -> None:
        field = self.fields[column]
        unit = 1 if field.velocity is None else ONE_QUANTUM
        require(field.min * unit <= value <= field.max * unit, f"{field.name} of {id} is out of range: {value}")
        self.rows[id][column] = value

    def advance(self, ticks: int, tick_hz: int) -> None:
        for column, velocity_column in self.motion_columns():
            field, velocity = self.fields[column], self.fields[velocity_column]
            step = math.floor(velocity.quantum / field.quantum * 16777216 / tick_hz + 0.5)
            for row in self.rows.values():
                position = row[column] + ticks * row[velocity_column] * step
                row[column] = min(max(position, field.min * ONE_QUANTUM), field.max * ONE_QUANTUM)


@dataclass
class TableChange:
    """One table change of section 4.1. Entries of motion fields are already `ints * 2^24 + fraction`."""

    table: Table
    leaves: list[int]
    enters: dict[int, list[int]]
    entries: list[dict[int, int]]

    def leave(self) -> None:
        for id in self.leaves:
            del self.table.rows[id]

    def correct(self, motion: bool) -> None:
        for column, (field, entries) in enumerate(zip(self.table.fields, self.entries)):
            if (field.velocity is not None) == motion:
                for id, entry in entries.items():
                    self.table.store(id, column, corrected(field, self.table.rows[id][column], entry))

    def enter(self) -> None:
        for id, values in self.enters.items():
            self.table.rows[id] = list(values)
            for column, value in enumerate(values):
                self.table.store(id, column, value)


def corrected(field: Field, old: int, entry: int) -> int:
    """Steps 3 and 4 of section 4.1."""
    if field.velocity is not None:
        return old + entry
    if field.wrap is not None:
        return (old + entry) % field.wrap
    return (old + entry - I32_MIN) % 2**32 + I32_MIN


def read_entries(reader: Reader, field: Field, count: int) -> list[int]:
    """`ints`, or `ints, fractions` of a motion field."""
    ints = read_ints(reader, count)
    if field.velocity is None:
        return ints
    return [whole * ONE_QUANTUM + fraction for whole, fraction in zip(ints, read_fractions(reader, count))]


def read_changes(reader: Reader, fields: list[Field], ids: list[int]) -> list[dict[int, int]]:
    reader.array(len(fields))
    changes: list[dict[int, int]] = []
    before: list[int] | None = None
    for field in fields:
        entries: dict[int, int] = {}
        if reader.optional(lambda: reader.array(2 if field.velocity is None else 3)) is not None:
            before = read_presence(reader, len(ids), before)
            entries = {ids[row]: entry for row, entry in zip(before, read_entries(reader, field, len(before)))}
        changes.append(entries)
    return changes


def read_enters(reader: Reader, table: Table) -> dict[int, list[int]]:
    reader.array(1 + len(table.fields))
    ids = read_ids(reader)
    columns = []
    for field in table.fields:
        if field.velocity is not None:
            reader.array(2)
        columns.append(read_entries(reader, field, len(ids)))
    return {id: [column[i] for column in columns] for i, id in enumerate(ids)}


def read_table_change(reader: Reader, tables: dict[int, Table], keyframe: bool) -> TableChange:
    reader.array(4)
    number = reader.u32()
    require(number in tables, f"table {number} is not in the schema")
    table = tables[number]
    held = [] if keyframe else sorted(table.rows)
    leaves = reader.optional(lambda: read_ids(reader)) or []
    require(set(leaves) <= set(held), f"rows leave table {number} that are not there")
    left = [id for id in held if id not in leaves]
    enters = reader.optional(lambda: read_enters(reader, table)) or {}
    require(not set(enters) & set(left), f"rows enter table {number} that are there")
    entries = reader.optional(lambda: read_changes(reader, table.fields, left)) or []
    require(bool(leaves or enters or any(entries)), f"table {number} is listed, but nothing changed in it")
    return TableChange(table, leaves, enters, entries)


def mix(h: int) -> int:
    h ^= h >> 16
    h = h * 0x85EBCA6B & U32_MAX
    h ^= h >> 13
    h = h * 0xC2B2AE35 & U32_MAX
    return h ^ h >> 16


class View:
    """What one seat holds of the match: the tables, and what brings them from snapshot to snapshot (sections 4 to 6)."""

    def __init__(self, schema: Schema, settings: Message) -> None:
        self.schema = schema
        self.settings = [settings]
        self.tick = 0
        self.event_ticks = {"own_events": 0, "events": 0}
        self.tables: dict[int, Table] = {}
        for component in schema.components:
            public = [field for field in component.fields if not field.private]
            private = [field for field in component.fields if field.private]
            self.tables[2 * component.id] = Table(2 * component.id, public, {})
            if private:
                self.tables[2 * component.id + 1] = Table(2 * component.id + 1, private, {})

    def tick_hz(self, tick: int) -> int:
        in_force = [s for s in self.settings if s["effective_tick"] <= tick] or self.settings[:1]
        return max(reversed(in_force), key=lambda s: s["effective_tick"])["tick_hz"]

    def shown(self, component: str) -> dict[int, dict[str, float]]:
        """A component's public rows in its own units, by entity and field name."""
        number = next(2 * c.id for c in self.schema.components if c.name == component)
        fields, rows = self.tables[number].fields, self.tables[number].rows
        units = [f.quantum if f.velocity is None else f.quantum / ONE_QUANTUM for f in fields]
        return {id: {f.name: v * unit for f, v, unit in zip(fields, row, units)} for id, row in rows.items()}

    def take(self, frame: bytes) -> Message:
        """Reads a snapshot, applies it, and returns its other elements."""
        reader = Reader(frame)
        reader.array(9)
        require(reader.u32() == SNAPSHOT, "not a snapshot")
        snapshot: Message = {
            "tick": reader.integer(self.tick + 1, U32_MAX), "baseline": reader.optional(reader.u32),
            "input_ack": reader.u32(), "checksum": reader.optional(reader.u32),
        }
        self._require_succession(snapshot["tick"], snapshot["baseline"])
        keyframe = snapshot["baseline"] is None
        snapshot["own_events"] = self._read_events(reader, "own_events", snapshot["tick"])
        own_changes = self._read_changes(reader, keyframe, private=1)
        snapshot["events"] = self._read_events(reader, "events", snapshot["tick"])
        changes = own_changes + self._read_changes(reader, keyframe, private=0)
        reader.end()
        self._apply(changes, snapshot["tick"], keyframe)
        require(snapshot["checksum"] in (None, self.checksum()), f"the checksum of tick {self.tick} differs")
        return snapshot

    def _require_succession(self, tick: int, baseline: int | None) -> None:
        if baseline is None:
            return
        require(self.tick > 0, "the first snapshot is not a keyframe")
        require(baseline == self.tick, f"baseline {baseline}, but the snapshot before was {self.tick}")
        require(self.tick_hz(baseline) == self.tick_hz(tick), "a delta crosses a change of the tick rate")

    def _read_changes(self, reader: Reader, keyframe: bool, private: int) -> list[TableChange]:
        changes = reader.many(lambda: read_table_change(reader, self.tables, keyframe))
        numbers = [change.table.number for change in changes]
        require_ascending(numbers, "tables")
        require(all(number % 2 == private for number in numbers), f"tables {numbers} stand in the wrong list")
        return changes

    def _read_events(self, reader: Reader, key: str, snapshot_tick: int) -> list[tuple[int, int, list[int]]]:
        def read_event() -> tuple[int, int, list[int]]:
            reader.array(3)
            tick, event_id = reader.integer(self.event_ticks[key], snapshot_tick), reader.u32()
            event = next((event for event in self.schema.events if event.id == event_id), None)
            require(event is not None, f"event {event_id} is not in the schema")
            reader.array(len(event.fields))
            self.event_ticks[key] = tick
            return tick, event_id, [reader.integer(field.min, field.max) for field in event.fields]

        return reader.many(read_event)

    def _apply(self, changes: list[TableChange], tick: int, keyframe: bool) -> None:
        if keyframe:
            for table in self.tables.values():
                table.rows.clear()
        for change in changes:
            change.leave()
        for change in changes:
            change.correct(motion=False)
        for table in self.tables.values():
            table.advance(tick - self.tick, self.tick_hz(tick))
        for change in changes:
            change.correct(motion=True)
        for change in changes:
            change.enter()
        self.tick = tick

    def checksum(self) -> int:
        """Section 6."""
        return sum(row_sum(table, id) for table in self.tables.values() for id in table.rows) & U32_MAX


def row_sum(table: Table, id: int) -> int:
    row = mix(id + 0x9E3779B9 & U32_MAX)

    def key(column: int) -> int:
        return row ^ (table.number * 256 + column) * 0x9E3779B1 & U32_MAX

    total = mix(key(255))
    for column, (field, value) in enumerate(zip(table.fields, table.rows[id])):
        if field.velocity is None:
            total += mix(mix(key(column)) ^ value & U32_MAX)
        else:
            total += mix(mix(key(column)) ^ value // ONE_QUANTUM & U32_MAX)
            total += mix(mix(key(column + 128)) ^ value % ONE_QUANTUM)
    return total
