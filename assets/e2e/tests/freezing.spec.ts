import type { Page } from "@playwright/test";
import { address, expect, test } from "../fixtures.js";
import { Player } from "../player.js";

const FROZEN_S = 10;
/** What the server lets be unacknowledged beyond a round trip, in milliseconds: its default. */
const WINDOW_MS = 250;
/**
 * Snapshots beyond the window: the one with which it closes, and four for the time that the server's round trip, which
 * ends when a busy page has applied a snapshot, has on the page's, which is of pings.
 */
const SLACK = 5;

interface Diary {
  /** The ticks of all snapshots applied. */
  readonly ticks: number[];
  /** How many of them were applied when the page froze, and when it went on. */
  frozen?: number;
  resumed?: number;
  /** How often the connection changed its state. */
  changes: number;
}

declare global {
  var diary: Diary;
}

function keepDiary(page: Page): Promise<void> {
  return page.evaluate(() => {
    globalThis.diary = { ticks: [], changes: 0 };
    arena.on("snapshot", ({ tick }) => diary.ticks.push(tick));
    arena.on("state", () => diary.changes++);
    document.addEventListener("freeze", () => (diary.frozen = diary.ticks.length));
    document.addEventListener("resume", () => (diary.resumed = diary.ticks.length));
  });
}

test("a page frozen for ten seconds applies one window of the past, then draws the present", async ({ serve, enter, freezable, watch }) => {
  const { url } = await serve(["--bots", "4"]);
  const awake = await enter(url, "Awake");
  const page = await freezable.contexts()[0].newPage();
  watch(page);
  await page.goto(address(url, "Sleeper"));
  const sleeper = await Player.at(page);
  await keepDiary(page);
  await page.waitForFunction(() => diary.ticks.length >= 60);
  const before = await sleeper.figures();
  const token = await page.evaluate(() => arena.token);

  const browser = await page.context().newCDPSession(page);
  await browser.send("Page.setWebLifecycleState", { state: "frozen" });
  const { tick: asleepAt, tickHz } = await awake.figures();
  await awake.page.waitForFunction((tick) => arena.figures.tick >= tick, asleepAt + FROZEN_S * tickHz);
  const { tick: awokenAt } = await awake.figures();
  await browser.send("Page.setWebLifecycleState", { state: "active" });
  await page.bringToFront();
  await page.waitForFunction((tick) => arena.figures.tick >= tick, awokenAt);

  const diary = await page.evaluate(() => globalThis.diary);
  expect(diary.frozen).toBeGreaterThan(0);
  expect(diary.resumed).toBe(diary.frozen);
  const stale = diary.ticks.slice(diary.frozen).filter((tick) => tick < awokenAt);
  const window = ((before.rttMs ?? 0) + WINDOW_MS) * (tickHz / 1000);
  expect(stale.length).toBeLessThanOrEqual(Math.ceil(window) + SLACK);

  const settled = awokenAt + 2 * tickHz;
  await Promise.all([awake, sleeper].map(({ page }) => page.waitForFunction((tick) => arena.figures.tick >= tick, settled)));
  const [present, after] = [await awake.figures(), await sleeper.figures()];
  expect(Math.abs(after.tick - present.tick)).toBeLessThan(tickHz / 2);
  expect(after.snapshotAgeMs).toBeLessThan(500);
  expect(after.checksumsChecked).toBeGreaterThan(before.checksumsChecked);
  expect([after.checksumsWrong, after.errors]).toEqual([0, 0]);

  expect(await page.evaluate(() => [arena.state, arena.token, globalThis.diary.changes])).toEqual(["open", token, 0]);
  await expect(sleeper.card).toBeHidden();
  await expect(async () => {
    const shown = await Promise.all([awake, sleeper].map(({ page }) => page.locator("#round").textContent()));
    expect(shown[1]).toBe(shown[0]);
  }).toPass();
});
