import { expect, test } from "vitest";
import { Stage } from "./fakes.js";
import { enter, keyframe, OWN_BODY_TABLE, settings, snapshot } from "./frames.js";

/** A match, and all that it reports under some names. */
function reporting(...names: ("event" | "chat" | "notice" | "roster" | "settings" | "snapshot")[]) {
  const stage = new Stage();
  const match = stage.match();
  const reports: unknown[] = [];
  for (const name of names) match.on(name, (report) => reports.push([name, report]));
  return { stage, match, reports };
}

test("views are in units, and private fields are in those of own entities", () => {
  const { stage, match } = reporting();
  const own = [OWN_BODY_TABLE, null, [[2], [17]], null];
  const bodies = enter({ id: 1, x: 24, vx: -3 }, { id: 2, aim: 3, hp: 40, alive: 0 });
  stage.socket.deliver(snapshot({ tick: 101, ownTables: [own], tables: [bodies] }));
  expect(match.entities("Body")).toEqual([
    { id: 1, x: 1.5, vx: -1.5, aim: 0, hp: 100, alive: true },
    { id: 2, x: 0, vx: 0, aim: 1.5, hp: 40, alive: false, ammo: 17 },
  ]);
  expect(match.entity("Body", 2)).toMatchObject({ ammo: 17 });
  expect(match.entity("Body", 3)).toBeUndefined();
});

test("a component that does not exist is refused by name", () => {
  const { match } = reporting();
  expect(() => match.entities("Ghost")).toThrow(new RangeError("no component Ghost; there are: Body"));
});

test("events come in the order of their ticks, after the state, by name and in units", () => {
  const { stage, match, reports } = reporting("snapshot");
  match.on("event", (event) => reports.push([event, match.figures.tick]));
  const events = [
    [100, 1, [3, 25, 0]],
    [101, 1, [4, 200, 1]],
  ];
  stage.socket.deliver(snapshot({ tick: 101, ownEvents: [[101, 1, [5, 2, 0]]], events }));
  expect(reports).toEqual([
    [{ name: "hit", tick: 100, own: false, by: 3, damage: 12.5, fatal: false }, 101],
    [{ name: "hit", tick: 101, own: true, by: 5, damage: 1, fatal: false }, 101],
    [{ name: "hit", tick: 101, own: false, by: 4, damage: 100, fatal: true }, 101],
    ["snapshot", { tick: 101, keyframe: true }],
  ]);
});

test("the roster follows who comes and goes", () => {
  const { stage, match } = reporting();
  stage.socket.deliver([
    20,
    [
      [1, "Grace", 1],
      [2, "bot", 3],
    ],
  ]);
  stage.socket.deliver([
    20,
    [
      [0, null, 0],
      [1, "Grace", 0],
    ],
  ]);
  expect([...match.roster]).toEqual([
    [1, { name: "Grace", connected: false, bot: false }],
    [2, { name: "bot", connected: true, bot: true }],
  ]);
});

test("the roster of a new connection is whole: who left meanwhile is not in it", () => {
  const { stage, match } = reporting();
  stage.socket.drop(1006);
  stage.clock.advance(500);
  stage.welcome({ schema: null, roster: [[1, "Grace", 1]] });
  expect([...match.roster.keys()]).toEqual([1]);
});

test("chat goes both ways", () => {
  const { stage, match, reports } = reporting("chat");
  match.chat("schön");
  expect(stage.socket.sentOf(5)).toEqual([[5, "schön"]]);
  stage.socket.deliver([21, 3, "gg"]);
  expect(reports).toEqual([["chat", { seat: 3, text: "gg" }]]);
});

test("what the server says in nobody's name is told", () => {
  const { stage, reports } = reporting("notice");
  stage.socket.deliver([23, "fighter.speed is 300 now"]);
  expect(reports).toEqual([["notice", { text: "fighter.speed is 300 now" }]]);
});

test.each([[""], ["語".repeat(67)], ["a\nb"]])("a chat text that the server would refuse is not sent: %j", (text) => {
  const { stage, match } = reporting();
  expect(() => match.chat(text)).toThrow(RangeError);
  expect(stage.socket.sentOf(5)).toEqual([]);
});

test("settings take effect with the first snapshot at or after their tick", () => {
  const { stage, match, reports } = reporting("settings");
  stage.socket.deliver([18, settings({ effective: 105, delayMs: 60 })]);
  stage.socket.deliver(keyframe(104));
  expect(match.settings.interpDelayMs).toBe(100);
  stage.socket.deliver(keyframe(106));
  expect(match.settings.interpDelayMs).toBe(60);
  expect(reports).toEqual([["settings", match.settings]]);
});

test("a pause shows at once, since no snapshot comes to bring it", () => {
  const { stage, match } = reporting();
  stage.socket.deliver(keyframe(101));
  stage.socket.deliver([18, settings({ effective: 102, paused: true })]);
  expect(match.settings.paused).toBe(true);
});

test("while the match is paused the newest state grows no older", () => {
  const { stage, match } = reporting();
  stage.socket.deliver(keyframe(100));
  stage.clock.advance(20);
  stage.socket.deliver([18, settings({ effective: 101, paused: true })]);
  stage.clock.advance(1000);
  expect(match.figures.snapshotAgeMs).toBe(20);
});

test("a listener that throws keeps neither the others nor the acknowledgement from happening", async () => {
  const { stage, match, reports } = reporting();
  const thrown: unknown[] = [];
  process.once("uncaughtException", (error) => thrown.push(error));
  match.on("snapshot", () => {
    throw new Error("of the page");
  });
  match.on("snapshot", ({ tick }) => reports.push(tick));
  stage.socket.deliver(keyframe(101));
  expect(reports).toEqual([101]);
  expect(stage.socket.sentOf(3)).toEqual([[3, 101]]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(thrown).toEqual([new Error("of the page")]);
});

test("a listener that is taken off hears nothing more", () => {
  const { stage, match, reports } = reporting();
  const off = match.on("chat", (chat) => reports.push(chat));
  off();
  stage.socket.deliver([21, 3, "gg"]);
  expect(reports).toEqual([]);
});

test("figures tell what came in the last two seconds, and how old the newest state is", () => {
  const { stage, match } = reporting();
  for (let tick = 101; tick <= 140; tick++) {
    stage.clock.advance(50);
    stage.socket.deliver(keyframe(tick));
  }
  expect(match.figures).toMatchObject({
    snapshotsPerSecond: 20,
    snapshotAgeMs: 0,
    tick: 140,
    tickHz: 20,
    interpDelayMs: 100,
    skipped: 0,
  });
  expect(match.figures.bytesPerSecond).toBeGreaterThan(100);
  stage.clock.advance(1000);
  expect(match.figures).toMatchObject({ snapshotsPerSecond: 10, snapshotAgeMs: 1000 });
});
