// Keyboard and mouse, as the input the server wants. Knows the screen, not the match.

const KEYS: Record<string, readonly [number, number]> = {
  KeyW: [0, -1], ArrowUp: [0, -1],
  KeyS: [0, 1], ArrowDown: [0, 1],
  KeyA: [-1, 0], ArrowLeft: [-1, 0],
  KeyD: [1, 0], ArrowRight: [1, 0],
};
const TURN = Math.PI * 2;

/** What the player wants at this moment. */
export interface Wish {
  readonly move_x: number;
  readonly move_y: number;
  /** Radians, 0 to 2 pi, clockwise from the right since y points down. */
  readonly aim: number;
  readonly fire: boolean;
}

export class Controls {
  readonly #held = new Set<string>();
  #mouse = { x: 1, y: 0, down: false };

  /** Listens on `field`; while a text field has the focus the keys are its own. */
  constructor(field: HTMLElement) {
    addEventListener("keydown", (event) => {
      if (event.target instanceof HTMLInputElement || !(event.code in KEYS || event.code === "Space")) return;
      event.preventDefault();
      this.#held.add(event.code);
    });
    addEventListener("keyup", (event) => this.#held.delete(event.code));
    field.addEventListener("pointermove", (event) => this.#point(event));
    field.addEventListener("pointerdown", (event) => {
      this.#point(event);
      this.#mouse.down = true;
      field.focus();
    });
    for (const up of ["pointerup", "pointercancel"]) addEventListener(up, () => (this.#mouse.down = false));
    field.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** Lets go of everything: nobody sees the keys come up while the window is away. */
  release(): void {
    this.#held.clear();
    this.#mouse.down = false;
  }

  /** The wish of a player who stands at `origin` on the screen (CSS pixels). */
  wish(origin: { x: number; y: number }): Wish {
    let [x, y] = [0, 0];
    for (const code of this.#held) {
      const [dx, dy] = KEYS[code] ?? [0, 0];
      x += dx;
      y += dy;
    }
    const length = Math.hypot(x, y) || 1;
    const angle = Math.atan2(this.#mouse.y - origin.y, this.#mouse.x - origin.x);
    return {
      move_x: x / Math.max(1, length),
      move_y: y / Math.max(1, length),
      aim: (angle + TURN) % TURN,
      fire: this.#mouse.down || this.#held.has("Space"),
    };
  }

  #point(event: PointerEvent): void {
    this.#mouse.x = event.clientX;
    this.#mouse.y = event.clientY;
  }
}
