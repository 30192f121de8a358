/** Asks the server for a seat, and connects to it. */

import type { Claim } from "./connection.js";
import { environment, type Environment } from "./environment.js";
import { ConnectionClosed, JoinError } from "./errors.js";
import { Match } from "./match.js";
import { retryable } from "./retry.js";
import type { AnyGame, GameTypes } from "./types.js";

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
  readonly storage?: Pick<Storage, "getItem" | "setItem" | "removeItem">;
}

/**
 * Joins a match; done when the server has welcomed the player.
 * @param server where the server is, for example `http://localhost:8080`.
 * @param replaced what to use instead of the browser's clock and network.
 * @throws JoinError if the server has no seat, ConnectionClosed if the connection fails.
 */
export async function join<Game extends GameTypes = AnyGame>(
  server: string,
  options: JoinOptions,
  replaced: Partial<Environment> = {},
): Promise<Match<Game>> {
  const used = environment(replaced);
  const kept = new KeptClaim(server, options);
  const claimSeat = () => askForSeat(server, options, used);
  return (await returned<Game>(kept, claimSeat, used)) ?? open<Game>(await claimSeat(), kept, claimSeat, used);
}

/** The seat that was kept, or null if there is none any more. */
async function returned<Game extends GameTypes>(
  kept: KeptClaim,
  claimSeat: () => Promise<Claim>,
  used: Environment,
): Promise<Match<Game> | null> {
  const claim = kept.read();
  if (claim === null) return null;
  try {
    return await open<Game>(claim, kept, claimSeat, used);
  } catch (error) {
    if (!(error instanceof ConnectionClosed) || retryable(error.code, null)) throw error;
    return null;
  }
}

/** Connects to a seat, and to another one whenever it is gone. */
function open<Game extends GameTypes>(
  claim: Claim,
  kept: KeptClaim,
  claimSeat: () => Promise<Claim>,
  used: Environment,
): Promise<Match<Game>> {
  let { wsUrl } = claim;
  const rejoin = async () => {
    const another = await claimSeat();
    wsUrl = another.wsUrl;
    return another;
  };
  const match = new Match<Game>(used, claim, rejoin);
  return new Promise((resolve, reject) => {
    match.on("state", ({ state, code, reason }) => {
      if (state === "open") kept.write({ wsUrl, ticket: match.token });
      if (state === "open") resolve(match);
      if (state !== "closed" || code === undefined) return;
      if (!retryable(code, null)) kept.remove(match.token);
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

async function ask(url: string, body: string, used: Environment): Promise<Response> {
  try {
    return await used.fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  } catch (cause) {
    throw new JoinError("unreachable", 0, `the server at ${url} could not be reached`, { cause });
  }
}

/** A claim in the storage that the page gave, if it gave one. */
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
    this.#storage?.setItem(this.#key, JSON.stringify(claim));
  }

  /** Removes a claim, unless it is another one by now. */
  remove(ticket: string): void {
    if (this.read()?.ticket === ticket) this.#storage?.removeItem(this.#key);
  }
}
