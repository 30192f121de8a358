import type { Page } from "@playwright/test";
import { address, expect, SOCKET_FAILED, test } from "../fixtures.js";
import { Player } from "../player.js";

const FROZEN_S = 10;
/** What the server lets be unacknowledged beyond a round trip, in milliseconds: its default. */
const WINDOW_MS = 250;
/**
 * Snapshots beyond the window: the one with which it closes, and a quarter of a second of them, by which the server's
 * round trip may exceed the page's on a busy machine: the one is of snapshots, the other of pings.
 */
const SLACK = 8;
/**
 * Newer Chromium closes a frozen page's sockets so that it may go into the back/forward cache; older ones, and other
 * browsers, keep them.
 */
const KEEPS_SOCKETS = "--disable-features=DisconnectWebSocketOnBFCache";

interface Diary {
  /** The ticks of all snapshots applied. */
  readonly ticks: number[];
  /** How many of them were applied when the page froze, and when it went on. */
  frozen: number;
  resumed: number;
  /** How often the connection changed its state. */
  changes: number;
}

declare global {
  var diary: Diary;
}

function keepDiary(page: Page): Promise<void> {
  return page.evaluate(() => {
    globalThis.diary = { ticks: [], frozen: -1, resumed: -1, changes: 0 };
    arena.on("snapshot", ({ tick }) => diary.ticks.push(tick));
    arena.on("state", () => diary.changes++);
    document.addEventListener("freeze", () => (diary.frozen = diary.ticks.length));
    document.addEventListener("resume", () => (diary.resumed = diary.ticks.length));
  });
}

/** Waits for some time by the clock of the match, and returns the tick it is then. */
async function pass(player: Player, seconds: number): Promise<number> {
  const { tick, tickHz } = await player.figures();
  await player.page.waitForFunction((later) => arena.figures.tick >= later, tick + seconds * tickHz);
  return (await player.figures()).tick;
}

/** The newest state is near to what another player has, its checksums are right, and it is on the screen. */
async function expectPresent(player: Player, other: Player): Promise<void> {
  const before = await player.figures();
  await Promise.all([pass(player, 2), pass(other, 2)]);
  const [now, there] = await Promise.all([player.figures(), other.figures()]);
  expect(Math.abs(now.tick - there.tick)).toBeLessThan(now.tickHz / 2);
  expect(now.snapshotAgeMs).toBeLessThan(500);
  expect(now.checksumsChecked).toBeGreaterThan(before.checksumsChecked);
  expect([now.checksumsWrong, now.errors]).toEqual([0, 0]);
  await expect(player.card).toBeHidden();
  await expect(async () => {
    const shown = await Promise.all([player, other].map(({ page }) => page.locator("#round-clock").textContent()));
    expect(shown[0]).toBe(shown[1]);
  }).toPass();
}

test("a page frozen for ten seconds applies one window of the past, then draws the present", async ({
  serve,
  enter,
  freezable,
}) => {
  const { url } = await serve(["--bots", "4"]);
  const awake = await enter(url, "Awake");
  const tab = await freezable(KEEPS_SOCKETS);
  await tab.page.goto(address(url, "Sleeper"));
  const sleeper = await Player.at(tab.page);
  await keepDiary(tab.page);
  await pass(sleeper, 2);
  const token = await tab.page.evaluate(() => arena.token);
  const { rttMs, tickHz } = await sleeper.figures();

  const awokenAt = await tab.freezeDuring(() => pass(awake, FROZEN_S));
  await tab.page.waitForFunction((tick) => arena.figures.tick >= tick, awokenAt);

  const diary = await tab.page.evaluate(() => globalThis.diary);
  expect(diary.frozen).toBeGreaterThan(0);
  expect(diary.resumed).toBe(diary.frozen);
  const stale = diary.ticks.slice(diary.frozen).filter((tick) => tick < awokenAt);
  const window = Math.ceil((((rttMs ?? 0) + WINDOW_MS) / 1000) * tickHz);
  expect(stale.length).toBeLessThanOrEqual(window + SLACK);

  await expectPresent(sleeper, awake);
  expect(await tab.page.evaluate(() => [arena.state, arena.token, globalThis.diary.changes])).toEqual(["open", token, 0]);
});

test("a page whose browser closed its socket while it was frozen is back in its seat, in the present", async ({
  serve,
  enter,
  freezable,
  provoked,
}) => {
  provoked.push(SOCKET_FAILED);
  const { url } = await serve(["--bots", "4"]);
  const awake = await enter(url, "Awake");
  const tab = await freezable();
  await tab.page.goto(address(url, "Sleeper"));
  const sleeper = await Player.at(tab.page);
  const awokenAt = await tab.freezeDuring(() => pass(awake, 2));
  await tab.page.waitForFunction((tick) => arena.figures.tick >= tick, awokenAt);
  await sleeper.reopened();
  expect(await tab.page.evaluate(() => arena.seat)).toBe(sleeper.seat);
  await expectPresent(sleeper, awake);
});
