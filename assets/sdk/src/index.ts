/** Client for Skirmish game servers: `join` is where to begin. */

export { type ClaimStorage, connect, join, type JoinOptions } from "./join.js";
export type { Match } from "./match.js";
export type { AnyGame, ComponentName, GameEvent, GameTypes, MatchEvents, View } from "./types.js";
export type { Claim, ConnectionState, StateChange } from "./connection.js";
export type { Figures } from "./figures.js";
export type { SentInput } from "./input.js";
export type { Player, Settings } from "./messages.js";
export type { Environment, HttpAnswer, HttpRequest, Socket } from "./environment.js";
export type { Codec, Frame, Message } from "./codec.js";
export { json } from "./json.js";
export { CloseCode } from "./codes.js";
export {
  ChecksumError,
  ConnectionClosed,
  JoinError,
  type JoinErrorCode,
  MessageError,
  MirrorError,
  ProtocolError,
  UnsupportedError,
} from "./errors.js";
