/**
 * A player's connection to the server: socket, hello, close codes, and coming back after a loss.
 *
 * Invariant: at most one socket is listened to; what an older one still says is dropped. What the messages mean is in
 * `match.ts`.
 */

import type { Codec, Message } from "./codec.js";
import { BROKEN, CloseCode, retryable, seatGone } from "./codes.js";
import type { Environment, Socket } from "./environment.js";
import { type JoinError, MessageError, ProtocolError } from "./errors.js";
import { type Goodbye, readMessage, type ServerMessage } from "./messages.js";
import { retryDelayMs } from "./retry.js";
import * as say from "./say.js";

const AGENT = "skirmish-client/0.1.0";
/** A connection that has lasted this long is sound: the next loss is a new one, in milliseconds. */
const SOUND_MS = 5000;
/** Longest wait from opening a socket to the welcome, in milliseconds. */
const WELCOME_MS_MAX = 10_000;

/** The right to connect to a seat. */
export interface Claim {
  readonly wsUrl: string;
  /** A join ticket or a reconnect token. */
  readonly ticket: string;
}

/** What a connection is doing. */
export type ConnectionState = "connecting" | "open" | "reconnecting" | "closed";

/** A change of a connection's state, and why. */
export interface StateChange {
  readonly state: ConnectionState;
  /** The close code, if a close led here; none if the program called `close`. */
  readonly code?: number;
  /** The server's words for it. */
  readonly reason?: string;
  /** When the next attempt is made, in milliseconds. */
  readonly retryInMs?: number;
}

/** Where a connection reports to. */
export interface ConnectionListener {
  /** The hash of the schema that is held, or 0. */
  schemaHash(): number;
  /** Asks for another seat in place of one that is gone. Rejects with a `JoinError` if there is none. */
  rejoin(): Promise<Claim>;
  /**
   * A message of an open connection; a welcome is the first. May throw a `ProtocolError`: the connection is then made
   * anew.
   */
  message(message: ServerMessage, bytes: number): void;
  /** The state is another one. */
  changed(change: StateChange): void;
  /** The server broke the protocol. */
  failed(error: ProtocolError): void;
}

/** A connection that comes back by itself as long as the server would have it. */
export class Connection {
  readonly #environment: Environment;
  readonly #codec: Codec;
  readonly #listener: ConnectionListener;
  #claim: Claim;
  /** Whether the claim is void. */
  #seatGone = false;
  #state: ConnectionState = "connecting";
  #socket: Socket | null = null;
  #timer: unknown = null;
  #attempt = 0;
  #welcomedMs: number | null = null;
  #goodbye: Goodbye | null = null;
  /** A refused connection's reason comes as text. */
  #text = "";

  constructor(environment: Environment, codec: Codec, claim: Claim, listener: ConnectionListener) {
    this.#environment = environment;
    this.#codec = codec;
    this.#claim = claim;
    this.#listener = listener;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The newest reconnect token, or the ticket before there is one. */
  get ticket(): string {
    return this.#claim.ticket;
  }

  /** Bytes that the socket has not sent yet. */
  get unsentBytes(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Opens a socket and says hello. */
  connect(): void {
    this.#goodbye = null;
    this.#text = "";
    try {
      this.#open();
    } catch (error) {
      // The platform will not even try, for example because the page is secure and the address is not.
      this.#timer = this.#environment.setTimeout(() => this.#lost(BROKEN, String(error)), 0);
    }
  }

  #open(): void {
    const { wsUrl, ticket } = this.#claim;
    const socket = new this.#environment.WebSocket(`${wsUrl}?ticket=${ticket}`, this.#codec.subprotocol);
    this.#socket = socket;
    this.#timer = this.#environment.setTimeout(() => this.restart("no welcome came"), WELCOME_MS_MAX);
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => socket.send(this.#codec.encode(say.hello(AGENT, this.#listener.schemaHash()))));
    socket.addEventListener("message", ({ data }) => {
      if (this.#socket === socket) this.#receive(data as string | ArrayBuffer);
    });
    socket.addEventListener("close", ({ code, reason }) => {
      if (this.#socket === socket) this.#lost(code, this.#goodbye?.reason || this.#text || reason);
    });
    // A close follows. Sockets of the package ws throw what nobody listens to.
    socket.addEventListener("error", () => {});
  }

  /** Sends a message, if the connection is open; drops it otherwise. */
  send(message: Message): void {
    if (this.#state === "open" && this.#socket?.readyState === 1) this.#socket.send(this.#codec.encode(message));
  }

  /** Drops the socket and connects again: it is dead, or what came through it can't be used. */
  restart(reason: string): void {
    this.#release(reason);
    this.#lost(BROKEN, reason);
  }

  /** Closes for good. The seat stays taken until the server gives it up. */
  close(): void {
    if (this.#state === "closed") return;
    this.#release("closed");
    this.#change({ state: "closed" });
  }

  /** Gives the seat up and closes for good. */
  leave(): void {
    if (this.#state === "closed") return;
    this.send(say.leave());
    this.#release("left");
    this.#change({ state: "closed", code: CloseCode.left, reason: "left" });
  }

  /** Lets go of the socket: nothing that it says is heard any more. */
  #release(reason: string): void {
    this.#environment.clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(CloseCode.left, reason);
  }

  #receive(frame: string | ArrayBuffer): void {
    if (typeof frame === "string" && !frame.startsWith("[")) {
      this.#text = frame;
      return;
    }
    try {
      const bytes = typeof frame === "string" ? frame.length : frame.byteLength;
      this.#take(readMessage(this.#codec.decode(frame)), bytes);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#listener.failed(error);
      this.restart(error.name);
    }
  }

  #take(message: ServerMessage, bytes: number): void {
    if (message.type === "goodbye") {
      this.#goodbye = message;
      return;
    }
    if ((message.type === "welcome") === (this.#state === "open"))
      throw new MessageError(`a ${message.type} out of order`);
    if (message.type === "welcome") {
      this.#environment.clearTimeout(this.#timer);
      this.#claim = { ...this.#claim, ticket: message.token };
      this.#welcomedMs = this.#environment.now();
    }
    this.#listener.message(message, bytes);
    if (message.type === "welcome" && this.#state !== "closed") this.#change({ state: "open" });
  }

  #lost(code: number, reason: string): void {
    this.#environment.clearTimeout(this.#timer);
    this.#socket = null;
    if (this.#welcomedMs !== null && this.#environment.now() - this.#welcomedMs >= SOUND_MS) this.#attempt = 0;
    this.#welcomedMs = null;
    this.#seatGone = this.#state === "reconnecting" && seatGone(code);
    const mayReturn = this.#seatGone || (retryable(code) && this.#goodbye?.retryAfterMs !== null);
    if (this.#state !== "connecting" && mayReturn) this.#retry(code, reason);
    else this.#change({ state: "closed", code, reason });
  }

  /** Connects again in a while, or joins again if the seat is gone. */
  #retry(code: number, reason: string): void {
    const retryInMs = retryDelayMs(this.#attempt++, this.#goodbye, this.#environment.random);
    const retry = () => (this.#seatGone ? this.#rejoin(code) : this.connect());
    this.#timer = this.#environment.setTimeout(retry, retryInMs);
    this.#change({ state: "reconnecting", code, reason, retryInMs });
  }

  /** Connects to another seat; `code` said that the one before is gone. */
  #rejoin(code: number): void {
    this.#listener.rejoin().then(
      (claim) => {
        if (this.#state === "closed") return;
        this.#claim = claim;
        this.connect();
      },
      (error: JoinError) => {
        if (this.#state === "closed") return;
        if (error.retryable) this.#retry(code, error.message);
        else this.#change({ state: "closed", code, reason: error.message });
      },
    );
  }

  #change(change: StateChange): void {
    this.#state = change.state;
    this.#listener.changed(change);
  }
}
