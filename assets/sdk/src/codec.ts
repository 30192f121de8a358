/** How messages become frames and frames messages. MessagePack is what a client speaks; `json.ts` has the readable form. */

import { Decoder, Encoder } from "@msgpack/msgpack";
import { MessageError } from "./errors.js";

/** A message on its way to the server: the protocol's array, whose first element is the type's number. */
export type Message = readonly [kind: number, ...parts: unknown[]];

/** What a socket sends. */
export type Frame = string | Uint8Array<ArrayBuffer>;

/** One form of the messages. */
export interface Codec {
  /** The WebSocket subprotocol that stands for it. */
  readonly subprotocol: string;
  /** The frame of a message. */
  encode(message: Message): Frame;
  /**
   * The message in a frame, as it came: nothing of its shape is checked.
   * @throws MessageError if it is not of this form.
   */
  decode(frame: string | ArrayBuffer): unknown;
}

const encoder = /* @__PURE__ */ new Encoder();
const decoder = /* @__PURE__ */ new Decoder();

/** Messages in MessagePack: section 2 of the protocol. */
export const messagePack: Codec = {
  subprotocol: "skirmish.v1",
  encode: (message) => encoder.encode(message),
  decode(frame) {
    if (typeof frame === "string") throw new MessageError("a text message, where MessagePack is spoken");
    try {
      return decoder.decode(frame);
    } catch (cause) {
      throw new MessageError(`not one MessagePack value: ${String(cause)}`, { cause });
    }
  },
};
