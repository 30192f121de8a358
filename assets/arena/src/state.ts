// The card over the field that tells what the connection is doing whenever it is not simply open.

import { element, setText } from "./page.js";

export interface Card {
  readonly title: string;
  readonly text: string;
  /** The name to offer when the player may join (again) from here. */
  readonly name?: string;
  /** Whether the player may go back to the game as it is. */
  readonly back?: boolean;
}

export class StateCard {
  readonly #overlay = element("state");
  readonly #title = element("state-title");
  readonly #text = element("state-text");
  readonly #form = element<HTMLFormElement>("state-form");
  readonly #name = element<HTMLInputElement>("state-name");
  readonly #back = element("state-back");

  /** `play` joins under a name; `back` gives the focus back to the game. */
  constructor(play: (name: string) => void, back: () => void) {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      play(this.#name.value.trim());
    });
    const leave = (): void => {
      this.hide();
      back();
    };
    this.#back.addEventListener("click", leave);
    addEventListener("keydown", (event) => {
      if (event.code === "Escape" && !this.#overlay.hidden && !this.#back.hidden) leave();
    });
  }

  show({ title, text, name, back = false }: Card): void {
    setText(this.#title, title);
    setText(this.#text, text);
    this.#form.hidden = name === undefined;
    this.#back.hidden = !back;
    this.#overlay.hidden = false;
    if (name === undefined) return;
    this.#name.value = name;
    this.#name.focus();
  }

  hide(): void {
    this.#overlay.hidden = true;
  }
}
