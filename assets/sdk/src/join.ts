/** Asks the server for a seat, and connects to it. */

import { type Codec, messagePack } from "./codec.js";
import { retryable } from "./codes.js";
import type { Claim } from "./connection.js";
import { environment, type Environment, type HttpAnswer } from "./environment.js";
import { ConnectionClosed, JoinError } from "./errors.js";
import { Match } from "./match.js";
import type { AnyGame, GameTypes } from "./types.js";

/** Longest wait for an answer of the server, in milliseconds. */
const ANSWER_MS_MAX = 10_000;

/** Where a claim to a seat is kept; `sessionStorage` and `localStorage` are such. */
export interface ClaimStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** What to join, and as whom. */
export interface JoinOptions {
  /** The game's name. */
  readonly game: string;
  /** The player's name: 1 to 24 characters. */
  readonly name: string;
  /** The match's name: 1 to 32 of `a-z 0-9 -`. Without it the server picks one. */
  readonly match?: string;
  /** Looks on without a seat: sees everything, and what is sent as input or said has no effect. */
  readonly spectate?: boolean;
  /** Where to keep the claim to the seat, for example `sessionStorage`: a reloaded page returns to it. */
  readonly storage?: ClaimStorage;
  /** How messages travel: `json` makes them readable, if the server allows it. Default: MessagePack. */
  readonly codec?: Codec;
}

/**
 * Joins a match; done when the server has welcomed the player.
 * @param server where the server is, for example `http://localhost:8080`.
 * @param replaced what to use instead of the platform's clock and network; Node.js before version 22 needs `{ WebSocket }`.
 * @throws JoinError if the server has no seat, ConnectionClosed if the connection fails, UnsupportedError if the platform
 * lacks something.
 */
export async function join<Game extends GameTypes = AnyGame>(
  server: string,
  options: JoinOptions,
  replaced: Partial<Environment> = {},
): Promise<Match<Game>> {
  const used = environment(replaced);
  const way = {
    used,
    codec: options.codec ?? messagePack,
    kept: new KeptClaim(server, options),
    claimSeat: () => askForSeat(server, options, used),
  };
  return (await returned<Game>(way)) ?? open<Game>(await way.claimSeat(), way);
}

/**
 * Connects to a seat that was got elsewhere than from the join API, for example to look on at a match as an operator; done when the server has welcomed whoever comes.
 * @param claimSeat asks for the seat: where its WebSocket is, and a ticket. It is called once now, and again whenever the seat is gone.
 * @param replaced what to use instead of the platform's clock and network, as for `join`.
 * @throws ConnectionClosed if the connection fails, and whatever `claimSeat` rejects with.
 */
export async function connect<Game extends GameTypes = AnyGame>(
  claimSeat: () => Promise<Claim>,
  options: Pick<JoinOptions, "codec"> = {},
  replaced: Partial<Environment> = {},
): Promise<Match<Game>> {
  const used = environment(replaced);
  const kept = new KeptClaim("", { game: "", name: "" });
  return open<Game>(await claimSeat(), { used, codec: options.codec ?? messagePack, kept, claimSeat });
}

/** How to get to a seat. */
interface Way {
  readonly used: Environment;
  readonly codec: Codec;
  readonly kept: KeptClaim;
  readonly claimSeat: () => Promise<Claim>;
}

/** The seat that was kept, or null if there is none any more. */
async function returned<Game extends GameTypes>(way: Way): Promise<Match<Game> | null> {
  const claim = way.kept.read();
  if (claim === null) return null;
  try {
    return await open<Game>(claim, way);
  } catch (error) {
    if (!(error instanceof ConnectionClosed) || error.retryable) throw error;
    return null;
  }
}

/** Connects to a seat, and to another one whenever it is gone. */
function open<Game extends GameTypes>(
  claim: Claim,
  { used, codec, kept, claimSeat }: Way,
): Promise<Match<Game>> {
  let { wsUrl } = claim;
  const rejoin = async () => {
    const another = await claimSeat();
    wsUrl = another.wsUrl;
    return another;
  };
  const match = new Match<Game>(used, codec, claim, rejoin);
  return new Promise((resolve, reject) => {
    match.on("state", ({ state, code, reason }) => {
      if (state === "open") kept.write({ wsUrl, ticket: match.token });
      if (state === "open") resolve(match);
      if (state !== "closed" || code === undefined) return;
      if (!retryable(code)) kept.remove(match.token);
      reject(new ConnectionClosed(code, reason ?? ""));
    });
  });
}

async function askForSeat(server: string, { game, name, match, spectate }: JoinOptions, used: Environment): Promise<Claim> {
  const response = await ask(`${server.replace(/\/+$/, "")}/api/join`, JSON.stringify({ game, name, match, spectate }), used);
  const answer = (await response.json().catch(() => null)) as {
    ws_url?: unknown;
    ticket?: unknown;
    error?: { code?: unknown; message?: unknown };
  } | null;
  if (!response.ok)
    throw new JoinError(
      String(answer?.error?.code ?? "bad_response"),
      response.status,
      String(answer?.error?.message ?? `the server answered with status ${response.status}`),
    );
  if (typeof answer?.ws_url !== "string" || typeof answer.ticket !== "string")
    throw new JoinError("bad_response", response.status, "the server's answer has no ws_url and ticket");
  return { wsUrl: answer.ws_url, ticket: answer.ticket };
}

async function ask(url: string, body: string, used: Environment): Promise<HttpAnswer> {
  let timer: unknown;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`no answer within ${ANSWER_MS_MAX} ms`));
    timer = used.setTimeout(fail, ANSWER_MS_MAX);
  });
  const request = { method: "POST", headers: { "content-type": "application/json" }, body };
  try {
    return await Promise.race([used.fetch(url, request), late]);
  } catch (cause) {
    throw new JoinError("unreachable", 0, `the server at ${url} could not be reached`, { cause });
  } finally {
    used.clearTimeout(timer);
  }
}

/** A claim in the storage that the page gave, if it gave one. One that is full or forbidden keeps nobody from playing. */
class KeptClaim {
  readonly #key: string;
  readonly #storage: JoinOptions["storage"];

  constructor(server: string, { game, match, storage }: JoinOptions) {
    this.#key = `skirmish ${server} ${game} ${match ?? ""}`;
    this.#storage = storage;
  }

  read(): Claim | null {
    try {
      const claim = JSON.parse(this.#storage?.getItem(this.#key) ?? "null") as Partial<Claim> | null;
      return typeof claim?.wsUrl === "string" && typeof claim.ticket === "string"
        ? { wsUrl: claim.wsUrl, ticket: claim.ticket }
        : null;
    } catch {
      return null;
    }
  }

  write(claim: Claim): void {
    try {
      this.#storage?.setItem(this.#key, JSON.stringify(claim));
    } catch {
      // Then a reloaded page joins anew.
    }
  }

  /** Removes a claim, unless it is another one by now. */
  remove(ticket: string): void {
    if (this.read()?.ticket === ticket) this.#storage?.removeItem(this.#key);
  }
}
