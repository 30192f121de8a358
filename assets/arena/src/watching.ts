// Looking on: whom to follow when one has no fighter of one's own.

import { element, setText } from "./page.js";
import type { Actor, Scene } from "./scene.js";

export class Watching {
  readonly #panel = element("watching");
  readonly #name = element("watching-name");
  #seat: number | undefined;
  #step = 0;

  /** `play` takes a seat. */
  constructor(play: () => void) {
    element("watch-before").addEventListener("click", () => (this.#step = -1));
    element("watch-next").addEventListener("click", () => (this.#step = 1));
    element("watch-play").addEventListener("click", play);
    addEventListener("keydown", (event) => {
      if (event.code === "Space" && !this.#panel.hidden) this.#step = 1;
    });
  }

  /** Whom the picture follows: the own fighter, or else somebody alive. */
  focus({ me, actors }: Scene, watching: boolean): Actor | undefined {
    this.#panel.hidden = !watching;
    if (!watching) return me;
    const living = actors.filter(({ alive }) => alive);
    const index = living.findIndex(({ seat }) => seat === this.#seat);
    const next = living.at(index < 0 || this.#step === 0 ? Math.max(0, index) : (index + this.#step) % living.length);
    this.#step = 0;
    if (next) this.#seat = next.seat;
    setText(this.#name, next?.name ?? "nobody");
    return next;
  }
}
