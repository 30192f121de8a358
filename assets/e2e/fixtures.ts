// What every test has: servers and browsers that end with it, and a page that must not complain.

import { test as base, expect, type Page } from "@playwright/test";
import { fileURLToPath } from "node:url";
import { Player } from "./player.js";
import { GameServer } from "./server.js";

interface Fixtures {
  /** Starts a server with these flags. */
  serve(flags: readonly string[], port?: number): Promise<GameServer>;
  /** Opens an address in a browser of its own. */
  visit(address: string): Promise<Page>;
  /** Opens the game in a browser of its own, in the match "e2e", and waits until the player can act. */
  enter(server: string, name: string): Promise<Player>;
  /** The only errors that pages may report in this test: those that it provokes itself. */
  provoked: RegExp[];
}

/** Two people without walls or bots between them. */
export const DUEL = ["--bots", "0", "--game-config", fileURLToPath(new URL("duel.toml", import.meta.url))] as const;

/** What the browser itself says when a socket can't be opened or breaks while it opens. */
export const SOCKET_FAILED = /^WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/ws\?ticket=[\w-]+' failed/;

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

  visit: async ({ browser, provoked }, use) => {
    const errors: string[] = [];
    const pages: Page[] = [];
    await use(async (address) => {
      const page = await (await browser.newContext()).newPage();
      pages.push(page);
      page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
      page.on("console", (line) => {
        if (line.type() === "error") errors.push(line.text());
      });
      await page.goto(address);
      return page;
    });
    await Promise.all(pages.map((page) => page.context().close()));
    expect(errors.filter((error) => !provoked.some((allowed) => allowed.test(error)))).toEqual([]);
  },

  enter: async ({ visit }, use) => use(async (server, name) => Player.at(await visit(address(server, name)))),
});

export { expect };
