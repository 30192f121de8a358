// A place to look on from: all that there is, or what one seat sees. Gone with the view.

import { join, type Match } from "skirmish-client";
import { adminUrl } from "../api/http.js";
import { path } from "../state/tuning.js";

export class Watcher {
  #match: Match | null = null;
  #closed = false;

  /** The match, once it has been welcomed and as long as it is there. */
  get match(): Match | null {
    return this.#match?.state === "closed" ? null : this.#match;
  }

  /** Begins to watch; `failed` is told why it can't. */
  constructor(game: string, seat: number | null, failed: (error: unknown) => void) {
    const url = adminUrl(path("watch"));
    const body = JSON.stringify(seat === null ? {} : { seat });
    // Asked for like a player's seat, but where an operator asks; so too after the connection was lost.
    const environment = { fetch: (_join: string, request: RequestInit) => fetch(url, { ...request, body }) };
    join(location.origin, { game, name: "console", spectate: true }, environment).then((match) => {
      this.#match = match;
      if (this.#closed) match.leave();
    }, failed);
  }

  close(): void {
    this.#closed = true;
    this.#match?.leave();
    this.#match = null;
  }
}
