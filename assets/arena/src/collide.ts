// How walls stop a fighter: the server's own rules (`terrain.rs`, `geometry.rs`), for predicting the own fighter.
// `test/walks.json` holds the two together.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Wall {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Where a circle touches a wall, and the direction out of it. */
interface Contact {
  readonly time: number;
  readonly at: Point;
  readonly normal: Point;
}

/** The gap kept between a fighter and a wall, in units. */
const SKIN = 0.01;
/** Walls that a fighter may meet within one step. */
const CONTACTS_MAX = 4;

/** Moves a circle by `motion` along the walls that it meets; tells where it is then and what is left of `velocity`. */
export function slide(
  walls: readonly Wall[],
  from: Point,
  motion: Point,
  velocity: Point,
  radius: number,
): { at: Point; velocity: Point } {
  let at = from;
  for (let contacts = 0; contacts < CONTACTS_MAX; contacts++) {
    const contact = firstContact(walls, at, motion, radius);
    if (contact === undefined) return { at: { x: at.x + motion.x, y: at.y + motion.y }, velocity };
    const left = 1 - contact.time;
    at = contact.at;
    motion = along({ x: motion.x * left, y: motion.y * left }, contact.normal);
    velocity = along(velocity, contact.normal);
  }
  return { at, velocity };
}

function firstContact(walls: readonly Wall[], from: Point, motion: Point, radius: number): Contact | undefined {
  let first: Contact | undefined;
  for (const wall of walls) {
    const contact = contactWith(wall, from, motion, radius);
    if (contact && (first === undefined || contact.time < first.time)) first = contact;
  }
  return first;
}

function contactWith(wall: Wall, from: Point, motion: Point, radius: number): Contact | undefined {
  const time = circleMeetsWall(from, motion, radius, wall);
  if (time === undefined) return undefined;
  const centre = { x: from.x + motion.x * time, y: from.y + motion.y * time };
  const nearest = { x: clamp(centre.x, wall.x, wall.x + wall.w), y: clamp(centre.y, wall.y, wall.y + wall.h) };
  const [dx, dy] = [centre.x - nearest.x, centre.y - nearest.y];
  const length = Math.hypot(dx, dy);
  if (length === 0) return undefined;
  const normal = { x: dx / length, y: dy / length };
  // Already on its way out: leaving must not be held up.
  if (motion.x * normal.x + motion.y * normal.y >= 0) return undefined;
  const away = radius + SKIN;
  return { time, at: { x: nearest.x + normal.x * away, y: nearest.y + normal.y * away }, normal };
}

/** When a moving circle first touches a wall, as a part of the motion. */
function circleMeetsWall(from: Point, motion: Point, radius: number, wall: Wall): number | undefined {
  const [right, bottom] = [wall.x + wall.w, wall.y + wall.h];
  if (Math.max(from.x, from.x + motion.x) + radius < wall.x || Math.min(from.x, from.x + motion.x) - radius > right)
    return undefined;
  if (Math.max(from.y, from.y + motion.y) + radius < wall.y || Math.min(from.y, from.y + motion.y) - radius > bottom)
    return undefined;
  const times = [
    pointMeetsBox(from, motion, wall.x - radius, wall.y, right + radius, bottom),
    pointMeetsBox(from, motion, wall.x, wall.y - radius, right, bottom + radius),
    ...[wall.x, right].flatMap((x) => [wall.y, bottom].map((y) => pointMeetsCircle(from, motion, { x, y }, radius))),
  ];
  const first = Math.min(...times.map((time) => time ?? Infinity));
  return first === Infinity ? undefined : first;
}

function pointMeetsBox(
  from: Point,
  motion: Point,
  left: number,
  top: number,
  right: number,
  bottom: number,
): number | undefined {
  let [enter, leave] = [0, 1];
  for (const [at, by, low, high] of [
    [from.x, motion.x, left, right],
    [from.y, motion.y, top, bottom],
  ] as const) {
    if (by === 0) {
      if (at < low || at > high) return undefined;
      continue;
    }
    const [a, b] = [(low - at) / by, (high - at) / by];
    enter = Math.max(enter, Math.min(a, b));
    leave = Math.min(leave, Math.max(a, b));
  }
  return enter <= leave ? enter : undefined;
}

function pointMeetsCircle(from: Point, motion: Point, centre: Point, radius: number): number | undefined {
  const [gapX, gapY] = [from.x - centre.x, from.y - centre.y];
  const outside = gapX * gapX + gapY * gapY - radius * radius;
  if (outside <= 0) return 0;
  const closing = -(gapX * motion.x + gapY * motion.y);
  const discriminant = closing * closing - (motion.x * motion.x + motion.y * motion.y) * outside;
  if (closing <= 0 || discriminant < 0) return undefined;
  const time = outside / (closing + Math.sqrt(discriminant));
  return time <= 1 ? time : undefined;
}

/** `vector` without the part that points into the wall. */
function along(vector: Point, normal: Point): Point {
  const into = Math.min(0, vector.x * normal.x + vector.y * normal.y);
  return { x: vector.x - normal.x * into, y: vector.y - normal.y * into };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
