import { address, DUEL, expect, ROUNDS, test } from "../fixtures.js";
import { Ears, type Heard, render } from "../ears.js";
import { Player } from "../player.js";

/** The longest sound, in milliseconds. */
const ENDS_MS_MAX = 700;
/** Sounds that are unlike differ by at least so much; noise makes one differ from itself, but less. */
const UNLIKE_DB = 3;

/** How much two sounds differ on an average, in decibels, where one of them can be heard. */
function difference(one: Heard, other: Heard): number {
  const cells = one.picture.map((loud, at) => [loud, other.picture[at]]).filter(([a, b]) => Math.max(a, b) > -70);
  return cells.reduce((sum, [a, b]) => sum + Math.abs(a - b), 0) / cells.length;
}

test("every sound is heard, ends, does not clip, even in a crowd, and is unlike the others", async ({ serve, visit }) => {
  const { url } = await serve(DUEL);
  const page = await visit(url);
  await page.waitForFunction(() => "arenaSounds" in globalThis);
  const rendered = await render(page);
  const heard = rendered.filter(({ name }) => name !== "own shot again");
  expect(heard.length).toBe(19);
  for (const { name, peak, endsMs } of heard) {
    expect(peak, name).toBeGreaterThan(0.02);
    expect(peak, name).toBeLessThan(1);
    expect(endsMs, name).toBeGreaterThan(20);
    expect(endsMs, name).toBeLessThan(ENDS_MS_MAX);
  }
  const pairs = heard.flatMap((one, at) => heard.slice(at + 1).map((other) => [one, other] as const));
  for (const [one, other] of pairs) expect(difference(one, other), `${one.name}, ${other.name}`).toBeGreaterThan(UNLIKE_DB);
  const [shot, again] = rendered.filter(({ name }) => name.startsWith("own shot"));
  expect(difference(shot, again)).toBeLessThan(UNLIKE_DB);
  const loud = (wanted: string): number => heard.find(({ name }) => name === wanted)?.peak ?? 0;
  expect(loud("own shot")).toBeGreaterThan(loud("another's shot"));
  expect(loud("death")).toBeGreaterThan(loud("own shot"));
});

test("shots, hits and deaths sound where they concern somebody, and nothing does while muted", async ({ serve, visit }) => {
  const { url } = await serve(DUEL);
  const at = async (name: string): Promise<[Player, Ears]> => {
    const page = await visit("about:blank");
    await Ears.ready(page.context());
    await page.goto(address(url, name));
    const player = await Player.at(page);
    await page.keyboard.press("Shift");
    return [player, await Ears.at(page)];
  };
  const [[ada, adasEars], [bob, bobsEars]] = [await at("Ada"), await at("Bob")];
  await ada.shootUntil(1, bob.seat);
  await adasEars.hear("shot", "hit", "death", "kill");
  await bobsEars.hear("shot", "hit", "hurt", "death", "spawn");
  for (const ears of [adasEars, bobsEars]) {
    expect(await ears.peak()).toBeGreaterThan(0.05);
    expect(await ears.peak()).toBeLessThan(1);
  }
  await ada.page.mouse.down();
  await adasEars.hear("reload");

  await ada.page.keyboard.press("KeyM");
  await adasEars.hearAgain("shot", 4);
  await adasEars.forget();
  await adasEars.hearAgain("shot", 4);
  expect(await adasEars.peak()).toBe(0);
  await ada.page.keyboard.press("KeyM");
  await expect.poll(() => adasEars.peak()).toBeGreaterThan(0.02);
});

test("a page makes no sound before its player does something, and then pickups and rounds sound", async ({
  serve,
  visit,
}) => {
  const { url } = await serve(ROUNDS);
  const page = await visit("about:blank");
  const said: string[] = [];
  page.on("console", (line) => said.push(line.text()));
  await Ears.ready(page.context());
  await page.goto(url);
  await page.waitForFunction(() => "arenaSounds" in globalThis);
  expect(await page.evaluate(() => ears.contexts)).toBe(0);
  await page.getByRole("button", { name: "Play" }).click();
  await Player.at(page);
  const heard = await Ears.at(page);
  await heard.hear("pickup", "tick", "roundEnds", "roundBegins");
  expect(await page.evaluate(() => ears.contexts)).toBe(1);
  expect(await heard.peak()).toBeGreaterThan(0.02);
  expect(said.filter((text) => /AudioContext|autoplay/i.test(text))).toEqual([]);
});

test("sound that is muted stays muted", async ({ serve, enter }) => {
  const { url } = await serve(ROUNDS);
  const { page } = await enter(url, "Ada");
  await page.keyboard.press("KeyM");
  await expect(page.locator("#mute")).toHaveAttribute("aria-pressed", "true");
  await page.reload();
  await expect(page.locator("#mute")).toHaveAttribute("aria-pressed", "true");
});
