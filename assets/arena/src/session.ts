// The way into a match and back: joins, watches, and has a card for everything the connection does.

import { CloseCode, ConnectionClosed, JoinError, join, type Match, type StateChange } from "skirmish-client";
import { type Action, type Card, StateCard } from "./card.js";
import { lasting, type Memory } from "./memory.js";
import { sentence } from "./page.js";
import type { Arena } from "./types.js";

const NAME = "name";
const NAME_CHARS_MAX = 24;
/** A reloaded page goes straight back to its seat. */
const PLAYING = "playing";

/** Titles for refusals that deserve one of their own, by the server's code. */
const REFUSALS: Readonly<Record<string, string>> = {
  match_full: "The match is full",
  server_full: "The server is full",
  shutting_down: "The server is restarting",
};

/** Refusals that another match may not share. */
const ABOUT_THE_MATCH: ReadonlySet<string> = new Set(["bad_request", "match_full", "no_match", "wrong_game"]);

/** What the page hears of its session. */
export interface SessionListener {
  /** There is another match to show, welcomed and open. */
  entered(match: Match<Arena>): void;
  /** The connection is open again after a loss. */
  returned(): void;
  /** What the server said of the match before. */
  told(text: string): void;
  /** Whether the match is in sight: no card lies over it. */
  shown(open: boolean): void;
}

export class Session {
  readonly #address = new URL(location.href);
  readonly #listener: SessionListener;
  /** What a reloaded page comes back with. */
  readonly #tab: Memory;
  readonly #card = new StateCard((name) => void this.play(name));
  #name: string;
  /** The match wanted by name; none: any. */
  #wanted: string | undefined;
  #match: Match<Arena> | undefined;
  #entered = false;
  /** Whether the server said that it stops, and has not come back yet. */
  #restarting = false;

  constructor(tab: Memory, listener: SessionListener) {
    this.#listener = listener;
    this.#tab = tab;
    this.#wanted = this.#address.searchParams.get("match") || undefined;
    this.#name =
      this.#called ??
      lasting.getItem(NAME) ??
      `guest-${Math.floor(1000 + Math.random() * 9000)}`;
  }

  /** The name in the address, as long as names may be. */
  get #called(): string | undefined {
    const name = this.#address.searchParams.get("name")?.trim() ?? "";
    return [...name].slice(0, NAME_CHARS_MAX).join("") || undefined;
  }

  get match(): Match<Arena> | undefined {
    return this.#match;
  }

  /** The address that brings a friend into this match. */
  get invitation(): string {
    return `${this.#address.origin}/?match=${this.#match?.id ?? ""}`;
  }

  /** Goes in at once if the address names the player or this tab was playing; else asks who it is. */
  begin(): void {
    if (this.#called !== undefined || this.#tab.getItem(PLAYING)) return void this.play();
    const text = this.#wanted ? `You are invited to the match “${this.#wanted}”.` : "Bots are waiting. Bring a friend.";
    this.#show("start", { mood: "start", title: "Arena", text, name: this.#name, play: "Play" });
  }

  /** Asks for another name, under which the player joins again. */
  rename(): void {
    const back = (): void =>
      this.#match?.state === "open" ? this.#reveal() : this.#changed({ state: "reconnecting" });
    const text = "You will join again under the new name, with a new score.";
    this.#show(
      "start",
      { mood: "stopped", title: "Change name", text, name: this.#name, actions: [{ label: "Back", act: back }] },
      back,
    );
  }

  /** Takes a seat, under the name that was last used unless there is another. */
  async play(name = this.#name): Promise<void> {
    this.#name = name;
    lasting.setItem(NAME, name);
    await this.#join({ storage: this.#tab });
    if (this.#match) this.#tab.setItem(PLAYING, "1");
  }

  /** Looks on without a seat. */
  watch(): Promise<void> {
    return this.#join({ spectate: true });
  }

  async #join(how: { readonly storage?: Memory; readonly spectate?: boolean }): Promise<void> {
    const before = this.#match;
    this.#match = undefined;
    this.#entered = false;
    before?.leave();
    this.#changed({ state: "connecting" });
    try {
      const wanted = this.#wanted === undefined ? {} : { match: this.#wanted };
      this.#enter(await join<Arena>(location.origin, { game: "arena", name: this.#name, ...wanted, ...how }));
    } catch (error) {
      this.#refused(error);
    }
  }

  #enter(match: Match<Arena>): void {
    this.#match = match;
    match.on("state", (change) => {
      if (match === this.#match) this.#changed(change);
    });
    this.#listener.entered(match);
    this.#changed({ state: match.state });
  }

  #changed(change: StateChange): void {
    switch (change.state) {
      case "connecting":
        return this.#show("connecting", { mood: "busy", title: "Connecting", text: "Asking the server for a seat …" });
      case "open":
        return this.#opened();
      case "reconnecting":
        this.#restarting ||= change.code === CloseCode.shutdown;
        return this.#show("reconnecting", lost(change, this.#restarting));
      case "closed":
        if (change.code === CloseCode.match_over) return void this.#next(change.reason ?? "");
        return this.#show("closed", {
          mood: "stopped",
          title: "Disconnected",
          text: sentence(change.reason || "the connection was closed"),
          name: this.#name,
          play: "Play again",
        });
    }
  }

  /** The match is over: into another, where the server's words for it are to be read. */
  async #next(reason: string): Promise<void> {
    await this.play();
    if (this.#match && reason) this.#listener.told(sentence(reason));
  }

  /** Takes the card off the match. */
  #reveal(): void {
    document.body.dataset["state"] = "open";
    this.#card.hide();
    this.#listener.shown(true);
  }

  #opened(): void {
    this.#reveal();
    if (this.#entered && !this.#restarting) this.#listener.returned();
    this.#restarting = false;
    this.#entered = true;
  }

  #refused(error: unknown): void {
    const text = why(error);
    const code = error instanceof JoinError ? error.code : "";
    const card: Card = {
      mood: "stopped",
      title: REFUSALS[code] ?? "Could not join",
      text,
      name: this.#name,
      play: "Try again",
    };
    const elsewhere = (): void => {
      this.#wanted = undefined;
      void this.play();
    };
    const actions: Action[] = [];
    if (code === "match_full") actions.push({ label: "Watch this match", act: () => void this.watch() });
    if (this.#wanted !== undefined && ABOUT_THE_MATCH.has(code))
      actions.push({ label: "Play in another", act: elsewhere });
    this.#show("refused", { ...card, actions });
  }

  #show(state: string, card: Card, escape?: () => void): void {
    document.body.dataset["state"] = state;
    this.#card.show(card, escape);
    this.#listener.shown(false);
  }
}

function lost({ code, reason, retryInMs = 0 }: StateChange, restarting: boolean): Card {
  const fromMs = performance.now();
  const wait = { fromMs, untilMs: fromMs + retryInMs };
  const said = sentence(reason || (restarting ? "it is not back yet" : "the network or the server went away"));
  if (restarting)
    return {
      mood: "waiting",
      title: "The server is restarting",
      text: `${said} You will be back in as soon as it is up.`,
      wait,
    };
  const gone = code !== undefined && Math.floor(code / 100) === 41;
  return {
    mood: "waiting",
    title: "Connection lost",
    text: gone ? said : `${said} Your seat is kept for a while.`,
    wait,
  };
}

function why(error: unknown): string {
  if (error instanceof JoinError && error.status > 0) return sentence(error.message);
  if (error instanceof ConnectionClosed && error.reason) return sentence(error.reason);
  return "The server can't be reached. It may be down, or this device offline.";
}
