import { expect, test } from "vitest";
import type { Settings } from "../src/messages.js";
import { Timeline } from "../src/timeline.js";

const from = (effectiveTick: number, tickHz: number): Settings => {
  return { effectiveTick, tickHz, snapshotInterval: 1, interpDelayMs: 100, dilationPermille: 1000, paused: false };
};

test("a tick takes as long as the settings in force at it say", () => {
  const timeline = new Timeline(from(1, 20));
  timeline.add(from(11, 100));
  const ticks = [9, 10, 11, 12].map((tick) => timeline.ms(tick));
  expect(ticks).toEqual([450, 500, 510, 520]);
  expect([10, 11].map((tick) => timeline.at(tick).tickHz)).toEqual([20, 100]);
});

test("new settings replace what was announced for their tick or later", () => {
  const timeline = new Timeline(from(1, 20));
  timeline.add(from(11, 100));
  timeline.add(from(11, 50));
  expect(timeline.ms(12)).toBe(540);
  timeline.add(from(6, 10));
  expect(timeline.ms(12)).toBe(950);
});

test("many changes do not move ticks that are still drawn", () => {
  const timeline = new Timeline(from(1, 20));
  for (let change = 1; change <= 100; change++) timeline.add(from(1 + change * 20, 20 + (change % 2) * 20));
  expect(timeline.ms(2010) - timeline.ms(1970)).toBe(10 * 50 + 20 * 25 + 10 * 50);
});
