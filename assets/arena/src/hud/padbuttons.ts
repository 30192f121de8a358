// What a gamepad's buttons do beyond playing: they press the buttons of the card, of the tools, and of who looks on.

import type { GamepadInput } from "../input/gamepad.js";
import { element, isPlaying } from "../page.js";

/** Buttons of the standard layout. */
const [A, B, LEFT_BUMPER, RIGHT_BUMPER, SELECT, START] = [0, 1, 4, 5, 8, 9];
const [UP, DOWN, LEFT, RIGHT] = [12, 13, 14, 15];

export class PadButtons {
  readonly #pad: GamepadInput;
  readonly #card = element("state");

  constructor(pad: GamepadInput) {
    this.#pad = pad;
  }

  /** Presses what was asked for, once a frame. */
  act(): void {
    if (isPlaying()) this.#play();
    else this.#choose();
  }

  #play(): void {
    if (this.#pad.wentDown(SELECT)) element("show-board").click();
    if (element("watching").hidden) return;
    if (this.#pad.wentDown(LEFT_BUMPER, LEFT)) element("watch-before").click();
    if (this.#pad.wentDown(RIGHT_BUMPER, RIGHT)) element("watch-next").click();
    if (this.#pad.wentDown(A, START)) element("watch-play").click();
  }

  /** The card's buttons: from one to the next, press it, or go back as with Escape. */
  #choose(): void {
    const buttons = [...this.#card.querySelectorAll("button")].filter((button) => button.offsetParent !== null);
    const at = buttons.findIndex((button) => button === document.activeElement);
    const way = Number(this.#pad.wentDown(DOWN, RIGHT)) - Number(this.#pad.wentDown(UP, LEFT));
    if (way !== 0) buttons.at((Math.max(at, 0) + way) % buttons.length)?.focus();
    if (this.#pad.wentDown(A, START)) buttons[Math.max(at, 0)]?.click();
    if (this.#pad.wentDown(B)) dispatchEvent(new KeyboardEvent("keydown", { code: "Escape" }));
  }
}
