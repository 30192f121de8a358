/** Messages as JSON text, for people who look at frames: section 9 of the protocol. */

import type { Codec } from "./codec.js";
import { MessageError } from "./errors.js";

/** The names of the client's messages, by their numbers. */
const SAID: readonly string[] = ["", "hello", "input", "ack", "ping", "chat", "leave"];
/** The names of the server's messages; the first has the number 16. */
const HEARD: readonly string[] = ["welcome", "snapshot", "settings", "pong", "roster", "chat", "goodbye", "notice"];
const HEARD_FIRST = 16;

/**
 * Messages as readable text, for `join`'s option `codec`. Only servers whose configuration says `json_subprotocol` speak
 * it; it takes several times the bytes.
 */
export const json: Codec = {
  subprotocol: "skirmish.v1.json",
  encode: ([kind, ...parts]) => JSON.stringify([SAID[kind], ...parts]),
  decode(frame) {
    if (typeof frame !== "string") throw new MessageError("a binary message, where JSON is spoken");
    const message = parse(frame);
    if (!Array.isArray(message)) return message;
    const [name, ...parts] = message as unknown[];
    const number = HEARD.indexOf(name as string);
    return [number < 0 ? name : HEARD_FIRST + number, ...parts];
  },
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MessageError(`not JSON: ${String(cause)}`, { cause });
  }
}
