// The real binary, for the length of a test.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** How a server ended. */
export interface Ending {
  /** The exit code; null if a signal killed it. */
  readonly code: number | null;
  readonly tookMs: number;
}

export class GameServer {
  readonly #process: ChildProcess;
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** Starts `skirmish serve` with these flags and waits until it prints its URL. Port 0 is a free one. */
  static async start(flags: readonly string[], port = 0): Promise<GameServer> {
    const always = ["serve", "--listen", `127.0.0.1:${port}`, "--assets-dir", `${ROOT}assets`, "--log-level", "error"];
    const child = spawn(`${ROOT}target/release/skirmish`, [...always, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /^game (http:\/\/\S+?)\/?$/.exec(line)?.[1];
      if (url) return new GameServer(child, url);
    }
    throw new Error("the server ended before it printed its URL");
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  /** Ends it: as an operator would, or at once as a crash does. */
  async stop(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<Ending> {
    const started = performance.now();
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const exit = once(this.#process, "exit");
      this.#process.kill(signal);
      await exit;
    }
    return { code: this.#process.exitCode, tookMs: performance.now() - started };
  }
}
