import { Cuttable } from "../cuttable.js";
import { Designer } from "../designer.js";
import { expect, SIGNED_OUT, test } from "../fixtures.js";

test("a lost connection greys the last figures, counts down, and comes back", async ({ serve, visit, provoked }) => {
  provoked.push(SIGNED_OUT, /^Failed to load resource: net::ERR_/);
  const server = await serve(["--bots", "2"]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e" });
  await using relay = await Cuttable.before(server.url);
  const address = server.consoles.operator.replace(server.url, relay.url);
  const designer = await Designer.at(await visit(address, { viewport: { width: 1280, height: 800 } }));
  relay.down = true;
  relay.cut();
  const { page } = designer;
  await expect(page.locator("#lost")).toContainText("Disconnected.");
  await expect(page.locator("#lost")).toContainText(/Trying again in \d+ s/);
  await expect(page.locator("#view")).toHaveClass(/stale/);
  await expect(designer.fact("tick")).toHaveText(/\d/);
  relay.down = false;
  await page.getByRole("button", { name: "Try now" }).click();
  await expect(page.locator("#lost")).toHaveCount(0);
  await expect(page.locator("#view")).not.toHaveClass(/stale/);
  const tick = await designer.tick();
  await expect.poll(() => designer.tick()).toBeGreaterThan(tick);
});

test("a hidden tab closes its feed, and opens it again when it is looked at", async ({ serve, freezable, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(["--bots", "2"]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e" });
  const tab = await freezable();
  const closed: string[] = [];
  tab.page.on("requestfailed", (request) => closed.push(request.url()));
  await tab.page.goto(server.consoles.operator);
  const designer = await Designer.at(tab.page);
  const before = closed.length;
  const ticks = await tab.hideDuring(async () => {
    await expect.poll(() => closed.slice(before).some((url) => url.includes("/api/admin/feed"))).toBe(true);
    return designer.tick();
  });
  await expect.poll(() => designer.tick()).toBeGreaterThan(ticks);
});

test("the console works by keyboard alone, with the focus in sight", async ({ serve, design, provoked }) => {
  provoked.push(SIGNED_OUT);
  const server = await serve(["--bots", "2"]);
  await server.admin("matches", "POST", { game: "arena", match: "e2e" });
  const designer = await design(server);
  const { page } = designer;
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("pause or resume the match");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.keyboard.press("/");
  await page.keyboard.type("tick rate");
  await expect(page.locator(".setting")).toHaveCount(1);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await expect(designer.slider("tick_hz")).toBeFocused();
  expect(await designer.slider("tick_hz").evaluate((slider) => getComputedStyle(slider).outlineStyle)).toBe("solid");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Enter");
  await expect(designer.fact("rate")).toHaveText("31 Hz");
  await page.keyboard.press("u");
  await expect(designer.fact("rate")).toHaveText("30 Hz");

  await page.keyboard.press("p");
  await expect(page.locator("#banners")).toContainText("paused");
  await page.keyboard.press("p");
  await expect(page.locator("#banners")).not.toContainText("paused");
  for (let view = 1; view <= 7; view++) {
    await page.keyboard.press(String(view));
    await expect(page.getByRole("tab").nth(view - 1)).toHaveAttribute("aria-selected", "true");
  }

  // Every stop of the Tab key is in sight and marked.
  await page.keyboard.press("/");
  await expect(page.locator("#find-setting")).toBeFocused();
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await expect(page.locator(".setting").nth(10)).toBeAttached();
  await page.locator("#sidebar button").first().focus();
  for (let stop = 0; stop < 30; stop++) {
    await page.keyboard.press("Tab");
    const shown = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return "nothing";
      const { width, height } = focused.getBoundingClientRect();
      return width > 0 && height > 0 && getComputedStyle(focused).outlineStyle !== "none" ? "marked" : focused.outerHTML;
    });
    expect(shown).toBe("marked");
  }
});
