// What events look and sound like. Others are drawn a little in the past, and so is what happens among them; what concerns
// this player is shown at once.

import type { GameEvent, Match } from "skirmish-client";
import type { Point } from "./collide.js";
import type { View } from "./draw/view.js";
import type { Feed } from "./hud/feed.js";
import type { RoundBar } from "./hud/roundbar.js";
import type { Vitals } from "./hud/vitals.js";
import { nameOf } from "./names.js";
import { colourOf, HURT, PICKUP_NAMES, PICKUPS, WHITE } from "./palette.js";
import { element } from "./page.js";
import type { Scene, Shot } from "./scene.js";
import type { Sounds } from "./sound/sounds.js";
import type { Place } from "./sound/synth.js";
import type { Arena } from "./types.js";

/** Beyond this distance nothing is heard, in units. */
const HEARD = 900;
const RESULTS_QUIET_MS = 400;

interface Due {
  readonly atMs: number;
  readonly show: () => void;
}

/** Where effects go. */
export interface Stage {
  readonly view: View;
  readonly feed: Feed;
  readonly vitals: Vitals;
  readonly round: RoundBar;
  readonly sounds: Sounds;
}

export class Effects {
  readonly #stage: Stage;
  #due: Due[] = [];
  #scene: Scene | undefined;
  #clearedMs = -Infinity;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Takes an event of the match. What happens among others while the page is out of sight is past when it returns. */
  take(match: Match<Arena>, event: GameEvent<Arena>, nowMs: number): void {
    const mine =
      "seat" in event
        ? event.seat === match.seat
        : "by" in event && (event.by === match.seat || event.target === match.seat);
    const show = (): void => this.#show(match, event, performance.now());
    if (mine || event.name === "RoundEnd") show();
    else if (!document.hidden) this.#due.push({ atMs: nowMs + match.settings.interpDelayMs, show });
  }

  /** Shows what is due in this scene. */
  draw(scene: Scene, nowMs: number): void {
    this.#scene = scene;
    const due = this.#due.filter(({ atMs }) => atMs <= nowMs);
    this.#due = this.#due.filter(({ atMs }) => atMs > nowMs);
    for (const { show } of due) show();
  }

  /** A shot shows for the first time. */
  shotCame(shot: Shot): void {
    const { view, sounds } = this.#stage;
    const mine = shot.by === this.#scene?.me?.seat;
    const by = this.#scene?.actors.find(({ seat }) => seat === shot.by);
    const angle = Math.atan2(shot.vy, shot.vx);
    const from = by ?? shot;
    const muzzle = { x: from.x + Math.cos(angle) * 24, y: from.y + Math.sin(angle) * 24 };
    const colour = colourOf(shot.by, mine);
    view.particles.flash(muzzle, colour, 42, 90);
    view.particles.sparks(muzzle, colour, 3, { angle, spread: 0.5, speed: 320, lifeMs: 160, size: 7 });
    if (mine) view.camera.shake(0.7);
    sounds.shot(this.#place(muzzle), mine);
  }

  /** A shot is gone; if it met nobody, it met a wall or its end. */
  shotGone({ x, y, vx, vy, by }: Shot): void {
    if (performance.now() - this.#clearedMs < RESULTS_QUIET_MS) return;
    const at = { x, y };
    this.#stage.view.particles.sparks(at, colourOf(by, by === this.#scene?.me?.seat), 4, {
      angle: Math.atan2(-vy, -vx),
      spread: 1,
      speed: 180,
      lifeMs: 220,
      size: 7,
    });
    this.#stage.sounds.ricochet(this.#place(at));
  }

  #show(match: Match<Arena>, event: GameEvent<Arena>, nowMs: number): void {
    switch (event.name) {
      case "Hit":
        return this.#hit(match, event, nowMs);
      case "Kill":
        return this.#kill(match, event.by, event.target, nowMs);
      case "Spawn":
        return this.#stage.view.particles.ring(
          event,
          colourOf(event.seat, event.seat === match.seat),
          110,
          30,
          420,
          nowMs,
        );
      case "Taken":
        return this.#taken(match, event);
      case "RoundEnd":
        this.#clearedMs = nowMs;
        return this.#stage.round.ended(match, event.winner);
    }
  }

  #hit(match: Match<Arena>, { by, target, damage, x, y }: Arena["events"]["Hit"], nowMs: number): void {
    const { view, sounds } = this.#stage;
    const [mine, me] = [by === match.seat, target === match.seat];
    const at = { x, y };
    view.fighters.flash(target, nowMs);
    view.particles.sparks(at, colourOf(target, me), 10, { speed: 300 }, nowMs);
    view.particles.flash(at, WHITE, 50, 110, nowMs);
    if (mine || me) view.particles.number(at, String(damage), me ? HURT : WHITE, nowMs);
    sounds.hit(this.#place(at), mine);
    if (!me) return;
    view.camera.shake(4);
    sounds.hurt();
    element("hurt").animate([{ opacity: 0.9 }, { opacity: 0 }], { duration: 380, easing: "ease-out" });
  }

  #kill(match: Match<Arena>, by: number, target: number, nowMs: number): void {
    const { view, feed, vitals, sounds } = this.#stage;
    const person = (seat: number) => ({ seat, name: nameOf(match, seat), me: seat === match.seat });
    feed.kill(person(by), person(target));
    if (target === match.seat) vitals.died(person(by).name, nowMs);
    if (by === match.seat) sounds.kill();
    const fallen = this.#scene?.actors.find(({ seat }) => seat === target);
    if (!fallen) return;
    const colour = colourOf(target, target === match.seat);
    view.particles.flash(fallen, colour, 190, 260, nowMs);
    view.particles.sparks(fallen, colour, 34, { speed: 520, size: 15, lifeMs: 760 }, nowMs);
    view.particles.sparks(fallen, WHITE, 10, { speed: 300, size: 9, lifeMs: 420 }, nowMs);
    view.particles.ring(fallen, colour, 30, 190, 520, nowMs);
    const place = this.#place(fallen);
    view.camera.shake(6 * place.gain);
    sounds.death(place);
  }

  #taken(match: Match<Arena>, { seat, kind, x, y }: Arena["events"]["Taken"]): void {
    const { view, feed, sounds } = this.#stage;
    const colour = PICKUPS[kind] ?? WHITE;
    const at = { x, y };
    view.particles.ring(at, colour, 30, 110, 380);
    view.particles.sparks(at, colour, 12, { speed: 220 });
    sounds.pickup(this.#place(at), kind);
    if (seat === match.seat) feed.announce(PICKUP_NAMES[kind] ?? "");
  }

  /** How loud something there is, and from which side. */
  #place(at: Point): Place {
    const { camera } = this.#stage.view;
    const pan = Math.min(Math.max((at.x - camera.x) / 700, -0.8), 0.8);
    return { gain: Math.max(0, 1 - camera.distance(at) / HEARD) ** 1.5, pan };
  }
}
