// A place to look on from: all that there is, or what one seat sees. Gone with the view.

import { connect, type Match } from "skirmish-client";
import { ask } from "../api/http.js";
import { path } from "../state/tuning.js";

export class Watcher {
  #match: Match | null = null;
  #closed = false;

  /** Begins to watch; `failed` is told why it can't. */
  constructor(seat: number | null, failed: (error: unknown) => void) {
    const url = path("watch");
    const claimSeat = async () => {
      const { ws_url, ticket } = await ask<{ ws_url: string; ticket: string }>("POST", url, seat === null ? {} : { seat });
      return { wsUrl: ws_url, ticket };
    };
    connect(claimSeat).then((match) => {
      this.#match = match;
      if (this.#closed) match.leave();
    }, failed);
  }

  /** The match, once it has been welcomed and as long as it is there. */
  get match(): Match | null {
    return this.#match?.state === "closed" ? null : this.#match;
  }

  close(): void {
    this.#closed = true;
    this.#match?.leave();
    this.#match = null;
  }
}
