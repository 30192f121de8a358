"""Frames: reads what the server may send, strictly, and writes what a client may (docs/protocol.md, sections 2 and 3).

What the page says a server must not send raises `ProtocolError`. Snapshots are in `view.py`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgpack

T = TypeVar("T")
Message = dict[str, Any]

U32_MAX = 2**32 - 1
I32_MIN, I32_MAX = -(2**31), 2**31 - 1
ONE_QUANTUM = 1 << 24


class ProtocolError(Exception):
    """The server sent what the protocol forbids."""


def require(condition: bool, complaint: str) -> None:
    if not condition:
        raise ProtocolError(complaint)


class Reader:
    """Reads one frame value by value, and refuses every format that is not allowed there (section 2)."""

    INTEGER_FORMATS = {*range(0x80), *range(0xE0, 0x100), 0xCC, 0xCD, 0xCE, 0xD0, 0xD1, 0xD2}
    ARRAY_FORMATS = {*range(0x90, 0xA0), 0xDC, 0xDD}
    STRING_FORMATS = {*range(0xA0, 0xC0), 0xD9, 0xDA, 0xDB}
    BINARY_FORMATS = {0xC4, 0xC5, 0xC6}
    BOOLEAN_FORMATS = {0xC2, 0xC3}
    FLOAT_FORMATS = {0xCA, 0xCB}
    NIL = 0xC0

    def __init__(self, frame: bytes) -> None:
        self.frame = frame
        self.unpacker = msgpack.Unpacker()
        self.unpacker.feed(frame)

    def _format(self) -> int:
        require(self.unpacker.tell() < len(self.frame), "the frame ends early")
        return self.frame[self.unpacker.tell()]

    def _value(self, formats: set[int], wanted: str) -> Any:
        require(self._format() in formats, f"format {self._format():#x} where {wanted} is asked for")
        try:
            return self.unpacker.unpack()
        except (msgpack.UnpackException, ValueError) as error:
            raise ProtocolError(f"{wanted} cannot be read: {error}") from error

    def array(self, length: int | None = None) -> int:
        require(self._format() in self.ARRAY_FORMATS, f"format {self._format():#x} where an array is asked for")
        try:
            found = self.unpacker.read_array_header()
        except (msgpack.UnpackException, ValueError) as error:
            raise ProtocolError(f"an array cannot be read: {error}") from error
        require(length is None or found == length, f"an array of {found} elements instead of {length}")
        return found

    def integer(self, low: int, high: int) -> int:
        value = self._value(self.INTEGER_FORMATS, "an integer")
        require(low <= value <= high, f"{value} is not between {low} and {high}")
        return value

    def u32(self) -> int:
        return self.integer(0, U32_MAX)

    def i32(self) -> int:
        return self.integer(I32_MIN, I32_MAX)

    def number(self) -> float:
        return float(self._value(self.INTEGER_FORMATS | self.FLOAT_FORMATS, "a number"))

    def boolean(self) -> bool:
        return self._value(self.BOOLEAN_FORMATS, "a boolean")

    def text(self) -> str:
        return self._value(self.STRING_FORMATS, "a string")

    def binary(self) -> bytes:
        return self._value(self.BINARY_FORMATS, "binary data")

    def optional(self, read: Callable[[], T]) -> T | None:
        if self._format() == self.NIL:
            return self._value({self.NIL}, "nil")
        return read()

    def many(self, read: Callable[[], T]) -> list[T]:
        return [read() for _ in range(self.array())]

    def next_is(self, formats: set[int]) -> bool:
        return self._format() in formats

    def end(self) -> None:
        require(self.unpacker.tell() == len(self.frame), "bytes follow the message")


@dataclass(frozen=True)
class Field:
    id: int
    name: str
    kind: int
    quantum: float
    min: int
    max: int
    wrap: int | None
    private: bool
    velocity: int | None


@dataclass(frozen=True)
class Record:
    """A component or an event."""

    id: int
    name: str
    fields: list[Field]


@dataclass(frozen=True)
class Schema:
    components: list[Record]
    input_fields: list[Field]
    events: list[Record]


def read_field(reader: Reader) -> Field:
    reader.array(9)
    field = Field(
        reader.integer(0, 31), reader.text(), reader.integer(0, 1), reader.number(), reader.i32(), reader.i32(),
        reader.optional(reader.u32), reader.boolean(), reader.optional(lambda: reader.integer(0, 31)),
    )
    require(math.isfinite(field.quantum) and field.quantum > 0, f"quantum {field.quantum} of {field.name}")
    require(field.min <= field.max, f"empty range of {field.name}")
    require(field.wrap is None or 0 < field.wrap <= 2**30, f"wrap {field.wrap} of {field.name}")
    return field


def require_ascending(ids: list[int], what: str) -> None:
    require(all(a < b for a, b in zip(ids, ids[1:])), f"{what} {ids} do not ascend")


def read_fields(reader: Reader) -> list[Field]:
    fields = reader.many(lambda: read_field(reader))
    require_ascending([field.id for field in fields], "fields")
    return fields


def read_records(reader: Reader) -> list[Record]:
    def read_record() -> Record:
        reader.array(3)
        return Record(reader.integer(0, 127), reader.text(), read_fields(reader))

    records = reader.many(read_record)
    require_ascending([record.id for record in records], "components or events")
    return records


def read_schema(reader: Reader) -> Schema:
    reader.array(3)
    schema = Schema(read_records(reader), read_fields(reader), read_records(reader))
    for field in schema.input_fields + [field for event in schema.events for field in event.fields]:
        require((field.wrap, field.private, field.velocity) == (None, False, None), f"{field.name} is state, not input")
    for component in schema.components:
        by_id = {field.id: field for field in component.fields}
        for field in (f for f in component.fields if f.velocity is not None):
            velocity = by_id.get(field.velocity)
            require(velocity is not None and velocity is not field, f"{field.name} has no velocity field")
            require(velocity.private == field.private, f"{field.name} and its velocity differ in privacy")
    return schema


def read_settings(reader: Reader) -> Message:
    reader.array(6)
    keys = ("effective_tick", "tick_hz", "snapshot_interval", "interp_delay_ms", "dilation_permille")
    return {**{key: reader.u32() for key in keys}, "paused": reader.boolean()}


def read_roster_entry(reader: Reader) -> Message:
    reader.array(3)
    seat, name, flags = reader.u32(), reader.optional(reader.text), reader.integer(0, 3)
    return {"seat": seat, "name": name, "connected": bool(flags & 1), "bot": bool(flags & 2)}


Read = Callable[[Reader], Any]
ROSTER: Read = lambda reader: reader.many(lambda: read_roster_entry(reader))
KINDS_FROM_CLIENT: dict[int, tuple[str, dict[str, Read]]] = {
    1: ("hello", {"version": Reader.u32, "agent": Reader.text, "schema_hash": Reader.u32}),
    2: ("input", {"seq": Reader.u32, "snapshot_ack": Reader.u32, "values": lambda reader: reader.many(reader.i32)}),
    3: ("ack", {"snapshot_ack": Reader.u32}),
    4: ("ping", {"token": Reader.u32}),
    5: ("chat", {"text": Reader.text}),
    6: ("leave", {}),
}
KINDS_FROM_SERVER: dict[int, tuple[str, dict[str, Read]]] = {
    16: ("welcome", {
        "version": Reader.u32, "match": Reader.text, "seat": Reader.u32, "token": Reader.text, "tick": Reader.u32,
        "input_seq": Reader.u32, "game": Reader.text, "settings": read_settings, "roster": ROSTER,
        "schema_hash": Reader.u32, "schema": lambda reader: reader.optional(lambda: read_schema(reader)),
    }),
    18: ("settings", {"settings": read_settings}),
    19: ("pong", {"token": Reader.u32, "tick": Reader.u32, "into_tick_us": Reader.u32}),
    20: ("roster", {"entries": ROSTER}),
    21: ("chat", {"seat": Reader.u32, "text": Reader.text}),
    22: ("goodbye", {"code": Reader.u32, "reason": Reader.text, "retry_after_ms": lambda r: r.optional(r.u32)}),
    23: ("notice", {"text": Reader.text}),
}
SNAPSHOT = 17


def decode(frame: bytes, kinds: dict[int, tuple[str, dict[str, Read]]]) -> Message:
    """Any message but a snapshot, which only the `View` of its schema can read."""
    reader = Reader(frame)
    length = reader.array()
    code = reader.u32()
    require(code in kinds, f"message type {code} is not known")
    name, keys = kinds[code]
    require(length == 1 + len(keys), f"{name} of {length} elements")
    message = {"type": name, **{key: read(reader) for key, read in keys.items()}}
    reader.end()
    return message


def encode(message: Message) -> bytes:
    for code, (name, keys) in KINDS_FROM_CLIENT.items():
        if name == message["type"]:
            return msgpack.packb([code, *(message[key] for key in keys)])
    raise ValueError(f"clients send no {message['type']}")
