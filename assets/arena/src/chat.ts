// Chat: Enter opens the line, Enter sends, Escape closes.

import type { Match } from "skirmish-client";
import type { Arena } from "./types.js";
import { addLine, element } from "./page.js";

const LINES_MAX = 8;
const LINE_MS = 15000;
const TEXT_BYTES_MAX = 200;
/** The server closes the connection of whoever says more than two lines a second. */
const PAUSE_MS = 600;

export class Chat {
  readonly #lines = element("chat-lines");
  readonly #form = element<HTMLFormElement>("chat-form");
  readonly #text = element<HTMLInputElement>("chat-text");
  #saidAt = -Infinity;

  /** `current` tells the match to talk in, if there is one; `back` gives the focus back to the game. */
  constructor(current: () => Match<Arena> | undefined, back: () => void) {
    const close = (): void => {
      this.#form.hidden = true;
      this.#text.value = "";
      back();
    };
    addEventListener("keydown", (event) => {
      if (event.code === "Enter" && this.#form.hidden && !(event.target instanceof HTMLInputElement) && !(event.target instanceof HTMLButtonElement)) {
        event.preventDefault();
        this.#form.hidden = false;
        this.#text.focus();
      } else if (event.code === "Escape" && !this.#form.hidden) {
        close();
      }
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = sayable(this.#text.value);
      if (text) {
        if (performance.now() - this.#saidAt < PAUSE_MS) return;
        this.#saidAt = performance.now();
        current()?.chat(text);
      }
      close();
    });
  }

  show(name: string, text: string): void {
    const line = addLine(this.#lines, "", LINES_MAX, LINE_MS);
    const who = document.createElement("b");
    who.append(name);
    line.append(who, ` ${text}`);
  }
}

/** As much of a text as the server takes in one line. */
function sayable(text: string): string {
  const line = text.replace(/\p{Cc}/gu, " ").trim();
  return line.slice(0, new TextEncoder().encodeInto(line, new Uint8Array(TEXT_BYTES_MAX)).read);
}
