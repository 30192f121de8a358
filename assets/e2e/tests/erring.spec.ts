import { address, DUEL, expect, ROUNDS, test } from "../fixtures.js";
import { Player } from "../player.js";

test("a link to a match that can't be says so, and leads to another", async ({ serve, visit, provoked }) => {
  provoked.push(/^Failed to load resource: the server responded with a status of 400/);
  const { url } = await serve(ROUNDS);
  const page = await visit(`${url}/?match=Not%20A%20<b>Match</b>`);
  await expect(page.locator("#state-text")).toHaveText("You are invited to the match “Not A <b>Match</b>”.");
  await page.getByRole("button", { name: "Play" }).click();
  await expect(page.locator("#state")).toContainText("Could not join");
  await expect(page.locator("#state")).toContainText("match name");
  await page.getByRole("button", { name: "Play in another" }).click();
  await Player.at(page);
});

test("names and lines are shown as they are, and turn no text around them", async ({ serve, enter, visit }) => {
  const { url } = await serve(DUEL);
  const html = "<img src=x onerror=alert(1)>";
  const ada = await enter(url, encodeURIComponent(html));
  const bob = await Player.at(await visit(address(url, encodeURIComponent("\u202eליאור 🦊"))));
  await expect(ada.line(ada.seat)).toContainText(html.slice(0, 24));
  await expect(ada.line(bob.seat)).toContainText("ליאור 🦊");
  await ada.shootUntil(1, bob.seat);
  await expect(ada.page.locator("#feed")).toContainText("shot ליאור 🦊");
  await expect(bob.page.locator("#down")).toContainText(`Shot by ${html.slice(0, 24)}. Back in`);
  await bob.page.keyboard.press("Enter");
  await bob.page.keyboard.type("\u202e<b>שלום</b> 🎉");
  await bob.page.keyboard.press("Enter");
  await expect(ada.page.locator("#chat-lines")).toContainText("<b>שלום</b> 🎉");
  for (const { page } of [ada, bob]) {
    expect(await page.locator("#hud img, #hud i b, #chat-lines li b b").count()).toBe(0);
    expect(await page.locator("body").innerText()).not.toContain("\u202e");
  }
});

test("a browser that keeps nothing for pages can play, and mute", async ({ serve, visit }) => {
  const { url } = await serve(DUEL);
  const page = await visit("about:blank");
  await page.addInitScript(() => {
    for (const kind of ["localStorage", "sessionStorage"])
      Object.defineProperty(globalThis, kind, {
        get: () => {
          throw new DOMException("no storage for pages", "SecurityError");
        },
      });
  });
  await page.goto(`${url}/?match=e2e`);
  await page.getByRole("button", { name: "Play" }).click();
  await Player.at(page);
  await page.keyboard.press("KeyM");
  await expect(page.locator("#mute")).toHaveAttribute("aria-pressed", "true");
});

test("who goes to another page and back is back in the seat", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const ada = await enter(url, "Ada");
  await ada.page.goto("about:blank");
  await ada.page.goBack();
  await ada.reopened();
  expect(await ada.page.evaluate(() => arena.seat)).toBe(ada.seat);
  await expect(ada.page.locator("#scores tr")).toHaveCount(1);
  await ada.page.goForward();
  await ada.page.goBack();
  await ada.reopened();
  expect(await ada.page.evaluate(() => arena.seat)).toBe(ada.seat);
});

test("a window that changes its size shows all of the field and aims as well", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const [ada, bob] = [await enter(url, "Ada"), await enter(url, "Bob")];
  for (const viewport of [
    { width: 480, height: 800 },
    { width: 1200, height: 300 },
  ]) {
    await ada.page.setViewportSize(viewport);
    const drawn = () =>
      ada.page.locator("#field").evaluate(({ width, height }: HTMLCanvasElement) => ({ width, height }));
    await expect.poll(drawn).toEqual(viewport);
  }
  await ada.shootUntil(1, bob.seat);
});

test("a page that comes back into sight shows the present, not all that happened meanwhile", async ({
  serve,
  freezable,
}) => {
  const { url } = await serve(["--bots", "7"]);
  const tab = await freezable();
  await tab.page.goto(address(url, "Ada"));
  await Player.at(tab.page);
  await tab.hideDuring(() =>
    tab.page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          let kills = 0;
          arena.on("event", (event) => {
            const others = event.name === "Kill" && event.by !== arena.seat && event.target !== arena.seat;
            if (others && ++kills === 6) resolve();
          });
          // How many kills it tells from here on.
          const feed = document.getElementById("feed") as HTMLElement;
          new MutationObserver((changes) => {
            const told = changes.reduce((sum, { addedNodes }) => sum + addedNodes.length, 0);
            feed.title = String(Number(feed.title) + told);
          }).observe(feed, { childList: true });
        }),
    ),
  );
  const told = await tab.page.evaluate(async () => {
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    return Number(document.getElementById("feed")?.title);
  });
  expect(told).toBeLessThan(5);
});
