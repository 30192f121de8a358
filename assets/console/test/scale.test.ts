import { expect, test } from "vitest";
import { fromPosition, isByRatio, part, toPosition, track } from "../src/tune/scale.js";

const RATE = { min: 1, max: 240, step: 1 };
const ACCELERATION = { min: 10, max: 100_000, step: 1 };
const LEAD = { min: 0, max: 1, step: 0.01 };

test("a narrow range lies on the slider as it is", () => {
  expect(isByRatio(RATE)).toBe(false);
  expect(track(RATE)).toEqual(RATE);
  expect(fromPosition(RATE, 60)).toBe(60);
  expect(part(LEAD, 0.25)).toBe(0.25);
});

test("a wide range is laid out by ratio, and its ends are reached", () => {
  expect(isByRatio(ACCELERATION)).toBe(true);
  const { min, max } = track(ACCELERATION);
  expect(fromPosition(ACCELERATION, min)).toBe(10);
  expect(fromPosition(ACCELERATION, max)).toBe(100_000);
  expect(part(ACCELERATION, 1000)).toBe(0.5);
});

test("every position gives an allowed value, near the one it came from", () => {
  for (let position = 0; position <= track(ACCELERATION).max; position++) {
    const value = fromPosition(ACCELERATION, position);
    expect(Number.isInteger(value)).toBe(true);
    expect(Math.abs(toPosition(ACCELERATION, value) - position)).toBeLessThanOrEqual(2);
  }
});

test("values keep to the steps without the noise of binary fractions", () => {
  expect(fromPosition(LEAD, 0.1 + 0.2)).toBe(0.3);
  expect(fromPosition(LEAD, 0.287)).toBe(0.29);
  expect(fromPosition(LEAD, 7)).toBe(1);
});
