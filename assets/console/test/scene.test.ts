import { expect, test } from "vitest";
import { bodies, bounds, boxes, extent, type Scene, type Seen } from "../src/watch/scene.js";

const SCENE: Scene = {
  bounds: [0, 0, { component: "Facts", field: "width" }, { component: "Facts", field: "height" }],
  interest_radius: 100,
  bodies: [
    { component: "Fighter", place: "Body", x: "x", y: "y", radius: { component: "Facts", field: "size" }, seat: "seat", when: "alive" },
    { component: "Shot", place: "Body", x: "x", y: "y" },
  ],
  boxes: [{ component: "Wall", x: "x", y: "y", w: "w", h: "h" }],
};

function seen(tables: Readonly<Record<string, readonly { readonly id: number; readonly [field: string]: number | boolean }[]>>): Seen {
  const of = (component: string) => tables[component] ?? [];
  return { entities: of, drawn: of } as unknown as Seen;
}

test("bodies lie where their place says, with the size and the seat that the game names", () => {
  const match = seen({
    Facts: [{ id: 1, width: 600, height: 300, size: 16 }],
    Body: [{ id: 5, x: 10, y: 20 }, { id: 6, x: 30, y: 40 }, { id: 7, x: 50, y: 60 }],
    Fighter: [{ id: 5, seat: 3, alive: true }, { id: 6, seat: 4, alive: false }],
    Shot: [{ id: 7 }],
    Wall: [{ id: 8, x: 1, y: 2, w: 3, h: 4 }],
  });
  expect(bodies(match, SCENE, 0)).toEqual([
    { id: 5, kind: 0, x: 10, y: 20, radius: 16, seat: 3 },
    { id: 7, kind: 1, x: 50, y: 60, radius: null, seat: null },
  ]);
  expect(boxes(match, SCENE)).toEqual([{ x: 1, y: 2, w: 3, h: 4 }]);
  expect(bounds(match, SCENE)).toEqual({ x0: 0, y0: 0, x1: 600, y1: 300 });
});

test("without bounds everything is to be in sight", () => {
  const match = seen({ Body: [{ id: 7, x: -50, y: 60 }], Shot: [{ id: 7 }] });
  expect(bounds(match, SCENE)).toBeNull();
  expect(extent(bodies(match, SCENE, 0))).toEqual({ x0: -50, y0: 0, x1: 1, y1: 60 });
});
