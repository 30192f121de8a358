/** A clock, timers and sockets that a test drives by hand. */

import { decode, encode } from "@msgpack/msgpack";
import { type Codec, type Frame, messagePack } from "../src/codec.js";
import type { Claim } from "../src/connection.js";
import type { Environment } from "../src/environment.js";
import { Match } from "../src/match.js";
import { welcome, type WelcomeParts } from "./frames.js";

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

/** Time that passes only when told to. */
export class FakeClock {
  nowMs = 0;
  readonly #timers = new Set<Timer>();

  setTimeout(run: () => void, delayMs: number): Timer {
    const timer = { atMs: this.nowMs + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer);
  }

  /** Lets time pass and runs what falls due, in order. */
  advance(ms: number): void {
    const endMs = this.nowMs + ms;
    for (let next = this.#next(); next !== undefined && next.atMs <= endMs; next = this.#next()) {
      this.#timers.delete(next);
      this.nowMs = Math.max(this.nowMs, next.atMs);
      next.run();
    }
    this.nowMs = endMs;
  }

  /** Lets time pass in which a frozen page runs nothing; what fell due is late. */
  freeze(ms: number): void {
    this.nowMs += ms;
  }

  #next(): Timer | undefined {
    return [...this.#timers].sort((a, b) => a.atMs - b.atMs)[0];
  }
}

/** The client's end of a connection, and what the server would do with its own. */
export class FakeSocket {
  readyState = 0;
  bufferedAmount = 0;
  binaryType = "blob";
  readonly #listeners = new Map<string, (event: never) => void>();
  /** What the client closed it with. */
  closedWith: number | null = null;
  /** All messages of the client, decoded. */
  readonly sent: unknown[][] = [];
  readonly url: string;
  readonly protocol: string;

  constructor(url: string, protocol: string) {
    this.url = url;
    this.protocol = protocol;
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    this.#listeners.set(type, listener);
  }

  send(frame: Frame): void {
    this.sent.push((typeof frame === "string" ? JSON.parse(frame) : decode(frame)) as unknown[]);
  }

  close(code: number): void {
    this.readyState = 3;
    this.closedWith = code;
  }

  /** The messages of one type, newest last. */
  sentOf(type: number): unknown[][] {
    return this.sent.filter((message) => message[0] === type);
  }

  accept(): void {
    this.readyState = 1;
    this.#tell("open", {});
  }

  deliver(message: unknown): void {
    const bytes = message instanceof Uint8Array ? message : encode(message);
    this.#tell("message", { data: bytes.slice().buffer });
  }

  deliverText(text: string): void {
    this.#tell("message", { data: text });
  }

  #tell(type: string, event: object): void {
    this.#listeners.get(type)?.(event as never);
  }

  drop(code: number, reason = ""): void {
    this.readyState = 3;
    this.#tell("close", { code, reason });
  }
}

/** A fake environment and all that happens in it. */
export class Stage {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  /** What `random` returns. */
  chance = 1;
  /** What asking for another seat gives. */
  rejoin: () => Promise<Claim> = () => Promise.reject(new Error("no other seat in this test"));
  readonly environment: Environment;

  constructor(fetch: Environment["fetch"] = () => Promise.reject(new Error("no fetch in this test"))) {
    const { clock, sockets } = this;
    class Socket extends FakeSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        sockets.push(this);
      }
    }
    this.environment = {
      now: () => clock.nowMs,
      setTimeout: (run, delayMs) => clock.setTimeout(run, delayMs),
      clearTimeout: (timer) => clock.clearTimeout(timer),
      random: () => this.chance,
      WebSocket: Socket,
      fetch,
    };
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket has been opened");
    return socket;
  }

  /** Accepts the newest socket and welcomes its client. */
  welcome(parts: WelcomeParts = {}): void {
    this.socket.accept();
    this.socket.deliver(welcome(parts));
  }

  /** A match that begins to connect. */
  connecting(codec: Codec = messagePack): Match {
    return new Match(this.environment, codec, { wsUrl: "ws://test/ws", ticket: "ticket" }, () => this.rejoin());
  }

  /** A match that has just been welcomed. */
  match(parts: WelcomeParts = {}): Match {
    const match = this.connecting();
    this.welcome(parts);
    return match;
  }

  /** Lets pending promises run until a socket has been opened. */
  async socketOpened(count = 1): Promise<void> {
    while (this.sockets.length < count) await Promise.resolve();
  }
}
