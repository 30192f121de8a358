import { expect, test } from "vitest";
import { Clock } from "../src/clock.js";

/** A clock, and a server that really is `aheadMs` ahead of local time, behind a link of these latencies. */
function clockAndServer(aheadMs: number) {
  const clock = new Clock();
  clock.restart(aheadMs, 1, 0);
  const exchange = (sentMs: number, upMs: number, downMs: number, ahead = aheadMs) => {
    const token = clock.ping(sentMs);
    const heardMs = sentMs + upMs;
    // The newest tick, of 50 ms, and how far the server is into it.
    const tick = Math.floor((heardMs + ahead) / 50);
    const intoTickUs = (heardMs + ahead - tick * 50) * 1000;
    clock.pong({ type: "pong", token, tick, intoTickUs }, tick * 50, 50, heardMs + downMs);
  };
  return { clock, exchange };
}

test("with equal ways there and back the match time is exact", () => {
  const { clock, exchange } = clockAndServer(5000);
  exchange(0, 40, 40);
  exchange(100, 40, 40);
  expect(clock.matchMs(2000)).toBeCloseTo(7000);
});

test("the shortest round trip is believed, and the error is at most half of it", () => {
  const { clock, exchange } = clockAndServer(5000);
  exchange(0, 20, 20);
  exchange(100, 20, 180);
  exchange(400, 300, 20);
  expect(clock.matchMs(3000)).toBeCloseTo(8000);
});

test("a round trip and its jitter are smoothed", () => {
  const { clock, exchange } = clockAndServer(0);
  exchange(0, 50, 50);
  expect([clock.rttMs, clock.jitterMs]).toEqual([100, 0]);
  exchange(1000, 90, 90);
  expect([clock.rttMs, clock.jitterMs]).toEqual([110, 20]);
});

test("a correction is spread: match time neither jumps nor stands", () => {
  const { clock, exchange } = clockAndServer(0);
  exchange(0, 20, 20, 40);
  for (let nowMs = 40; nowMs < 600; nowMs += 10) {
    const step = clock.matchMs(nowMs + 10) - clock.matchMs(nowMs);
    expect(step).toBeGreaterThan(8.9);
    expect(step).toBeLessThan(11.1);
  }
  expect(clock.matchMs(600)).toBeCloseTo(640);
});

test("a great correction is taken at once", () => {
  const { clock, exchange } = clockAndServer(0);
  exchange(0, 20, 20);
  exchange(1000, 20, 20, -3000);
  expect(clock.matchMs(1040)).toBeCloseTo(-1960);
});

test("what was believed before the match fell behind is given up, however short its round trip", () => {
  const { clock, exchange } = clockAndServer(0);
  exchange(0, 5, 5);
  exchange(1000, 50, 50, -400);
  expect(clock.matchMs(10_000)).toBeCloseTo(9600);
});

test("match time follows the pace and stands still in a pause", () => {
  const { clock, exchange } = clockAndServer(0);
  exchange(0, 0, 0);
  clock.setPace(0.5, 1000);
  expect(clock.matchMs(2000)).toBeCloseTo(1500);
  clock.setPace(0, 2000);
  expect(clock.matchMs(60_000)).toBeCloseTo(1500);
  clock.setPace(1, 60_000);
  expect(clock.matchMs(60_100)).toBeCloseTo(1600);
});

test("a pong in a pause is not thrown off by the time since the last tick", () => {
  const { clock } = clockAndServer(0);
  clock.setPace(0, 1000);
  const token = clock.ping(9000);
  clock.pong({ type: "pong", token, tick: 20, intoTickUs: 8_000_000 }, 1000, 50, 9040);
  expect(clock.matchMs(9040)).toBeCloseTo(1000);
});

test("the first pong after a pause does not count the pause as match time", () => {
  const { clock } = clockAndServer(0);
  clock.setPace(0, 1000);
  clock.setPace(1, 9000);
  const token = clock.ping(9000);
  clock.pong({ type: "pong", token, tick: 20, intoTickUs: 8_000_000 }, 1000, 50, 9000);
  expect(clock.matchMs(9000)).toBeLessThanOrEqual(1250);
});

test.each([1, 0.1])("a match of one tick a second, at pace %d, is as far into it as the pong says", (rate) => {
  const clock = new Clock();
  clock.restart(0, rate, 0);
  const token = clock.ping(0);
  const intoTickUs = 900_000 / rate;
  clock.pong({ type: "pong", token, tick: 9, intoTickUs }, 9000, 1000, 40);
  expect(clock.matchMs(40)).toBeCloseTo(9000 + 900 + 20 * rate);
});

test("a pong to no ping of this connection changes nothing", () => {
  const { clock } = clockAndServer(0);
  const token = clock.ping(0);
  clock.restart(0, 1, 0);
  clock.pong({ type: "pong", token, tick: 99, intoTickUs: 0 }, 4950, 50, 10);
  clock.pong({ type: "pong", token: 77, tick: 99, intoTickUs: 0 }, 4950, 50, 10);
  expect(clock.matchMs(10)).toBe(10);
  expect(clock.rttMs).toBeNull();
});
