/** What a client says, each message as the protocol's array. */

import type { Message } from "./codec.js";

/** The protocol version that this package speaks. */
const PROTOCOL_VERSION = 1;

/** The first message: what the client is and the hash of the schema it holds, or 0. */
export const hello = (agent: string, schemaHash: number): Message => [1, PROTOCOL_VERSION, agent, schemaHash];

/** One input command, in the integers of the schema. */
export const input = (seq: number, snapshotAck: number, values: readonly number[]): Message => [
  2,
  seq,
  snapshotAck,
  values,
];

/** An acknowledgement without an input. */
export const ack = (snapshotAck: number): Message => [3, snapshotAck];

/** Asks for a pong. */
export const ping = (token: number): Message => [4, token];

/** Says something to everybody. */
export const chat = (text: string): Message => [5, text];

/** Gives the seat up. */
export const leave = (): Message => [6];
