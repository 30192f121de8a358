// Where on the map the screen is. It follows somebody, looks a little ahead to where they aim, and stays on the map.

import type { Point } from "../collide.js";

/** How much of the map is shown, in square units: as much on a tall screen as on a wide one. */
const AREA = 1100 * 640;
/**
 * How far beyond the map's edge it may look: at least so many units, or this part of half the screen, so that who stands
 * in a corner is not beneath the panels.
 */
const MARGIN = 130;
const MARGIN_PART = 0.35;
/** How far ahead it looks, as a part of the way to where the mouse points. */
const AHEAD = 0.14;
/** Half of what is left of a way is gone after so many milliseconds. */
const LAG_MS = 70;
const SHAKE_MS = 120;
const SHAKE_MAX = 9;

export class Camera {
  x = 0;
  y = 0;
  /** Pixels of the style sheet for one unit. */
  scale = 1;
  #width = 1;
  #height = 1;
  #ahead: Point = { x: 0, y: 0 };
  #shake = 0;
  #still = matchMedia("(prefers-reduced-motion: reduce)");

  resize(width: number, height: number): void {
    this.#width = width;
    this.#height = height;
    this.scale = Math.sqrt((width * height) / AREA);
  }

  /** Moves on to a new moment: towards `target`, looking ahead by `look` (screen pixels away from it). */
  follow(target: Point, look: Point, map: { width: number; height: number }, elapsedMs: number): void {
    const part = 1 - 0.5 ** (elapsedMs / LAG_MS);
    const wanted = { x: (look.x / this.scale) * AHEAD, y: (look.y / this.scale) * AHEAD };
    this.#ahead = {
      x: this.#ahead.x + (wanted.x - this.#ahead.x) * part,
      y: this.#ahead.y + (wanted.y - this.#ahead.y) * part,
    };
    this.x = within(target.x + this.#ahead.x, this.#width / this.scale / 2, map.width);
    this.y = within(target.y + this.#ahead.y, this.#height / this.scale / 2, map.height);
    this.#shake *= 0.5 ** (elapsedMs / SHAKE_MS);
  }

  /** Shakes by so many units, unless the player wants it quiet. */
  shake(units: number): void {
    if (!this.#still.matches) this.#shake = Math.min(SHAKE_MAX, this.#shake + units);
  }

  /** Where a point of the map is on the screen. */
  toScreen({ x, y }: Point): Point {
    return { x: this.#width / 2 + (x - this.x) * this.scale, y: this.#height / 2 + (y - this.y) * this.scale };
  }

  /** Where the map's corner is on the screen, shaken. */
  get origin(): Point {
    const { x, y } = this.toScreen({ x: 0, y: 0 });
    const wobble = (): number => (Math.random() - 0.5) * 2 * this.#shake * this.scale;
    return this.#shake < 0.2 ? { x, y } : { x: x + wobble(), y: y + wobble() };
  }

  /** Whether something that reaches so many units around a point is on the screen. */
  sees({ x, y }: Point, reach: number): boolean {
    const [across, down] = [this.#width / this.scale / 2 + reach, this.#height / this.scale / 2 + reach];
    return Math.abs(x - this.x) < across && Math.abs(y - this.y) < down;
  }

  /** How far from the middle of the screen a point is, in units. */
  distance(point: Point): number {
    return Math.hypot(point.x - this.x, point.y - this.y);
  }
}

function within(wanted: number, half: number, size: number): number {
  const margin = Math.max(MARGIN, half * MARGIN_PART);
  const low = half - margin;
  const high = size - half + margin;
  return low > high ? size / 2 : Math.min(Math.max(wanted, low), high);
}
