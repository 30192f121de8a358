// What lies there to be taken, and the faint mark of what will be there again.

import { Container, Sprite } from "pixi.js";
import { PICKUPS, WHITE } from "../palette.js";
import type { Scene } from "../scene.js";
import type { Camera } from "./camera.js";
import { Pool } from "./pool.js";
import { PICKUP_EXTENT, type Textures } from "./textures.js";

/** How far one shines, in units. */
const REACH = 160;

class Token extends Container {
  readonly glow: Sprite;
  readonly sign: Sprite;

  constructor(textures: Textures) {
    super();
    this.glow = new Sprite({ texture: textures.glow, anchor: 0.5, blendMode: "add" });
    this.sign = new Sprite({ anchor: 0.5 });
    this.addChild(this.glow, this.sign);
  }
}

export class Pickups {
  readonly layer = new Container();
  readonly #textures: Textures;
  readonly #pool: Pool<Token>;

  constructor(textures: Textures) {
    this.#textures = textures;
    this.#pool = new Pool(this.layer, () => new Token(textures));
  }

  draw({ pickups, facts }: Scene, camera: Camera, nowMs: number): void {
    const seen = pickups.filter((pickup) => camera.sees(pickup, REACH));
    this.#pool.show(seen, ({ glow, sign, position }, { id, kind, x, y, ready }) => {
      const beat = Math.sin(nowMs / 300 + id);
      position.set(x, y);
      const picture = this.#textures.pickups[kind];
      if (picture && sign.texture !== picture) sign.texture = picture;
      sign.tint = glow.tint = PICKUPS[kind] ?? WHITE;
      sign.alpha = ready ? 1 : 0.14;
      sign.setSize(facts.pickup_radius * PICKUP_EXTENT * 2 * (ready ? 1 + 0.05 * beat : 0.8));
      glow.visible = ready;
      glow.alpha = 0.3 + 0.12 * beat;
      glow.setSize(facts.pickup_radius * 5);
    });
  }
}
