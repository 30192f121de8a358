import { expect, test } from "vitest";
import type { StateChange } from "../src/connection.js";
import { JoinError } from "../src/errors.js";
import { Stage } from "./fakes.js";
import { keyframe } from "./frames.js";

/** A welcomed match and the changes of its state from then on. */
function connected() {
  const stage = new Stage();
  const match = stage.match();
  const changes: StateChange[] = [];
  match.on("state", (change) => changes.push(change));
  return { stage, match, changes, newest: () => changes.at(-1) };
}

test("the hello names version, agent and no schema, and goes to the ticket's address with the subprotocol", () => {
  const stage = new Stage();
  stage.match();
  expect(stage.socket.url).toBe("ws://test/ws?ticket=ticket");
  expect(stage.socket.protocol).toBe("skirmish.v1");
  expect(stage.socket.sent[0]).toEqual([1, 1, expect.stringContaining("skirmish-client"), 0]);
});

test("a broken connection comes back with the newest token, to the same seat, holding the schema", () => {
  const { stage, match, changes } = connected();
  stage.socket.drop(1006);
  expect(changes).toEqual([{ state: "reconnecting", code: 1006, reason: "", retryInMs: 500 }]);
  stage.clock.advance(500);
  expect(stage.sockets).toHaveLength(2);
  expect(stage.socket.url).toBe("ws://test/ws?ticket=token-1");
  stage.welcome({ token: "token-2", schema: null });
  expect(stage.socket.sent[0][3]).toBe(7);
  expect(changes.at(-1)).toEqual({ state: "open" });
  expect(match.token).toBe("token-2");
});

test("waiting times double up to 15 seconds while attempts fail", () => {
  const { stage, newest } = connected();
  const waits: (number | undefined)[] = [];
  for (let attempt = 0; attempt < 7; attempt++) {
    stage.socket.drop(1006);
    waits.push(newest()?.retryInMs);
    stage.clock.advance(newest()?.retryInMs ?? 0);
  }
  expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000]);
});

test("chance shortens a wait by up to half", () => {
  const { stage, newest } = connected();
  stage.chance = 0;
  stage.socket.drop(1006);
  expect(newest()?.retryInMs).toBe(250);
});

test("a connection that lasted makes the next wait short again, one that did not does not", () => {
  const { stage, newest } = connected();
  const loseAfter = (ms: number) => {
    stage.clock.advance(ms / 2);
    stage.socket.deliver([20, []]);
    stage.clock.advance(ms / 2);
    stage.socket.drop(1006);
    const wait = newest()?.retryInMs ?? 0;
    stage.clock.advance(wait);
    stage.welcome({ schema: null });
    return wait;
  };
  expect(loseAfter(0)).toBe(500);
  expect(loseAfter(1000)).toBe(1000);
  expect(loseAfter(6000)).toBe(500);
});

test.each([4203, 4204, 4205, 4206, 1001, 1006, 1011])("it reconnects after %i", (code) => {
  const { stage, match } = connected();
  stage.socket.drop(code);
  expect(match.state).toBe("reconnecting");
});

const FINAL = [1000, 4000, 4001, 4002, 4005, 4007, 4008, 4100, 4101, 4102, 4103, 4104, 4105, 4107, 4200, 4201, 4202];

test.each(FINAL)("it never reconnects after %i", (code) => {
  const { stage, match, changes } = connected();
  stage.socket.drop(code, "because");
  stage.clock.advance(60_000);
  expect(match.state).toBe("closed");
  expect(changes).toEqual([{ state: "closed", code, reason: "because" }]);
  expect(stage.sockets).toHaveLength(1);
});

/** A match whose token has been refused on the way back, because its seat is gone. */
function evicted(rejoin: Stage["rejoin"], code = 4102) {
  const all = connected();
  all.stage.rejoin = rejoin;
  all.stage.socket.deliver(keyframe(101, { id: 1 }));
  all.stage.socket.drop(1006);
  all.stage.clock.advance(500);
  all.stage.socket.accept();
  all.stage.socket.deliverText("the seat was given up");
  all.stage.socket.drop(code);
  return all;
}

const another = () => Promise.resolve({ wsUrl: "ws://other/ws", ticket: "another" });

test.each([4101, 4102, 4103, 4107])("a token refused with %i is given up for another seat", async (code) => {
  const { stage, match, newest } = evicted(another, code);
  expect(newest()).toEqual({ state: "reconnecting", code, reason: "the seat was given up", retryInMs: 1000 });
  stage.clock.advance(1000);
  await stage.socketOpened(3);
  expect(stage.socket.url).toBe("ws://other/ws?ticket=another");
  stage.welcome({ seat: 5, match: "other" });
  expect(newest()).toEqual({ state: "open" });
  expect([match.seat, match.id]).toEqual([5, "other"]);
});

test.each([4104, 4105])("a client that is refused with %i has no use for another seat", (code) => {
  const { newest } = evicted(another, code);
  expect(newest()).toMatchObject({ state: "closed", code });
});

test("another match begins anew: its ticks may be earlier ones, and nothing of the old one is drawn", async () => {
  const { stage, match } = evicted(another);
  stage.clock.advance(1000);
  await stage.socketOpened(3);
  const heard: unknown[] = [];
  match.on("settings", (settings) => heard.push(settings));
  stage.welcome({ tick: 7, schema: null, settings: { effective: 3, hz: 40 } });
  expect(match.entities("Body")).toEqual([]);
  expect(heard).toEqual([match.settings]);
  expect(match.settings.tickHz).toBe(40);
  stage.socket.deliver(keyframe(8, { id: 2 }));
  stage.clock.advance(100);
  expect(match.drawn("Body").map(({ id }) => id)).toEqual([2]);
  expect(match.figures.snapshotAgeMs).toBeCloseTo(75);
});

test("a server that has no seat just now is asked again, one that refuses ends it", async () => {
  const answers = [
    new JoinError("unreachable", 0, "away"),
    new JoinError("shutting_down", 503, "stopping"),
    new JoinError("too_frequent", 429, "slow down"),
    new JoinError("match_full", 409, "duel has no free seat"),
  ];
  const { stage, match, changes } = evicted(() => Promise.reject(answers.shift()));
  for (const waitMs of [1000, 2000, 4000, 8000]) {
    const known = changes.length;
    stage.clock.advance(waitMs);
    while (changes.length === known) await Promise.resolve();
  }
  const told = changes.slice(2).map(({ state, code, reason }) => [state, code, reason]);
  expect(told).toEqual([
    ["reconnecting", 4102, "away"],
    ["reconnecting", 4102, "stopping"],
    ["reconnecting", 4102, "slow down"],
    ["closed", 4102, "duel has no free seat"],
  ]);
  expect(match.state).toBe("closed");
});

test("a match that is closed while it asks for another seat stays closed", async () => {
  const { stage, match } = evicted(another);
  stage.clock.advance(1000);
  match.close();
  await new Promise((resolve) => setImmediate(resolve));
  expect(match.state).toBe("closed");
  expect(stage.sockets).toHaveLength(2);
});

test("after a shutdown it waits as long as the server asked", () => {
  const { stage, newest } = connected();
  stage.socket.deliver([22, 4203, "the server is stopping", 3000]);
  stage.socket.drop(4203);
  expect(newest()).toEqual({ state: "reconnecting", code: 4203, reason: "the server is stopping", retryInMs: 3500 });
  stage.clock.advance(3000);
  expect(stage.sockets).toHaveLength(1);
  stage.clock.advance(500);
  expect(stage.sockets).toHaveLength(2);
});

test("a goodbye is of its connection only", () => {
  const { stage, newest } = connected();
  stage.socket.deliver([22, 4203, "the server is stopping", 3000]);
  stage.socket.drop(4203);
  stage.clock.advance(3500);
  stage.socket.drop(1006);
  expect(newest()).toEqual({ state: "reconnecting", code: 1006, reason: "", retryInMs: 1000 });
});

test("a goodbye without a time to retry is final", () => {
  const { stage, match } = connected();
  stage.socket.deliver([22, 4203, "for good", null]);
  stage.socket.drop(4203);
  expect(match.state).toBe("closed");
});

test("a silent server is given up after six pings, and the connection is made anew", () => {
  const { stage, newest } = connected();
  stage.clock.advance(3749);
  expect(newest()).toBeUndefined();
  expect(stage.socket.sentOf(4)).toHaveLength(6);
  stage.clock.advance(1);
  expect(newest()).toMatchObject({ state: "reconnecting", reason: "nothing came back" });
});

test("an attempt that is not welcomed in ten seconds is given up for another", () => {
  const { stage, newest } = connected();
  stage.socket.drop(1006);
  stage.clock.advance(500);
  stage.clock.advance(10_000);
  expect(newest()).toMatchObject({ state: "reconnecting", reason: "no welcome came", retryInMs: 1000 });
});

test("what an old socket still says is not heard", () => {
  const { stage, match } = connected();
  const old = stage.socket;
  stage.socket.drop(1006);
  stage.clock.advance(500);
  stage.welcome({ schema: null });
  old.deliver(keyframe(500, { id: 1 }));
  old.drop(4201);
  expect(match.state).toBe("open");
  expect(match.figures.tick).toBe(0);
});

test("the state stays in sight while the connection is away, and a delta is refused until a keyframe came", () => {
  const { stage, match } = connected();
  stage.socket.deliver(keyframe(101, { id: 1 }));
  stage.socket.drop(1006);
  expect(match.entities("Body")).toHaveLength(1);
  stage.clock.advance(500);
  stage.welcome({ schema: null, tick: 110 });
  const errors: Error[] = [];
  match.on("error", (error) => errors.push(error));
  stage.socket.deliver([17, 111, 101, 0, null, [], [], [], []]);
  expect(errors.map((error) => error.message)).toEqual([
    "snapshot of tick 111 refers to tick 101, this client holds none",
  ]);
});

test("leaving says so and closes for good", () => {
  const { stage, match, changes } = connected();
  match.leave();
  expect(stage.socket.sentOf(6)).toHaveLength(1);
  expect(changes).toEqual([{ state: "closed", code: 1000, reason: "left" }]);
  stage.clock.advance(60_000);
  expect(stage.sockets).toHaveLength(1);
});

test("closing keeps the seat: nothing is said, nothing is tried again", () => {
  const { stage, match, changes } = connected();
  stage.socket.drop(1006);
  match.close();
  stage.clock.advance(60_000);
  expect(changes.at(-1)).toEqual({ state: "closed" });
  expect(stage.sockets).toHaveLength(1);
});

test("a connection that was never welcomed is not tried again", () => {
  const stage = new Stage();
  const match = stage.connecting();
  stage.socket.drop(1006);
  expect(match.state).toBe("closed");
});
