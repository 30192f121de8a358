import { address, expect, SIGNED_OUT, test } from "../fixtures.js";
import { Player } from "../player.js";

test("pause holds a match still, a step is exactly one tick, slow motion slows it, and resume goes on", async ({ serve, design, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(["--bots", "4"]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e" });
  const designer = await design(server);
  const { page } = designer;
  const tick = async (): Promise<number> => (await server.admin<{ tick: number }>("matches/e2e")).tick;
  await expect(page.getByRole("button", { name: "Step" })).toBeDisabled();

  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.locator("#banners")).toContainText("paused");
  await expect(page.locator("#sidebar .match .state")).toHaveText("paused");
  const held = await tick();
  for (let steps = 1; steps <= 3; steps++) {
    await page.getByRole("button", { name: "Step" }).click();
    await expect.poll(tick).toBe(held + steps);
    await expect.poll(() => designer.tick()).toBe(held + steps);
  }
  expect(await tick()).toBe(held + 3);

  await page.getByRole("button", { name: "Resume" }).click();
  await expect.poll(tick).toBeGreaterThan(held + 10);
  await page.getByRole("button", { name: "0.25×" }).click();
  await expect.poll(async () => (await server.admin<{ dilation_permille: number }>("matches/e2e")).dilation_permille).toBe(250);
  await expect(page.getByRole("button", { name: "0.25×" })).toHaveClass(/primary/);
});

test("without a match there is a way to open one, and one that is ended says so to its players and here", async ({
  serve,
  visit,
  provoked,
}) => {
  provoked.push(SIGNED_OUT, /^Failed to load resource: the server responded with a status of 404/);
  const server = await serve([]);
  const page = await visit(server.consoles.operator, { viewport: { width: 1280, height: 800 } });
  await expect(page.getByRole("heading", { name: "No match is open" })).toBeVisible();
  await page.keyboard.press("o");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("e2e");
  await dialog.getByLabel("Bots").fill("3");
  await page.keyboard.press("Enter");
  await expect(page.locator("#match h2")).toHaveText("e2e");
  await expect(page.locator('[data-fact="players"]')).toHaveText("0 + 3 bots");

  await page.getByRole("button", { name: "Bots …" }).click();
  await dialog.getByLabel("How many").fill("2");
  await page.keyboard.press("Enter");
  await expect(page.locator('[data-fact="players"]')).toHaveText("0 + 5 bots");

  const ada = await Player.at(await visit(address(server.url, "Ada")));
  await page.getByRole("button", { name: "End …" }).click();
  await dialog.getByLabel("Reason").fill("supper is ready");
  await dialog.getByRole("button", { name: "End the match" }).click();
  await expect(ada.page.locator("#feed")).toContainText("Supper is ready.");
  // Who was in it is in the next one at once, and so is who looks on.
  await expect(page.locator("#notices")).toContainText("a new match of that name is open");
  await expect(page.locator('[data-fact="players"]')).toHaveText("1 + 4 bots");

  await ada.page.close();
  await page.getByRole("button", { name: "End …" }).click();
  await dialog.getByRole("button", { name: "End the match" }).click();
  await expect(page.locator("#ended")).toContainText("e2e is no more");
  await expect(page.locator("#view")).toHaveClass(/stale/);
  await expect(page.getByRole("button", { name: "Pause" })).toBeDisabled();
});

test("a player is told something, then removed with a reason that the player can read", async ({ serve, design, visit, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(["--bots", "1"]);
  const ada = await Player.at(await visit(address(server.url, "Ada")));
  const bob = await Player.at(await visit(address(server.url, "Bob")));
  const { page } = await design(server);
  await page.keyboard.press("4");
  await page.locator(`#players tr[data-seat="${ada.seat}"]`).getByRole("button").click();
  await page.locator(".player").getByRole("button", { name: "Message …" }).click();
  await page.getByRole("dialog").getByLabel("Message").fill("you play well");
  await page.keyboard.press("Enter");
  await expect(ada.page.locator("#feed")).toContainText("you play well");
  await expect(bob.page.locator("#feed")).not.toContainText("you play well");

  await page.locator(".player").getByRole("button", { name: "Remove …" }).click();
  await page.getByRole("dialog").getByLabel("Reason").fill("cheating is for elsewhere");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await expect(ada.card).toContainText("Cheating is for elsewhere.");
  await expect(page.locator("#players tbody tr")).toHaveCount(1);

  await page.keyboard.press("7");
  await expect(page.locator("#audit")).toContainText("kick");
  await expect(page.locator("#audit")).toContainText("cheating is for elsewhere");
  await expect(page.locator("#audit")).toContainText("message");
});
