// Two sticks for thumbs: they appear where the screen is touched, on the left to move, on the right to aim and fire.

import type { Point } from "../collide.js";
import { element } from "../page.js";
import { aimOf } from "./aim.js";

/** How far a thumb moves for full deflection, in pixels. */
const REACH = 52;
/** The right stick fires beyond this part of its reach. */
const FIRES = 0.35;
const STILL: Point = { x: 0, y: 0 };

class Stick {
  readonly #base: HTMLElement;
  readonly #knob: HTMLElement;
  #pointer: number | undefined;
  #origin = STILL;
  #offset = STILL;

  constructor(id: string) {
    this.#base = element(id);
    this.#knob = this.#base.appendChild(document.createElement("i"));
  }

  get free(): boolean {
    return this.#pointer === undefined;
  }

  /** -1 to 1 in both directions. */
  get deflection(): Point {
    return { x: this.#offset.x / REACH, y: this.#offset.y / REACH };
  }

  take(event: PointerEvent): void {
    this.#pointer = event.pointerId;
    this.#origin = { x: event.clientX, y: event.clientY };
    this.#move(STILL);
    this.#base.style.translate = `${event.clientX}px ${event.clientY}px`;
    this.#base.classList.add("held");
  }

  follow(event: PointerEvent): void {
    if (event.pointerId !== this.#pointer) return;
    const [x, y] = [event.clientX - this.#origin.x, event.clientY - this.#origin.y];
    const part = Math.min(1, REACH / (Math.hypot(x, y) || 1));
    this.#move({ x: x * part, y: y * part });
  }

  release(pointer = this.#pointer): void {
    if (pointer === undefined || pointer !== this.#pointer) return;
    this.#pointer = undefined;
    this.#move(STILL);
    this.#base.style.translate = "";
    this.#base.classList.remove("held");
  }

  #move(offset: Point): void {
    this.#offset = offset;
    this.#knob.style.translate = `${offset.x}px ${offset.y}px`;
  }
}

export class Sticks {
  readonly #left = new Stick("stick-move");
  readonly #right = new Stick("stick-aim");
  #aim: Point | undefined;

  constructor(field: HTMLElement) {
    field.addEventListener("pointerdown", (event) => {
      if (event.pointerType !== "touch") return;
      document.body.classList.add("touch");
      const stick = event.clientX < innerWidth / 2 ? this.#left : this.#right;
      if (stick.free) stick.take(event);
    });
    addEventListener("pointermove", (event) => {
      for (const stick of [this.#left, this.#right]) stick.follow(event);
    });
    for (const up of ["pointerup", "pointercancel"] as const)
      addEventListener(up, (event) => {
        for (const stick of [this.#left, this.#right]) stick.release(event.pointerId);
      });
  }

  release(): void {
    for (const stick of [this.#left, this.#right]) stick.release();
  }

  get move(): Point {
    return this.#left.deflection;
  }

  /** Where they aimed last; nowhere before either was touched. */
  get aim(): Point | undefined {
    this.#aim = aimOf(this.#right.deflection, this.#left.deflection) ?? this.#aim;
    return this.#aim;
  }

  get fire(): boolean {
    const { x, y } = this.#right.deflection;
    return Math.hypot(x, y) > FIRES;
  }
}
