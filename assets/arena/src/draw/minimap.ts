// The map in small: walls, what lies there, and whoever is near enough to be known.

import { accentOf, colourOf, css, PICKUPS, WHITE } from "../palette.js";
import { element } from "../page.js";
import type { Scene } from "../scene.js";
import type { Camera } from "./camera.js";

const DRAW_MS = 100;
const WIDTH = 200;

export class Minimap {
  readonly #canvas = element<HTMLCanvasElement>("map");
  readonly #pen = this.#canvas.getContext("2d");
  #drawnMs = 0;

  draw(scene: Scene, camera: Camera, nowMs: number): void {
    const pen = this.#pen;
    if (!pen || nowMs - this.#drawnMs < DRAW_MS) return;
    this.#drawnMs = nowMs;
    const { width, height, map } = scene.facts;
    const pixel = width / WIDTH;
    const scale = Math.min(devicePixelRatio, 2) / pixel;
    const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.#canvas.width !== across || this.#canvas.height !== down) {
      this.#canvas.width = across;
      this.#canvas.height = down;
    }
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = "rgb(120 140 175 / 55%)";
    for (const { x, y, w, h } of scene.walls) pen.fillRect(x, y, w, h);
    for (const { kind, x, y, ready } of scene.pickups)
      if (ready) dot(pen, x, y, 1.6 * pixel, css(PICKUPS[kind] ?? WHITE));
    for (const actor of scene.actors)
      if (actor.alive) dot(pen, actor.x, actor.y, (actor.me ? 3.4 : 2.6) * pixel, css(colourOf(actor.seat, actor.me)));
    const corner = camera.toScreen({ x: 0, y: 0 });
    pen.strokeStyle = css(accentOf(map));
    pen.globalAlpha = 0.6;
    pen.lineWidth = 0.7 * pixel;
    pen.strokeRect(
      -corner.x / camera.scale,
      -corner.y / camera.scale,
      innerWidth / camera.scale,
      innerHeight / camera.scale,
    );
    pen.globalAlpha = 1;
  }
}

function dot(pen: CanvasRenderingContext2D, x: number, y: number, radius: number, colour: string): void {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.arc(x, y, radius, 0, Math.PI * 2);
  pen.fill();
}
