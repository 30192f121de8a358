// A browser whose pages can be hidden and frozen. Playwright keeps the pages of a browser that it starts in sight; those
// of one that it finds running it leaves as they are.

import type { Browser, BrowserType, LaunchOptions } from "@playwright/test";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** Starts one, calls `use` with it, and ends it. */
export async function withFreezable(
  chromium: BrowserType,
  options: LaunchOptions,
  use: (browser: Browser) => Promise<void>,
): Promise<void> {
  const port = await freePort();
  const running = await chromium.launch({ ...options, args: [...(options.args ?? []), `--remote-debugging-port=${port}`] });
  await use(await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true }));
  await running.close();
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
