// Who shot whom, in the corner; and what concerns this player, large.

import { colourOf, css } from "../palette.js";
import { addLine, element, made, setText } from "../page.js";

const LINES_MAX = 5;
const LINE_MS = 6000;
const NOTICE_MS = 12_000;
const OFFER_MS = 30_000;
const BANNER_MS = 1600;
/** Kills within this time of each other are a row, in milliseconds. */
const ROW_MS = 4000;
const ROWS = ["", "", "Double", "Triple", "Rampage"];

/** Somebody in a line of the feed. */
export interface Person {
  readonly seat: number;
  readonly name: string;
  readonly me: boolean;
}

export class Feed {
  readonly #lines = element("feed");
  readonly #banner = element("banner");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #row = 0;
  #killedAtMs = -Infinity;

  kill(by: Person, target: Person): void {
    const line = made("li", "kill", tag(by), made("span", "verb", " shot "), tag(target));
    line.classList.toggle("mine", by.me || target.me);
    addLine(this.#lines, line, LINES_MAX, LINE_MS);
    if (by.me) this.#killed(target.name);
  }

  /** Shows a text to be copied by hand: a click selects all of it. */
  offer(text: string): void {
    addLine(this.#lines, made("li", "offer", text), LINES_MAX, OFFER_MS);
  }

  /** What the server says. */
  notice(text: string): void {
    addLine(this.#lines, made("li", "notice", text), LINES_MAX, NOTICE_MS);
  }

  /** A few large words in the middle, for a moment. */
  announce(text: string): void {
    clearTimeout(this.#timer);
    setText(this.#banner, text);
    this.#banner.hidden = false;
    this.#banner.getAnimations().forEach((animation) => animation.play());
    this.#timer = setTimeout(() => (this.#banner.hidden = true), BANNER_MS);
  }

  #killed(name: string): void {
    const now = performance.now();
    this.#row = now - this.#killedAtMs < ROW_MS ? this.#row + 1 : 1;
    this.#killedAtMs = now;
    const row = ROWS[Math.min(this.#row, ROWS.length - 1)];
    this.announce(row ? `${row}: ${name}` : `You shot ${name}`);
  }
}

function tag({ seat, name, me }: Person): HTMLElement {
  const tag = made("b", "", name);
  tag.style.color = css(colourOf(seat, me));
  return tag;
}
