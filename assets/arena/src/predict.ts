// Where the own fighter is now: its newest state, with the inputs that the server has not applied yet applied here, by the
// server's own rules. What the server then says differently is blended in, so that a correction does not jump.

import type { SentInput } from "skirmish-client";
import { type Point, slide, type Wall } from "./collide.js";

/** What a fighter may do. */
export interface Walk {
  readonly radius: number;
  /** In units per second. */
  readonly speed: number;
  /** In units per second squared. */
  readonly acceleration: number;
}

export interface Motion {
  readonly at: Point;
  readonly velocity: Point;
}

/** Inputs count movement in hundredths. */
const MOVE_QUANTUM = 0.01;
/** Wanted velocities are whole sixteenths. */
const VELOCITY_QUANTUM = 0.0625;
/** Inputs beyond so many are not predicted: the connection stands still. */
const INPUTS_MAX = 20;
/** A correction is halved in this time, in milliseconds. */
const BLEND_MS = 60;
/** A correction beyond this is a jump of the server's, for example a new life, in units. */
const JUMP = 120;
const NONE: Point = { x: 0, y: 0 };

/** One input's worth of walking: the server's `walk.rs`. */
export function step(motion: Motion, move: Point, spanS: number, walk: Walk, walls: readonly Wall[]): Motion {
  const long = Math.max(1, Math.hypot(move.x, move.y));
  const tellable = (part: number): number =>
    Math.round((part / long) * (walk.speed / VELOCITY_QUANTUM)) * VELOCITY_QUANTUM;
  const { velocity, way } = approach(
    motion.velocity,
    { x: tellable(move.x), y: tellable(move.y) },
    walk.acceleration,
    spanS,
  );
  return slide(walls, motion.at, way, velocity, walk.radius);
}

/** Velocity after some time of approaching another at a constant acceleration, and the way covered: the server's `motion.rs`. */
function approach(
  velocity: Point,
  wanted: Point,
  acceleration: number,
  spanS: number,
): { velocity: Point; way: Point } {
  const change = { x: wanted.x - velocity.x, y: wanted.y - velocity.y };
  const size = Math.hypot(change.x, change.y);
  const reachS = size / acceleration;
  const axis = (v: number, c: number, w: number): [number, number] => {
    if (spanS >= reachS) return [w, (v + w) * reachS * 0.5 + w * (spanS - reachS)];
    const push = (c * acceleration) / size;
    return [v + push * spanS, v * spanS + push * spanS * spanS * 0.5];
  };
  const [[vx, x], [vy, y]] = [axis(velocity.x, change.x, wanted.x), axis(velocity.y, change.y, wanted.y)];
  return { velocity: { x: vx, y: vy }, way: { x, y } };
}

/** What the own fighter's motion follows from. */
export interface Course {
  /** The tick of the newest state. */
  readonly tick: number;
  readonly state: Motion;
  /** Inputs that the state does not include yet. */
  readonly inputs: readonly SentInput[];
  /** When the newest input was sent, even if the state includes it. */
  readonly sentMs: number | undefined;
  /** What is wanted since then. */
  readonly wanted: Point;
  /** How long a tick is, in seconds. */
  readonly dtS: number;
  readonly walk: Walk;
  readonly walls: readonly Wall[];
}

/** What was predicted for a frame. */
interface Predicted {
  readonly motion: Motion;
  readonly tick: number;
  readonly atMs: number;
}

export class Prediction {
  #before: Predicted | undefined;
  #error = NONE;

  /**
   * The motion to draw at `nowMs`. What a newer state says differently is blended in, over the same time however long
   * frames take.
   */
  at(nowMs: number, course: Course): Motion {
    const motion = replay(nowMs, course);
    const { tick, dtS } = course;
    // In another match, ticks begin anew.
    if (this.#before && tick < this.#before.tick) this.reset();
    if (this.#before) {
      const ticks = tick - this.#before.tick;
      const found = ticks === 0 ? NONE : difference(this.#before, motion, nowMs);
      // Of several states since the frame before, the first are old news.
      const [left, kept] = [faded(nowMs - this.#before.atMs), faded((ticks - 1) * dtS * 1000)];
      this.#error = { x: this.#error.x * left + found.x * kept, y: this.#error.y * left + found.y * kept };
      if (Math.hypot(found.x, found.y) > JUMP) this.#error = NONE;
    }
    this.#before = { motion, tick, atMs: nowMs };
    return { at: { x: motion.at.x + this.#error.x, y: motion.at.y + this.#error.y }, velocity: motion.velocity };
  }

  /** The next state is nobody's continuation. */
  reset(): void {
    this.#before = undefined;
    this.#error = NONE;
  }
}

/** What part of a correction is left after some time. */
function faded(ms: number): number {
  return 0.5 ** (ms / BLEND_MS);
}

/** How far the motion before, carried on to `nowMs`, is from the one that is predicted now. */
function difference({ motion: before, atMs }: Predicted, motion: Motion, nowMs: number): Point {
  const halfS = (nowMs - atMs) / 2000;
  const carried = (at: number, was: number, is: number): number => at + (was + is) * halfS;
  return {
    x: carried(before.at.x, before.velocity.x, motion.velocity.x) - motion.at.x,
    y: carried(before.at.y, before.velocity.y, motion.velocity.y) - motion.at.y,
  };
}

/** A state with these inputs applied, a tick each, and then what is wanted now since the newest was sent. */
function replay(nowMs: number, { state, inputs, sentMs = nowMs, wanted, dtS, walk, walls }: Course): Motion {
  let motion = state;
  for (const { values } of inputs.slice(-INPUTS_MAX))
    motion = step(motion, { x: (values[0] ?? 0) * MOVE_QUANTUM, y: (values[1] ?? 0) * MOVE_QUANTUM }, dtS, walk, walls);
  const sinceS = Math.min(Math.max(0, (nowMs - sentMs) / 1000), dtS);
  return sinceS > 0 ? step(motion, wanted, sinceS, walk, walls) : motion;
}
