/** Client for Skirmish game servers: `join` is where to begin. */

export { join, type JoinOptions } from "./join.js";
export type { Match } from "./match.js";
export type { AnyGame, ComponentName, GameEvent, GameTypes, MatchEvents, View } from "./types.js";
export type { ConnectionState, StateChange } from "./connection.js";
export type { Figures } from "./figures.js";
export type { SentInput } from "./input.js";
export type { Player, Settings } from "./messages.js";
export type { Environment } from "./environment.js";
export { ChecksumError, ConnectionClosed, JoinError, MessageError, MirrorError, ProtocolError } from "./errors.js";
