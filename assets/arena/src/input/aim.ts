// Where two sticks aim.

import type { Point } from "../collide.js";

/** Below this deflection a stick's direction is chance. */
const MEANT = 0.15;

/** The direction of the right stick, or of the left one while the right rests; none while both do. */
export function aimOf(right: Point, left: Point): Point | undefined {
  return [right, left].find(({ x, y }) => Math.hypot(x, y) > MEANT);
}
