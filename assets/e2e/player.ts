// A player at a page of the game: acts through keyboard and mouse, and reads what the page holds and shows.

import { expect, type Locator, type Page } from "@playwright/test";
import type { Figures, Match } from "skirmish-client";
import type { View } from "skirmish-arena/src/draw/view.js";
import type { Arena } from "skirmish-arena/src/types.js";

declare global {
  /** The page's match. */
  var arena: Match<Arena>;
  /** What the page draws. */
  var arenaView: View;
  /** Script time of the page's newest frames, in milliseconds. */
  var arenaFrameMs: number[];
}

/** A fighter as the newest state on a page has it. */
export type Fighter = Arena["components"]["Body"] & Arena["components"]["Fighter"];

export class Player {
  readonly page: Page;
  readonly seat: number;

  private constructor(page: Page, seat: number) {
    this.page = page;
    this.seat = seat;
  }

  /** Plays on a page that is joining, once it has a fighter. */
  static async at(page: Page): Promise<Player> {
    await open(page);
    await page.waitForFunction(() => arena.entities("Fighter").some((fighter) => fighter.seat === arena.seat && fighter.alive));
    return new Player(page, await page.evaluate(() => arena.seat));
  }

  /** The card that tells of the connection when it is not simply open. */
  get card(): Locator {
    return this.page.locator("#state");
  }

  /** The line of a seat in the scoreboard. */
  line(seat: number): Locator {
    return this.page.locator(`#scores tr[data-seat="${seat}"]`);
  }

  /** The score of a seat as the scoreboard shows it. */
  score(seat: number): Locator {
    return this.line(seat).locator("td").last();
  }

  fighter(seat: number): Promise<Fighter> {
    return this.page.evaluate((seat) => {
      const fighter = arena.entities("Fighter").find((fighter) => fighter.seat === seat);
      const body = fighter && arena.entity("Body", fighter.id);
      if (!fighter || !body) throw new Error(`seat ${seat} has no fighter`);
      return { ...fighter, ...body };
    }, seat);
  }

  figures(): Promise<Figures> {
    return this.page.evaluate(() => arena.figures);
  }

  /** The page's own connection is open again. */
  async reopened(): Promise<void> {
    await open(this.page);
    await expect(this.card).toBeHidden();
  }

  /** Points the mouse at somebody, wherever the page shows them. */
  async aimAt(seat: number): Promise<void> {
    const { x, y } = await this.screen(seat);
    await this.page.mouse.move(x, y);
  }

  /** Shoots at somebody who stands still until the scoreboard gives this as the own score. */
  async shootUntil(score: number, seat: number): Promise<void> {
    await expect.poll(async () => (await this.fighter(seat)).alive).toBe(true);
    await this.aimAt(seat);
    await this.page.mouse.down();
    await expect(async () => {
      // The picture moves with the mouse.
      await this.aimAt(seat);
      await expect(this.score(this.seat)).toHaveText(String(score), { timeout: 300 });
    }).toPass();
    await this.page.mouse.up();
  }

  /** A picture of a few pixels, this many units beside somebody's middle. */
  async pictureOf(seat: number, aside = 0): Promise<string> {
    const { x, y, scale } = await this.screen(seat);
    const clip = { x: x + aside * scale - 4, y: y - 4, width: 8, height: 8 };
    return (await this.page.screenshot({ clip })).toString("base64");
  }

  private screen(seat: number): Promise<{ x: number; y: number; scale: number }> {
    return this.page.evaluate((seat) => {
      const fighter = arena.entities("Fighter").find((fighter) => fighter.seat === seat);
      const body = fighter && arena.entity("Body", fighter.id);
      if (!body) throw new Error(`seat ${seat} has no fighter`);
      return { ...arenaView.camera.toScreen(body), scale: arenaView.camera.scale };
    }, seat);
  }
}

async function open(page: Page): Promise<void> {
  await page.waitForFunction(() => document.body.dataset["state"] === "open");
}
