// The picture: layers from the floor up, drawn with WebGL, WebGPU or, without either, on a plain canvas.

import { Application, Container } from "pixi.js";
import type { Point } from "../collide.js";
import { INK } from "../palette.js";
import type { Scene } from "../scene.js";
import { Camera } from "./camera.js";
import { Fighters } from "./fighters.js";
import { Ground } from "./ground.js";
import { Particles } from "./particles.js";
import { Pickups } from "./pickups.js";
import { type ShotEvents, Shots } from "./shots.js";
import { paintTextures } from "./textures.js";

/** Denser screens get no more pixels than this for each of the style sheet's. */
const DENSITY_MAX = 2;

export class View {
  readonly camera = new Camera();
  readonly particles: Particles;
  readonly fighters: Fighters;
  readonly #app: Application;
  readonly #world = new Container();
  readonly #ground: Ground;
  readonly #pickups: Pickups;
  readonly #shots: Shots;
  #drawnMs = performance.now();

  /** Rejects if the browser can draw nothing. */
  static async on(canvas: HTMLCanvasElement, shots: ShotEvents): Promise<View> {
    const app = new Application();
    await app.init({
      canvas,
      preference: ["webgl", "webgpu", "canvas"],
      background: INK,
      autoDensity: true,
      resolution: Math.min(devicePixelRatio, DENSITY_MAX),
      resizeTo: window,
      autoStart: false,
      sharedTicker: false,
      eventMode: "none",
      eventFeatures: { move: false, globalMove: false, click: false, wheel: false },
    });
    return new View(app, shots);
  }

  private constructor(app: Application, shots: ShotEvents) {
    const textures = paintTextures();
    this.#app = app;
    this.#ground = new Ground(textures);
    this.#pickups = new Pickups(textures);
    this.#shots = new Shots(textures, shots);
    this.fighters = new Fighters(textures);
    this.particles = new Particles(textures, this.camera);
    const { floor, walls } = this.#ground;
    this.#world.addChild(
      floor,
      this.#pickups.layer,
      this.#shots.layer,
      walls,
      this.fighters.layer,
      this.particles.layer,
    );
    app.stage.addChild(this.#world);
    for (const [event, lost] of [
      ["webglcontextlost", true],
      ["webglcontextrestored", false],
    ] as const)
      app.canvas.addEventListener(event, () => app.canvas.classList.toggle("lost", lost));
    const resize = (): void => this.camera.resize(app.screen.width, app.screen.height);
    app.renderer.on("resize", resize);
    resize();
  }

  /** What lies behind the card while there is no match: a floor that drifts by. */
  drawIdle(nowMs: number): void {
    this.#ground.drawIdle();
    const { scale } = this.camera;
    this.#world.scale.set(scale);
    this.#world.position.set(-600 * scale - Math.sin(nowMs / 9000) * 160, -500 * scale - Math.cos(nowMs / 7000) * 90);
    this.#app.render();
  }

  /** Draws a scene as seen from `focus`, looking ahead by `look` (screen pixels). */
  draw(scene: Scene, focus: Point, look: Point, nowMs: number): void {
    const elapsedMs = Math.min(100, nowMs - this.#drawnMs);
    this.#drawnMs = nowMs;
    this.camera.follow(focus, look, scene.facts, elapsedMs);
    this.#ground.draw(scene);
    this.#pickups.draw(scene, this.camera, nowMs);
    this.#shots.draw(scene, this.camera);
    this.fighters.draw(scene, this.camera, nowMs);
    this.particles.draw(nowMs, elapsedMs);
    const { origin, scale } = this.camera;
    this.#world.position.set(origin.x, origin.y);
    this.#world.scale.set(scale);
    this.#app.render();
  }
}
