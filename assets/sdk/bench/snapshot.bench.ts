/** What a second of a crowd of 200 costs a client, in Node.js. In a browser: `npm run bench:chromium`. */

import { readFileSync } from "node:fs";
import { bench, describe } from "vitest";
import { Unpacker } from "../src/packed.js";
import { type Recorded, Second } from "./second.js";

const file = new URL("../../../protocol/vectors/workload.json", import.meta.url);
const second = new Second(JSON.parse(readFileSync(file, "utf8")) as Recorded);

describe("a second of 200 players", () => {
  bench("decode", () => second.decode());
  bench("decode and apply, keyframe included", () => second.play(second.begin()));
  bench("decode and apply, keyframe alone", () => void second.begin());
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
