import { expect, test } from "vitest";
import { Stage } from "./fakes.js";
import { settings, type SettingsParts } from "./frames.js";

/** One way to the server and back, in milliseconds. */
const UP_MS = 30;
const DOWN_MS = 30;

/** A player of a match whose tick 100 was due `intoMs` before the welcome came, at some settings. */
function playing(intoMs: number, parts: SettingsParts) {
  const stage = new Stage();
  const match = stage.match({ settings: parts });
  match.input = { move_x: 1 };
  const { hz = 20, dilation = 1000 } = parts;
  const periodMs = 1_000_000 / (hz * dilation);
  let answered = 0;
  /** Lets time pass, in which the server answers pings. */
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed++) {
      stage.clock.advance(1);
      for (const [, token] of stage.socket.sentOf(4).slice(answered)) {
        answered++;
        const heardMs = stage.clock.nowMs + UP_MS + intoMs;
        const ticks = Math.floor(heardMs / periodMs);
        const pong = [19, token, 100 + ticks, Math.round((heardMs - ticks * periodMs) * 1000)];
        stage.clock.setTimeout(() => stage.socket.deliver(pong), UP_MS + DOWN_MS);
      }
    }
  };
  /** How long each of the last inputs waits at the server for its tick. */
  const waits = (count: number) =>
    match.unacked.slice(-count).map(({ atMs }) => periodMs - ((atMs + UP_MS + intoMs) % periodMs));
  return { stage, match, pass, waits };
}

test.each<[number, SettingsParts]>([
  [0, {}],
  [13, {}],
  [26, {}],
  [40, {}],
  [5, { hz: 60 }],
  [300, { hz: 2 }],
  [20, { dilation: 500 }],
])("inputs come to arrive shortly before a tick: %i ms into it at first, %j", (intoMs, parts) => {
  const { pass, waits } = playing(intoMs, parts);
  pass(15_000);
  for (const waitMs of waits(10)) {
    expect(waitMs).toBeGreaterThan(3);
    expect(waitMs).toBeLessThan(8);
  }
});

test("the aim moves slowly: no input comes much sooner or later after the one before", () => {
  const { match, pass } = playing(26, {});
  pass(3000);
  const sentMs = match.unacked.map(({ atMs }) => atMs);
  for (const [index, atMs] of sentMs.slice(1).entries()) {
    expect(atMs - sentMs[index]).toBeGreaterThan(46);
    expect(atMs - sentMs[index]).toBeLessThan(54);
  }
});

test("before the first pong, inputs go out as they did since the welcome", () => {
  const { stage, match } = playing(26, {});
  stage.clock.advance(500);
  expect(match.unacked.map(({ atMs }) => atMs % 50)).toEqual(new Array(11).fill(0));
});

test("in a match that is too fast for one input per tick, the limit of the rate holds", () => {
  const { stage, match, pass } = playing(0, { hz: 240, dilation: 10_000 });
  pass(2000);
  const sentMs = match.unacked.map(({ atMs }) => atMs);
  for (const [index, atMs] of sentMs.slice(1).entries()) expect(atMs - sentMs[index]).toBeGreaterThanOrEqual(4);
  stage.socket.deliver([18, settings({ effective: 101, paused: true })]);
  const before = match.unacked.length;
  pass(100);
  expect(match.unacked).toHaveLength(before);
});
