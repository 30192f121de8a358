// What there is to draw in a match of any game: the game says which of its components are bodies and walls.

import type { Match } from "skirmish-client";

/** A number, or the field of the only entity that has a component: it follows the match. */
export type Measure = number | { readonly component: string; readonly field: string };

/** Entities that are drawn as circles. */
export interface BodyKind {
  /** Which entities. */
  readonly component: string;
  /** The component that holds where they are. */
  readonly place: string;
  readonly x: string;
  readonly y: string;
  readonly radius?: Measure;
  /** The field of `component` that names a seat. */
  readonly seat?: string;
  /** A field of `component` that must be true. */
  readonly when?: string;
}

/** Entities that are drawn as boxes, from their corner. */
export interface BoxKind {
  readonly component: string;
  readonly x: string;
  readonly y: string;
  readonly w: string;
  readonly h: string;
}

export interface Scene {
  readonly bounds?: readonly [x0: Measure, y0: Measure, x1: Measure, y1: Measure];
  readonly interest_radius: number;
  readonly bodies: readonly BodyKind[];
  readonly boxes?: readonly BoxKind[];
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

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** From the least to the greatest place. */
export interface Extent {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** The part of a match that is asked for what there is. */
export type Seen = Pick<Match, "entities" | "drawn">;

/** Everything that has a place, as it is drawn now. */
export function bodies(match: Seen, scene: Scene, nowMs: number): Body[] {
  return scene.bodies.flatMap((kind, index) => {
    const places = new Map(match.drawn(kind.place, nowMs).map((view) => [view.id, view]));
    const radius = kind.radius === undefined ? null : measured(match, kind.radius);
    return match.entities(kind.component).flatMap((entity): Body[] => {
      const place = places.get(entity.id);
      if (!place || (kind.when !== undefined && entity[kind.when] !== true)) return [];
      const seat = kind.seat === undefined ? null : Number(entity[kind.seat]);
      return [{ id: entity.id, kind: index, x: Number(place[kind.x]), y: Number(place[kind.y]), radius, seat }];
    });
  });
}

export function boxes(match: Seen, scene: Scene): Box[] {
  return (scene.boxes ?? []).flatMap(({ component, x, y, w, h }) =>
    match.entities(component).map((box) => ({ x: Number(box[x]), y: Number(box[y]), w: Number(box[w]), h: Number(box[h]) })),
  );
}

/** The game's bounds; null if it has none, or if what they depend on is not there. */
export function bounds(match: Seen, scene: Scene): Extent | null {
  const [x0, y0, x1, y1] = (scene.bounds ?? []).map((measure) => measured(match, measure));
  if (x0 == null || y0 == null || x1 == null || y1 == null) return null;
  return { x0, y0, x1, y1 };
}

/** All that there is, with the origin. */
export function extent(all: readonly Body[]): Extent {
  const [xs, ys] = [all.map(({ x }) => x), all.map(({ y }) => y)];
  return { x0: Math.min(0, ...xs), y0: Math.min(0, ...ys), x1: Math.max(1, ...xs), y1: Math.max(1, ...ys) };
}

function measured(match: Seen, measure: Measure): number | null {
  if (typeof measure === "number") return measure;
  const value = match.entities(measure.component)[0]?.[measure.field];
  return value === undefined ? null : Number(value);
}
