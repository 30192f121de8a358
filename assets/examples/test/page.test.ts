import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveFiles } from "./files.js";
import { serveTag } from "./running.js";

const RUNNER = { it: "204,0,0", free: "0,102,204" };

let browser: Browser;

beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
});

afterAll(() => browser.close());

/** Opens an address in a window of its own; whatever the page complains of fails the test. */
async function open(address: string, complaints: string[]): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (line) => void (line.type() === "error" && complaints.push(line.text())));
  await page.goto(address);
  return page;
}

/** The corner of the runner of a colour, as the page has painted it; null if there is none. */
function runner(page: Page, colour: string): Promise<{ x: number; y: number } | null> {
  return page.evaluate((colour) => {
    const { data } = document.querySelector("canvas")!.getContext("2d")!.getImageData(0, 0, 420, 420);
    for (let at = 0; at < data.length; at += 4)
      if (data.slice(at, at + 3).join() === colour) return { x: (at / 4) % 420, y: Math.floor(at / 4 / 420) };
    return null;
  }, colour);
}

test("the smallest page plays tag: the first to come is it, and what one does the other sees", async () => {
  await using server = await serveTag();
  await using files = await serveFiles();
  const complaints: string[] = [];
  const address = `${files.url}/examples/tag.html?server=${server.url}`;
  const one = await open(address, complaints);
  await expect.poll(() => runner(one, RUNNER.it)).not.toBeNull();
  const other = await open(address, complaints);
  await expect.poll(() => runner(other, RUNNER.free)).not.toBeNull();
  await expect.poll(() => runner(other, RUNNER.it)).not.toBeNull();
  await one.keyboard.down("ArrowRight");
  await one.keyboard.down("ArrowDown");
  const seen = async () => [await runner(other, RUNNER.free), await runner(other, RUNNER.it)];
  await expect.poll(seen).toContainEqual({ x: 400, y: 400 });
  expect(complaints).toEqual([]);
});

test("without a server the smallest page says what to do", async () => {
  await using files = await serveFiles();
  const page = await open(`${files.url}/examples/tag.html?server=http://127.0.0.1:9`, []);
  await page.waitForFunction(() => document.querySelector("#line")?.textContent?.includes("Check the server's address"));
});

test("a worker joins, too", async () => {
  await using server = await serveTag();
  await using files = await serveFiles();
  const complaints: string[] = [];
  const page = await open(`${files.url}/examples/README.md`, complaints);
  const told = await page.evaluate(
    ([client, server]) =>
      new Promise((resolve) => {
        const program = `import { join } from "${client}";
          const match = await join("${server}", { game: "tag", name: "worker" });
          match.on("snapshot", () => postMessage(match.entities("Runner").length));`;
        const worker = new Worker(URL.createObjectURL(new Blob([program], { type: "text/javascript" })), { type: "module" });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = ({ message }) => resolve(message);
      }),
    [`${files.url}/sdk/dist/skirmish-client.min.js`, server.url],
  );
  expect(told).toBe(1);
  expect(complaints).toEqual([]);
});
