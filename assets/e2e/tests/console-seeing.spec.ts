import type { Locator } from "@playwright/test";
import { address, expect, SIGNED_OUT, test } from "../fixtures.js";
import { Player } from "../player.js";

/** Whether a canvas shows anything but one colour. */
const isDrawn = (canvas: Locator): Promise<boolean> =>
  canvas.evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    const colours = new Set<number>();
    for (let at = 0; at < data.length; at += 4) colours.add(((data[at] ?? 0) << 16) + ((data[at + 1] ?? 0) << 8) + (data[at + 2] ?? 0));
    return colours.size > 4;
  });

test("charts draw what the feed tells, and bytes are told by component and field", async ({ serve, design, visit, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(["--bots", "8"]);
  await Player.at(await visit(address(server.url, "Ada")));
  const { page } = await design(server);
  await page.keyboard.press("2");
  for (const title of ["Tick time", "Input to ack", "Round trip", "Bytes to players", "Snapshots", "Processor", "Memory", "Network"]) {
    const chart = page.locator(".chart", { has: page.getByRole("heading", { name: title, exact: true }) });
    await expect.poll(() => isDrawn(chart.locator("canvas"))).toBe(true);
    await expect(chart.locator("li b").first()).toHaveText(/\d/);
  }
  await expect(page.locator("table.bars tbody tr", { hasText: "Body" }).first()).toContainText(/\d/);
  await expect(page.locator(".chart", { hasText: "Round trip by player" }).locator("li")).toContainText("Ada");
});

test("the match from above has everything; through a player's eyes only what that player knows", async ({ serve, design, visit, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(["--bots", "20"]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e", tuning: { interest_radius: 300 } });
  const ada = await Player.at(await visit(address(server.url, "Ada")));
  const { page } = await design(server);
  await page.keyboard.press("3");
  await expect.poll(() => isDrawn(page.locator(".field-of-play canvas"))).toBe(true);
  await expect(page.locator("#watch-counts")).toHaveText(/^\d+ bodies\.$/);
  await page.locator("#watch-seat").selectOption({ label: "Ada" });
  await expect(page.locator(".field-of-play")).toContainText("What Ada knows");
  await expect.poll(async () => {
    const [known = 0, all = 0] = ((await page.locator("#watch-counts").textContent()) ?? "").match(/\d+/g)?.map(Number) ?? [];
    return known > 0 && known < all;
  }).toBe(true);
  await expect(ada.page.locator("#scores")).not.toContainText("console");
});

test("a match that is made to burn processor time shows in an open console", async ({ serve, design, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve([]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e", config: { match: { seats: 200 } }, bots: 0 });
  const { page } = await design(server);
  const share = (): Promise<number> =>
    page.evaluate(() => {
      const { ticks = [], budget_us = 1 } = globalThis.skirmishConsole.figures ?? {};
      return Math.max(0, ...ticks.map(([, workUs]) => workUs)) / budget_us;
    });
  await expect.poll(share).toBeLessThan(0.05);
  await server.admin("matches/e2e/bots", "POST", { add: 200 });
  // Every bot fills the air with shots, which hardly hurt.
  const numbers = { "weapon.shots_per_s": 100, "weapon.magazine": 250, "weapon.reload_s": 0.01, "weapon.shot_life_s": 10, "weapon.shot_speed": 100, "weapon.damage": 1 };
  await server.admin("matches/e2e", "PATCH", { tick_hz: 240, numbers });
  await expect.poll(share).toBeGreaterThan(0.3);
  await expect(page.locator('[data-fact="budget"]')).toHaveText(/^\d\d/);
});
