// Browsers whose pages can be hidden and frozen. Playwright keeps the pages of a browser that it starts in sight; those
// of one that it finds running it leaves as they are.

import type { Browser, BrowserType, LaunchOptions, Page } from "@playwright/test";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";

/** A page of such a browser, in a window of its own. */
export class Freezable {
  readonly page: Page;
  readonly #running: Browser;

  private constructor(running: Browser, page: Page) {
    this.#running = running;
    this.page = page;
  }

  static async launch(chromium: BrowserType, options: LaunchOptions, flags: readonly string[]): Promise<Freezable> {
    const port = await freePort();
    const args = [...(options.args ?? []), `--remote-debugging-port=${port}`, ...flags];
    const running = await chromium.launch({ ...options, args });
    const found = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
    return new Freezable(running, await found.contexts()[0].newPage());
  }

  /** The player looks at another tab for as long as `meanwhile` takes. */
  async hideDuring<T>(meanwhile: () => Promise<T>): Promise<T> {
    const other = await this.page.context().newPage();
    await this.page.waitForFunction(() => document.hidden, null, { polling: 50 });
    const result = await meanwhile();
    await this.page.bringToFront();
    await other.close();
    return result;
  }

  /** The same, and the browser freezes this tab. */
  freezeDuring<T>(meanwhile: () => Promise<T>): Promise<T> {
    return this.hideDuring(async () => {
      const tools = await this.page.context().newCDPSession(this.page);
      await tools.send("Page.setWebLifecycleState", { state: "frozen" });
      const result = await meanwhile();
      await tools.send("Page.setWebLifecycleState", { state: "active" });
      return result;
    });
  }

  close(): Promise<void> {
    return this.#running.close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
