import { address, DUEL, expect, SOCKET_FAILED, test } from "../fixtures.js";

test("a server that stops says why and when to retry, ends in time, and the page plays on with the next", async ({
  serve,
  enter,
  provoked,
}) => {
  provoked.push(SOCKET_FAILED);
  const server = await serve(DUEL);
  const ada = await enter(server.url, "Ada");
  const stopped = server.stop();
  await expect(ada.card).toContainText("The server is restarting");
  await expect(ada.card).toContainText("The server is stopping.");
  await expect(ada.card).toContainText(/Trying again in \d+ s/);
  const { code, tookMs } = await stopped;
  expect(code).toBe(0);
  expect(tookMs).toBeLessThan(5000);

  await serve(DUEL, server.port);
  await ada.reopened();
  await expect(ada.page.locator("#health")).toHaveText("100");
  await expect(ada.page.locator("#scores")).toContainText("Ada");
});

test("a server that is gone without a word shows, and the page waits for it", async ({ serve, enter, provoked }) => {
  provoked.push(SOCKET_FAILED);
  const server = await serve(DUEL);
  const ada = await enter(server.url, "Ada");
  await server.stop("SIGKILL");
  await expect(ada.card).toContainText("The network or the server went away.");
  await expect(ada.card).toContainText("Trying again");
  await serve(DUEL, server.port);
  await ada.reopened();
});

test("who finds a match full is told so and may try again", async ({ serve, enter, visit, provoked }) => {
  provoked.push(/^Failed to load resource: the server responded with a status of 409/);
  const { url } = await serve([...DUEL, "--seat-timeout-s", "0"]);
  const [ada] = [await enter(url, "Ada"), await enter(url, "Bob")];
  const page = await visit(address(url, "Carol"));
  const card = page.locator("#state");
  await expect(card).toContainText("The match is full");
  await expect(card).toContainText('All 2 seats of the match "e2e" are taken.');
  await expect(page.locator("#state-name")).toHaveValue("Carol");

  await ada.page.goto("about:blank");
  await expect(async () => {
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(card).toBeHidden({ timeout: 1000 });
  }).toPass();
  await expect(page.locator("#scores")).toContainText("Carol");
});

test("who finds the server full is told so, waits for no answer in vain, and may try again", async ({
  serve,
  enter,
  visit,
  provoked,
}) => {
  provoked.push(/^Failed to load resource: the server responded with a status of 503/);
  const { url } = await serve([...DUEL, "--sessions-max", "1", "--seat-timeout-s", "0"]);
  const ada = await enter(url, "Ada");
  const page = await visit("about:blank");
  let answer = (): void => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route("**/api/join", async (route) => {
    await asked;
    await route.continue();
  });
  await page.goto(address(url, "Carol"));
  await expect(page.locator("#state")).toContainText("Asking the server for a seat");
  await expect(page.locator("#state-ring")).toBeVisible();
  answer();
  await expect(page.locator("#state-title")).toHaveText("The server is full");
  await expect(page.locator("#state-text")).toContainText("1");
  await ada.page.goto("about:blank");
  await expect(async () => {
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.locator("#state")).toBeHidden({ timeout: 1000 });
  }).toPass();
});

test("who is put out is told why, stays out, and may play again", async ({ serve, enter }) => {
  const server = await serve(DUEL);
  const ada = await enter(server.url, "Ada");
  await server.admin("matches/e2e/kick", "POST", { seat: ada.seat, reason: "play nicely" });
  await expect(ada.page.locator("#state-title")).toHaveText("Disconnected");
  await expect(ada.page.locator("#state-text")).toHaveText("Play nicely.");
  await expect(ada.page.locator("#state-seconds")).toBeHidden();
  await ada.page.getByRole("button", { name: "Play again" }).click();
  await ada.reopened();
});

test("a card keeps the focus, and Space presses its buttons", async ({ serve, visit }) => {
  const { url } = await serve(DUEL);
  const page = await visit(url);
  const play = page.locator("#state-play");
  await expect(page.locator("#state-name")).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(play).toBeFocused();
  for (let press = 0; press < 4; press++) {
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest("#hud, #field"))).toBeNull();
  }
  await play.focus();
  await page.keyboard.press("Space");
  await expect(page.locator("#state")).toBeHidden();
});

test("a page that reaches no server says so and may try again", async ({ serve, visit, provoked }) => {
  provoked.push(/^Failed to load resource: net::ERR_CONNECTION_REFUSED/);
  const { url } = await serve(DUEL);
  const page = await visit("about:blank");
  await page.route("**/api/join", (route) => route.abort("connectionrefused"));
  await page.goto(address(url, "Ada"));
  await expect(page.locator("#state")).toContainText("The server can't be reached.");
  await page.unrouteAll();
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator("#state")).toBeHidden();
});

test("the simplest client there is gets a readable explanation and a proper close code", async ({ serve, enter }) => {
  const { url } = await serve([]);
  const { page } = await enter(url, "Ada");
  const answer = await page.evaluate(
    (address) =>
      new Promise<{ texts: unknown[]; code: number; reason: string; clean: boolean }>((resolve) => {
        const texts: unknown[] = [];
        const s = new WebSocket(address);
        s.onopen = () => s.send("Hello from client!");
        s.onmessage = ({ data }) => texts.push(data);
        s.onclose = ({ code, reason, wasClean }) => resolve({ texts, code, reason, clean: wasClean });
      }),
    url.replace("http", "ws"),
  );
  expect(answer.texts).toEqual([expect.stringContaining("skirmish.v1")]);
  expect(answer.texts).toEqual([expect.stringContaining("docs/protocol.md")]);
  expect(answer.code).toBeGreaterThanOrEqual(4000);
  expect(answer.code).toBeLessThan(5000);
  expect(answer.reason).not.toBe("");
  expect(answer.clean).toBe(true);
});
