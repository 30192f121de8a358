import { DUEL, expect, test } from "../fixtures.js";
import type { Player } from "../player.js";

test("a shot fired with the mouse in one lowers the other's health on both", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const [ada, bob] = [await enter(url, "Ada"), await enter(url, "Bob")];
  await expect(bob.page.locator("#health")).toHaveText("100");

  /** Bob is hurt as a page has it, and on Bob's own it shows. */
  const hurt = ({ page }: Player) =>
    page.waitForFunction((seat) => {
      const hp = arena.entities("Fighter").find((fighter) => fighter.seat === seat)?.hp ?? 100;
      const shown = document.getElementById("health")?.textContent;
      return hp < 100 && (seat !== arena.seat || shown === String(hp));
    }, bob.seat);
  const both = Promise.all([ada, bob].map(hurt));

  await ada.aimAt(bob.seat);
  await ada.page.mouse.down();
  await expect(ada.page.locator("#ammo")).not.toHaveText("12 / 12");
  await ada.page.mouse.up();

  await both;
  expect((await ada.fighter(ada.seat)).hp).toBe(100);
});

test("a kill is told on both pages, raises the score there, and the dead return", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const [ada, bob] = [await enter(url, "Ada"), await enter(url, "Bob")];
  for (const player of [ada, bob]) await expect(player.score(ada.seat)).toHaveText("0");

  await ada.shootUntil(1, bob.seat);
  await expect(bob.page.locator("#down")).toContainText("Shot by Ada");
  for (const player of [ada, bob]) {
    await expect(player.score(ada.seat)).toHaveText("1");
    await expect(player.score(bob.seat)).toHaveText("0");
    await expect(player.page.locator("#feed")).toContainText("Ada shot Bob");
  }
  await expect(bob.page.locator("#down")).toBeHidden();
  await expect(bob.page.locator("#health")).toHaveText(/^[1-9]\d*$/);
});
