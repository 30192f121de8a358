// What a snapshot of a crowd of 200 costs a page in Chromium: decode and apply, from the bytes to the new state.
//
//   npm run bench:chromium            200 samples
//   npm run bench:chromium -- 1000

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { build } from "rolldown";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const count = Number(process.argv[2] ?? 200);
const recorded = JSON.parse(readFileSync(here("../../../protocol/vectors/workload.json"), "utf8"));
const { output } = await build({ input: here("page.ts"), platform: "browser", write: false, output: { format: "iife", minify: true } });

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage();
await page.addScriptTag({ content: output[0].code });
const { snapshotUs, keyframeUs } = await page.evaluate(([recorded, count]) => measure(recorded, count), /** @type {const} */ ([recorded, count]));
console.log(`Chromium ${browser.version()}, ${count} samples each, microseconds`);
for (const [name, samples] of Object.entries({ "snapshot of 200 players": snapshotUs, "keyframe of 200 players": keyframeUs })) {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (/** @type {number} */ part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))].toFixed(1);
  console.log(`${name}: median ${at(0.5)}, p5 ${at(0.05)}, p95 ${at(0.95)}, longest ${at(1)}`);
}
await browser.close();
