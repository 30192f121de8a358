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

test("each step of the server's walk among walls is predicted, to what the wire rounds", () => {
  for (const { move, from, to } of golden.steps) {
    const predicted = step(motion(from), { x: move[0] / 100, y: move[1] / 100 }, DT_S, walk, walls);
    expect(distance(predicted, motion(to))).toBeLessThan(0.15);
    expect(Math.abs(predicted.velocity.x - to.velocity[0])).toBeLessThan(0.1);
    expect(Math.abs(predicted.velocity.y - to.velocity[1])).toBeLessThan(0.1);
  }
});

test("inputs that the server has not applied yet lead to where it will say", () => {
  for (let tick = 8; tick + 6 < golden.steps.length; tick++) {
    const [now, later] = [golden.steps[tick], golden.steps[tick + 5]];
    if (!now || !later) throw new Error("the walk is shorter than the test");
    const course = {
      tick,
      state: motion(now.from),
      inputs: inputs(tick, tick + 6),
      wanted: STILL,
      dtS: DT_S,
      walk,
      walls,
    };
    const predicted = new Prediction().at(0, course);
    expect(distance(predicted, motion(later.to))).toBeLessThan(1);
  }
});

test("a small correction is blended in, a large one is a jump", () => {
  const still: Motion = { at: { x: 100, y: 100 }, velocity: { x: 0, y: 0 } };
  const moved = (by: number): Motion => ({ ...still, at: { x: 100 + by, y: 100 } });
  const at = (prediction: Prediction, ms: number, tick: number, state: Motion): number =>
    prediction.at(ms, { tick, state, inputs: [], wanted: STILL, dtS: DT_S, walk, walls: [] }).at.x;
  const prediction = new Prediction();
  expect(at(prediction, 0, 1, still)).toBe(100);
  const first = at(prediction, 16, 2, moved(10));
  expect(first).toBeCloseTo(100, 3);
  const second = at(prediction, 76, 2, moved(10));
  expect(second).toBeGreaterThan(104.5);
  expect(second).toBeLessThan(105.5);
  expect(at(prediction, 92, 3, moved(400))).toBe(500);
});
