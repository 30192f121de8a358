/**
 * What the client needs from the world around it: browsers, their workers and Node.js have it, Node.js before version 22
 * all but WebSockets. Tests put a fake clock and fake sockets here.
 *
 * Invariant: nothing here, and so nothing in the package's types, asks for the types of a browser.
 */

import type { Frame } from "./codec.js";
import { UnsupportedError } from "./errors.js";

/** What is used of a WebSocket. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  addEventListener(type: "open" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: "close",
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  send(frame: Frame): void;
  close(code?: number, reason?: string): void;
}

/** What is used of the answer to an HTTP request. */
export interface HttpAnswer {
  readonly ok: boolean;
  readonly status: number;
  json(): Promise<unknown>;
}

/** An HTTP request that is made. */
export interface HttpRequest {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** The clock, timers, chance, and network that a client uses. */
export interface Environment {
  /** Milliseconds on a clock that never goes back. Default: `performance.now`. */
  readonly now: () => number;
  /** Runs something once, after at least this many milliseconds. */
  readonly setTimeout: (run: () => void, delayMs: number) => unknown;
  /** Forgets what `setTimeout` returned. */
  readonly clearTimeout: (timer: unknown) => void;
  /** A number from 0 up to, not including, 1. Default: `Math.random`. */
  readonly random: () => number;
  /** Opens WebSockets. */
  readonly WebSocket: new (url: string, protocol: string) => Socket;
  /** Makes HTTP requests. */
  readonly fetch: (url: string, request: HttpRequest) => Promise<HttpAnswer>;
}

/**
 * The platform's environment, with some of it replaced.
 * @throws UnsupportedError if the platform lacks something, and it was not given.
 */
export function environment(replaced: Partial<Environment> = {}): Environment {
  const platform = globalThis as { WebSocket?: Environment["WebSocket"]; fetch?: Environment["fetch"] };
  const WebSocket = replaced.WebSocket ?? platform.WebSocket;
  if (WebSocket === undefined) throw new UnsupportedError("WebSocket");
  if (replaced.fetch === undefined && platform.fetch === undefined) throw new UnsupportedError("fetch");
  return {
    now: () => performance.now(),
    setTimeout: (run, delayMs) => globalThis.setTimeout(run, delayMs),
    clearTimeout: (timer) => globalThis.clearTimeout(timer as number),
    random: () => Math.random(),
    fetch: (url, request) => globalThis.fetch(url, request),
    ...replaced,
    WebSocket,
  };
}
