// The card over the field that tells what the connection is doing whenever it is not simply open.

import { element, made, setText } from "./page.js";

/** What a card looks like: the way in, something that goes on by itself, or something that stopped. */
export type Mood = "start" | "busy" | "waiting" | "stopped";

export interface Action {
  readonly label: string;
  act(): void;
}

export interface Card {
  readonly mood: Mood;
  readonly title: string;
  readonly text: string;
  /** The name to offer when the player may join (again) from here. */
  readonly name?: string;
  /** What the button to join says. */
  readonly play?: string;
  /** Other ways on. */
  readonly actions?: readonly Action[];
  /** A wait: since when and until when, as the page's clock has it. */
  readonly wait?: { readonly fromMs: number; readonly untilMs: number };
}

export class StateCard {
  readonly #overlay = element("state");
  readonly #title = element("state-title");
  readonly #text = element("state-text");
  readonly #form = element<HTMLFormElement>("state-form");
  readonly #name = element<HTMLInputElement>("state-name");
  readonly #play = element("state-play");
  readonly #actions = element("state-actions");
  readonly #ring = element("state-ring");
  readonly #seconds = element("state-seconds");
  #timer: ReturnType<typeof setInterval> | undefined;
  #escape: (() => void) | undefined;

  /** `play` joins under a name. */
  constructor(play: (name: string) => void) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      play(this.#name.value.trim());
    });
    addEventListener("keydown", (event) => {
      if (event.code === "Escape" && !this.#overlay.hidden) this.#escape?.();
    });
  }

  /** Shows a card; `escape` is what the Escape key does meanwhile. */
  show({ mood, title, text, name, play = "Play", actions = [], wait }: Card, escape?: () => void): void {
    clearInterval(this.#timer);
    this.#escape = escape;
    this.#overlay.dataset["mood"] = mood;
    setText(this.#title, title);
    setText(this.#text, text);
    setText(this.#play, play);
    this.#form.hidden = name === undefined;
    this.#actions.replaceChildren(...actions.map(button));
    this.#overlay.hidden = false;
    this.#count(wait);
    if (name === undefined) return;
    this.#name.value = name;
    this.#name.select();
  }

  hide(): void {
    clearInterval(this.#timer);
    this.#escape = undefined;
    this.#overlay.hidden = true;
  }

  #count(wait: Card["wait"]): void {
    setText(this.#seconds, "");
    if (!wait) return;
    const show = (): void => {
      const leftMs = wait.untilMs - performance.now();
      this.#ring.style.setProperty("--done", String(Math.min(1, 1 - leftMs / (wait.untilMs - wait.fromMs))));
      setText(this.#seconds, leftMs > 0 ? `Trying again in ${Math.ceil(leftMs / 1000)} s` : "Trying again now …");
    };
    show();
    this.#timer = setInterval(show, 100);
  }
}

function button({ label, act }: Action): HTMLElement {
  const button = made("button", "", label);
  button.setAttribute("type", "button");
  button.addEventListener("click", act);
  return button;
}
