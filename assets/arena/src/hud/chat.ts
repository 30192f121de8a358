// Chat: Enter opens the line, Enter sends, Escape closes. How soon the next line may be sent shows in the line itself.

import type { Match } from "skirmish-client";
import { colourOf, css } from "../palette.js";
import { addLine, element, made } from "../page.js";
import type { Arena } from "../types.js";

const LINES_MAX = 6;
const LINE_MS = 15000;
const TEXT_BYTES_MAX = 200;
/** The server closes the connection of whoever says more than two lines a second. */
const PAUSE_MS = 600;

export class Chat {
  readonly #lines = element("chat-lines");
  readonly #form = element<HTMLFormElement>("chat-form");
  readonly #text = element<HTMLInputElement>("chat-text");
  readonly #wait = element("chat-wait");
  readonly #back: () => void;
  #saidAt = -Infinity;

  /** `current` tells the match to talk in, if there is one (who looks on is not heard); `back` gives the focus back to the game. */
  constructor(current: () => Match<Arena> | undefined, back: () => void) {
    this.#back = back;
    addEventListener("keydown", (event) => {
      const idle = !(event.target instanceof HTMLInputElement || event.target instanceof HTMLButtonElement);
      if (event.code === "Enter" && idle && current()) {
        event.preventDefault();
        this.open();
      } else if (event.code === "Escape" && !this.#form.hidden) this.#close();
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = sayable(this.#text.value);
      if (text && !this.#say(text, current())) return;
      this.#close();
    });
    element("open-chat").addEventListener("click", () => this.open());
  }

  open(): void {
    this.#form.hidden = false;
    this.#text.focus();
  }

  show(seat: number, name: string, text: string, me: boolean): void {
    const who = made("b", "", name);
    who.style.color = css(colourOf(seat, me));
    addLine(this.#lines, made("li", "", who, ` ${text}`), LINES_MAX, LINE_MS);
  }

  #close(): void {
    this.#form.hidden = true;
    this.#text.value = "";
    this.#back();
  }

  /** False: it is too soon, which the line shows. */
  #say(text: string, match: Match<Arena> | undefined): boolean {
    const leftMs = PAUSE_MS - (performance.now() - this.#saidAt);
    if (leftMs > 0) {
      this.#wait.animate([{ scale: "1 1" }, { scale: "0 1" }], { duration: leftMs });
      return false;
    }
    this.#saidAt = performance.now();
    match?.chat(text);
    return true;
  }
}

/** As much of a text as the server takes in one line. */
function sayable(text: string): string {
  const line = text.replace(/\p{Cc}/gu, " ").trim();
  return line.slice(0, new TextEncoder().encodeInto(line, new Uint8Array(TEXT_BYTES_MAX)).read);
}
