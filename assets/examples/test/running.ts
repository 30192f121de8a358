/** Programs that run for the length of a test: servers, and examples that play on them. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** A program whose output is read line by line. */
export class Running {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #command: string;

  constructor(command: string, args: readonly string[], variables: Record<string, string> = {}) {
    this.#command = [command, ...args].join(" ");
    const env = { ...process.env, ...variables };
    this.#process = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], env });
    if (this.#process.stdout === null) throw new Error("its output is a pipe");
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Waits for a line like this; gives what its parentheses hold. */
  async line(pattern: RegExp): Promise<string> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`${this.#command} ended without a line like ${pattern}`);
      const found = pattern.exec(value);
      if (found) return found[1] ?? "";
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const exit = once(this.#process, "exit");
    this.#process.kill();
    await exit;
  }
}

/** A server, and where it is. */
export interface GameServer extends AsyncDisposable {
  readonly url: string;
}

/** Starts `skirmish serve` with these flags, on a free port. */
export async function serve(...flags: string[]): Promise<GameServer> {
  const always = ["serve", "--listen", "127.0.0.1:0", "--assets-dir", `${ROOT}assets`, "--log-level", "error"];
  return started(new Running(`${ROOT}target/release/skirmish`, [...always, ...flags]));
}

/** Starts the example `tag`, on a free port. */
export async function serveTag(): Promise<GameServer> {
  const tag = new Running(`${ROOT}target/debug/examples/tag`, [], { SKIRMISH_LISTEN: "127.0.0.1:0" });
  return started(tag);
}

async function started(running: Running): Promise<GameServer> {
  const url = await running.line(/^game (\S+?)\/?$/);
  return { url, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() };
}
