// Draws a scene on a canvas. The camera follows the own fighter, and stays where it was while there is none.

import type { Actor, Scene, Sizes } from "./scene.js";

/** Units that the longer side of the screen shows. */
const UNITS_SHOWN = 1200;
/** Units from one line on the floor to the next. */
const GRID = 100;
const FLASH_MS = 260;
/** The part of full health below which a bar turns red. */
const LOW = 0.35;
const COLOURS = ["#7cb7ff", "#f6a36b", "#c79bff", "#ffd166", "#ff8fab", "#7ee0d2", "#b8d977", "#f28482"];

interface Flash {
  readonly x: number;
  readonly y: number;
  readonly at: number;
}

export class Field {
  readonly #canvas: HTMLCanvasElement;
  readonly #pen: CanvasRenderingContext2D;
  #camera = { x: 0, y: 0 };
  #flashes: Flash[] = [];

  constructor(canvas: HTMLCanvasElement) {
    const pen = canvas.getContext("2d");
    if (!pen) throw new Error("this browser draws no 2D canvas");
    this.#canvas = canvas;
    this.#pen = pen;
  }

  /** Where the own fighter stands on the screen, in CSS pixels. */
  get origin(): { x: number; y: number } {
    return { x: this.#canvas.clientWidth / 2, y: this.#canvas.clientHeight / 2 };
  }

  /** A short flash where a shot hit. */
  flash(x: number, y: number): void {
    this.#flashes.push({ x, y, at: performance.now() });
  }

  draw(scene: Scene): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const pixels = devicePixelRatio;
    if (this.#canvas.width !== Math.round(width * pixels) || this.#canvas.height !== Math.round(height * pixels)) {
      this.#canvas.width = Math.round(width * pixels);
      this.#canvas.height = Math.round(height * pixels);
    }
    if (scene.me) this.#camera = { x: scene.me.x, y: scene.me.y };
    const scale = (Math.max(width, height) / UNITS_SHOWN) * pixels;
    const pen = this.#pen;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, this.#canvas.width, this.#canvas.height);
    pen.setTransform(scale, 0, 0, scale, this.#canvas.width / 2 - this.#camera.x * scale, this.#canvas.height / 2 - this.#camera.y * scale);
    this.#floor(scene.sizes);
    this.#walls(scene);
    for (const actor of scene.actors) if (!actor.alive) this.#fallen(actor, scene.sizes);
    for (const shot of scene.shots) this.#shot(shot, scene.sizes);
    for (const actor of scene.actors) if (actor.alive) this.#actor(actor, scene.sizes);
    this.#drawFlashes();
  }

  #floor({ width, height }: Sizes): void {
    const pen = this.#pen;
    pen.fillStyle = "#111825";
    pen.fillRect(0, 0, width, height);
    pen.strokeStyle = "rgb(255 255 255 / 5%)";
    pen.lineWidth = 1;
    pen.beginPath();
    for (let x = GRID; x < width; x += GRID) {
      pen.moveTo(x, 0);
      pen.lineTo(x, height);
    }
    for (let y = GRID; y < height; y += GRID) {
      pen.moveTo(0, y);
      pen.lineTo(width, y);
    }
    pen.stroke();
  }

  #walls(scene: Scene): void {
    const pen = this.#pen;
    pen.fillStyle = "#2a3648";
    pen.strokeStyle = "#4a5d79";
    pen.lineWidth = 4;
    // Outlines first, so that walls that touch look like one.
    for (const { x, y, w, h } of scene.walls) pen.strokeRect(x, y, w, h);
    for (const { x, y, w, h } of scene.walls) pen.fillRect(x, y, w, h);
  }

  #shot(shot: Scene["shots"][number], { shotRadius }: Sizes): void {
    const pen = this.#pen;
    const speed = Math.hypot(shot.vx, shot.vy) || 1;
    pen.strokeStyle = shot.mine ? "#b5f5c9" : "#ffd9a0";
    pen.lineWidth = shotRadius;
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(shot.x, shot.y);
    pen.lineTo(shot.x - (shot.vx / speed) * 18, shot.y - (shot.vy / speed) * 18);
    pen.stroke();
  }

  #actor(actor: Actor, sizes: Sizes): void {
    const pen = this.#pen;
    const colour = colourOf(actor);
    pen.strokeStyle = colour;
    pen.lineWidth = 7;
    pen.lineCap = "round";
    pen.beginPath();
    pen.moveTo(actor.x, actor.y);
    const muzzle = sizes.fighterRadius + 9;
    pen.lineTo(actor.x + Math.cos(actor.aim) * muzzle, actor.y + Math.sin(actor.aim) * muzzle);
    pen.stroke();
    pen.fillStyle = colour;
    pen.beginPath();
    pen.arc(actor.x, actor.y, sizes.fighterRadius, 0, Math.PI * 2);
    pen.fill();
    this.#plate(actor, sizes);
  }

  /** Where somebody was shot, until they return. */
  #fallen(actor: Actor, { fighterRadius }: Sizes): void {
    const pen = this.#pen;
    pen.globalAlpha = 0.35;
    pen.strokeStyle = colourOf(actor);
    pen.lineWidth = 3;
    pen.beginPath();
    pen.arc(actor.x, actor.y, fighterRadius - 2, 0, Math.PI * 2);
    pen.stroke();
    pen.globalAlpha = 1;
  }

  #plate(actor: Actor, { fighterRadius, health }: Sizes): void {
    const pen = this.#pen;
    const top = actor.y - fighterRadius - 12;
    const part = Math.min(1, actor.hp / health);
    pen.fillStyle = "rgb(0 0 0 / 55%)";
    pen.fillRect(actor.x - 20, top, 40, 4);
    pen.fillStyle = part > LOW ? "#6fd39a" : "#f2716b";
    pen.fillRect(actor.x - 20, top, 40 * part, 4);
    pen.fillStyle = "rgb(232 237 244 / 85%)";
    pen.font = "600 13px system-ui, 'DejaVu Sans', sans-serif";
    pen.textAlign = "center";
    pen.fillText(actor.name, actor.x, top - 5);
  }

  #drawFlashes(): void {
    const now = performance.now();
    this.#flashes = this.#flashes.filter((flash) => now - flash.at < FLASH_MS);
    for (const flash of this.#flashes) {
      const age = (now - flash.at) / FLASH_MS;
      this.#pen.strokeStyle = `rgb(255 120 100 / ${Math.round(100 * (1 - age))}%)`;
      this.#pen.lineWidth = 3;
      this.#pen.beginPath();
      this.#pen.arc(flash.x, flash.y, 6 + 22 * age, 0, Math.PI * 2);
      this.#pen.stroke();
    }
  }
}

function colourOf(actor: Actor): string {
  return actor.me ? "#6fd39a" : (COLOURS[actor.seat % COLOURS.length] ?? "#7cb7ff");
}
