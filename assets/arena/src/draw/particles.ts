// Short-lived light: sparks that fly, rings that widen, flashes, and numbers that rise. Bounded: the oldest give way. What
// begins off the screen is not made.

import { BitmapText, Container, Sprite, type Texture } from "pixi.js";
import type { Point } from "../collide.js";
import type { Camera } from "./camera.js";
import { FONT } from "./fighters.js";
import type { Textures } from "./textures.js";

/** How far the largest of them reaches, in units. */
const REACH = 120;
const LIGHTS_MAX = 420;
const NUMBERS_MAX = 24;

interface Light {
  readonly sprite: Sprite;
  vx: number;
  vy: number;
  /** How much of its speed is left after a second. */
  drag: number;
  size: number;
  grows: number;
  length: number;
  alpha: number;
  bornMs: number;
  lifeMs: number;
}

interface Rising {
  readonly text: BitmapText;
  bornMs: number;
}

const NUMBER_MS = 700;

export class Particles {
  readonly layer = new Container();
  readonly #textures: Textures;
  readonly #camera: Camera;
  readonly #lights: Light[] = [];
  readonly #spare: Sprite[] = [];
  readonly #numbers: Rising[] = [];

  constructor(textures: Textures, camera: Camera) {
    this.#textures = textures;
    this.#camera = camera;
  }

  /** Sparks from a point: `count` of them, into half a turn around `angle` times `spread`. */
  sparks(
    at: Point,
    colour: number,
    count: number,
    { speed = 260, angle = 0, spread = 2, size = 9, lifeMs = 380 } = {},
    nowMs = performance.now(),
  ): void {
    if (!this.#camera.sees(at, REACH)) return;
    for (let number = 0; number < count; number++) {
      const way = angle + (Math.random() - 0.5) * Math.PI * spread;
      const fast = speed * (0.35 + 0.65 * Math.random());
      const sprite = this.#sprite(this.#textures.spark, at, colour);
      sprite.rotation = way;
      const [vx, vy] = [Math.cos(way) * fast, Math.sin(way) * fast];
      this.#add({
        sprite,
        vx,
        vy,
        drag: 0.02,
        size: size * (0.5 + Math.random() * 0.6),
        grows: 0,
        length: 1,
        alpha: 1,
        bornMs: nowMs,
        lifeMs: lifeMs * (0.6 + 0.5 * Math.random()),
      });
    }
  }

  /** A ring that widens from one size to another. */
  ring(at: Point, colour: number, from: number, to: number, lifeMs: number, nowMs = performance.now()): void {
    this.#swell(at, this.#textures.ring, colour, { size: from, grows: to - from, alpha: 0.65, lifeMs }, nowMs);
  }

  flash(at: Point, colour: number, size: number, lifeMs: number, nowMs = performance.now()): void {
    this.#swell(at, this.#textures.glow, colour, { size, grows: -size * 0.4, alpha: 0.85, lifeMs }, nowMs);
  }

  /** A number that rises from a point. */
  number(at: Point, text: string, colour: number, nowMs = performance.now()): void {
    const rising =
      this.#numbers.length < NUMBERS_MAX ? { text: this.layer.addChild(label()), bornMs: 0 } : this.#numbers.shift();
    if (!rising) return;
    rising.text.text = text;
    rising.text.tint = colour;
    rising.text.position.set(at.x + (Math.random() - 0.5) * 16, at.y - 14);
    rising.bornMs = nowMs;
    this.#numbers.push(rising);
  }

  draw(nowMs: number, elapsedMs: number): void {
    const seconds = elapsedMs / 1000;
    for (let index = this.#lights.length - 1; index >= 0; index--) {
      const light = this.#lights[index];
      if (light && !this.#age(light, nowMs, seconds)) this.#lights.splice(index, 1);
    }
    for (const { text, bornMs } of this.#numbers) {
      const age = (nowMs - bornMs) / NUMBER_MS;
      text.visible = age < 1;
      text.alpha = 1 - age * age;
      text.y -= 38 * seconds;
      text.scale.set(1 + 0.4 * Math.max(0, 1 - age * 6));
    }
  }

  /** False: it is over. */
  #age(light: Light, nowMs: number, seconds: number): boolean {
    const { sprite } = light;
    const age = (nowMs - light.bornMs) / light.lifeMs;
    if (age >= 1) {
      sprite.visible = false;
      this.#spare.push(sprite);
      return false;
    }
    const drag = light.drag ** seconds;
    light.vx *= drag;
    light.vy *= drag;
    sprite.position.set(sprite.x + light.vx * seconds, sprite.y + light.vy * seconds);
    const size = light.size + light.grows * (1 - (1 - age) ** 3);
    if (light.length > 0) sprite.setSize(size * (0.5 + (1 - age)), 2.4 * (1 - age * 0.6));
    else sprite.setSize(Math.max(0.1, size));
    sprite.alpha = light.alpha * (1 - age);
    return true;
  }

  /** A light that stays where it is while its size changes. */
  #swell(
    at: Point,
    texture: Texture,
    colour: number,
    how: Pick<Light, "size" | "grows" | "alpha" | "lifeMs">,
    bornMs: number,
  ): void {
    if (!this.#camera.sees(at, REACH)) return;
    this.#add({ sprite: this.#sprite(texture, at, colour), vx: 0, vy: 0, drag: 1, length: 0, bornMs, ...how });
  }

  #sprite(texture: Texture, at: Point, colour: number): Sprite {
    const sprite = this.#spare.pop() ?? this.layer.addChild(new Sprite({ anchor: 0.5, blendMode: "add" }));
    sprite.texture = texture;
    sprite.tint = colour;
    sprite.rotation = 0;
    sprite.visible = true;
    sprite.position.set(at.x, at.y);
    return sprite;
  }

  #add(light: Light): void {
    this.#lights.push(light);
    if (this.#lights.length <= LIGHTS_MAX) return;
    const oldest = this.#lights.shift();
    if (!oldest) return;
    oldest.sprite.visible = false;
    this.#spare.push(oldest.sprite);
  }
}

function label(): BitmapText {
  const text = new BitmapText({
    text: "",
    style: { fontFamily: FONT, fontSize: 17, fontWeight: "700", fill: 0xffffff },
  });
  text.anchor.set(0.5, 1);
  return text;
}
