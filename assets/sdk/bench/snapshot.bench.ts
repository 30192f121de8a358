/** What a second of a crowd of 200 costs a client: 20 snapshots, of which the last is verified. */

import { readFileSync } from "node:fs";
import { decode } from "@msgpack/msgpack";
import { bench, describe } from "vitest";
import { decodeMessage, type Snapshot } from "../src/messages.js";
import { Mirror } from "../src/mirror.js";
import { Unpacker } from "../src/packed.js";
import { decodeSchema, tableLayouts } from "../src/schema.js";

interface Second {
  schema: string;
  tick_hz: number;
  frames: string[];
}

const file = new URL("../../../protocol/vectors/workload.json", import.meta.url);
const second = JSON.parse(readFileSync(file, "utf8")) as Second;
const layouts = tableLayouts(decodeSchema(decode(Buffer.from(second.schema, "hex"))));
const [keyframe, ...deltas] = second.frames.map((hex) => new Uint8Array(Buffer.from(hex, "hex")));

function snapshot(frame: Uint8Array): Snapshot {
  const message = decodeMessage(frame);
  if (message.type !== "snapshot") throw new Error(message.type);
  return message;
}

describe("a second of 200 players", () => {
  bench("decode", () => deltas.forEach(snapshot));
  bench("decode and apply, keyframe included", () => {
    const mirror = new Mirror(layouts);
    mirror.apply(snapshot(keyframe), second.tick_hz);
    for (const frame of deltas) mirror.apply(snapshot(frame), second.tick_hz);
  });
  bench("decode and apply, keyframe alone", () => {
    new Mirror(layouts).apply(snapshot(keyframe), second.tick_hz);
  });
});

describe("a packed column of 200 integers", () => {
  const packed = (width: number) => new Uint8Array([width, 0, ...new Uint8Array(width * 25).fill(0x5a)]);
  for (const width of [1, 11, 16, 24]) {
    const bytes = packed(width);
    bench(`${width} bits each`, () => {
      new Unpacker(bytes).integers(200);
    });
  }
});
