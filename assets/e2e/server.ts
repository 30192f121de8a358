// The real binary, for the length of a test.

import { type ChildProcess, type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
export const BINARY = `${ROOT}target/release/skirmish`;

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
  /** The address of the console that signs in as an operator, and the one that signs in to look on. */
  readonly consoles: Readonly<Record<"operator" | "viewer", string>>;

  private constructor(process: ChildProcess, lines: ReadonlyMap<string, string>) {
    this.#process = process;
    const printed = (name: string): string => lines.get(name) ?? "";
    this.url = printed("game").replace(/\/$/, "");
    this.consoles = { operator: printed("console"), viewer: printed("console, to look only") };
  }

  /** Starts `skirmish serve` with these flags, but none for tokens, and waits until it prints its addresses. Port 0 is a free one. */
  static async start(flags: readonly string[], port = 0): Promise<GameServer> {
    const always = ["serve", "--listen", `127.0.0.1:${port}`, "--assets-dir", `${ROOT}assets`, "--log-level", "error"];
    return GameServer.spawned(spawn(BINARY, [...always, ...flags], { stdio: ["ignore", "pipe", "inherit"] }));
  }

  /** A program that serves, once it has printed where. The admin token comes last. */
  static async spawned(child: ChildProcessByStdio<null, Readable, null>): Promise<GameServer> {
    const lines = new Map<string, string>();
    for await (const line of createInterface({ input: child.stdout })) {
      const [, name, value] = /^(.+) (\S+)$/.exec(line) ?? [];
      if (name && value) lines.set(name, value);
      if (name === "admin token") return new GameServer(child, lines);
    }
    throw new Error("the server ended before it printed its addresses");
  }

  /** Asks the admin API as an operator, for example `matches`. */
  async admin<T>(path: string, method = "GET", body?: unknown): Promise<T> {
    const token = new URL(this.consoles.operator).hash.replace("#token=", "");
    const response = await fetch(`${this.url}/api/admin/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return (await response.json()) as T;
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
