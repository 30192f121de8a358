/**
 * What can go wrong, as types.
 *
 * Mistakes of the program that uses this package (an unknown input field, a chat text that is too long) are plain
 * `RangeError`s.
 */

/** The server refused to let the player in, or could not be asked. */
export class JoinError extends Error {
  override readonly name = "JoinError";
  /**
   * The server's code, for example `match_full`; `unreachable` if no answer came, `bad_response` if it could not be
   * read.
   */
  readonly code: string;
  /** The HTTP status, 0 if no answer came. */
  readonly status: number;

  constructor(code: string, status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = status;
  }
}

/** The connection ended before the match began. */
export class ConnectionClosed extends Error {
  override readonly name = "ConnectionClosed";
  /** The WebSocket close code; section 8 of the protocol lists the server's own. */
  readonly code: number;
  /** The server's words, empty if it gave none. */
  readonly reason: string;

  constructor(code: number, reason: string) {
    super(reason === "" ? `the connection closed with code ${code}` : reason);
    this.code = code;
    this.reason = reason;
  }
}

/** The server sent something that the protocol does not allow. The client reports it and connects anew. */
export class ProtocolError extends Error {
  override readonly name: string = "ProtocolError";
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
