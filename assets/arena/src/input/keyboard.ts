// Keyboard and mouse.

import type { Point } from "../collide.js";
import { isPlaying, isTyping } from "../page.js";

const KEYS: Record<string, readonly [number, number]> = {
  KeyW: [0, -1],
  ArrowUp: [0, -1],
  KeyS: [0, 1],
  ArrowDown: [0, 1],
  KeyA: [-1, 0],
  ArrowLeft: [-1, 0],
  KeyD: [1, 0],
  ArrowRight: [1, 0],
};

export class KeyboardAndMouse {
  readonly #held = new Set<string>();
  #mouse: Point | undefined;
  #pressed = false;

  /** Listens on `field`; while a text field has the focus or a card lies over the match, the keys are theirs. */
  constructor(field: HTMLElement) {
    addEventListener("keydown", (event) => {
      if (!isPlaying() || isTyping(event) || event.ctrlKey || event.metaKey) return;
      if (!(event.code in KEYS || event.code === "Space")) return;
      event.preventDefault();
      this.#held.add(event.code);
    });
    addEventListener("keyup", (event) => this.#held.delete(event.code));
    const point = (event: PointerEvent): void => {
      if (event.pointerType !== "touch") this.#mouse = { x: event.clientX, y: event.clientY };
    };
    addEventListener("pointermove", point);
    field.addEventListener("pointerdown", (event) => {
      point(event);
      if (event.pointerType === "touch" || event.button !== 0) return;
      this.#pressed = true;
      field.focus();
    });
    for (const up of ["pointerup", "pointercancel"]) addEventListener(up, () => (this.#pressed = false));
    field.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  release(): void {
    this.#held.clear();
    this.#pressed = false;
  }

  get move(): Point {
    let [x, y] = [0, 0];
    for (const code of this.#held) {
      const [dx, dy] = KEYS[code] ?? [0, 0];
      x += dx;
      y += dy;
    }
    const length = Math.max(1, Math.hypot(x, y));
    return { x: x / length, y: y / length };
  }

  /** From a point of the screen to the mouse, once it has been seen. */
  aimFrom(origin: Point): Point | undefined {
    return this.#mouse && { x: this.#mouse.x - origin.x, y: this.#mouse.y - origin.y };
  }

  get fire(): boolean {
    return this.#pressed || this.#held.has("Space");
  }
}
