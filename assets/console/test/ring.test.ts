import { expect, test } from "vitest";
import { Ring } from "../src/charts/ring.js";

test("a ring keeps the newest samples, in order", () => {
  const ring = new Ring(2, 3);
  for (let sample = 1; sample <= 20; sample++) {
    ring.push(sample, sample * 10);
    const first = Math.max(1, sample - 2);
    const expected = Array.from({ length: sample - first + 1 }, (_, index) => first + index);
    expect([...ring.column(0)]).toEqual(expected);
    expect([...ring.column(1)]).toEqual(expected.map((value) => value * 10));
    expect(ring.last(1)).toBe(sample * 10);
  }
});

test("what is not given is not a number, and a cleared ring is empty", () => {
  const ring = new Ring(2, 2);
  ring.push(1);
  expect([...ring.column(1)]).toEqual([Number.NaN]);
  ring.clear();
  expect(ring.length).toBe(0);
  expect(ring.last(0)).toBeUndefined();
});
