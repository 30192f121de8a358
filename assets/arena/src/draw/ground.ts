// The floor, the walls and their shadows: built once for each map.

import { Container, Graphics, TilingSprite } from "pixi.js";
import type { Wall } from "../collide.js";
import { accentOf, FLOOR, WALL_EDGE, WALL_SIDE, WALL_TOP } from "../palette.js";
import type { Facts, Scene } from "../scene.js";
import type { Textures } from "./textures.js";

/** How high walls seem to be, in units. */
const HEIGHT = 12;
const CORNER = 3;

type Place = Pick<Facts, "width" | "height" | "map">;

const IDLE_WALLS: readonly Wall[] = [
  { x: 760, y: 620, w: 60, h: 260 },
  { x: 820, y: 620, w: 220, h: 50 },
  { x: 1500, y: 560, w: 90, h: 90 },
  { x: 1420, y: 980, w: 300, h: 50 },
  { x: 900, y: 1080, w: 90, h: 140 },
];

export class Ground {
  /** Beneath all that moves. */
  readonly floor = new Container();
  /** Above what flies, so that nothing is seen inside a wall. */
  readonly walls = new Container();
  readonly #textures: Textures;
  #built = "";

  constructor(textures: Textures) {
    this.#textures = textures;
  }

  draw({ facts, walls }: Scene): void {
    this.#build(facts, walls);
  }

  /** Something to look at while there is no match. */
  drawIdle(): void {
    this.#build({ width: 3200, height: 2000, map: 0 }, IDLE_WALLS);
  }

  #build(place: Place, walls: readonly Wall[]): void {
    const sum = walls.reduce((sum, { x, y, w, h }) => sum + x * 3 + y * 5 + w * 7 + h * 11, 0);
    const built = `${place.map} ${place.width} ${place.height} ${walls.length} ${sum}`;
    if (built === this.#built) return;
    this.#built = built;
    for (const layer of [this.floor, this.walls]) for (const child of layer.removeChildren()) child.destroy();
    const isInside = ({ x, y, w, h }: Wall): boolean => x < place.width && y < place.height && x + w > 0 && y + h > 0;
    const inside = walls.filter(isInside);
    this.#buildFloor(place, inside);
    this.#buildWalls(place, inside);
  }

  #buildFloor({ width, height, map }: Place, walls: readonly Wall[]): void {
    const ground = new Graphics().rect(0, 0, width, height).fill(FLOOR);
    const accent = accentOf(map);
    const marks = new Graphics();
    const [x, y] = [width / 2, height / 2];
    for (const part of [0.22, 0.236, 0.52]) marks.circle(x, y, (part * Math.min(width, height)) / 2);
    marks.moveTo(x, 0).lineTo(x, height).moveTo(0, y).lineTo(width, y);
    marks.stroke({ width: 2, color: accent, alpha: 0.13 });
    const tiles = new TilingSprite({ texture: this.#textures.tile, width, height, tileScale: { x: 0.5, y: 0.5 } });
    const shadows = new Graphics();
    for (const wall of walls) shadows.roundRect(wall.x + 6, wall.y + HEIGHT + 8, wall.w + 6, wall.h + 4, CORNER);
    shadows.fill({ color: 0x000000, alpha: 0.35 });
    this.floor.addChild(ground, tiles, marks, shadows);
  }

  /** Outlines first, so that walls that touch look like one. */
  #buildWalls({ width, height, map }: Place, walls: readonly Wall[]): void {
    const each = (draw: (pen: Graphics, wall: Wall) => void): Graphics => {
      const pen = new Graphics();
      for (const wall of walls) draw(pen, wall);
      return pen;
    };
    const sides = each((pen, { x, y, w, h }) => pen.roundRect(x, y + HEIGHT - CORNER, w, h, CORNER)).fill(WALL_SIDE);
    const lit = each((pen, { x, y, w, h }) => pen.roundRect(x, y + HEIGHT - 2, w, h, CORNER)).stroke({
      width: 2,
      color: accentOf(map),
      alpha: 0.35,
    });
    const edges = each((pen, { x, y, w, h }) => pen.roundRect(x - 1.5, y - 1.5, w + 3, h + 3, CORNER + 1)).fill(
      WALL_EDGE,
    );
    const tops = each((pen, { x, y, w, h }) => pen.roundRect(x, y, w, h, CORNER)).fill(WALL_TOP);
    const border = new Graphics().rect(0, 0, width, height).stroke({ width: 6, color: WALL_EDGE, alignment: 0 });
    const glow = new Graphics()
      .rect(0, 0, width, height)
      .stroke({ width: 2, color: accentOf(map), alpha: 0.6, alignment: 1 });
    this.walls.addChild(lit, sides, edges, tops, border, glow);
  }
}
