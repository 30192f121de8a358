import { address, DUEL, expect, SIGNED_OUT, test } from "../fixtures.js";
import { Player } from "../player.js";

test("a bad network shows on the one player who has it, is marked, and ends by itself", async ({ serve, design, visit, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(DUEL);
  const ada = await Player.at(await visit(address(server.url, "Ada")));
  const bob = await Player.at(await visit(address(server.url, "Bob")));
  const { page } = await design(server);
  await page.keyboard.press("4");
  const row = (seat: number) => page.locator(`#players tr[data-seat="${seat}"]`);
  const roundTrip = async (seat: number): Promise<number> =>
    Number.parseFloat((await row(seat).locator("td").nth(2).textContent()) ?? "");
  await expect.poll(() => roundTrip(ada.seat)).toBeLessThan(100);

  await row(ada.seat).getByRole("button").click();
  await page.locator(".player").getByRole("button", { name: "Bad network …" }).click();
  await expect(page.locator("#impair-seat")).toHaveValue(String(ada.seat));
  await page.getByRole("button", { name: "Far away" }).click();
  await page.getByLabel("Ends after").fill("12");
  await page.getByRole("button", { name: "Turn it on" }).click();
  await expect(page.locator(".impairments li")).toContainText("Ada");
  await expect(page.locator(".impairments li")).toContainText("150 ms more");
  await expect(page.locator("#banners")).toContainText("A bad network is on");

  await page.keyboard.press("4");
  await expect(row(ada.seat)).toContainText("bad network on");
  await expect(row(bob.seat)).not.toContainText("bad network on");
  await expect.poll(() => roundTrip(ada.seat)).toBeGreaterThan(120);
  await expect.poll(() => ada.page.evaluate(() => arena.figures.rttMs ?? 0)).toBeGreaterThan(100);
  expect(await roundTrip(bob.seat)).toBeLessThan(100);
  expect(await bob.page.evaluate(() => arena.figures.rttMs ?? 0)).toBeLessThan(100);

  // Nobody ends it: it does so by itself.
  await expect(row(ada.seat)).not.toContainText("bad network on");
  await expect(page.locator("#banners")).not.toContainText("A bad network is on");
  await expect.poll(() => roundTrip(ada.seat)).toBeLessThan(100);
});

test("a player's view says whose doing it is", async ({ serve, design, visit, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(DUEL);
  const ada = await Player.at(await visit(address(server.url, "Ada")));
  const { page } = await design(server);
  await page.keyboard.press("4");
  await page.locator(`#players tr[data-seat="${ada.seat}"]`).getByRole("button").click();
  const view = page.locator(".player");
  for (const figure of ["round trip", "jitter", "inputs late", "inputs dropped", "snapshot age", "snapshots skipped", "bytes", "came back"])
    await expect(view.locator("dt", { hasText: new RegExp(`^${figure}$`) })).toBeVisible();
  await server.admin("matches/e2e/impairments", "PUT", {
    seat: ada.seat, delay_ms: 200, jitter_ms: 150, stall_ms: 0, stall_every_ms: 0, duration_s: 60,
  });
  await expect(view.locator(".verdict").first()).toContainText("It is the network.");
});
