import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { SentInput } from "skirmish-client";
import { type Motion, Prediction, step } from "../src/predict.js";

interface Golden {
  readonly walls: readonly [number, number, number, number][];
  readonly border: readonly [number, number, number, number][];
  readonly steps: readonly { readonly move: readonly [number, number]; readonly from: Place; readonly to: Place }[];
}

interface Place {
  readonly at: readonly [number, number];
  readonly velocity: readonly [number, number];
}

const golden = JSON.parse(readFileSync(new URL("walks.json", import.meta.url), "utf8")) as Golden;
const walls = [...golden.walls, ...golden.border].map(([x, y, w, h]) => ({ x, y, w, h }));
const walk = { radius: 16, speed: 300, acceleration: 1400 };
const DT_S = 1 / 30;
const STILL = { x: 0, y: 0 };

function motion({ at, velocity }: Place): Motion {
  return { at: { x: at[0], y: at[1] }, velocity: { x: velocity[0], y: velocity[1] } };
}

function distance(a: Motion, b: Motion): number {
  return Math.hypot(a.at.x - b.at.x, a.at.y - b.at.y);
}

function inputs(from: number, to: number): SentInput[] {
  return golden.steps
    .slice(from, to)
    .map(({ move }, index) => ({ seq: from + index + 1, atMs: 0, values: [...move, 0, 0] }));
}

/** At a corner the way out depends on what the wire rounds: a few steps may differ by more than the rest. */
const CORNERS_MAX = 6;

test("each step of the server's walk among walls is predicted, to what the wire rounds", () => {
  const misses = golden.steps.map(({ move, from, to }) => {
    const predicted = step(motion(from), { x: move[0] / 100, y: move[1] / 100 }, DT_S, walk, walls);
    return distance(predicted, motion(to));
  });
  expect(Math.max(...misses)).toBeLessThan(0.5);
  expect(misses.filter((miss) => miss > 0.08).length).toBeLessThanOrEqual(CORNERS_MAX);
});

test("inputs that the server has not applied yet lead to where it will say", () => {
  const ticks = Array.from(golden.steps.keys()).slice(8, -6);
  const misses = ticks.map((tick) => {
    const [now, later] = [golden.steps[tick], golden.steps[tick + 5]];
    if (!now || !later) throw new Error("the walk is shorter than the test");
    const unacked = inputs(tick, tick + 6);
    const course = { tick, state: motion(now.from), inputs: unacked, sentMs: undefined, wanted: STILL, dtS: DT_S, walk, walls };
    return distance(new Prediction().at(0, course), motion(later.to));
  });
  expect(Math.max(...misses)).toBeLessThan(8);
  expect(misses.filter((miss) => miss > 0.15).length).toBeLessThanOrEqual(CORNERS_MAX);
});

test("a small correction is blended in, a large one is a jump", () => {
  const still: Motion = { at: { x: 100, y: 100 }, velocity: STILL };
  const moved = (by: number): Motion => ({ ...still, at: { x: 100 + by, y: 100 } });
  const at = (prediction: Prediction, ms: number, tick: number, state: Motion): number =>
    prediction.at(ms, { tick, state, inputs: [], sentMs: undefined, wanted: STILL, dtS: DT_S, walk, walls: [] }).at.x;
  const prediction = new Prediction();
  expect(at(prediction, 0, 1, still)).toBe(100);
  expect(at(prediction, 16, 2, moved(10))).toBeCloseTo(100, 3);
  const second = at(prediction, 76, 2, moved(10));
  expect(second).toBeGreaterThan(104.5);
  expect(second).toBeLessThan(105.5);
  expect(at(prediction, 92, 3, moved(400))).toBe(500);
  at(prediction, 108, 4000, moved(390));
  expect(at(prediction, 124, 1, moved(380))).toBe(480);
});

test("a page that draws every third state shows a runner near to where the server says, and at rest just there", () => {
  const wall = { x: 400, y: 0, w: 40, h: 400 };
  const prediction = new Prediction();
  const run = { x: 1, y: 0 };
  let state: Motion = { at: { x: 100, y: 200 }, velocity: STILL };
  let shown = 0;
  for (let tick = 0; tick < 60; tick++) {
    if (tick % 3 === 0) {
      const course = { tick, state, inputs: [], sentMs: undefined, wanted: run, dtS: DT_S, walk, walls: [wall] };
      shown = prediction.at(tick * DT_S * 1000, course).at.x;
      expect(Math.abs(shown - state.at.x)).toBeLessThan(8);
    }
    state = step(state, run, DT_S, walk, [wall]);
  }
  expect(state.at.x).toBeGreaterThan(wall.x - walk.radius - 1);
  expect(Math.abs(shown - state.at.x)).toBeLessThan(0.2);
});

test("a runner whose every input is included at once moves on evenly between two states", () => {
  const prediction = new Prediction();
  const velocity = { x: walk.speed, y: 0 };
  const places = Array.from({ length: 40 }, (_, frame) => {
    const nowMs = frame * 10;
    const tick = Math.floor(nowMs / (DT_S * 1000));
    const state = { at: { x: tick * DT_S * walk.speed, y: 0 }, velocity };
    const sentMs = tick * DT_S * 1000;
    const course = { tick, state, inputs: [], sentMs, wanted: { x: 1, y: 0 }, dtS: DT_S, walk, walls: [] };
    return prediction.at(nowMs, course).at.x;
  });
  const steps = places.slice(1).map((x, frame) => x - (places[frame] ?? 0));
  for (const step of steps) expect(step).toBeCloseTo(walk.speed * 0.01, 1);
});
