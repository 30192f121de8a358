import { address, DUEL, expect, test } from "../fixtures.js";

const REFUSED = /^Failed to load resource: the server responded with a status of 409/;

test("who finds a match full can look on, and takes a seat when one is free", async ({
  serve,
  enter,
  visit,
  provoked,
}) => {
  provoked.push(REFUSED);
  const { url } = await serve([...DUEL, "--seat-timeout-s", "0"]);
  const [ada, bob] = [await enter(url, "Ada"), await enter(url, "Bob")];
  const eve = await visit(address(url, "Eve"));
  await eve.getByRole("button", { name: "Watch this match" }).click();
  await expect(eve.locator("#state")).toBeHidden();
  const name = eve.locator("#watching-name");
  await expect(name).toHaveText(/Ada|Bob/);
  const first = (await name.textContent()) === "Ada" ? "Ada" : "Bob";
  await eve.getByRole("button", { name: "the next" }).click();
  await expect(name).toHaveText(first === "Ada" ? "Bob" : "Ada");
  await ada.shootUntil(1, bob.seat);
  await expect(eve.locator("#feed")).toContainText("Ada shot Bob");
  await expect(eve.locator("#scores")).not.toContainText("Eve");
  await eve.keyboard.press("Enter");
  await expect(eve.locator("#chat-form")).toBeHidden();
  await expect(eve.locator("#open-chat")).toBeHidden();
  await expect(ada.page.locator("#scores")).not.toContainText("Eve");

  await bob.page.goto("about:blank");
  await expect(ada.page.locator("#scores tr")).toHaveCount(1);
  await eve.locator("#watch-play").click();
  await expect(ada.page.locator("#scores")).toContainText("Eve");
  await expect(eve.locator("#vitals")).toBeVisible();
  await expect(eve.locator("#watching")).toBeHidden();
});

test("who finds the places to look on taken, too, is told so, and gets in when one is free", async ({
  serve,
  enter,
  visit,
  provoked,
}) => {
  provoked.push(REFUSED);
  const { url } = await serve([...DUEL, "--ticket-ttl-s", "10"]);
  await Promise.all([enter(url, "Ada"), enter(url, "Bob")]);
  const eve = await visit(address(url, "Eve"));
  const watchIt = eve.getByRole("button", { name: "Watch this match" });
  await expect(watchIt).toBeVisible();
  for (let onlooker = 0; onlooker < 32; onlooker++) {
    const asked = { game: "arena", match: "e2e", name: `Onlooker ${onlooker}`, spectate: true };
    expect((await fetch(`${url}/api/join`, { method: "POST", body: JSON.stringify(asked) })).status).toBe(200);
  }
  await watchIt.click();
  await expect(eve.locator("#state")).toContainText('All 32 places to look on at the match "e2e" are taken.');
  await expect(async () => {
    await watchIt.click();
    await expect(eve.locator("#state")).toBeHidden({ timeout: 1000 });
  }).toPass();
});
