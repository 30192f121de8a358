// What there is to draw in a match of any game: the game says which of its components are bodies and walls.

import type { Match } from "skirmish-client";

/** Entities that are drawn as circles. */
export interface BodyKind {
  /** Which entities. */
  readonly component: string;
  /** The component that holds their place. */
  readonly position: string;
  readonly x: string;
  readonly y: string;
  readonly radius: number | null;
  readonly label: string;
  /** The field of `component` that names a seat. */
  readonly seat: string | null;
  /** A field of `component` that must be true. */
  readonly when: string | null;
}

export interface WallKind {
  readonly component: string;
  readonly x: string;
  readonly y: string;
  readonly w: string;
  readonly h: string;
}

export interface Scene {
  readonly bounds: readonly [x0: number, y0: number, x1: number, y1: number] | null;
  readonly interest_radius: number;
  readonly bodies: readonly BodyKind[];
  readonly walls: readonly WallKind[];
}

export interface Body {
  readonly id: number;
  /** Index of its kind. */
  readonly kind: number;
  readonly x: number;
  readonly y: number;
  readonly radius: number | null;
  readonly seat: number | null;
}

export interface Wall {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Everything that has a place, as it is drawn now. */
export function bodies(match: Match, scene: Scene, nowMs: number): Body[] {
  return scene.bodies.flatMap((kind, index) => {
    const places = new Map(match.drawn(kind.position, nowMs).map((view) => [view.id, view]));
    return match.entities(kind.component).flatMap((entity): Body[] => {
      const place = places.get(entity.id);
      if (!place || (kind.when !== null && entity[kind.when] !== true)) return [];
      const seat = kind.seat === null ? null : Number(entity[kind.seat]);
      return [{ id: entity.id, kind: index, x: Number(place[kind.x]), y: Number(place[kind.y]), radius: kind.radius, seat }];
    });
  });
}

export function walls(match: Match, scene: Scene): Wall[] {
  return scene.walls.flatMap(({ component, x, y, w, h }) =>
    match.entities(component).map((wall) => ({ x: Number(wall[x]), y: Number(wall[y]), w: Number(wall[w]), h: Number(wall[h]) })),
  );
}

/** What is to be in sight: the game's bounds, or all that there is. */
export function extent(scene: Scene, all: readonly Body[]): readonly [number, number, number, number] {
  if (scene.bounds) return scene.bounds;
  const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)];
  return all.length === 0 ? [0, 0, 1, 1] : [Math.min(0, ...xs), Math.min(0, ...ys), Math.max(1, ...xs), Math.max(1, ...ys)];
}
