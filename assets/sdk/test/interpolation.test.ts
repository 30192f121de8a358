import { expect, test } from "vitest";
import type { Match } from "../src/match.js";
import { Stage } from "./fakes.js";
import { type BodyRow, keyframe, settings } from "./frames.js";

// The match of these tests has ticks of 50 ms, and is at tick 100 at local time 0. What is drawn is 100 ms old.

/** A match that holds the state of tick 100, and of 101 if it is given. */
function holding(at100: BodyRow[], at101?: BodyRow[]) {
  const stage = new Stage();
  const match = stage.match();
  stage.socket.deliver(keyframe(100, ...at100));
  if (at101 !== undefined) stage.socket.deliver(keyframe(101, ...at101));
  return { stage, match };
}

const drawnX = (match: Match, nowMs?: number) => match.drawn("Body", nowMs)[0]?.x as number;

test("a body is drawn between the two states around the moment, the delay ago", () => {
  const { match } = holding([{ id: 1, x: 0 }], [{ id: 1, x: 160 }]);
  expect(drawnX(match, 100)).toBe(0);
  expect(drawnX(match, 125)).toBe(5);
  expect(drawnX(match, 150)).toBe(10);
});

test("before the first moment that can be drawn, the first state shows", () => {
  const { match } = holding([{ id: 1, x: 32 }]);
  expect(drawnX(match, 0)).toBe(2);
});

test("an angle goes the short way round", () => {
  const { match } = holding([{ id: 1, aim: 990 }], [{ id: 1, aim: 30 }]);
  expect(match.drawn("Body", 112.5)[0].aim).toBe(0);
  expect(match.drawn("Body", 125)[0].aim).toBe(5);
  const { match: back } = holding([{ id: 1, aim: 30 }], [{ id: 1, aim: 990 }]);
  expect(back.drawn("Body", 125)[0].aim).toBe(5);
});

test("counts and booleans keep the older state's value until the newer one's moment", () => {
  const { match } = holding([{ id: 1, hp: 100, alive: 1 }], [{ id: 1, hp: 40, alive: 0 }]);
  expect(match.drawn("Body", 149)[0]).toMatchObject({ hp: 100, alive: true });
  expect(match.drawn("Body", 150)[0]).toMatchObject({ hp: 40, alive: false });
});

test("who enters appears at the moment of its first state", () => {
  const { match } = holding([{ id: 1 }], [{ id: 1 }, { id: 2 }]);
  expect(match.drawn("Body", 149).map(({ id }) => id)).toEqual([1]);
  expect(match.drawn("Body", 150).map(({ id }) => id)).toEqual([1, 2]);
});

test("who leaves moves on until the moment of the first state without it", () => {
  const { match } = holding([{ id: 1, x: 160, vx: 20 }], []);
  expect(drawnX(match, 125)).toBeCloseTo(10.25);
  expect(match.drawn("Body", 150)).toEqual([]);
});

test("beyond the newest state motion goes on for a tenth of a second, then stands", () => {
  const { match } = holding([{ id: 1, x: 0, vx: 20 }]);
  expect(drawnX(match, 150)).toBeCloseTo(0.5);
  expect(drawnX(match, 200)).toBeCloseTo(1);
  expect(drawnX(match, 5000)).toBeCloseTo(1);
});

test("motion does not go on beyond a field's range", () => {
  const { match } = holding([{ id: 1, x: 32_767, vx: 1000 }]);
  expect(drawnX(match, 200)).toBe(32_767 * 0.0625);
});

test("a great gap is not drawn out: the newer state shows", () => {
  const stage = new Stage();
  const match = stage.match();
  stage.socket.deliver(keyframe(100, { id: 1, x: 0 }));
  stage.socket.deliver(keyframe(110, { id: 1, x: 160 }));
  expect(drawnX(match, 120)).toBe(10);
});

test("with snapshots far apart by design a gap between them is drawn out", () => {
  const stage = new Stage();
  const match = stage.match({ settings: { interval: 10 } });
  stage.socket.deliver(keyframe(100, { id: 1, x: 0 }));
  stage.socket.deliver(keyframe(110, { id: 1, x: 160 }));
  expect(drawnX(match, 350)).toBe(5);
});

test("a second state of one tick, after coming back to a paused match, replaces the first", () => {
  const { stage, match } = holding([{ id: 1, x: 0 }]);
  stage.socket.deliver(keyframe(100, { id: 1, x: 16 }, { id: 2 }));
  expect(match.drawn("Body", 100).map(({ id, x }) => [id, x])).toEqual([
    [1, 1],
    [2, 0],
  ]);
});

/**
 * Plays 2 s of a body that flies 10 units a second, with settings that change at tick 110, and samples what is drawn
 * each 10 ms.
 */
function flight(change: Parameters<typeof settings>[0]) {
  const stage = new Stage();
  const match = stage.match();
  const { hz: hzAfter = 20, interval = 1, dilation = 1000 } = change ?? {};
  const matchMs = (tick: number) => (tick < 110 ? (tick - 100) * 50 : 450 + ((tick - 109) * 1000) / hzAfter);
  // The pace changes with the message that says so.
  const dueMs = (tick: number) => Math.min(matchMs(tick), 400) + (Math.max(0, matchMs(tick) - 400) * 1000) / dilation;
  const samples: number[] = [];
  let tick = 100;
  for (let nowMs = 0; nowMs < 2000; nowMs += 10) {
    for (; dueMs(tick) <= nowMs; tick++) {
      if (tick === 108) stage.socket.deliver([18, settings({ effective: 110, ...change })]);
      if (tick >= 110 && tick % interval !== 0) continue;
      stage.socket.deliver(keyframe(tick, { id: 1, x: Math.round(matchMs(tick) * 0.16), vx: 20 }));
    }
    if (nowMs > 200) samples.push(drawnX(match));
    stage.clock.advance(10);
  }
  return { match, samples, steps: samples.slice(1).map((x, index) => x - samples[index]) };
}

test.each([
  ["the tick rate doubles", { hz: 40 }],
  ["the tick rate falls to a third", { hz: 7, interval: 1 }],
  ["the delay grows", { delayMs: 160 }],
  ["the delay shrinks", { delayMs: 60 }],
  ["the server sends a third of the snapshots and says so", { interval: 3, delayMs: 200 }],
  ["the server slows the match down as well", { interval: 3, delayMs: 200, dilation: 500 }],
])("a body in steady flight is drawn without a jump when %s", (_, change) => {
  const { match, samples, steps } = flight(change);
  expect(Math.max(...steps)).toBeLessThan(0.2);
  expect(Math.min(...steps)).toBeGreaterThan(0.0);
  const matchMs = 400 + 1590 * (match.settings.dilationPermille / 1000);
  expect(samples.at(-1)).toBeCloseTo((matchMs - match.settings.interpDelayMs) * 0.01, 0);
});

test("a delay that has changed is reached after a while", () => {
  const { match, samples } = flight({ delayMs: 160 });
  expect(match.settings.interpDelayMs).toBe(160);
  expect(samples.at(-1)).toBeCloseTo((1990 - 160) * 0.01, 1);
});
