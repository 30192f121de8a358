// One moment of the match as the page draws it: others a little in the past, yourself and your shots in the present.

import type { Figures, Match } from "skirmish-client";
import type { Point, Wall } from "./collide.js";
import { nameOf } from "./names.js";
import { Prediction } from "./predict.js";
import type { Arena } from "./types.js";

export interface Actor {
  readonly id: number;
  readonly seat: number;
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
  readonly aim: number;
  readonly hp: number;
  readonly alive: boolean;
  readonly me: boolean;
  readonly hasteS: number;
  readonly rapidS: number;
}

export interface Shot {
  readonly id: number;
  readonly by: number;
  readonly x: number;
  readonly y: number;
  readonly vx: number;
  readonly vy: number;
}

export type Facts = Arena["components"]["Facts"];
export type Pickup = Arena["components"]["Pickup"] & { readonly id: number };
export type Standing = Arena["components"]["Standing"];

export const WAITING = 0;
export const PLAYING = 1;
export const RESULTS = 2;

export interface Round {
  readonly phase: number;
  readonly number: number;
  /** Seconds until the phase ends, infinite if that is open. */
  readonly leftS: number;
}

export interface Scene {
  readonly facts: Facts;
  readonly round: Round;
  readonly walls: readonly Wall[];
  readonly pickups: readonly Pickup[];
  readonly actors: readonly Actor[];
  readonly shots: readonly Shot[];
  /** The own fighter, if there is one. */
  readonly me: Actor | undefined;
  /** Shots left in the own weapon; 0 while it reloads. */
  readonly ammo: number;
}

/** What is wanted of the own fighter at this moment. */
export interface Intent {
  readonly move: Point;
  readonly aim: number;
}

type Body = Arena["components"]["Body"];

/** The own fighter, as far as walking goes. */
interface Own {
  readonly id: number;
  readonly alive: boolean;
  readonly hasty: boolean;
  /** What is wanted of it; `STILL`: nothing is obeyed now. */
  readonly move: Point;
  /** The tick of the newest state. */
  readonly tick: number;
}

const STILL: Point = { x: 0, y: 0 };
/** Longest time that shots of the own weapon are carried beyond the newest state, in seconds. */
const AHEAD_S_MAX = 0.15;

/** Makes scenes of one match. */
export class Director {
  readonly #match: Match<Arena>;
  readonly #prediction = new Prediction();

  constructor(match: Match<Arena>) {
    this.#match = match;
  }

  /** The moment `nowMs`; undefined before the first state. */
  scene(nowMs: number, intent: Intent): Scene | undefined {
    const match = this.#match;
    const facts = match.entities("Facts")[0];
    if (!facts) return undefined;
    const { figures } = match;
    const round = this.#round(figures);
    const bodies = new Map(match.drawn("Body", nowMs).map((body) => [body.id, body]));
    const aims = new Map(match.drawn("Aim", nowMs).map(({ id, aim }) => [id, aim]));
    const boosts = new Map(match.entities("Boosts").map((boost) => [boost.id, boost]));
    const walls = match.entities("Wall");
    const move = round.phase === RESULTS ? STILL : intent.move;
    const actors: Actor[] = [];
    for (const { id, seat, hp, alive } of match.entities("Fighter")) {
      const me = seat === match.seat;
      const { haste_s: hasteS = 0, rapid_s: rapidS = 0 } = boosts.get(id) ?? {};
      const body = me
        ? this.#own(nowMs, { id, alive, hasty: hasteS > 0, move, tick: figures.tick }, facts, walls)
        : bodies.get(id);
      if (!body) continue;
      const { x, y, vx, vy } = body;
      const name = nameOf(match, seat);
      const aim = me && alive ? intent.aim : (aims.get(id) ?? 0);
      actors.push({ id, seat, name, x, y, vx, vy, aim, hp, alive, me, hasteS, rapidS });
    }
    const me = actors.find((actor) => actor.me);
    const ammo = (me && match.entity("Weapon", me.id)?.ammo) ?? 0;
    const shots = this.#shots(nowMs, bodies, figures);
    return { facts, round, walls, pickups: match.entities("Pickup"), actors, shots, me, ammo };
  }

  #own(nowMs: number, { id, alive, hasty, move, tick }: Own, facts: Facts, walls: readonly Wall[]): Body | undefined {
    const match = this.#match;
    const body = match.entity("Body", id);
    if (!body || !alive || match.settings.paused) {
      this.#prediction.reset();
      return body;
    }
    const walk = {
      radius: facts.fighter_radius,
      speed: facts.speed * (hasty ? facts.haste : 1),
      acceleration: facts.acceleration,
    };
    const state = { at: { x: body.x, y: body.y }, velocity: { x: body.vx, y: body.vy } };
    const [inputs, sentMs] = move === STILL ? [[], undefined] : [match.unacked, match.newestInput?.atMs];
    const course = { tick, state, inputs, sentMs, wanted: move, dtS: 1 / match.settings.tickHz, walk, walls };
    const { at, velocity } = this.#prediction.at(nowMs, course);
    return { x: at.x, y: at.y, vx: velocity.x, vy: velocity.y };
  }

  /** Others' shots as they are drawn with their shooters, own ones where they are by now. */
  #shots(nowMs: number, bodies: ReadonlyMap<number, Body>, { snapshotAgeMs }: Figures): Shot[] {
    const match = this.#match;
    const shots: Shot[] = [];
    for (const { id, by } of match.drawn("Shot", nowMs)) {
      const body = by === match.seat ? undefined : bodies.get(id);
      if (body) shots.push({ id, by, x: body.x, y: body.y, vx: body.vx, vy: body.vy });
    }
    const aheadS = Math.min(snapshotAgeMs / 1000, AHEAD_S_MAX);
    for (const { id, by } of match.entities("Shot")) {
      const body = by === match.seat ? match.entity("Body", id) : undefined;
      if (body)
        shots.push({ id, by, x: body.x + body.vx * aheadS, y: body.y + body.vy * aheadS, vx: body.vx, vy: body.vy });
    }
    return shots;
  }

  #round(figures: Figures): Round {
    const { settings } = this.#match;
    const round = this.#match.entities("Round")[0];
    if (!round) return { phase: WAITING, number: 0, leftS: Infinity };
    const sinceS = settings.paused ? 0 : Math.min(figures.snapshotAgeMs / 1000, 1);
    const leftS =
      round.ends_tick === 0 ? Infinity : Math.max(0, (round.ends_tick - figures.tick) / settings.tickHz - sinceS);
    return { phase: round.phase, number: round.number, leftS };
  }
}
