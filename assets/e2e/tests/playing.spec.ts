import type { CDPSession, Page } from "@playwright/test";
import { expect, ROUNDS, test } from "../fixtures.js";
import { Player } from "../player.js";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** A thumb on the screen. */
class Thumb {
  readonly #tools: CDPSession;

  private constructor(tools: CDPSession) {
    this.#tools = tools;
  }

  static async on(page: Page): Promise<Thumb> {
    return new Thumb(await page.context().newCDPSession(page));
  }

  async drag(x: number, y: number, dx: number, dy: number): Promise<void> {
    const touch = (type: "touchStart" | "touchMove", point: { x: number; y: number }) =>
      this.#tools.send("Input.dispatchTouchEvent", { type, touchPoints: [point] });
    await touch("touchStart", { x, y });
    await touch("touchMove", { x: x + dx, y: y + dy });
  }

  async lift(): Promise<void> {
    await this.#tools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  }
}

/** Presses Play on the card that asks for the name. */
async function comeIn(page: Page, name: string): Promise<Player> {
  await page.locator("#state-name").fill(name);
  await page.getByRole("button", { name: "Play" }).click();
  return Player.at(page);
}

function moved(player: Player): Promise<number> {
  return player.page.evaluate(async (seat) => {
    const at = () => {
      const fighter = arena.entities("Fighter").find((fighter) => fighter.seat === seat);
      return fighter && arena.entity("Body", fighter.id);
    };
    const [before, { tick }] = [at(), arena.figures];
    while (arena.figures.tick < tick + 6) await new Promise(requestAnimationFrame);
    const after = at();
    return before && after ? Math.hypot(after.x - before.x, after.y - before.y) : 0;
  }, player.seat);
}

interface Ended {
  readonly round: number;
  readonly map: number;
}

/** Waits for a round's end, and looks at what the page shows then. */
async function seesResults(page: Page): Promise<Ended> {
  const ended = await page.waitForFunction(() => {
    const [{ phase, number }] = arena.entities("Round");
    return phase === 2 && { round: number, map: arena.entities("Facts")[0].map };
  });
  const { round, map } = (await ended.jsonValue()) as Ended;
  await expect(page.locator("#board-next")).toHaveText(new RegExp(`Round ${round + 1} begins in \\d s`));
  await expect(page.locator("#board-title")).toHaveText(/wins? the round/);
  await expect(page.locator("#board-rows tr")).toHaveCount(6);
  return { round, map };
}

/** Waits for the next round, and looks at what the page shows then. */
async function seesNextRound(page: Page, { round, map }: Ended): Promise<void> {
  await page.waitForFunction((next) => arena.entities("Round")[0].number === next, round + 1);
  expect(await page.evaluate(() => arena.entities("Facts")[0].map)).not.toBe(map);
  await expect(page.locator("#board")).toBeHidden();
  await expect(page.locator("#vitals")).toBeVisible();
}

test("a round from the door to the results and into the next, with keys in one page and thumbs in the other", async ({
  serve,
  visit,
}) => {
  const { url } = await serve(ROUNDS);
  const desk = await visit(url, { permissions: ["clipboard-read", "clipboard-write"] });
  await expect(desk.locator("#state")).toContainText("Bots are waiting");
  const ada = await comeIn(desk, "Ada");
  await desk.locator("#invite").click();
  await expect(desk.locator("#banner")).toContainText("Link copied");
  const link = await desk.evaluate(() => navigator.clipboard.readText());

  const phone = await visit(link, PHONE);
  await expect(phone.locator("#state")).toContainText("You are invited to the match");
  const bob = await comeIn(phone, "Bob");
  expect(await phone.evaluate(() => arena.id)).toBe(await desk.evaluate(() => arena.id));

  const thumb = await Thumb.on(phone);
  await desk.keyboard.down("KeyD");
  await expect.poll(() => moved(ada)).toBeGreaterThan(5);
  await desk.keyboard.up("KeyD");
  await desk.keyboard.down("KeyA");
  await thumb.drag(90, 700, 40, -10);
  await expect.poll(() => moved(bob)).toBeGreaterThan(5);
  await expect(phone.locator("#stick-move")).toHaveClass(/held/);
  await thumb.lift();
  await thumb.drag(300, 700, 10, -45);
  await expect.poll(() => phone.evaluate(() => arena.input?.fire)).toBe(true);
  await expect(phone.locator("#ammo")).not.toHaveText("12 / 12");

  const before = await Promise.all([desk, phone].map(seesResults));
  await Promise.all([desk, phone].map((page, index) => seesNextRound(page, before[index])));
  await expect.poll(() => moved(ada)).toBeGreaterThan(5);
});

test("thirty players: every frame's script time is reported", async ({ serve, enter }, { annotations }) => {
  const { url } = await serve(["--bots", "29"]);
  const { page } = await enter(url, "Ada");
  await page.mouse.move(900, 200);
  await page.mouse.down();
  await page.keyboard.down("KeyS");
  await expect(page.locator("#feed li")).not.toHaveCount(0);
  await page.waitForFunction(() => arenaFrameMs.splice(0).length > 0);
  await page.waitForFunction(() => arenaFrameMs.length >= 60, null, { timeout: 60_000 });
  const sorted = await page.evaluate(() => arenaFrameMs.toSorted((a, b) => a - b));
  const at = (part: number): string => `${sorted[Math.floor(sorted.length * part)].toFixed(1)} ms`;
  const report = `${sorted.length} frames, script time p50 ${at(0.5)}, p95 ${at(0.95)}`;
  annotations.push({ type: "frames", description: report });
  console.log(`    30 players: ${report}`);
  expect(await page.evaluate(() => arena.entities("Standing").length)).toBe(30);
});

test("without WebGL the page draws on a plain canvas; without any it says so", async ({ serve, visit }) => {
  const { url } = await serve(ROUNDS);
  const blank = await visit("about:blank");
  const without = (kinds: readonly string[]) =>
    blank.addInitScript((kinds) => {
      const getContext = HTMLCanvasElement.prototype.getContext as (kind: string, ...rest: unknown[]) => unknown;
      Object.assign(HTMLCanvasElement.prototype, {
        getContext(this: HTMLCanvasElement, kind: string, ...rest: unknown[]) {
          return kinds.some((without) => kind.startsWith(without)) ? null : getContext.call(this, kind, ...rest);
        },
      });
      Object.assign(OffscreenCanvas.prototype, { getContext: () => null });
      Object.defineProperty(navigator, "gpu", { value: undefined });
    }, kinds);
  await without(["webgl"]);
  await blank.goto(`${url}/?name=Ada`);
  const ada = await Player.at(blank);
  await blank.keyboard.down("KeyD");
  await expect(blank.locator("#health")).toHaveText(/\d+/);
  expect(ada.seat).toBeGreaterThanOrEqual(0);
  await without(["webgl", "2d"]);
  await blank.goto(`${url}/?name=Ada`);
  await expect(blank.locator("#state-title")).toHaveText("This browser can't draw the arena");
  await expect(blank.locator("#state-text")).toContainText("Turn on graphics acceleration");
  await expect(blank.locator("#state")).not.toContainText("Error");
  await expect(blank.getByRole("button", { name: "Try again" })).toBeVisible();
});
