import { fileURLToPath } from "node:url";
import { join } from "skirmish-client";
import type { Arena } from "skirmish-arena/src/types.js";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { Running, serve } from "./running.js";

const BOT = fileURLToPath(new URL("../bot.js", import.meta.url));

test("the bot plays: it joins the match it was told, walks, and hits somebody", async () => {
  await using server = await serve("--bots", "3");
  const watcher = await join<Arena>(server.url, { game: "arena", name: "Watcher", match: "robots" }, { WebSocket });
  const hits = new Set<number>();
  watcher.on("event", (event) => void (event.name === "Hit" && hits.add(event.by)));
  await using bot = new Running(process.execPath, [BOT, server.url, "Robot", "robots"]);
  const seat = Number(await bot.line(/^Robot has seat (\d+) in robots$/));
  await expect.poll(() => watcher.roster.get(seat)).toEqual({ name: "Robot", connected: true, bot: false });
  await expect.poll(() => hits).toContain(seat);
  watcher.leave();
});

test("a bot that finds no server says what to do", async () => {
  await using bot = new Running("sh", ["-c", `'${process.execPath}' '${BOT}' http://127.0.0.1:9 2>&1`]);
  expect(await bot.line(/^(.*could not be reached.*)$/)).toContain("Check the server's address");
});
