// The real binary on a free port, for the length of a test file.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

export class GameServer {
  readonly #process: ChildProcess;
  /** For example `http://127.0.0.1:40123`. */
  readonly url: string;

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** Starts `skirmish serve` with these flags besides and waits until it prints its URL. */
  static async start(...flags: string[]): Promise<GameServer> {
    const child = spawn(`${ROOT}target/release/skirmish`, ["serve", "--listen", "127.0.0.1:0", ...flags], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const url = /^game (http:\/\/\S+?)\/?$/.exec(line)?.[1];
      if (url) return new GameServer(child, url);
    }
    throw new Error("the server ended before it printed its URL");
  }

  /** Stops it as an operator would, and returns how long that took, in milliseconds. */
  async stop(): Promise<number> {
    if (this.#process.exitCode !== null) return 0;
    const started = performance.now();
    this.#process.kill("SIGTERM");
    await once(this.#process, "exit");
    return performance.now() - started;
  }
}
