"""A Skirmish client written from docs/protocol.md alone, which shows that the page suffices.

This file joins, connects and talks (sections 1, 7 and 8); `wire.py` reads frames, `view.py` applies snapshots.
"""

from __future__ import annotations

import asyncio
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from view import View
from wire import KINDS_FROM_SERVER, SNAPSHOT, Message, ProtocolError, Schema, decode, encode, require

SUBPROTOCOL = "skirmish.v1"
VERSION = 1
EVENT_WAIT_S = 15


class JoinRefused(Exception):
    """The join was refused; `args` are the code and the message."""


@dataclass(frozen=True)
class Place:
    """The answer to a join."""

    match: str
    seat: int
    ws_url: str
    ticket: str
    expires_in_s: float


def join(base_url: str, game: str, name: str, match: str | None = None) -> Place:
    """Section 1. Blocks."""
    body = {"game": game, "name": name, **({} if match is None else {"match": match})}
    request = urllib.request.Request(base_url.rstrip("/") + "/api/join", json.dumps(body).encode(),
                                     {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=EVENT_WAIT_S) as answer:
            return Place(**json.load(answer))
    except urllib.error.HTTPError as error:
        refusal = json.load(error)["error"]
        raise JoinRefused(refusal["code"], refusal["message"]) from error


def advice(close_code: int) -> str:
    """What section 8 tells a client to do."""
    if close_code in (1000, 4200, 4201):
        return "stay away"
    if close_code in (4101, 4102, 4103, 4107, 4202, 4100):
        return "join again"
    return "mend the client" if 4000 <= close_code <= 4199 else "reconnect"


class Client:
    """One connection: what came so far, and a way to wait for more."""

    def __init__(self, socket: ClientConnection, ws_url: str, known: tuple[int, Schema] | None) -> None:
        self.socket = socket
        self.ws_url = ws_url
        self.known = known
        self.news = asyncio.Condition()
        self.welcome: Message = {}
        self.view = View(Schema([], [], []), {})
        self.roster: dict[int, Message] = {}
        self.snapshots: list[Message] = []
        self.messages: list[Message] = []
        self.seq = 0
        self.tick_acked = 0
        self.refusal: str | None = None
        self.close_code: int | None = None
        self.defect: ProtocolError | None = None
        self.receiving = asyncio.create_task(self._receive())

    @classmethod
    async def connect(cls, ws_url: str, ticket: str, known: tuple[int, Schema] | None = None) -> Client:
        """Says hello and waits for the welcome or the close. `known` is a schema already held, with its hash."""
        socket = await connect(f"{ws_url}?ticket={ticket}", subprotocols=[SUBPROTOCOL], max_size=None, proxy=None)
        client = cls(socket, ws_url, known)
        try:
            await client.send("hello", version=VERSION, agent="stranger", schema_hash=known[0] if known else 0)
        except ConnectionClosed:
            pass
        await client.until(lambda: bool(client.welcome) or client.close_code is not None)
        return client

    async def reconnect(self) -> Client:
        """Section 7: the same seat on a new connection."""
        return await Client.connect(self.ws_url, self.welcome["token"], self.known)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until something that came makes the condition true."""

        def settled() -> bool:
            return self.close_code is not None or condition()

        async with asyncio.timeout(EVENT_WAIT_S), self.news:
            await self.news.wait_for(settled)
        if self.defect:
            raise self.defect
        if not condition():
            raise ConnectionError(f"closed with {self.close_code}: {self.socket.close_reason}")

    async def send(self, type: str, **elements: Any) -> None:
        await self.socket.send(encode({"type": type, **elements}))

    async def send_input(self, values: list[int]) -> None:
        self.seq += 1
        self.tick_acked = self.view.tick
        await self.send("input", seq=self.seq, snapshot_ack=self.tick_acked, values=values)

    async def ping(self, token: int) -> Message:
        await self.send("ping", token=token)
        return await self.message("pong", lambda pong: pong["token"] == token)

    async def message(self, type: str, wanted: Callable[[Message], bool] = lambda _: True) -> Message:
        """The first message of that type that is wanted, waiting for it if need be."""

        def found() -> list[Message]:
            return [message for message in self.messages if message["type"] == type and wanted(message)]

        await self.until(lambda: bool(found()))
        return found()[0]

    async def closed(self) -> int:
        await self.until(lambda: self.close_code is not None)
        return self.close_code

    async def _receive(self) -> None:
        try:
            async for frame in self.socket:
                async with self.news:
                    self._take(frame)
                    self.news.notify_all()
                await self._acknowledge()
        except ProtocolError as defect:
            self.defect = defect
        except ConnectionClosed:
            pass
        await self.socket.close()
        async with self.news:
            self.close_code = self.socket.close_code
            self.news.notify_all()

    async def _acknowledge(self) -> None:
        """For a player without inputs: a snapshot that no input acknowledged before the next came."""
        if len(self.snapshots) > 1 and self.tick_acked < self.snapshots[-2]["tick"]:
            self.tick_acked = self.view.tick
            await self.send("ack", snapshot_ack=self.tick_acked)

    def _take(self, frame: bytes | str) -> None:
        if isinstance(frame, str):
            require(not self.welcome and self.refusal is None, "a text message")
            self.refusal = frame
            return
        if frame[1:2] == bytes([SNAPSHOT]):
            self._take_snapshot(frame)
            return
        message = decode(frame, KINDS_FROM_SERVER)
        self.messages.append(message)
        require((message["type"] == "welcome") == (not self.welcome), f"{message['type']} out of order")
        match message["type"]:
            case "welcome":
                self._take_welcome(message)
            case "settings":
                self.view.settings.append(message["settings"])
            case "roster":
                self.roster |= {entry["seat"]: entry for entry in message["entries"]}

    def _take_welcome(self, welcome: Message) -> None:
        require(welcome["version"] == VERSION, f"version {welcome['version']}")
        require(welcome["schema_hash"] != 0, "schema hash 0")
        if welcome["schema"] is not None:
            self.known = (welcome["schema_hash"], welcome["schema"])
        if self.known is None or self.known[0] != welcome["schema_hash"]:
            raise ProtocolError("no schema")
        self.welcome = welcome
        self.seq = welcome["input_seq"]
        self.roster = {entry["seat"]: entry for entry in welcome["roster"]}
        self.view = View(self.known[1], welcome["settings"])

    def _take_snapshot(self, frame: bytes) -> None:
        require(bool(self.welcome), "a snapshot before the welcome")
        snapshot = self.view.take(frame)
        require(snapshot["input_ack"] <= self.seq, f"input {snapshot['input_ack']} was never sent")
        self.snapshots.append(snapshot)
