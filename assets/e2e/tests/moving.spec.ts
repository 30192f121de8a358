import { address, DUEL, expect, test } from "../fixtures.js";
import { Player } from "../player.js";

test("a key held in one page moves that player on both, and letting go stops it", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const [ada, bob] = [await enter(url, "Ada"), await enter(url, "Bob")];
  const start = await ada.fighter(ada.seat);
  const bobsStart = await ada.fighter(bob.seat);
  const [key, way] = start.x < 300 ? ["KeyD", 1] : ["KeyA", -1];

  await ada.page.keyboard.down(key);
  for (const player of [ada, bob])
    await expect.poll(async () => ((await player.fighter(ada.seat)).x - start.x) * way).toBeGreaterThan(60);
  await ada.page.keyboard.up(key);
  for (const player of [ada, bob]) await expect.poll(async () => (await player.fighter(ada.seat)).vx).toBe(0);

  const [rest, shown] = [await ada.fighter(ada.seat), await bob.fighter(ada.seat)];
  expect([shown.x, shown.y]).toEqual([rest.x, rest.y]);
  expect(rest.y).toBe(start.y);
  const { tick } = await bob.figures();
  await bob.page.waitForFunction((later) => arena.figures.tick >= later, tick + 15);
  expect((await bob.fighter(ada.seat)).x).toBe(rest.x);
  expect((await bob.fighter(bob.seat)).x).toBe(bobsStart.x);
});

test("a page paints the other player where the other player is", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const [ada, bob] = [await enter(url, "Ada"), await enter(url, "Bob")];
  await expect.poll(() => bob.pictureOf(ada.seat)).not.toBe(await bob.pictureOf(ada.seat, 60));
  expect(await bob.pictureOf(ada.seat)).not.toBe(await bob.pictureOf(bob.seat));
});

test("a page that goes out of sight lets go of its keys", async ({ serve, enter, freezable }) => {
  const { url } = await serve(DUEL);
  const bob = await enter(url, "Bob");
  const tab = await freezable();
  await tab.page.goto(address(url, "Ada"));
  const ada = await Player.at(tab.page);
  const velocity = async (): Promise<number> => Math.abs((await bob.fighter(ada.seat)).vx);
  await ada.page.keyboard.down((await ada.fighter(ada.seat)).x < 300 ? "KeyD" : "KeyA");
  await expect.poll(velocity).toBeGreaterThan(100);
  await tab.hideDuring(async () => {
    expect(await tab.page.evaluate(() => arena.input?.move_x)).toBe(0);
    await expect.poll(velocity).toBe(0);
  });
});

test("letters typed into the chat move nobody", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const ada = await enter(url, "Ada");
  const start = await ada.fighter(ada.seat);
  await ada.page.keyboard.press("Enter");
  await ada.page.keyboard.down("KeyD");
  await ada.page.keyboard.down("KeyS");
  const { tick } = await ada.figures();
  await ada.page.waitForFunction((later) => arena.figures.tick >= later, tick + 15);
  const now = await ada.fighter(ada.seat);
  expect([now.x, now.y]).toEqual([start.x, start.y]);
  await expect(ada.page.locator("#chat-text")).toHaveValue("ds");
});
