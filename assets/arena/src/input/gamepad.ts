// The gamepad that is held, of those with the standard layout: left stick moves, right stick aims, a trigger fires.

import type { Point } from "../collide.js";
import { aimOf } from "./aim.js";

/** How far a stick may be off while nobody touches it; beyond, its deflection counts from 0 to 1. */
const DEAD_ZONE = 0.18;
/** The buttons of the standard layout that fire: A, right bumper, right trigger. */
const FIRES = [0, 5, 7] as const;
const STILL: Point = { x: 0, y: 0 };

export class GamepadInput {
  #pad: Gamepad | undefined;
  #before: ReadonlySet<number> = new Set();
  #pressed: ReadonlySet<number> = new Set();
  #aim: Point | undefined;

  /** `body.pad` tells the style sheet whether there is one. */
  constructor() {
    const look = (): void => void document.body.classList.toggle("pad", connected().length > 0);
    for (const change of ["gamepadconnected", "gamepaddisconnected"]) addEventListener(change, look);
  }

  /** Reads it anew, once a frame. */
  poll(): void {
    const pads = connected();
    this.#pad = pads.find(isHeld) ?? pads.find(({ index }) => index === this.#pad?.index) ?? pads[0];
    this.#before = this.#pressed;
    this.#pressed = new Set(this.#pad?.buttons.flatMap(({ pressed }, button) => (pressed ? [button] : [])));
    this.#aim = aimOf(stick(this.#pad, 2), this.move) ?? this.#aim;
  }

  /** Whether it is held in some way just now. */
  get active(): boolean {
    return this.#pad !== undefined && isHeld(this.#pad);
  }

  get move(): Point {
    return stick(this.#pad, 0);
  }

  /** Where it aimed last; nowhere before it was touched. */
  get aim(): Point | undefined {
    return this.#aim;
  }

  get fire(): boolean {
    return FIRES.some((button) => this.#pressed.has(button));
  }

  /** Whether one of these buttons went down since the frame before. */
  wentDown(...buttons: readonly number[]): boolean {
    return buttons.some((button) => this.#pressed.has(button) && !this.#before.has(button));
  }
}

/** Pages that did not come over TLS may have no gamepads. */
function connected(): Gamepad[] {
  const pads = navigator.getGamepads?.() ?? [];
  return pads.filter((pad) => pad !== null && pad.connected && pad.mapping === "standard") as Gamepad[];
}

function isHeld(pad: Gamepad): boolean {
  return stick(pad, 0) !== STILL || stick(pad, 2) !== STILL || pad.buttons.some(({ pressed }) => pressed);
}

/** One of its sticks, -1 to 1 in both directions. */
function stick(pad: Gamepad | undefined, axis: number): Point {
  const [x = 0, y = 0] = pad?.axes.slice(axis, axis + 2) ?? [];
  const far = Math.hypot(x, y);
  if (far < DEAD_ZONE) return STILL;
  const part = Math.min(1, (far - DEAD_ZONE) / (1 - DEAD_ZONE)) / far;
  return { x: x * part, y: y * part };
}
