// A designer at the console: acts through mouse and keyboard, and reads what the page shows.

import { expect, type Locator, type Page } from "@playwright/test";
import type { MatchFigures } from "skirmish-console/src/feed/events.js";

declare global {
  /** What the page was told last. */
  var skirmishConsole: { readonly figures: MatchFigures | null };
}

export type View = "tune" | "charts" | "watch" | "players" | "network" | "presets" | "history";

export class Designer {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Works on a page that signs in, once a match shows. */
  static async at(page: Page): Promise<Designer> {
    const designer = new Designer(page);
    await expect(designer.fact("tick")).toHaveText(/\d/);
    return designer;
  }

  async see(view: View): Promise<void> {
    await this.page.locator(`#tab-${view}`).click();
    await expect(this.page.locator(`#tab-${view}`)).toHaveAttribute("aria-selected", "true");
  }

  /** What the match's own line says of its tick, rate, budget or players. */
  fact(name: "tick" | "rate" | "budget" | "players"): Locator {
    return this.page.locator(`[data-fact="${name}"]`);
  }

  async tick(): Promise<number> {
    return Number((await this.fact("tick").textContent())?.replace(/\D/g, ""));
  }

  /** The row of a setting. */
  setting(key: string): Locator {
    return this.page.locator(`.setting[data-key="${key}"]`);
  }

  field(key: string): Locator {
    return this.setting(key).locator("input[type=number]");
  }

  slider(key: string): Locator {
    return this.setting(key).locator("input[type=range]");
  }

  /** Types a value and presses Enter. */
  async set(key: string, value: number): Promise<void> {
    await this.field(key).fill(String(value));
    await this.field(key).press("Enter");
  }

  /** Drags the slider's thumb, in many small steps, to where this value lies on a straight slider, and lets go. */
  async drag(key: string, value: number): Promise<void> {
    const slider = this.slider(key);
    await slider.scrollIntoViewIfNeeded();
    const box = await slider.boundingBox();
    if (!box) throw new Error(`the slider of ${key} is not in sight`);
    const [least, most, now] = await slider.evaluate((input: HTMLInputElement) => [input.min, input.max, input.value].map(Number));
    if (least === undefined || most === undefined || now === undefined) throw new Error("a slider has a range");
    // The thumb is 14 pixels wide and stays on the slider.
    const x = (at: number): number => box.x + 7 + ((at - least) / (most - least)) * (box.width - 14);
    const y = box.y + box.height / 2;
    await this.page.mouse.move(x(now), y);
    await this.page.mouse.down();
    await this.page.mouse.move(x(value), y, { steps: 25 });
    await this.page.mouse.up();
  }

  get comparison(): Locator {
    return this.page.locator("#comparison");
  }

  /** A figure of the panel with before and after: what was before, and what is since. */
  async compared(figure: string): Promise<{ before: number; since: number }> {
    const cells = await this.comparison.locator("tbody tr", { hasText: figure }).locator("td").allTextContents();
    const [before, since] = cells.map((text) => Number.parseFloat(text.replace(/\u2009/g, "")));
    return { before: before ?? Number.NaN, since: since ?? Number.NaN };
  }
}
