/** Platforms that lack something, or do not do what was asked of them. */

import { expect, test, vi } from "vitest";
import { UnsupportedError } from "../src/errors.js";
import { join } from "../src/join.js";
import { json } from "../src/json.js";
import { Stage } from "./fakes.js";
import { keyframe, welcome } from "./frames.js";

const SEAT = { match: "duel", seat: 0, ws_url: "ws://test/ws", ticket: "ticket", expires_in_s: 30 };
const ARENA = { game: "arena", name: "Ada" };
const seated = () => new Stage(() => Promise.resolve(new Response(JSON.stringify(SEAT))));

test("a platform without WebSockets is told where to get them, before a seat is asked for", async () => {
  vi.stubGlobal("WebSocket", undefined);
  const fetch = vi.fn();
  const refused = join("http://test", ARENA, { fetch });
  await expect(refused).rejects.toBeInstanceOf(UnsupportedError);
  await expect(refused).rejects.toMatchObject({
    missing: "WebSocket",
    advice: expect.stringContaining("{ WebSocket } from the package ws"),
  });
  expect(fetch).not.toHaveBeenCalled();
  vi.unstubAllGlobals();
});

test("a socket that the platform refuses to open ends the attempt with the platform's words", async () => {
  const stage = seated();
  const insecure = class {
    constructor() {
      throw new Error("an insecure socket from a secure page");
    }
  } as never;
  let closed: unknown;
  join("http://test", ARENA, { ...stage.environment, WebSocket: insecure }).catch((error) => (closed = error));
  while (closed === undefined) {
    await Promise.resolve();
    stage.clock.advance(1);
  }
  expect(closed).toMatchObject({ code: 1006, reason: expect.stringContaining("secure page"), retryable: true });
});

test("a server that does not answer is given up", async () => {
  const fetch = vi.fn(() => new Promise<never>(() => {}));
  const stage = new Stage(fetch);
  const joining = join("http://test", ARENA, stage.environment);
  await vi.waitFor(() => expect(fetch).toHaveBeenCalled());
  stage.clock.advance(10_000);
  await expect(joining).rejects.toMatchObject({ name: "JoinError", code: "unreachable", retryable: true });
});

test("a storage that is full keeps nobody from playing", async () => {
  const stage = seated();
  const full = () => {
    throw new Error("QuotaExceededError");
  };
  const storage = { getItem: () => null, setItem: full, removeItem: () => {} };
  const joining = join("http://test", { ...ARENA, storage }, stage.environment);
  await stage.socketOpened();
  stage.welcome();
  expect((await joining).state).toBe("open");
});

test("a client that was told to speaks JSON, and takes a text for people as what it is", () => {
  const stage = new Stage();
  const match = stage.connecting(json);
  expect(stage.socket.protocol).toBe("skirmish.v1.json");
  stage.socket.accept();
  expect(stage.socket.sent).toEqual([["hello", 1, expect.any(String), 0]]);
  stage.socket.deliverText(JSON.stringify(["welcome", ...welcome({}).slice(1)]));
  expect(match.state).toBe("open");
  stage.socket.deliverText(JSON.stringify(["snapshot", ...keyframe(101, { id: 3, hp: 7 }).slice(1)]));
  expect(match.entities("Body")).toMatchObject([{ id: 3, hp: 7 }]);
  expect(stage.socket.sent).toContainEqual(["ack", 101]);
  stage.socket.deliverText("The connection is closed for a reason.");
  const states: unknown[] = [];
  match.on("state", (change) => states.push(change));
  stage.socket.drop(4201, "kicked");
  expect(states).toEqual([{ state: "closed", code: 4201, reason: "The connection is closed for a reason." }]);
});

test.each([
  ["a message that no server has", '["dance",1]', "message type dance is not known"],
  ["what is not JSON", '["pong",', "not JSON"],
  ["a binary message", new Uint8Array([0x91, 1]), "a binary message, where JSON is spoken"],
])("%s breaks the protocol in JSON too", (_, frame, message) => {
  const stage = new Stage();
  const match = stage.connecting(json);
  const errors: Error[] = [];
  match.on("error", (error) => errors.push(error));
  stage.socket.accept();
  if (typeof frame === "string") stage.socket.deliverText(frame);
  else stage.socket.deliver(frame);
  expect(errors).toMatchObject([{ name: "MessageError", message: expect.stringContaining(message) }]);
});
