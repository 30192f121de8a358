/** Pings at a steady pace, and notices when nothing comes back. */

import type { Environment } from "./environment.js";

/** The first pings come fast, so that the clock is soon right. */
const FAST_BEATS = 4;
const FAST_MS = 250;
const STEADY_MS = 1000;
/** Pings in a row without any message from the server, after which the connection is taken for dead. */
const SILENT_BEATS_MAX = 6;

/**
 * Beats while a connection is open. Silence is counted in beats, not in time: a page that was frozen has not listened.
 */
export class Heartbeat {
  readonly #environment: Environment;
  readonly #beat: () => void;
  readonly #silent: () => void;
  #timer: unknown = null;
  #beats = 0;
  #unheard = 0;

  constructor(environment: Environment, beat: () => void, silent: () => void) {
    this.#environment = environment;
    this.#beat = beat;
    this.#silent = silent;
  }

  start(): void {
    this.stop();
    this.#beats = 0;
    this.#unheard = 0;
    this.#run();
  }

  stop(): void {
    this.#environment.clearTimeout(this.#timer);
  }

  /** Something came from the server. */
  heard(): void {
    this.#unheard = 0;
  }

  #run(): void {
    if (this.#unheard >= SILENT_BEATS_MAX) {
      this.#silent();
      return;
    }
    this.#unheard++;
    this.#beat();
    const delayMs = ++this.#beats < FAST_BEATS ? FAST_MS : STEADY_MS;
    this.#timer = this.#environment.setTimeout(() => this.#run(), delayMs);
  }
}
