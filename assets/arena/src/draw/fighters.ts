// Fighters: a body that looks where it aims, a name, and a bar for whoever is hurt.

import { Container, Sprite, Text, Texture } from "pixi.js";
import { colourOf, HURT, PICKUPS, WHITE } from "../palette.js";
import type { Actor, Facts, Scene } from "../scene.js";
import type { Camera } from "./camera.js";
import { Pool } from "./pool.js";
import { FIGHTER_EXTENT, type Textures } from "./textures.js";

/** How far a figure reaches, with the longest name, in units. */
const REACH = 110;
const BAR = { width: 40, height: 4 };
/** The part of full health below which a bar turns red. */
export const LOW = 0.35;
/** How long a body stays white after a hit, in milliseconds. */
const FLASH_MS = 110;
export const FONT = "'Segoe UI', system-ui, -apple-system, 'DejaVu Sans', sans-serif";

class Figure extends Container {
  readonly glow: Sprite;
  readonly aura: Sprite;
  readonly body: Sprite;
  readonly plate: Text;
  readonly back = bar(0x000000);
  readonly bar = bar(WHITE);

  constructor(textures: Textures) {
    super();
    this.glow = centred(textures.glow);
    this.aura = centred(textures.ring);
    this.body = centred(textures.fighter);
    this.plate = new Text({
      text: "",
      resolution: 3,
      style: { fontFamily: FONT, fontSize: 12, fontWeight: "600", fill: 0xe8edf4 },
    });
    this.plate.anchor.set(0.5, 1);
    this.back.alpha = 0.6;
    this.glow.blendMode = this.aura.blendMode = "add";
    this.addChild(this.glow, this.aura, this.body, this.back, this.bar, this.plate);
  }
}

export class Fighters {
  readonly layer = new Container();
  readonly #pool: Pool<Figure>;
  readonly #hitAtMs = new Map<number, number>();

  constructor(textures: Textures) {
    this.#pool = new Pool(this.layer, () => new Figure(textures));
  }

  /** Somebody was struck. */
  flash(seat: number, nowMs: number): void {
    this.#hitAtMs.set(seat, nowMs);
  }

  draw(scene: Scene, camera: Camera, nowMs: number): void {
    const seen = scene.actors.filter((actor) => actor.alive && camera.sees(actor, REACH));
    this.#pool.show(seen, (figure, actor) => this.#place(figure, actor, scene.facts, nowMs));
  }

  #place(figure: Figure, actor: Actor, facts: Facts, nowMs: number): void {
    const { glow, aura, body, plate } = figure;
    const radius = facts.fighter_radius;
    const colour = colourOf(actor.seat, actor.me);
    const struck = nowMs - (this.#hitAtMs.get(actor.seat) ?? -Infinity) < FLASH_MS;
    figure.position.set(actor.x, actor.y);
    body.rotation = actor.aim;
    body.tint = struck ? WHITE : colour;
    body.setSize(radius * FIGHTER_EXTENT * 2);
    glow.tint = colour;
    glow.alpha = struck ? 0.9 : actor.me ? 0.42 : 0.22;
    glow.setSize(radius * 5.5);
    aura.visible = actor.hasteS > 0 || actor.rapidS > 0;
    aura.tint = PICKUPS[actor.rapidS > 0 ? 2 : 1];
    aura.alpha = 0.55 + 0.35 * Math.sin(nowMs / 90);
    aura.setSize(radius * (3 + 0.25 * Math.sin(nowMs / 120)));
    if (plate.text !== actor.name) plate.text = actor.name;
    plate.alpha = actor.me ? 0.95 : 0.75;
    this.#drawBar(figure, actor.hp / facts.health, colour, radius);
  }

  #drawBar({ back, bar, plate }: Figure, part: number, colour: number, radius: number): void {
    const hurt = part < 1;
    back.visible = bar.visible = hurt;
    back.position.set(-BAR.width / 2, -radius - 14);
    bar.position.copyFrom(back.position);
    bar.setSize(Math.max(1, BAR.width * part), BAR.height);
    back.setSize(BAR.width, BAR.height);
    bar.tint = part > LOW ? colour : HURT;
    plate.y = -radius - (hurt ? 16 : 9);
  }
}

function centred(texture: Texture): Sprite {
  return new Sprite({ texture, anchor: 0.5 });
}

function bar(tint: number): Sprite {
  return new Sprite({ texture: Texture.WHITE, tint });
}
