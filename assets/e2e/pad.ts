// A gamepad in a test's hands, in place of those of the browser.

import type { BrowserContext, Page } from "@playwright/test";

interface Held {
  axes: number[];
  readonly pressed: Set<number>;
}

declare global {
  /** The pad that the page sees while it is there. */
  var pad: Held | undefined;
}

/** Buttons of the standard layout. */
export const Button = { a: 0, b: 1, rightBumper: 5, rightTrigger: 7, select: 8, start: 9, down: 13 } as const;

export class Pad {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Plugs one in at a page of a context that was made ready. */
  static async at(page: Page): Promise<Pad> {
    const pad = new Pad(page);
    await page.evaluate(() => {
      globalThis.pad = { axes: [0, 0, 0, 0], pressed: new Set() };
      dispatchEvent(new Event("gamepadconnected"));
    });
    return pad;
  }

  /** Gives the pages of a context gamepads that tests hold. Before them lies one that nobody touches. */
  static async ready(context: BrowserContext): Promise<void> {
    await context.addInitScript(() => {
      const seen = (index: number, { axes, pressed }: Held) => ({
        index,
        axes,
        connected: true,
        mapping: "standard",
        buttons: Array.from({ length: 17 }, (_, button) => ({ pressed: pressed.has(button) })),
      });
      const idle: Held = { axes: [0.05, -0.08, 0, 0.1], pressed: new Set() };
      navigator.getGamepads = () => (globalThis.pad ? [seen(0, idle), null, seen(2, globalThis.pad), null] : []) as unknown as Gamepad[];
    });
  }

  /** Moves a stick and holds it there. */
  tilt(stick: "left" | "right", x: number, y: number): Promise<void> {
    return this.#page.evaluate(
      ({ at, x, y }) => void pad?.axes.splice(at, 2, x, y),
      { at: stick === "left" ? 0 : 2, x, y },
    );
  }

  hold(button: number): Promise<void> {
    return this.#page.evaluate((button) => void pad?.pressed.add(button), button);
  }

  /** Presses a button for as long as the page takes to see it come down and up. */
  async press(button: number): Promise<void> {
    await this.hold(button);
    await this.#frames();
    await this.#page.evaluate((button) => void pad?.pressed.delete(button), button);
    await this.#frames();
  }

  unplug(): Promise<void> {
    return this.#page.evaluate(() => {
      globalThis.pad = undefined;
      dispatchEvent(new Event("gamepaddisconnected"));
    });
  }

  #frames(): Promise<void> {
    return this.#page.evaluate(async () => {
      for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    });
  }
}
