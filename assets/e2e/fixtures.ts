// What every test has: servers and browsers that end with it, and pages that must not complain.

import { type BrowserContextOptions, expect, type Page, test as base } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { Designer } from "./designer.js";
import { Freezable } from "./freezable.js";
import { Player } from "./player.js";
import { GameServer } from "./server.js";

interface Fixtures {
  /** Starts a server with these flags. */
  serve(flags: readonly string[], port?: number): Promise<GameServer>;
  /** Opens an address in a browser of its own. */
  visit(address: string, options?: BrowserContextOptions): Promise<Page>;
  /** Opens the game in a browser of its own, in the match "e2e", and waits until the player can act. */
  enter(server: string, name: string): Promise<Player>;
  /** Opens the console of a server, signed in as an operator, at 1280 by 800. */
  design(server: GameServer): Promise<Designer>;
  /** Opens a tab that can be frozen, in a browser of its own with these flags. */
  freezable(...flags: string[]): Promise<Freezable>;
  /** Lets the test fail if this page reports an error. */
  watch(page: Page): void;
  /** The only errors that pages may report in this test: those that it provokes itself. */
  provoked: RegExp[];
}

/** Two people without walls or bots between them. */
export const DUEL = ["--bots", "0", "--game-config", fileURLToPath(new URL("duel.toml", import.meta.url))] as const;

/** What the browser itself says when a socket can't be opened or breaks while it opens. */
export const SOCKET_FAILED = /^WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/ws\?ticket=[\w-]+' failed/;

/** What the browser itself says of an answer to somebody who has not signed in, or may only look on. */
export const SIGNED_OUT = /^Failed to load resource: the server responded with a status of 40[13]/;

/** Short rounds for a handful, on the maps that ship. */
export const ROUNDS = ["--bots", "4", "--game-config", fileURLToPath(new URL("rounds.toml", import.meta.url))] as const;

export function address(server: string, name: string): string {
  return `${server}/?name=${name}&match=e2e`;
}

export const test = base.extend<Fixtures>({
  provoked: async ({}, use) => use([]),

  serve: async ({}, use) => {
    const servers: GameServer[] = [];
    await use(async (flags, port) => {
      const server = await GameServer.start(flags, port);
      servers.push(server);
      return server;
    });
    await Promise.all(servers.map((server) => server.stop()));
  },

  watch: async ({ provoked }, use) => {
    const errors: string[] = [];
    await use((page) => {
      page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
      page.on("console", (line) => {
        if (line.type() === "error") errors.push(`${line.text()} at ${line.location().url}`);
      });
    });
    expect(errors.filter((error) => !provoked.some((allowed) => allowed.test(error)))).toEqual([]);
  },

  visit: async ({ browser, watch }, use) => {
    const pages: Page[] = [];
    await use(async (address, options = {}) => {
      const page = await (await browser.newContext(options)).newPage();
      pages.push(page);
      watch(page);
      await page.goto(address);
      return page;
    });
    await Promise.all(pages.map((page) => page.context().close()));
  },

  enter: async ({ visit }, use) => use(async (server, name) => Player.at(await visit(address(server, name)))),

  design: async ({ visit }, use) =>
    use(async ({ consoles }) => Designer.at(await visit(consoles.operator, { viewport: { width: 1280, height: 800 } }))),

  freezable: async ({ playwright, launchOptions, watch }, use) => {
    const tabs: Freezable[] = [];
    await use(async (...flags) => {
      const tab = await Freezable.launch(playwright.chromium, launchOptions, flags);
      tabs.push(tab);
      watch(tab.page);
      return tab;
    });
    await Promise.all(tabs.map((tab) => tab.close()));
  },
});

export { expect };
