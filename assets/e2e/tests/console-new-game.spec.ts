import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Designer } from "../designer.js";
import { expect, SIGNED_OUT, test } from "../fixtures.js";
import { GameServer } from "../server.js";

const TAG = fileURLToPath(new URL("../../../target/debug/examples/tag", import.meta.url));

test("a new game has its sliders, and is seen from above, without a line of console code", async ({ visit, provoked }) => {
  provoked.push(SIGNED_OUT);
  const environment = { ...process.env, SKIRMISH_LISTEN: "127.0.0.1:0", SKIRMISH_ASSETS_DIR: fileURLToPath(new URL("../..", import.meta.url)) };
  const child = spawn(TAG, { env: environment, stdio: ["ignore", "pipe", "inherit"] });
  const server = await GameServer.spawned(child);
  await server.admin("matches", "POST", { game: "tag", match: "e2e", bots: 0 });
  const designer = await Designer.at(await visit(server.consoles.operator, { viewport: { width: 1280, height: 800 } }));
  await expect(designer.setting("speed")).toBeVisible();
  await designer.set("speed", 90);
  await expect(designer.comparison).toContainText(/speed .* 90/);
  await expect.poll(() => server.admin<unknown[]>("matches/e2e/changes")).toHaveLength(1);
  await designer.see("watch");
  await expect(designer.page.locator("#watch-counts")).toHaveText(/bodies/);
  await designer.page.close();
  await server.stop();
});
