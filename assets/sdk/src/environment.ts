/**
 * What the client needs from the world around it. Tests put a fake clock and fake sockets here; browsers need nothing.
 */

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
  readonly WebSocket: new (url: string, protocol: string) => WebSocket;
  /** Makes HTTP requests. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
}

/** The browser's environment, with some of it replaced. */
export function environment(replaced: Partial<Environment> = {}): Environment {
  return {
    now: () => performance.now(),
    setTimeout: (run, delayMs) => globalThis.setTimeout(run, delayMs),
    clearTimeout: (timer) => globalThis.clearTimeout(timer as number),
    random: () => Math.random(),
    WebSocket: globalThis.WebSocket,
    fetch: (url, init) => globalThis.fetch(url, init),
    ...replaced,
  };
}
