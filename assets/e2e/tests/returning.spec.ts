import { Cuttable } from "../cuttable.js";
import { DUEL, expect, SOCKET_FAILED, test } from "../fixtures.js";
import { Player } from "../player.js";

test("a cut connection shows, comes back to the same seat and score, and so does a reloaded page", async ({
  serve,
  enter,
  provoked,
}) => {
  provoked.push(SOCKET_FAILED);
  const { url } = await serve(DUEL);
  await using relay = await Cuttable.before(url);
  const [ada, bob] = [await enter(relay.url, "Ada"), await enter(url, "Bob")];
  await ada.shootUntil(1, bob.seat);
  const unharmed = async (): Promise<void> => {
    await ada.reopened();
    expect(await ada.page.evaluate(() => arena.seat)).toBe(ada.seat);
    for (const player of [ada, bob]) {
      await expect(player.line(ada.seat)).not.toHaveClass(/away/);
      await expect(player.score(ada.seat)).toHaveText("1");
      await expect(player.page.locator("#scores tr")).toHaveCount(2);
    }
  };

  relay.down = true;
  relay.cut();
  await expect(ada.card).toContainText("Connection lost");
  await expect(ada.card).toContainText("The network or the server went away.");
  await expect(ada.card).toContainText(/Trying again in \d+ s/);
  await expect(ada.card).toContainText("Your seat is kept");
  await expect(bob.line(ada.seat)).toHaveClass(/away/);

  relay.down = false;
  await expect(ada.page.locator("#banner")).toHaveText("Back in your seat");
  await unharmed();
  await ada.shootUntil(2, bob.seat);

  await ada.page.reload();
  await ada.reopened();
  expect(await ada.page.evaluate(() => arena.seat)).toBe(ada.seat);
  for (const player of [ada, bob]) await expect(player.score(ada.seat)).toHaveText("2");
  await ada.shootUntil(3, bob.seat);
});

test("a duplicated tab is a player of its own, and both come back to their own seats", async ({ serve, enter, watch }) => {
  const { url } = await serve(["--bots", "0"]);
  const ada = await enter(url, "Ada");
  const [twin] = await Promise.all([
    ada.page.waitForEvent("popup"),
    // As a tab that the browser duplicates, it begins with a copy of the session storage.
    ada.page.evaluate(() => void open("/?match=e2e")),
  ]);
  watch(twin);
  expect(await twin.evaluate(() => sessionStorage.length)).toBeGreaterThan(1);
  await twin.locator("#state-name").fill("Twin");
  await twin.getByRole("button", { name: "Play" }).click();
  const twins = await Player.at(twin);
  expect(twins.seat).not.toBe(ada.seat);
  for (const { page } of [ada, twins]) await expect(page.locator("#scores tr")).toHaveCount(2);
  await expect(ada.card).toBeHidden();

  for (const player of [twins, ada]) {
    await player.page.reload();
    await player.reopened();
    expect(await player.page.evaluate(() => arena.seat)).toBe(player.seat);
    await expect(player.page.locator("#scores tr")).toHaveCount(2);
  }
});
