import { expect, test } from "vitest";
import { Stage } from "./fakes.js";
import { keyframe, settings, snapshot, type WelcomeParts } from "./frames.js";

const INPUT = 2;
const ACK = 3;

/** A match at 20 ticks a second whose player holds a key; heard by the server from now on. */
function playing(parts: WelcomeParts = {}) {
  const stage = new Stage();
  const match = stage.match(parts);
  match.input = { move_x: 1, fire: true };
  return { stage, match, inputs: () => stage.socket.sentOf(INPUT), acks: () => stage.socket.sentOf(ACK) };
}

test("inputs go out at the tick rate, numbered from the welcome's on", () => {
  const { stage, inputs } = playing({ inputSeq: 41 });
  stage.clock.advance(1000);
  expect(inputs()).toHaveLength(21);
  expect(inputs()[0]).toEqual([2, 42, 0, [100, 1]]);
  expect(inputs()[20][1]).toBe(62);
});

test("values are rounded to quanta and cut to their range; what is not given is 0", () => {
  const { stage, match, inputs } = playing();
  const values = (input: { move_x?: number; fire?: boolean }) => {
    match.input = input;
    stage.clock.advance(50);
    return inputs().at(-1)?.[3];
  };
  expect(values({ move_x: 0.126, fire: false })).toEqual([13, 0]);
  expect(values({ move_x: -7 })).toEqual([-100, 0]);
  expect(values({ move_x: Infinity })).toEqual([100, 0]);
  expect(values({ move_x: NaN, fire: true })).toEqual([0, 1]);
});

test("an input field that does not exist is refused by name", () => {
  const { match } = playing();
  expect(() => (match.input = { jump: true })).toThrow(new RangeError("no input field jump; there are: move_x, fire"));
});

test("without an input every snapshot is acknowledged by a message of its own, at once", () => {
  const { stage, match, inputs, acks } = playing();
  match.input = null;
  stage.socket.deliver(keyframe(101));
  stage.socket.deliver(keyframe(102));
  stage.clock.advance(1000);
  expect(inputs()).toEqual([]);
  expect(acks()).toEqual([
    [3, 101],
    [3, 102],
  ]);
});

test("a snapshot that comes when an input is due is acknowledged by the input", () => {
  const { stage, inputs, acks } = playing();
  stage.clock.advance(47);
  stage.socket.deliver(keyframe(101));
  expect(inputs().at(-1)).toEqual([2, 2, 101, [100, 1]]);
  expect(acks()).toEqual([]);
});

test("a snapshot that comes between inputs is acknowledged at once, and again by the next input", () => {
  const { stage, inputs, acks } = playing();
  stage.clock.advance(20);
  stage.socket.deliver(keyframe(101));
  expect(acks()).toEqual([[3, 101]]);
  stage.clock.advance(30);
  expect(inputs().at(-1)).toEqual([2, 2, 101, [100, 1]]);
});

test("an input sent early with an acknowledgement does not raise the rate", () => {
  const { stage, inputs } = playing();
  for (let tick = 101; tick <= 120; tick++) {
    stage.clock.advance(47);
    stage.socket.deliver(keyframe(tick));
    stage.clock.advance(3);
  }
  expect(inputs()).toHaveLength(21);
});

test("with timers throttled to one a second, snapshots carry the inputs, at the tick rate", () => {
  const { stage, inputs } = playing();
  stage.clock.advance(0);
  for (let tick = 101; tick <= 120; tick++) {
    stage.clock.freeze(50);
    stage.socket.deliver(keyframe(tick));
  }
  expect(inputs()).toHaveLength(21);
});

test("late timers make up for nothing", () => {
  const { stage, inputs } = playing();
  stage.clock.advance(0);
  stage.clock.freeze(5000);
  stage.clock.advance(10);
  expect(inputs()).toHaveLength(2);
});

test("while the socket is stuck no inputs are queued, and acknowledgements still are", () => {
  const { stage, inputs, acks } = playing();
  stage.clock.advance(0);
  stage.socket.bufferedAmount = 5000;
  stage.clock.advance(500);
  stage.socket.deliver(keyframe(101));
  expect(inputs()).toHaveLength(1);
  expect(acks()).toEqual([[3, 101]]);
  stage.socket.bufferedAmount = 0;
  stage.clock.advance(50);
  expect(inputs().at(-1)).toEqual([2, 2, 101, [100, 1]]);
});

test("inputs are remembered until a snapshot includes them", () => {
  const { stage, match } = playing();
  stage.clock.advance(120);
  expect(match.unacked.map(({ seq }) => seq)).toEqual([1, 2, 3]);
  stage.socket.deliver(snapshot({ tick: 101, inputAck: 2 }));
  expect(match.unacked.map(({ seq }) => seq)).toEqual([3]);
  expect(match.newestInput).toEqual(match.unacked[0]);
  expect(match.figures.inputsUnacked).toBe(1);
  stage.socket.deliver(snapshot({ tick: 102, baseline: 101, inputAck: 3 }));
  expect([match.unacked, match.newestInput?.seq]).toEqual([[], 3]);
});

test("in a pause no inputs go out, and afterwards they go on", () => {
  const { stage, inputs } = playing();
  stage.clock.advance(0);
  stage.socket.deliver([18, settings({ effective: 101, paused: true })]);
  stage.clock.advance(2000);
  expect(inputs()).toHaveLength(1);
  stage.socket.deliver([18, settings({ effective: 101 })]);
  stage.clock.advance(100);
  expect(inputs()).toHaveLength(4);
});

test("at half speed half as many inputs go out", () => {
  const { stage, inputs } = playing();
  stage.socket.deliver([18, settings({ effective: 101, dilation: 500 })]);
  stage.clock.advance(1000);
  expect(inputs()).toHaveLength(11);
});

test("a new tick rate paces inputs from the first snapshot at its tick", () => {
  const { stage, match, inputs } = playing();
  stage.socket.deliver([18, settings({ effective: 102, hz: 40 })]);
  stage.socket.deliver(keyframe(101));
  expect(match.settings.tickHz).toBe(20);
  stage.socket.deliver(keyframe(102));
  expect(match.settings.tickHz).toBe(40);
  const before = inputs().length;
  stage.clock.advance(1000);
  expect(inputs().length - before).toBeGreaterThanOrEqual(40);
});

test("on a new connection inputs are numbered from its welcome, and nothing is acknowledged yet", () => {
  const { stage, inputs } = playing();
  stage.socket.deliver(keyframe(101));
  stage.clock.advance(500);
  stage.socket.drop(1006);
  stage.clock.advance(500);
  expect(stage.socket.sent).toEqual([]);
  stage.welcome({ schema: null, inputSeq: 7 });
  stage.clock.advance(0);
  expect(inputs()).toEqual([[2, 8, 0, [100, 1]]]);
});
