// Keyboard, mouse, touch and gamepad as one wish: whatever was used last decides where to aim.

import type { Point } from "../collide.js";
import { isPlaying } from "../page.js";
import type { GamepadInput } from "./gamepad.js";
import { KeyboardAndMouse } from "./keyboard.js";
import { Sticks } from "./sticks.js";

const TURN = Math.PI * 2;
const STILL: Point = { x: 0, y: 0 };

/** What the player wants at this moment, as the server's input has it. */
export interface Wish {
  readonly move_x: number;
  readonly move_y: number;
  /** Radians, 0 to 2 pi, clockwise from the right since y points down. */
  readonly aim: number;
  readonly fire: boolean;
}

type Device = "mouse" | "touch" | "gamepad";

export class Controls {
  readonly #keyboard: KeyboardAndMouse;
  readonly #sticks: Sticks;
  readonly #gamepad: GamepadInput;
  #device: Device = "mouse";

  constructor(field: HTMLElement, gamepad: GamepadInput) {
    this.#gamepad = gamepad;
    this.#keyboard = new KeyboardAndMouse(field);
    this.#sticks = new Sticks(field);
    for (const moved of ["pointermove", "pointerdown"] as const)
      addEventListener(moved, ({ pointerType }) => (this.#device = pointerType === "touch" ? "touch" : "mouse"));
  }

  /** Lets go of everything: nobody sees the keys come up while the window is away. */
  release(): void {
    this.#keyboard.release();
    this.#sticks.release();
  }

  /**
   * The wish of a player who stands at `origin` on the screen, and how far they look from there (both in pixels). While
   * a card lies over the match, the gamepad is the card's.
   */
  wish(origin: Point): { wish: Wish; look: Point } {
    const pad = isPlaying() && this.#gamepad.active ? this.#gamepad : undefined;
    if (pad) this.#device = "gamepad";
    const moves = [this.#keyboard.move, this.#sticks.move, pad?.move ?? STILL];
    const move = moves.find(({ x, y }) => x !== 0 || y !== 0) ?? STILL;
    const mouse = this.#keyboard.aimFrom(origin);
    const direction = (this.#device === "mouse"
      ? mouse
      : this.#device === "touch"
        ? this.#sticks.aim
        : this.#gamepad.aim) ?? { x: 1, y: 0 };
    const aim = (Math.atan2(direction.y, direction.x) + TURN) % TURN;
    const fire = this.#keyboard.fire || this.#sticks.fire || (pad?.fire ?? false);
    const far = Math.min(innerWidth, innerHeight) * 0.35;
    const look =
      this.#device === "mouse" ? (mouse ?? STILL) : { x: Math.cos(aim) * far, y: Math.sin(aim) * far };
    return { wish: { move_x: move.x, move_y: move.y, aim, fire }, look };
  }
}
