// The first gamepad that is pressed: left stick moves, right stick aims, a trigger fires.

import type { Point } from "../collide.js";

const DEAD_ZONE = 0.18;
/** The buttons of the standard layout that fire: A, right bumper, right trigger. */
const FIRES = [0, 5, 7] as const;

export class GamepadInput {
  #aim: Point | undefined;
  #pad: Gamepad | undefined;

  /** Reads it anew, once a frame. */
  poll(): void {
    this.#pad = navigator.getGamepads().find((pad) => pad?.connected && pad.mapping === "standard") ?? undefined;
    const stick = this.#stick(2);
    if (Math.hypot(stick.x, stick.y) > 0) this.#aim = stick;
  }

  /** Whether it is held in some way just now. */
  get active(): boolean {
    const [move, aim] = [this.#stick(0), this.#stick(2)];
    return this.fire || Math.hypot(move.x, move.y) + Math.hypot(aim.x, aim.y) > 0;
  }

  get move(): Point {
    return this.#stick(0);
  }

  get aim(): Point | undefined {
    return this.#aim;
  }

  get fire(): boolean {
    return FIRES.some((button) => this.#pad?.buttons[button]?.pressed);
  }

  #stick(axis: number): Point {
    const [x = 0, y = 0] = this.#pad?.axes.slice(axis, axis + 2) ?? [];
    return Math.hypot(x, y) < DEAD_ZONE ? { x: 0, y: 0 } : { x, y };
  }
}
