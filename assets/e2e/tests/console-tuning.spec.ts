import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { address, expect, SIGNED_OUT, SOCKET_FAILED, test } from "../fixtures.js";
import type { Designer } from "../designer.js";
import { Player } from "../player.js";
import { BINARY, type GameServer } from "../server.js";

const run = promisify(execFile);

interface Change {
  readonly id: number;
  readonly what: Readonly<Record<string, { readonly from: number; readonly to: number }>>;
  readonly undone_by?: number | null;
}

const changesOf = (server: GameServer): Promise<Change[]> => server.admin("matches/e2e/changes");

/** Ticks a second of the server's own clock, as the page is told. */
async function pace(designer: Designer): Promise<number> {
  const read = (): Promise<{ tick: number; t: number }> =>
    designer.page.evaluate(() => {
      const { figures } = globalThis.skirmishConsole;
      return { tick: figures?.tick ?? 0, t: figures?.t_ms ?? 0 };
    });
  const from = await read();
  await designer.page.waitForFunction((t) => (globalThis.skirmishConsole.figures?.t_ms ?? 0) > t + 2000, from.t);
  const to = await read();
  return ((to.tick - from.tick) * 1000) / (to.t - from.t);
}

test("moving the tick rate of a match with 50 bots to 60 Hz and back shows everywhere, undo undoes it, and the log replays", async ({
  serve,
  design,
  visit,
  provoked,
}) => {
  provoked.push(SIGNED_OUT, SOCKET_FAILED);
  const logs = await mkdtemp(join(tmpdir(), "skirmish-e2e-"));
  const server = await serve(["--data-dir", logs]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e", bots: 50, config: { match: { seats: 60 } } });
  const player = await Player.at(await visit(address(server.url, "Ada")));
  const designer = await design(server);
  await expect(designer.fact("players")).toHaveText("1 + 50 bots");
  await expect(designer.fact("rate")).toHaveText("30 Hz");
  expect(Math.abs((await pace(designer)) - 30)).toBeLessThan(6);

  await designer.slider("tick_hz").fill("60");
  await designer.slider("tick_hz").press("Enter");
  await expect(designer.fact("rate")).toHaveText("60 Hz");
  await expect.poll(() => player.page.evaluate(() => arena.settings.tickHz)).toBe(60);
  expect(Math.abs((await pace(designer)) - 60)).toBeLessThan(12);
  await expect(designer.comparison).toContainText("tick rate 30 → 60 Hz");
  await expect.poll(async () => (await designer.compared("Ticks")).since).toBeGreaterThan(50);
  expect(Math.abs((await designer.compared("Ticks")).before - 30)).toBeLessThan(6);
  await expect(player.page.locator("#feed")).toContainText("tick_hz is 60 now");

  await designer.comparison.getByRole("button", { name: "Undo" }).click();
  await expect(designer.fact("rate")).toHaveText("30 Hz");
  await expect(designer.field("tick_hz")).toHaveValue("30");
  await expect.poll(() => player.page.evaluate(() => arena.settings.tickHz)).toBe(30);
  expect(Math.abs((await pace(designer)) - 30)).toBeLessThan(6);
  expect(await player.page.evaluate(() => arena.figures.checksumsWrong)).toBe(0);

  await designer.page.close();
  await server.stop();
  const [log] = await readdir(logs);
  const { stdout } = await run(BINARY, ["replay", join(logs, log ?? "")]);
  expect(Number(/^checksums compared (\d+)$/m.exec(stdout)?.[1])).toBeGreaterThan(5);
  expect(stdout).toMatch(/^mismatches 0$/m);
});

test("a gesture is one change: while the thumb moves nothing is sent, and keys wait for Enter", async ({ serve, design, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(["--bots", "1"]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e" });
  const designer = await design(server);
  await designer.drag("tick_hz", 90);
  await expect.poll(async () => (await changesOf(server)).length).toBe(1);

  const slider = designer.slider("tick_hz");
  const before = Number(await slider.inputValue());
  await slider.focus();
  for (let press = 0; press < 5; press++) await slider.press("ArrowRight");
  await expect(designer.setting("tick_hz")).toHaveClass(/pending/);
  await expect(designer.setting("tick_hz")).toContainText("Enter applies");
  expect((await changesOf(server)).length).toBe(1);
  await slider.press("Enter");
  await expect.poll(async () => (await changesOf(server)).map(({ what }) => what["tick_hz"]?.to)).toEqual([before + 5, before]);

  await slider.press("ArrowLeft");
  await slider.press("Escape");
  await expect(designer.setting("tick_hz")).not.toHaveClass(/pending/);
  await expect(designer.field("tick_hz")).toHaveValue(String(before + 5));
  await designer.setting("tick_hz").getByRole("button", { name: /default/ }).click();
  await expect(designer.field("tick_hz")).toHaveValue("30");
  expect((await changesOf(server)).length).toBe(3);
});

test("a value beyond its range is refused in the server's words, beside the field", async ({ serve, design, provoked }) => {
  provoked.push(SIGNED_OUT, /^Failed to load resource: the server responded with a status of 400/);
  const server = await serve(["--bots", "1"]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e" });
  const designer = await design(server);
  await designer.set("tick_hz", 500);
  await expect(designer.setting("tick_hz").getByRole("alert")).toContainText("500");
  await expect(designer.setting("tick_hz").getByRole("alert")).toContainText("240");
  await expect(designer.field("tick_hz")).toHaveValue("30");
  await designer.set("fighter.speed", 5);
  await expect(designer.setting("fighter.speed").getByRole("alert")).toContainText("10");
  expect(await changesOf(server)).toEqual([]);
  await designer.set("fighter.speed", 300);
  await expect(designer.setting("fighter.speed").getByRole("alert")).toBeHidden();
  await expect.poll(async () => (await changesOf(server)).length).toBe(1);
});

test("a number of the game changes the game for those who play it", async ({ serve, design, visit, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(["--bots", "1"]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e" });
  const player = await Player.at(await visit(address(server.url, "Ada")));
  const designer = await design(server);
  const speed = (): Promise<number | undefined> => player.page.evaluate(() => arena.entities("Facts")[0]?.speed);
  expect(await speed()).toBe(260);
  await designer.set("fighter.speed", 130);
  await expect.poll(speed).toBe(130);
  await expect(designer.setting("fighter.radius")).toHaveClass(/locked/);
});

test("a preset is saved to a file that says what differs, applied as one change, and removed", async ({ serve, design, provoked }) => {
  provoked.push(SIGNED_OUT);
  const presets = await mkdtemp(join(tmpdir(), "skirmish-e2e-"));
  const server = await serve(["--bots", "1", "--preset-dir", presets]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e" });
  const designer = await design(server);
  await designer.set("fighter.speed", 120);
  await designer.set("tick_hz", 20);
  await expect.poll(async () => (await changesOf(server)).length).toBe(2);
  await designer.see("presets");
  await designer.page.locator("#preset-name").fill("slow");
  await designer.page.keyboard.press("Enter");
  const slow = designer.page.locator('[data-preset="slow"]');
  await expect(slow).toContainText("speed");
  const file = await readFile(join(presets, "slow.toml"), "utf8");
  expect(file).toContain("speed = 120");
  expect(file).toContain("tick_hz = 20");
  expect(file).not.toContain("acceleration =");

  await server.admin("matches/e2e", "PATCH", { tick_hz: 30, numbers: { "fighter.speed": 260 } });
  await slow.getByRole("button", { name: "Apply" }).click();
  await expect(designer.comparison).toContainText("speed");
  const [applied] = await changesOf(server);
  expect(Object.keys(applied?.what ?? {}).sort()).toEqual(["fighter.speed", "tick_hz"]);
  await expect(designer.fact("rate")).toHaveText("20 Hz");

  await slow.getByRole("button", { name: "Remove" }).click();
  await designer.page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(slow).toHaveCount(0);
  expect(await readdir(presets)).toEqual([]);
});
