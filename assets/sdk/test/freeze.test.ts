import { expect, test } from "vitest";
import { Stage } from "./fakes.js";
import { BODY_TABLE, keyframe, snapshot } from "./frames.js";

// Ticks of 50 ms; tick 100 is at local time 0.

/** A delta in which entity 1's x changes by so many quanta. */
const moved = (tick: number, baseline: number, by: number) =>
  snapshot({ tick, baseline, tables: [[BODY_TABLE, null, null, [[null, [by], null], null, null, null, null]]] });

/** A page that was frozen for 10 s while five snapshots lay in its socket, and has just got them. */
function thawed() {
  const stage = new Stage();
  const match = stage.match();
  match.input = { move_x: 1 };
  stage.socket.deliver(keyframe(100, { id: 1 }));
  stage.clock.freeze(10_000);
  stage.socket.sent.length = 0;
  for (let tick = 101; tick <= 105; tick++) stage.socket.deliver(moved(tick, tick - 1, 16));
  return { stage, match };
}

test("a page that was frozen applies what is there and acknowledges each of it", () => {
  const { stage, match } = thawed();
  expect(match.entity("Body", 1)?.x).toBe(5);
  const acks = stage.socket.sent.map((message) => (message[0] === 2 ? message[2] : message[1]));
  expect(acks).toEqual([101, 102, 103, 104, 105]);
});

test("a page that was frozen sends one input, not those it missed", () => {
  const { stage } = thawed();
  expect(stage.socket.sentOf(2)).toHaveLength(1);
  stage.clock.advance(49);
  expect(stage.socket.sentOf(2)).toHaveLength(1);
});

test("a page that was frozen draws the present as soon as it has it, and nothing of the time between", () => {
  const { stage, match } = thawed();
  expect(match.drawn("Body")[0].x).toBe(5);
  stage.socket.deliver(moved(300, 105, 1600));
  expect(match.drawn("Body")[0].x).toBe(105);
  stage.clock.advance(100);
  expect(match.drawn("Body")[0].x).toBe(105);
});

test("a page that was frozen does not take its connection for dead", () => {
  const { stage, match } = thawed();
  stage.clock.advance(3000);
  expect(match.state).toBe("open");
});

test("the delta that spans the freeze is counted as skipped snapshots", () => {
  const { stage, match } = thawed();
  stage.socket.deliver(moved(300, 105, 1600));
  expect(match.figures.skipped).toBe(194);
});
