import { DUEL, expect, test } from "../fixtures.js";

test("a line said in one page appears on both with the name, as plain text", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const [ada, bob] = [await enter(url, "Ada"), await enter(url, "Bob")];
  await ada.page.keyboard.press("Enter");
  await ada.page.keyboard.type("good luck <i>Bob</i>");
  await ada.page.keyboard.press("Enter");
  for (const player of [ada, bob]) await expect(player.page.locator("#chat-lines li")).toHaveText("Ada good luck <i>Bob</i>");
  await expect(ada.page.locator("#chat-form")).toBeHidden();
});

test("Enter goes back to a chat line that lost the focus", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const { page } = await enter(url, "Ada");
  const text = page.locator("#chat-text");
  await page.keyboard.press("Enter");
  await page.keyboard.type("hello");
  await page.locator("#field").click({ position: { x: 480, y: 60 } });
  await expect(text).not.toBeFocused();
  await page.keyboard.press("Enter");
  await expect(text).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("#chat-lines li")).toHaveText("Ada hello");
});

test("a line that is too long is cut, and one that comes too soon waits", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const ada = await enter(url, "Ada");
  const text = ada.page.locator("#chat-text");
  await ada.page.keyboard.press("Enter");
  await text.fill("\u6f22".repeat(100));
  await text.press("Enter");
  await expect(ada.page.locator("#chat-lines li")).toHaveText(`Ada ${"\u6f22".repeat(66)}`);

  for (const word of ["one", "two", "three", "four", "five", "six"]) {
    await ada.page.keyboard.press("Enter");
    await text.fill(word);
    await expect(async () => {
      if (await text.isVisible()) await text.press("Enter");
      expect(await text.isVisible()).toBe(false);
    }).toPass();
    await expect(ada.page.locator("#chat-lines")).toContainText(`Ada ${word}`);
  }
  expect(await ada.page.evaluate(() => arena.state)).toBe("open");
});

test("the scoreboard has everybody's name and score, bots too", async ({ serve, enter }) => {
  const { url } = await serve(["--bots", "2"]);
  const [ada, bob] = [await enter(url, "Ada"), await enter(url, "Bob")];
  for (const player of [ada, bob]) {
    await expect(player.page.locator("#scores td:first-child")).toHaveCount(4);
    const names = await player.page.locator("#scores td:first-child").allTextContents();
    expect(names.toSorted()).toEqual(["Ada", "Bob", "Bot 1", "Bot 2"]);
    const scores = await player.page.locator("#scores td:last-child").allTextContents();
    for (const score of scores) expect(score).toMatch(/^\d+$/);
    await expect(player.line(player.seat)).toHaveClass(/me/);
  }
});

test("a new name is everybody's to see, and Escape keeps the old one", async ({ serve, enter }) => {
  const { url } = await serve(["--bots", "0"]);
  const [ada, bob] = [await enter(url, "Ada"), await enter(url, "Bob")];
  await ada.page.getByRole("button", { name: "change name" }).click();
  await ada.page.keyboard.press("Escape");
  await expect(ada.card).toBeHidden();

  await ada.page.keyboard.press("KeyN");
  await ada.page.locator("#state-name").fill("Countess");
  await ada.page.keyboard.press("Enter");
  await expect(bob.page.locator("#scores")).toContainText("Countess");
  await expect(bob.page.locator("#scores tr")).toHaveCount(2);
  await ada.reopened();
});

test("F3 opens the net graph, and closes it", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const { page } = await enter(url, "Ada");
  const graph = page.locator("#net");
  await expect(graph).toBeHidden();
  await page.keyboard.press("F3");
  await expect(graph).toBeVisible();
  const painted = (): Promise<boolean> =>
    graph.evaluate((canvas: HTMLCanvasElement) => {
      const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
      return pixels.some((value) => value > 0);
    });
  await expect.poll(painted).toBe(true);
  await page.keyboard.press("F3");
  await expect(graph).toBeHidden();
});
