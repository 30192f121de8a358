import { expect, test } from "vitest";
import { bend, fromPosition, nudged, part, toPosition, track } from "../src/tune/scale.js";

const RATE = { min: 1, max: 240, step: 1, default: 30 };
const RADIUS = { min: 0, max: 1_000_000, step: 10, default: 1100 };
const ACCELERATION = { min: 10, max: 100_000, step: 1, default: 1600 };
const LEAD = { min: 0, max: 1, step: 0.01, default: 0.2 };

test("a range whose default can be seen lies on the slider as it is", () => {
  expect(bend(RATE)).toBe(1);
  expect(fromPosition(RATE, 60)).toBe(60);
  expect(toPosition(RATE, 60)).toBe(60);
  expect(part(LEAD, 0.25)).toBe(0.25);
});

test("a range that reaches far beyond its default is bent, and its ends are reached", () => {
  for (const range of [RADIUS, ACCELERATION]) {
    const { min, max } = track(range);
    expect(fromPosition(range, min)).toBe(range.min);
    expect(fromPosition(range, max)).toBe(range.max);
    expect(part(range, range.default)).toBeGreaterThan(0.2);
    expect(part(range, range.default)).toBeLessThan(0.4);
  }
});

test("every position gives an allowed value, near the one it came from", () => {
  for (let position = 0; position <= track(ACCELERATION).max; position++) {
    const value = fromPosition(ACCELERATION, position);
    expect(Number.isInteger(value)).toBe(true);
    if (position > 40) expect(Math.abs(toPosition(ACCELERATION, value) - position)).toBeLessThanOrEqual(2);
  }
});

test("every press of an arrow key leads on, up to the end", () => {
  const DAMAGE = { min: 1, max: 1000, step: 1, default: 20 };
  for (const range of [RATE, RADIUS, ACCELERATION, LEAD, DAMAGE])
    for (const by of [1, -1] as const) {
      const end = by > 0 ? range.max : range.min;
      for (let value = range.default, next; value !== end; value = next) {
        next = nudged(range, value, by);
        expect((next - value) * by).toBeGreaterThan(0);
      }
      expect(nudged(range, end, by)).toBe(end);
    }
});

test("values keep to the steps without the noise of binary fractions", () => {
  expect(fromPosition(LEAD, 0.1 + 0.2)).toBe(0.3);
  expect(fromPosition(LEAD, 0.287)).toBe(0.29);
  expect(fromPosition(LEAD, 7)).toBe(1);
});
