import { expect, test } from "vitest";
import type { MatchFigures } from "../src/feed/events.js";
import { Course, MATCH, TICK } from "../src/state/course.js";

function figures(t_ms: number, tick: number, of: Partial<MatchFigures> = {}): MatchFigures {
  const settings = { tick_hz: 10, snapshot_interval: 1, interp_delay_ms: 100, interest_radius: 0, paused: false, dilation_permille: 1000 };
  const none = { p50: null, p99: null };
  return { t_ms, match: "m", tick, settings, ticks: [], is_relieved: false, budget_us: 100_000, snapshots: 0, skips: { outbox: 0, window: 0 }, bytes: 0, keyframes: 0, input_ack_ms: none, rtt_ms: none, ...of };
}

test("ticks lie a period apart, the newest at the event's time", () => {
  const course = new Course();
  course.match(figures(5000, 12, { ticks: [[11, 2000, 0, 0], [12, 120_000, 0, 1]] }));
  expect([...course.ticks.column(TICK.t)]).toEqual([4.9, 5]);
  expect([...course.ticks.column(TICK.work)]).toEqual([2, 120]);
  expect([...course.ticks.column(TICK.overrun)]).toEqual([Number.NaN, 120]);
});

test("counters become rates over a second, as soon as half of one has passed", () => {
  const course = new Course();
  course.match(figures(1000, 1, { snapshots: 100, bytes: 5000, skips: { outbox: 1, window: 1 } }));
  expect(course.pace.length).toBe(0);
  course.match(figures(1001, 1, { snapshots: 130, bytes: 5000, skips: { outbox: 2, window: 3 } }));
  expect(course.pace.length).toBe(0);
  course.match(figures(1500, 6, { snapshots: 130, bytes: 7000, skips: { outbox: 2, window: 3 } }));
  expect(course.pace.last(MATCH.sent)).toBe(60);
  expect(course.pace.last(MATCH.bytes)).toBe(4000);
  expect(course.pace.last(MATCH.skipped)).toBe(6);
});

test("what a component has in a public and in a private table is one field", () => {
  const course = new Course();
  const weapon = { component: "Weapon", field: null };
  course.bytes({ t_ms: 1000, bytes: [{ ...weapon, bytes_per_s: 60 }, { ...weapon, bytes_per_s: 4 }] });
  expect([...(course.fields[0]?.by ?? [])]).toEqual([["Weapon.", 64]]);
});

test("moments older than a minute are forgotten", () => {
  const course = new Course();
  for (let second = 0; second <= 90; second++)
    course.bytes({ t_ms: second * 1000, bytes: [{ component: "Body", field: "x", bytes_per_s: second }] });
  expect(course.fields[0]?.t).toBe(30);
  expect(course.fields.at(-1)?.by.get("Body.x")).toBe(90);
});
