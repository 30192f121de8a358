// Round, scores, health and the kill feed, as plain elements.

import type { Match } from "skirmish-client";
import type { Scene } from "./scene.js";
import type { Arena } from "./types.js";
import { addLine, element, setText } from "./page.js";

const FEED_LINES_MAX = 5;
const FEED_MS = 6000;
const SCORES_SHOWN = 10;
const PHASES = ["waiting for players", "", "results"];

export class Hud {
  readonly #round = element("round");
  readonly #scores = element("scores");
  readonly #vitals = element("vitals");
  readonly #feed = element("feed");

  draw(match: Match<Arena>, scene: Scene): void {
    setText(this.#round, roundText(match));
    this.#drawScores(match);
    this.#drawVitals(scene);
  }

  kill(match: Match<Arena>, by: number, target: number): void {
    const name = (seat: number): string => match.roster.get(seat)?.name ?? "somebody";
    addLine(this.#feed, `${name(by)} shot ${name(target)}`, FEED_LINES_MAX, FEED_MS);
  }

  roundEnd(match: Match<Arena>, winner: number, score: number): void {
    const name = match.roster.get(winner)?.name ?? "Nobody";
    addLine(this.#feed, `${name} wins the round with ${score}`, FEED_LINES_MAX, FEED_MS);
  }

  #drawScores(match: Match<Arena>): void {
    const ranks = match.entities("Fighter").map(({ seat, score }) => ({ seat, score, entry: match.roster.get(seat) }));
    ranks.sort((a, b) => b.score - a.score || a.seat - b.seat);
    const rows = ranks.filter(({ seat }, rank) => rank < SCORES_SHOWN || seat === match.seat);
    const key = JSON.stringify(rows);
    if (this.#scores.dataset["key"] === key) return;
    this.#scores.dataset["key"] = key;
    const table = document.createElement("table");
    for (const { seat, score, entry } of rows) {
      const line = table.insertRow();
      line.dataset["seat"] = String(seat);
      line.classList.toggle("me", seat === match.seat);
      line.classList.toggle("away", entry !== undefined && !entry.connected && !entry.bot);
      line.insertCell().append(entry?.name ?? "");
      line.insertCell().append(String(score));
    }
    this.#scores.replaceChildren(table);
  }

  #drawVitals(scene: Scene): void {
    const me = scene.me;
    if (!me) return this.#vitals.replaceChildren();
    if (!this.#vitals.firstElementChild) {
      this.#vitals.innerHTML = '<div class="bar"><i></i></div><p></p>';
    }
    const bar = this.#vitals.querySelector("i");
    const text = this.#vitals.querySelector("p");
    if (!bar || !text) return;
    const part = me.alive ? me.hp / scene.sizes.health : 0;
    bar.style.width = `${100 * part}%`;
    bar.classList.toggle("low", part <= 0.35);
    const shots = scene.ammo === 0 ? "reloading" : `${scene.ammo ?? 0} of ${scene.sizes.magazine} shots`;
    setText(text, me.alive ? `${me.hp} health · ${shots}` : "You are down. Back in a moment.");
  }
}

function roundText(match: Match<Arena>): string {
  const round = match.entities("Round")[0];
  if (!round) return "";
  const leftS = Math.max(0, Math.ceil((round.ends_tick - match.figures.tick) / match.settings.tickHz));
  const clock = round.ends_tick > 0 ? `${Math.floor(leftS / 60)}:${String(leftS % 60).padStart(2, "0")}` : "";
  return [`Round ${round.number}`, PHASES[round.phase], clock].filter(Boolean).join(" · ");
}
