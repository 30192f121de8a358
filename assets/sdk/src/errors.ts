/**
 * What can go wrong, as types. Each has an `advice`: what the program, or its author, can do about it.
 *
 * Mistakes of the program that uses this package (an unknown input field, a chat text that is too long) are plain
 * `RangeError`s, whose message says what is allowed.
 */

import { closeAdvice, retryable } from "./codes.js";

/** Why there is no seat: the server's codes, and two of this package's own. */
export type JoinErrorCode = keyof typeof JOIN_ADVICE;

const JOIN_ADVICE = {
  bad_request: "Mend the options given to join: the message says which.",
  unknown_game: "Give the option game a name that the server offers.",
  wrong_game: "Leave out the option match, or name a match of this game.",
  no_match: "Join without the option spectate, which opens a match, or look on at another.",
  match_full: "Leave out the option match, so that the server finds a seat, or name another match.",
  server_full: "Ask again in a while.",
  shutting_down: "Ask again in a while: the server restarts.",
  too_frequent: "Wait a second before asking again, twice as long after each refusal.",
  unreachable: "Check the server's address, that it runs, and that it allows pages of this origin.",
  bad_response: "Check the address: what answers there is no Skirmish server, or a proxy before it.",
};

/** The server refused to let the player in, or could not be asked. */
export class JoinError extends Error {
  override readonly name = "JoinError";
  /**
   * The server's code, for example `match_full`; `unreachable` if no answer came, `bad_response` if it could not be
   * read. A newer server may have more.
   */
  readonly code: JoinErrorCode | (string & {});
  /** The HTTP status, 0 if no answer came. */
  readonly status: number;

  constructor(code: JoinErrorCode | (string & {}), status: number, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.status = status;
  }

  /** What to do about it. */
  get advice(): string {
    return JOIN_ADVICE[this.code as JoinErrorCode] ?? (this.retryable ? JOIN_ADVICE.server_full : JOIN_ADVICE.bad_request);
  }

  /** Whether asking again in a while may help. */
  get retryable(): boolean {
    return this.status === 0 || this.status >= 500 || this.code === "too_frequent";
  }
}

/** The connection ended before the match began. */
export class ConnectionClosed extends Error {
  override readonly name = "ConnectionClosed";
  /** The WebSocket close code: one of `CloseCode`, or below 4000 one of the network. */
  readonly code: number;
  /** The server's words, empty if it gave none. */
  readonly reason: string;

  constructor(code: number, reason: string) {
    super(reason === "" ? `the connection closed with code ${code}` : reason);
    this.code = code;
    this.reason = reason;
  }

  /** What to do about it. */
  get advice(): string {
    return closeAdvice(this.code);
  }

  /** Whether joining again in a while may help. */
  get retryable(): boolean {
    return retryable(this.code);
  }
}

/** The platform lacks something that this package needs. */
export class UnsupportedError extends Error {
  override readonly name = "UnsupportedError";
  /** What it lacks. */
  readonly missing: "WebSocket" | "fetch";

  constructor(missing: "WebSocket" | "fetch") {
    super(`this platform has no ${missing}`);
    this.missing = missing;
  }

  /** What to do about it. */
  get advice(): string {
    return this.missing === "WebSocket"
      ? 'Give join one as its third argument: { WebSocket } from the package ws. Node.js has its own from version 22 on.'
      : "Give join one as its third argument, { fetch }. Node.js has its own from version 18 on.";
  }
}

/** The server sent something that the protocol does not allow. The client reports it and connects anew. */
export class ProtocolError extends Error {
  override readonly name: string = "ProtocolError";

  /** What to do about it. */
  get advice(): string {
    return "Nothing at once: the client connects anew. If it comes again, update the package or the server, or report it.";
  }
}

/** A message that is not of the shape the protocol gives it. */
export class MessageError extends ProtocolError {
  override readonly name = "MessageError";
}

/** A snapshot that does not fit the state it is to be applied to. */
export class MirrorError extends ProtocolError {
  override readonly name: string = "MirrorError";
}

/** After a snapshot the client holds something else than the server believes. */
export class ChecksumError extends MirrorError {
  override readonly name = "ChecksumError";
  /** The tick of the snapshot. */
  readonly tick: number;

  constructor(tick: number, expected: number, computed: number) {
    super(`checksum of tick ${tick}: the server has ${expected}, this client ${computed}`);
    this.tick = tick;
  }
}
