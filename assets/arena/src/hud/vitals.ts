// The own fighter: health, shots, what it has taken; and when it is down, by whom and for how long.

import { LOW } from "../draw/fighters.js";
import { element, made, setText } from "../page.js";
import { RESULTS, type Scene } from "../scene.js";
import type { Sounds } from "../sound/sounds.js";

/** Magazines up to this size are shown shot by shot. */
const PIPS_MAX = 30;

export class Vitals {
  readonly #panel = element("vitals");
  readonly #bar = element("health-bar");
  readonly #health = element("health");
  readonly #pips = element("pips");
  readonly #ammo = element("ammo");
  readonly #boosts = [element("haste"), element("rapid")] as const;
  readonly #down = element("down");
  readonly #downText = element("down-text");
  readonly #sounds: Sounds;
  #killer = "";
  #diedAtMs = 0;
  #reloadAtMs = 0;
  #alive = true;
  /** How many pips are full, of how many. */
  #fullOf = "";

  constructor(sounds: Sounds) {
    this.#sounds = sounds;
  }

  /** The own fighter was shot by somebody. */
  died(killer: string, nowMs: number): void {
    this.#killer = killer;
    this.#diedAtMs = nowMs;
  }

  draw({ me, facts, ammo, round }: Scene, nowMs: number): void {
    this.#panel.hidden = !me;
    if (!me) return void (this.#down.hidden = true);
    this.#panel.classList.toggle("low", me.alive && me.hp / facts.health <= LOW);
    this.#bar.style.scale = `${me.hp / facts.health} 1`;
    setText(this.#health, String(me.hp));
    this.#drawAmmo(ammo, facts.magazine, facts.reload_s / (me.rapidS > 0 ? facts.rapid : 1), nowMs);
    for (const [boost, leftS] of [
      [this.#boosts[0], me.hasteS],
      [this.#boosts[1], me.rapidS],
    ] as const) {
      boost.hidden = leftS <= 0;
      setText(boost, `${boost.dataset["name"] ?? ""} ${Math.ceil(leftS)}`);
    }
    if (me.alive && !this.#alive) this.#sounds.spawn();
    this.#alive = me.alive;
    this.#down.hidden = me.alive || round.phase === RESULTS;
    const leftS = Math.max(0, facts.respawn_s - (nowMs - this.#diedAtMs) / 1000);
    setText(this.#downText, `${this.#killer ? `Shot by ${this.#killer}. ` : ""}Back in ${Math.ceil(leftS)} s`);
  }

  #drawAmmo(ammo: number, magazine: number, reloadS: number, nowMs: number): void {
    const reloading = ammo === 0;
    if (reloading && this.#reloadAtMs === 0) {
      this.#reloadAtMs = nowMs;
      this.#sounds.reload();
    } else if (!reloading) this.#reloadAtMs = 0;
    const pips = magazine <= PIPS_MAX ? magazine : 0;
    const full = reloading ? Math.floor(((nowMs - this.#reloadAtMs) / 1000 / reloadS) * pips) : ammo;
    if (this.#fullOf !== `${full} / ${pips}`) this.#drawPips(full, pips);
    this.#pips.classList.toggle("reloading", reloading);
    setText(this.#ammo, reloading ? "reloading" : `${ammo} / ${magazine}`);
  }

  #drawPips(full: number, pips: number): void {
    this.#fullOf = `${full} / ${pips}`;
    this.#pips.replaceChildren(...Array.from({ length: pips }, (_, index) => made("i", index < full ? "full" : "")));
  }
}
