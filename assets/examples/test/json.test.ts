import { CloseCode, ConnectionClosed, join, json } from "skirmish-client";
import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { serve } from "./running.js";

/** Sockets that remember what they heard. */
function listening(): { heard: unknown[]; Socket: typeof WebSocket } {
  const heard: unknown[] = [];
  class Socket extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      this.addEventListener("message", ({ data }) => heard.push(data));
    }
  }
  return { heard, Socket: Socket as typeof WebSocket };
}

test("a client plays in JSON where the server allows it, and every frame is readable", async () => {
  await using server = await serve("--bots", "4", "--json-subprotocol", "--checksum-interval-s", "0");
  const { heard, Socket } = listening();
  const match = await join(server.url, { game: "arena", name: "Ada", codec: json }, { WebSocket: Socket });
  match.input = { move_x: 1 };
  await expect.poll(() => match.figures.checksumsChecked).toBeGreaterThan(60);
  expect(match.figures).toMatchObject({ checksumsWrong: 0, errors: 0 });
  await expect.poll(() => match.figures.inputsUnacked).toBeLessThan(10);
  match.leave();
  const names = heard.map((frame) => (JSON.parse(frame as string) as unknown[])[0]);
  expect(names[0]).toBe("welcome");
  expect(names).toEqual(expect.arrayContaining(["snapshot", "pong"]));
});

test("a server that does not allow it says how to", async () => {
  await using server = await serve("--bots", "0");
  const refused = join(server.url, { game: "arena", name: "Ada", codec: json }, { WebSocket });
  await expect(refused).rejects.toBeInstanceOf(ConnectionClosed);
  await expect(refused).rejects.toMatchObject({
    code: CloseCode.subprotocol,
    reason: expect.stringContaining("json_subprotocol"),
    advice: expect.stringContaining("json_subprotocol"),
  });
});
