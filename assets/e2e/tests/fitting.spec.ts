import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.js";

/** Screens of desks, phones upright and lying, and a small window at twice its size. */
const SCREENS = [
  [1920, 1080],
  [1280, 720],
  [844, 390],
  [640, 360],
  [568, 320],
  [390, 844],
  [320, 568],
] as const;

const PANELS = ["#tools", "#round", "#scores", "#vitals", "#map", "#feed", "#chat-form"];

/** Which of these lie on each other, or reach beyond the screen. */
function faults(page: Page, panels: readonly string[]): Promise<string[]> {
  return page.evaluate((panels) => {
    const boxes = panels.map((panel) => [panel, document.querySelector(panel)?.getBoundingClientRect()] as const);
    const faults: string[] = [];
    boxes.forEach(([panel, box], at) => {
      if (!box || box.width === 0) return void faults.push(`${panel} does not show`);
      if (box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight)
        faults.push(`${panel} reaches beyond the screen`);
      for (const [other, around] of boxes.slice(at + 1))
        if (around && box.left < around.right && around.left < box.right && box.top < around.bottom && around.top < box.bottom)
          faults.push(`${panel} lies on ${other}`);
    });
    return faults;
  }, panels);
}

test("on every screen each panel has a place of its own, and the tools stay free of the scores", async ({ serve, enter }) => {
  const { url } = await serve(["--bots", "29"]);
  const { page } = await enter(url, "Ada");
  await expect(page.locator("#feed li").nth(4)).toBeVisible();
  await page.keyboard.press("Enter");
  for (const [width, height] of SCREENS) {
    await page.setViewportSize({ width, height });
    expect(await faults(page, PANELS), `${width}x${height}`).toEqual([]);
    await page.locator("#show-board").click();
    await expect(page.locator("#board")).toBeVisible();
    expect(await faults(page, ["#tools", "#board"]), `${width}x${height}`).toEqual([]);
    await page.locator("#show-board").click();
  }
});
