import { address, DUEL, expect, test } from "../fixtures.js";
import { Button, Pad } from "../pad.js";
import { Player } from "../player.js";

test("a gamepad alone comes in, moves, aims, fires and looks at the scores; unplugged, it holds nothing", async ({
  serve,
  enter,
  visit,
}) => {
  const { url } = await serve(DUEL);
  const bob = await enter(url, "Bob");
  const page = await visit("about:blank");
  await Pad.ready(page.context());
  await page.goto(`${url}/?match=e2e`);
  await expect(page.locator(".pads")).toBeHidden();
  const pad = await Pad.at(page);
  await expect(page.locator(".pads")).toBeVisible();
  await pad.press(Button.a);
  const ada = await Player.at(page);
  const seen = () => bob.fighter(ada.seat);
  const start = await seen();
  const way = start.x < 300 ? 1 : -1;

  await pad.tilt("left", way, 0.1);
  await expect.poll(async () => ((await seen()).x - start.x) * way).toBeGreaterThan(60);
  const runs = Math.abs((await seen()).vx);
  await pad.tilt("left", way * 0.5, 0);
  await expect.poll(async () => Math.abs((await seen()).vx)).toBeLessThan(runs * 0.6);
  await pad.tilt("left", 0.1, -0.1);
  await expect.poll(async () => (await seen()).vx).toBe(0);

  await pad.tilt("right", 0, 1);
  const aim = () =>
    bob.page.evaluate((seat) => {
      const fighter = arena.entities("Fighter").find((fighter) => fighter.seat === seat);
      return fighter && arena.entity("Aim", fighter.id)?.aim;
    }, ada.seat);
  await expect.poll(aim).toBeCloseTo(Math.PI / 2, 1);
  await pad.tilt("right", 0, 0);
  await pad.hold(Button.rightTrigger);
  await expect(page.locator("#ammo")).not.toHaveText("12 / 12");
  await expect.poll(aim).toBeCloseTo(Math.PI / 2, 1);

  await pad.tilt("left", -way, 0);
  await expect.poll(async () => Math.abs((await seen()).vx)).toBeGreaterThan(100);
  await pad.unplug();
  await expect.poll(async () => (await seen()).vx).toBe(0);
  expect(await page.evaluate(() => arena.input)).toMatchObject({ move_x: 0, move_y: 0, fire: false });

  const again = await Pad.at(page);
  await again.press(Button.select);
  await expect(page.locator("#board")).toBeVisible();
  await again.press(Button.select);
  await expect(page.locator("#board")).toBeHidden();
});

test("while a card lies over the match, the gamepad is the card's", async ({ serve, enter }) => {
  const { url } = await serve(DUEL);
  const ada = await enter(url, "Ada");
  await Pad.ready(ada.page.context());
  await ada.page.reload();
  await ada.reopened();
  const pad = await Pad.at(ada.page);
  const start = await ada.fighter(ada.seat);
  const rename = ada.page.locator("#rename");
  await rename.click();
  await pad.tilt("left", 1, 1);
  await pad.press(Button.down);
  await expect(ada.page.getByRole("button", { name: "Back" })).toBeFocused();
  await pad.hold(Button.rightTrigger);
  const { tick } = await ada.figures();
  await ada.page.waitForFunction((later) => arena.figures.tick >= later, tick + 15);
  expect(await ada.fighter(ada.seat)).toMatchObject({ x: start.x, y: start.y });
  await expect(ada.page.locator("#ammo")).toHaveText("12 / 12");
  await pad.tilt("left", 0, 0);
  await pad.press(Button.b);
  await expect(ada.card).toBeHidden();
  await rename.click();
  await pad.press(Button.down);
  await pad.press(Button.a);
  await expect(ada.card).toBeHidden();
  expect(await ada.page.evaluate(() => arena.seat)).toBe(ada.seat);
});

test("a gamepad held when the page goes out of sight does not walk on", async ({ serve, enter, freezable }) => {
  const { url } = await serve(DUEL);
  const bob = await enter(url, "Bob");
  const tab = await freezable();
  await Pad.ready(tab.page.context());
  await tab.page.goto(address(url, "Ada"));
  const ada = await Player.at(tab.page);
  const pad = await Pad.at(tab.page);
  const velocity = async (): Promise<number> => Math.abs((await bob.fighter(ada.seat)).vx);
  await pad.tilt("left", (await bob.fighter(ada.seat)).x < 300 ? 1 : -1, 0);
  await expect.poll(velocity).toBeGreaterThan(100);
  await tab.hideDuring(() => expect.poll(velocity).toBe(0));
});
