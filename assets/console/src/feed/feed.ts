// The live feed: one stream, opened again after a loss, closed while the tab is hidden.
//
// Invariant: at most one stream is open; what an older one still says is dropped. `fetch` rather than `EventSource`, which
// hides why a server refuses.

import { adminUrl, reach, Refusal } from "../api/http.js";
import { waitMs } from "./backoff.js";
import type { FeedEventName, FeedEvents } from "./events.js";
import { SseReader } from "./sse.js";

/** A stream that says nothing for so long is dead: the server sends at least a heartbeat. */
const SILENCE_MS_MAX = 20_000;

export type Link =
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  | { readonly state: "hidden" }
  | { readonly state: "lost"; readonly why: string; readonly retryAtMs: number }
  | { readonly state: "ended"; readonly why: string }
  | { readonly state: "signed-out" };

export interface FeedListener {
  linked(link: Link): void;
  heard<Name extends FeedEventName>(name: Name, event: FeedEvents[Name]): void;
}

export class Feed {
  readonly #listener: FeedListener;
  #match: string | null = null;
  #open: AbortController | null = null;
  #failures = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(listener: FeedListener) {
    this.#listener = listener;
    document.addEventListener("visibilitychange", () => this.restart());
  }

  /** Follows a match, or only the server. */
  follow(match: string | null): void {
    this.#match = match;
    this.restart();
  }

  /** Opens anew at once, unless nobody would see it. */
  restart(): void {
    this.#failures = 0;
    this.#connect();
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#open?.abort();
    if (document.hidden) return this.#listener.linked({ state: "hidden" });
    const open = new AbortController();
    this.#open = open;
    if (this.#failures === 0) this.#listener.linked({ state: "connecting" });
    this.#stream(open.signal).catch((error: unknown) => {
      if (!open.signal.aborted) this.#lost(error);
    });
  }

  async #stream(signal: AbortSignal): Promise<never> {
    const query = this.#match === null ? "" : `?match=${encodeURIComponent(this.#match)}`;
    const response = await reach(adminUrl(`feed${query}`), { signal });
    if (!response.ok || !response.body) throw await Refusal.of(response);
    this.#failures = 0;
    this.#listener.linked({ state: "open" });
    const events = new SseReader();
    const chunks = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await this.#awake(chunks.read());
      if (done) throw new Refusal("ended", 0, "The server closed the feed.");
      for (const { name, data } of events.read(value)) {
        if (signal.aborted) break;
        this.#listener.heard(name as FeedEventName, JSON.parse(data) as FeedEvents[FeedEventName]);
      }
    }
  }

  async #awake<T>(read: Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Refusal("silent", 0, "The feed fell silent.")), SILENCE_MS_MAX);
    });
    try {
      return await Promise.race([read, silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  #lost(error: unknown): void {
    this.#open?.abort();
    const refusal = error instanceof Refusal ? error : new Refusal("broken", 0, "The connection to the server broke.");
    if (refusal.status === 401) return this.#listener.linked({ state: "signed-out" });
    if (refusal.status === 404) return this.#listener.linked({ state: "ended", why: refusal.message });
    const delayMs = waitMs(++this.#failures);
    this.#listener.linked({ state: "lost", why: refusal.message, retryAtMs: Date.now() + delayMs });
    this.#timer = setTimeout(() => this.#connect(), delayMs);
  }
}
