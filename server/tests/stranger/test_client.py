"""Holds the stranger's client to the golden vectors and, given the server's binary, to the server itself.

    pip install -r requirements.txt
    python test_client.py [path/to/skirmish]

The last line says how many tests passed and failed.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import signal
import sys
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import vectors
from client import EVENT_WAIT_S, Client, JoinRefused, Place, advice, join
from lists import read_ids
from wire import KINDS_FROM_SERVER, ProtocolError, Reader, decode

PLAY_S = 5.0
CHECKSUMS_MIN = 4
STRAFE_TICKS = 20


def refuses(frame: str, read: Callable[[bytes], object] = lambda frame: decode(frame, KINDS_FROM_SERVER)) -> bool:
    try:
        read(bytes.fromhex(frame))
    except ProtocolError:
        return True
    return False


async def every_golden_message_is_read_and_written(_: str) -> None:
    for vector in vectors.MESSAGES:
        with naming(vector["name"]):
            vectors.check_message(vector)


async def every_golden_snapshot_leads_to_the_state_it_names(_: str) -> None:
    for history in vectors.HISTORIES.values():
        view = vectors.view_at_start(history["schema"], history["settings"][1])
        for vector in history["frames"]:
            with naming(vector["name"]):
                vectors.check_history_frame(view, vector)
        for vector in history["refused"]:
            with naming(vector["name"]):
                assert vectors.refused(view, bytes.fromhex(vector["hex"])), "it was read"


async def a_golden_second_of_a_crowd_leads_to_the_checksum_it_names(_: str) -> None:
    view = vectors.view_at_start(vectors.SECOND["schema"], vectors.SECOND["tick_hz"])
    for frame in vectors.SECOND["frames"]:
        vectors.take(view, bytes.fromhex(frame))
    assert view.checksum() == vectors.SECOND["checksum"]


async def what_a_server_must_not_send_is_refused(_: str) -> None:
    assert not refuses("9413010203")
    assert refuses("9413cf000000000000000102" + "03"), "an integer of 64 bits"
    assert refuses("9413ca3f8000000203"), "a float for an integer"
    assert refuses("9413ff0203"), "a negative u32"
    assert refuses("9413c00203"), "a nil"
    assert refuses("941301020300"), "a byte after the message"
    assert refuses("93130102"), "an array too short"
    assert refuses("84130102031301020301"), "a map"
    assert refuses("9163"), "an unknown type"
    assert refuses("931503a2c328"), "a string that is not UTF-8"
    assert refuses("9214919301a14104"), "roster flags beyond 3"
    assert refuses("920500", lambda frame: read_ids(Reader(frame))), "an id twice"
    assert refuses("92ceffffffff01", lambda frame: read_ids(Reader(frame))), "an id above 32 bits"


@contextlib.contextmanager
def naming(name: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise AssertionError(f"{name}: {error}") from error


async def newcomer(url: str, match: str, name: str = "Stranger") -> tuple[Place, Client]:
    place = await asyncio.to_thread(join, url, "arena", name, match)
    client = await Client.connect(place.ws_url, place.ticket)
    assert (client.welcome["seat"], client.welcome["match"], place.match) == (place.seat, match, match)
    return place, client


def own_fighter(client: Client) -> int | None:
    fighters = client.view.shown("Fighter")
    return next((id for id, fighter in fighters.items() if fighter["seat"] == client.welcome["seat"]), None)


def aimed_input(client: Client) -> list[int]:
    """Strafes, aims at the nearest other fighter alive, and fires."""
    bodies, fighters, own = client.view.shown("Body"), client.view.shown("Fighter"), own_fighter(client)
    strafe = 100 if client.seq // STRAFE_TICKS % 2 else -100
    if own not in bodies:
        return [0, 0, 0, 0]
    here = bodies[own]
    offsets = [(bodies[id]["x"] - here["x"], bodies[id]["y"] - here["y"])
               for id, fighter in fighters.items() if id != own and id in bodies and fighter["alive"]]
    dx, dy = min(offsets, key=lambda offset: math.hypot(*offset), default=(1.0, 0.0))
    return [strafe, strafe, round(math.atan2(dy, dx) % math.tau * 1000), 1]


async def play(client: Client) -> list[tuple[float, float]]:
    """Plays at the tick rate, and returns where the own fighter was seen."""
    clock = asyncio.get_running_loop().time
    start, tick_s, track = clock(), 1 / client.welcome["settings"]["tick_hz"], []
    while clock() < start + PLAY_S or len(checksums(client)) < CHECKSUMS_MIN:
        assert clock() < start + PLAY_S + EVENT_WAIT_S, f"only {len(checksums(client))} checksums"
        await client.send_input(aimed_input(client))
        body = client.view.shown("Body").get(own_fighter(client))
        if body:
            track.append((body["x"], body["y"]))
        await asyncio.sleep(max(0, start + client.seq * tick_s - clock()))
    return track


def checksums(client: Client) -> list[int]:
    """Those seen; each one equals our own, or the connection had ended as defective."""
    return [snapshot["checksum"] for snapshot in client.snapshots if snapshot["checksum"] is not None]


async def a_player_moves_and_fires_and_every_checksum_agrees(url: str) -> None:
    _, client = await newcomer(url, "play")
    track = await play(client)
    await client.until(lambda: client.snapshots[-1]["input_ack"] == client.seq)
    assert max(math.dist(track[0], place) for place in track) > 1, "the own fighter did not move"
    hits = [event for snapshot in client.snapshots for event in snapshot["events"]]
    assert hits, "nothing happened in the match"
    await client.socket.close()


async def a_ping_comes_back_with_its_token(url: str) -> None:
    _, client = await newcomer(url, "ping")
    assert (await client.ping(3_000_000_000))["token"] == 3_000_000_000
    await client.socket.close()


async def chat_comes_back_with_the_seat_that_spoke(url: str) -> None:
    place, client = await newcomer(url, "chat")
    await client.send("chat", text="schön 🎯")
    chat = await client.message("chat")
    assert (chat["seat"], chat["text"]) == (place.seat, "schön 🎯")
    await client.socket.close()


async def a_second_player_sees_the_first_by_name_and_in_its_tables(url: str) -> None:
    place, first = await newcomer(url, "pair")
    _, second = await newcomer(url, "pair", "Witness")
    seats = lambda: {standing["seat"] for standing in second.view.shown("Standing").values()}
    await second.until(lambda: second.roster.get(place.seat, {}).get("name") == "Stranger" and place.seat in seats())
    await first.until(lambda: "Witness" in {entry["name"] for entry in first.roster.values()})
    await asyncio.gather(first.socket.close(), second.socket.close())


async def the_token_returns_to_the_seat_and_replaces_the_old_connection(url: str) -> None:
    place, old = await newcomer(url, "return")
    await old.until(lambda: len(old.snapshots) > 2)
    await old.send_input([0, 0, 0, 0])
    await old.until(lambda: old.snapshots[-1]["input_ack"] == 1)
    new = await old.reconnect()
    await new.until(lambda: bool(new.snapshots))
    assert await old.closed() == 4200 and advice(4200) == "stay away"
    assert (new.welcome["seat"], new.welcome["input_seq"], new.welcome["schema"]) == (place.seat, 1, None)
    assert new.welcome["token"] != old.welcome["token"]
    assert new.snapshots[0]["baseline"] is None
    await new.socket.close()


async def the_token_returns_to_the_seat_after_the_connection_was_lost(url: str) -> None:
    place, old = await newcomer(url, "lost")
    await old.until(lambda: len(old.snapshots) > 2)
    old.socket.transport.abort()
    assert advice(await old.closed()) == "reconnect"
    new = await old.reconnect()
    await new.until(lambda: len(new.snapshots) > 2)
    assert new.welcome["seat"] == place.seat and new.snapshots[0]["baseline"] is None
    await new.send_input([0, 0, 0, 0])
    await new.until(lambda: new.snapshots[-1]["input_ack"] == new.seq)
    await new.socket.close()


async def a_ticket_serves_once(url: str) -> None:
    place, first = await newcomer(url, "ticket")
    refused = await Client.connect(place.ws_url, place.ticket)
    assert await refused.closed() == 4103 and refused.refusal and advice(4103) == "join again"
    await first.socket.close()


async def a_text_message_closes_with_4003(url: str) -> None:
    _, client = await newcomer(url, "text")
    await client.socket.send("hello")
    assert await client.closed() == 4003 and advice(4003) == "mend the client"


async def leaving_closes_with_1000(url: str) -> None:
    _, client = await newcomer(url, "leave")
    await client.send("leave")
    assert await client.closed() == 1000


async def a_join_of_an_unknown_game_is_refused(url: str) -> None:
    try:
        await asyncio.to_thread(join, url, "no-such-game", "Stranger")
    except JoinRefused as refused:
        assert refused.args[0] == "unknown_game"
    else:
        raise AssertionError("it was not refused")


async def a_server_that_stops_says_so_with_4203(binary: str) -> None:
    async with serving(binary) as (url, server):
        _, client = await newcomer(url, "stop")
        server.send_signal(signal.SIGTERM)
        goodbye = await client.message("goodbye")
        assert goodbye["code"] == await client.closed() == 4203 and advice(4203) == "reconnect"


@contextlib.asynccontextmanager
async def serving(binary: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """A server of its own port; it is stopped at the end."""
    server = await asyncio.create_subprocess_exec(binary, "serve", "--listen", "127.0.0.1:0",
                                                  stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
    try:
        async with asyncio.timeout(EVENT_WAIT_S):
            line = b""
            while not line.startswith(b"game "):
                line = await server.stdout.readline()
                assert line, "the server ended before it listened"
        yield line.split()[1].decode(), server
    finally:
        if server.returncode is None:
            server.send_signal(signal.SIGTERM)
        await server.communicate()


Test = Callable[[str], Awaitable[None]]
OF_VECTORS: list[Test] = [
    every_golden_message_is_read_and_written,
    every_golden_snapshot_leads_to_the_state_it_names,
    a_golden_second_of_a_crowd_leads_to_the_checksum_it_names,
    what_a_server_must_not_send_is_refused,
]
OF_THE_SERVER: list[Test] = [
    a_player_moves_and_fires_and_every_checksum_agrees,
    a_ping_comes_back_with_its_token,
    chat_comes_back_with_the_seat_that_spoke,
    a_second_player_sees_the_first_by_name_and_in_its_tables,
    the_token_returns_to_the_seat_and_replaces_the_old_connection,
    the_token_returns_to_the_seat_after_the_connection_was_lost,
    a_ticket_serves_once,
    a_text_message_closes_with_4003,
    leaving_closes_with_1000,
    a_join_of_an_unknown_game_is_refused,
]


async def passes(test: Test, argument: str) -> bool:
    try:
        await test(argument)
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print(f"FAILED {test.__name__}")
        return False
    print(f"passed {test.__name__}")
    return True


async def main(binary: str | None) -> int:
    results = [await passes(test, "") for test in OF_VECTORS]
    if binary:
        async with serving(binary) as (url, _):
            results += [await passes(test, url) for test in OF_THE_SERVER]
        results.append(await passes(a_server_that_stops_says_so_with_4203, binary))
    print(f"{results.count(True)} passed, {results.count(False)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else None)))
