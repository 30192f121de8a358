// Who leads: a short table in the corner, and the whole one on Tab and after a round.

import type { Match, Player } from "skirmish-client";
import { colourOf, css } from "../palette.js";
import { nameOf } from "../names.js";
import { element, made } from "../page.js";
import { RESULTS, type Scene, type Standing } from "../scene.js";
import type { Arena } from "../types.js";
import { onKey } from "./keys.js";

const SHOWN = 5;
const SKILLS = ["", "rookie", "regular", "veteran"];

interface Row extends Standing {
  readonly rank: number;
  readonly name: string;
  readonly player: Player | undefined;
  readonly me: boolean;
}

export class Scores {
  readonly #corner = element("scores");
  readonly #board = element("board");
  readonly #table = element("board-rows");
  #asked = false;

  constructor() {
    onKey("Tab", "show-board", () => (this.#asked = !this.#asked));
  }

  draw(match: Match<Arena>, scene: Scene): void {
    const rows = ranked(match);
    const corner = rows.filter(({ rank, me }) => rank <= SHOWN || me);
    update(this.#corner, corner, () => [table(corner, false)]);
    const whole = this.#asked || scene.round.phase === RESULTS;
    this.#board.hidden = !whole;
    this.#board.classList.toggle("asked", this.#asked && scene.round.phase !== RESULTS);
    if (whole) update(this.#table, rows, () => [table(rows, true)]);
  }
}

export function ranked(match: Match<Arena>): Row[] {
  const standings = [...match.entities("Standing")].sort(
    (a, b) => b.score - a.score || a.deaths - b.deaths || a.seat - b.seat,
  );
  return standings.map((standing, index) => ({
    ...standing,
    rank: index + 1,
    name: nameOf(match, standing.seat),
    player: match.roster.get(standing.seat),
    me: standing.seat === match.seat,
  }));
}

function update(target: HTMLElement, rows: readonly Row[], make: () => Node[]): void {
  const key = JSON.stringify(rows);
  if (target.dataset["key"] === key) return;
  target.dataset["key"] = key;
  target.replaceChildren(...make());
}

function table(rows: readonly Row[], whole: boolean): HTMLElement {
  const table = document.createElement("table");
  for (const { rank, seat, name, score, deaths, skill, player, me } of rows) {
    const line = table.insertRow();
    line.dataset["seat"] = String(seat);
    line.style.setProperty("--seat", css(colourOf(seat, me)));
    line.classList.toggle("me", me);
    line.classList.toggle("away", player !== undefined && !player.connected && !player.bot);
    if (whole) line.insertCell().append(made("span", "rank", String(rank)));
    const who = line.insertCell();
    who.className = "name";
    who.append(name);
    if (skill > 0) {
      who.dataset["skill"] = "›".repeat(skill);
      who.title = `bot, ${SKILLS[skill] ?? ""}`;
    }
    if (whole) line.insertCell().append(made("span", "deaths", String(deaths)));
    line.insertCell().append(String(score));
  }
  return table;
}
