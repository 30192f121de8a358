/** A second of a crowd of 200, from the golden vectors: a keyframe, and 20 snapshots of which the last is verified. */

import { decode } from "@msgpack/msgpack";
import { messagePack } from "../src/codec.js";
import { readMessage, type Snapshot } from "../src/messages.js";
import { Mirror } from "../src/mirror.js";
import { decodeSchema, tableLayouts } from "../src/schema.js";

/** What `protocol/vectors/workload.json` holds. */
export interface Recorded {
  readonly schema: string;
  readonly tick_hz: number;
  readonly frames: readonly string[];
}

/** The second, ready to be played again and again. */
export class Second {
  readonly #layouts;
  readonly #tickHz: number;
  readonly #keyframe: ArrayBuffer;
  readonly #deltas: readonly ArrayBuffer[];

  constructor({ schema, tick_hz, frames }: Recorded) {
    const [keyframe, ...deltas] = frames.map(bytes);
    this.#layouts = tableLayouts(decodeSchema(decode(bytes(schema))));
    this.#tickHz = tick_hz;
    this.#keyframe = keyframe;
    this.#deltas = deltas;
  }

  /** How many snapshots follow the keyframe. */
  get snapshots(): number {
    return this.#deltas.length;
  }

  /** Decodes every snapshot but the keyframe. */
  decode(): void {
    this.#deltas.forEach(snapshot);
  }

  /** Decodes and applies the keyframe. */
  begin(): Mirror {
    const mirror = new Mirror(this.#layouts);
    mirror.apply(snapshot(this.#keyframe), this.#tickHz);
    return mirror;
  }

  /** Decodes and applies the rest. */
  play(mirror: Mirror): void {
    for (const frame of this.#deltas) mirror.apply(snapshot(frame), this.#tickHz);
  }
}

function snapshot(frame: ArrayBuffer): Snapshot {
  const message = readMessage(messagePack.decode(frame));
  if (message.type !== "snapshot") throw new Error(message.type);
  return message;
}

function bytes(hex: string): ArrayBuffer {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16)).buffer;
}
