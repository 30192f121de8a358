// Shots in flight: a bright streak in the colour of whoever shot.

import { Container, Sprite } from "pixi.js";
import { colourOf } from "../palette.js";
import type { Scene, Shot } from "../scene.js";
import type { Camera } from "./camera.js";
import { Pool } from "./pool.js";
import type { Textures } from "./textures.js";

const LENGTH = 44;

class Streak extends Container {
  readonly tail: Sprite;
  readonly head: Sprite;
  shot: Shot | undefined;

  constructor(textures: Textures) {
    super();
    this.tail = new Sprite({ texture: textures.streak, anchor: { x: 1, y: 0.5 }, blendMode: "add" });
    this.head = new Sprite({ texture: textures.glow, anchor: 0.5, blendMode: "add" });
    this.addChild(this.tail, this.head);
  }
}

/** What the shots tell of themselves. */
export interface ShotEvents {
  /** One was let go. */
  came(shot: Shot): void;
  /** One is gone: this is where it was last. */
  gone(shot: Shot): void;
}

export class Shots {
  readonly layer = new Container();
  readonly #pool: Pool<Streak>;
  readonly #events: ShotEvents;

  constructor(textures: Textures, events: ShotEvents) {
    this.#pool = new Pool(this.layer, () => new Streak(textures));
    this.#events = events;
  }

  draw({ shots, facts, me }: Scene, camera: Camera): void {
    const width = Math.max(2.5, facts.shot_radius);
    this.#pool.show(
      shots,
      (streak, shot) => {
        streak.shot = shot;
        streak.visible = camera.sees(shot, LENGTH);
        streak.position.set(shot.x, shot.y);
        streak.rotation = Math.atan2(shot.vy, shot.vx);
        streak.tail.tint = streak.head.tint = colourOf(shot.by, shot.by === me?.seat);
        streak.tail.setSize(LENGTH, width * 1.6);
        streak.head.setSize(width * 7);
      },
      (shot) => this.#events.came(shot),
      ({ shot }) => shot && this.#events.gone(shot),
    );
  }
}
